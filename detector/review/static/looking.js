// Have nights summed up that have not been yet, one by one, and then come back to the view that asked for them.

import {getJSON, loadTexts, say, t} from "/static/api.js";
import {bindKeys} from "/static/keys.js";

await loadTexts();
bindKeys([]);
const progress = document.getElementById("progress");
const keys = [...document.querySelectorAll("#waiting li")].map((each) => each.dataset.key);

for (const [done, key] of keys.entries()) {
  progress.value = done;
  progress.textContent = t("{done} of {all}", {done, all: keys.length});
  try {
    await getJSON(`/api/nights/${key}`);
  } catch (error) {
    if (error.status !== 404) say(error.message, "bad");
  }
}
const here = new URLSearchParams(location.search);
here.set("looked", "1");
location.replace(`${location.pathname}?${here}`);
