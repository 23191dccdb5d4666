// What the keys of every view say: one list of commands, from which keys, buttons and the sheet of keys are made.

import {make, t} from "/static/api.js";
import {KINDS} from "/static/canvas.js";
import {NONE, NO, OTHER, UNSURE, YES} from "/static/judge/judged.js";
import {kindWords} from "/static/judge/words.js";

/**
 * Commands that say something of what is chosen. `say(label)` does it.
 * `yes`, `no` and `unsure` name the keys beside letters, where there are any.
 */
export function labelCommands(say, {yes = [], no = [], unsure = []}) {
  return [
    {id: "yes", words: t("yes, it is one"), keys: yes, letter: "y", run: () => say(YES), button: t("Yes"), look: "yes"},
    {id: "no", words: t("no, it is none"), keys: no, letter: "n", run: () => say(NO), button: t("No"), look: "no"},
    {id: "unsure", words: t("unsure"), keys: unsure, letter: "u", run: () => say(UNSURE), button: t("Unsure")},
    {id: "other", words: t("it is something else …"), keys: [], letter: "k", run: () => askKind(say), button: t("Something else …")},
    {id: "clear", words: t("take the label back"), keys: ["Delete"], letter: "x", run: () => say(NONE)},
  ];
}

export function deskCommands(desk) {
  return [
    {id: "undo", words: t("undo"), keys: ["Backspace", "Ctrl+z"], letter: "z", run: () => desk.takeBack("undo")},
    {id: "redo", words: t("redo"), keys: ["Shift+Backspace", "Ctrl+Shift+z", "Ctrl+y"], letter: "Shift+z", run: () => desk.takeBack("redo")},
  ];
}

/** Ask which of some things; calls back with its value. Each: {words, more, value}. */
export function askWhich(title, choices, chosen) {
  const dialog = make("dialog", {class: "asks", "aria-labelledby": "asks-title"},
    make("h2", {id: "asks-title", text: title}),
    make("div", {class: "choices"}, ...choices.map(({words, more, value}) =>
      make("button", {type: "button", on: {click: () => { dialog.close(); chosen(value); }}},
        make("span", {text: words}), more ? make("span", {class: "soft", text: more}) : null))),
    make("p", {class: "row end"}, make("button", {type: "button", class: "quiet", text: t("Cancel"), on: {click: () => dialog.close()}})));
  const buttons = [...dialog.querySelectorAll(".choices button")];
  dialog.addEventListener("keydown", (event) => {
    const step = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1}[event.key];
    if (!step) return;
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    next?.focus();
    event.preventDefault();
  });
  const before = document.activeElement;
  dialog.addEventListener("close", () => { dialog.remove(); before?.focus?.(); });
  document.body.append(dialog);
  dialog.showModal();
}

function askKind(say) {
  const choices = KINDS.map((kind, number) => ({words: kindWords(kind), value: OTHER + number}));
  askWhich(t("What is it?"), choices, say);
}
