// The view of one's nights is drawn by the server: here are only its keys.

import {loadTexts} from "/static/api.js";
import {bindKeys} from "/static/keys.js";

await loadTexts();
bindKeys([]);
document.body.dataset.ready = "";
