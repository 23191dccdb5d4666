// Nights before and after a date are drawn by the server: here a date is chosen.

import {loadTexts, say, t} from "/static/api.js";
import {bindKeys} from "/static/keys.js";

await loadTexts();
bindKeys([]);
const field = document.getElementById("since");
const leftOut = document.getElementById("leave-out");

function go() {
  if (!field.value) {
    say(t("Choose a date first."), "bad");
    field.focus();
    return;
  }
  const asked = new URLSearchParams({place: field.dataset.place, since: field.value});
  if (Number(leftOut.value) > 0) asked.set("leave_out", leftOut.value);
  location.assign(`/compare?${asked}`);
}

document.getElementById("compare").addEventListener("click", go);
for (const each of [field, leftOut]) {
  each.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); });
}
document.body.dataset.ready = "";
