// Whether this computer is fit for a night: the findings of `fasciwatch doctor`, in words.

import {getJSON, loadTexts, make, say, t} from "/static/api.js";
import {bindKeys} from "/static/keys.js";

await loadTexts();
const button = document.getElementById("examine");
const list = document.getElementById("findings");

async function examine() {
  button.disabled = true;
  say(t("Looking at this computer …"));
  try {
    const findings = await getJSON("/api/computer");
    list.replaceChildren(...findings.map(told));
    const wrong = findings.filter((found) => found.remedy).length;
    say(wrong ? t("Something is to be done before a night can be recorded.") : t("All is well: a night can be recorded."));
  } catch (error) {
    say(error.message, "bad");
  }
  button.disabled = false;
}

function told({check, words, remedy}) {
  return make("li", {class: `card finding ${remedy ? "wrong" : "well"}`},
    make("span", {class: "sign", "aria-hidden": "true", text: remedy ? "!" : "✓"}),
    make("div", {},
      make("h2", {text: check, data: {from: "doctor"}}),
      make("p", {text: words, data: {from: "doctor"}}),
      remedy ? make("p", {class: "remedy", text: remedy, data: {from: "doctor"}}) : null));
}

button.addEventListener("click", examine);
bindKeys([]);
