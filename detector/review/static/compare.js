// Nights before and after a date are drawn by the server: here a date is chosen.

import {loadTexts, say, t} from "/static/api.js";
import {bindKeys} from "/static/keys.js";

await loadTexts();
bindKeys([]);
const field = document.getElementById("since");

function go() {
  if (!field.value) {
    say(t("Choose a date first."), "bad");
    field.focus();
    return;
  }
  location.assign(`/compare?${new URLSearchParams({place: field.dataset.place, since: field.value})}`);
}

document.getElementById("compare").addEventListener("click", go);
field.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
document.body.dataset.ready = "";
