import {getJSON, loadTexts, make} from "/static/api.js";
import "/static/keys.js";

await loadTexts();
for (const night of await getJSON("/api/nights")) {
  document.getElementById("nights").append(make("p", {text: night.name}));
}
