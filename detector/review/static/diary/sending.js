// What is said goes to the server at once, one word after the other; it is on the disk when the server answers.

import {Refused, postJSON, t} from "/static/api.js";

const PAUSE_MS = 600;
const saved = document.getElementById("saved");

let evening = "";
let waiting = {};
let timer = 0;
let sending = Promise.resolve();
let answered = () => {};

/** Of which evening is spoken from now on, and what to call with the entry that holds once it is kept. */
export function speakOf(day, act) {
  evening = day;
  answered = act;
  saved.textContent = "";
  saved.dataset.kind = "";
}

/** Say something: at once, or, while somebody types, after a pause. */
export function tell(answers, {typing = false} = {}) {
  waiting = {...waiting, ...answers};
  saved.textContent = t("Saving …");
  saved.dataset.kind = "";
  clearTimeout(timer);
  if (typing) timer = setTimeout(flush, PAUSE_MS);
  else flush();
}

/** Send what waits; gives a promise of its being kept. */
export function flush() {
  clearTimeout(timer);
  if (Object.keys(waiting).length === 0) return sending;
  const [day, answers] = [evening, waiting];
  waiting = {};
  sending = sending.then(() => send(day, answers));
  return sending;
}

async function send(day, answers) {
  try {
    const {entry} = await postJSON("/api/diary", {evening: day, answers});
    if (day !== evening) return;
    answered(entry, answers);
    if (Object.keys(waiting).length === 0) show(t("Saved."), "well");
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    show(t("Not saved: {words}", {words: error.message}), "bad");
  }
}

function show(words, kind) {
  saved.textContent = words;
  saved.dataset.kind = kind;
}

window.addEventListener("pagehide", flush);
document.addEventListener("visibilitychange", () => { if (document.hidden) flush(); });
