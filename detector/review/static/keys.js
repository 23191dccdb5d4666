// Keys: what each does, the sheet that says so, and the choice to have letters off or other ones (WCAG 2.1.4).
// Arrows, Enter, Space and the like work always; a letter works only while letters are on.

import {make, t} from "/static/api.js";

const KEPT = "fasciwatch-keys";
const WORDS = {
  ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", " ": "Space", Escape: "Esc", PageUp: "Page ↑", PageDown: "Page ↓",
};

let actions = [];
let kept = read();
let sheet = null;

function read() {
  try {
    return {on: true, letters: {}, ...JSON.parse(localStorage.getItem(KEPT) ?? "{}")};
  } catch {
    return {on: true, letters: {}};
  }
}

function keep() {
  localStorage.setItem(KEPT, JSON.stringify(kept));
  changed();
}

/**
 * Say what keys do in this view, in place of what they did.
 * Each action: {id, words, keys: ["ArrowLeft", "Shift+ArrowLeft", …], letter: "y" or "Shift+z" (optional), run(event)}.
 * A run that returns false has not made use of the key.
 */
export function bindKeys(list) {
  actions = [...list];
}

let changed = () => {};

/** Call something whenever other keys do something than before; it takes the place of what was called before. */
export function onKeysChanged(act) {
  changed = act;
}

/** The key to show on an action's button; null where none works. */
export function keyOf(action) {
  return action.keys?.[0] ?? (kept.on ? letterOf(action) : null);
}

export function letterOf(action) {
  return kept.letters[action.id] ?? action.letter ?? null;
}

function named(event) {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const shifted = event.shiftKey && (event.key.length > 1 || event.key.toLowerCase() !== event.key.toUpperCase() || key === " ");
  return `${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${shifted ? "Shift+" : ""}${key}`;
}

/** Whether the key goes into a field. One of a sheet that has just closed keeps the focus for a moment, and is none. */
function isTyping(target) {
  if (target.closest("dialog:not([open])")) return false;
  return target.isContentEditable || /^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    showKeys();
    return;
  }
  const key = named(event);
  // Enter and Space belong to a button or link that has the focus.
  if ((key === "Enter" || key === " ") && event.target.closest("button, a[href], summary")) return;
  const found = actions.find((action) => action.keys?.includes(key) || (kept.on && letterOf(action) === key));
  if (found && found.run(event) !== false) event.preventDefault();
});

/** Words for a key: ← for ArrowLeft. */
export function keyWords(key) {
  if (key === "+") return key; // the key itself, and not what joins Shift to another
  return key.split("+").map((part) => (part === "Shift" ? "⇧" : WORDS[part] ?? part)).join("");
}

/** Show the sheet of keys. */
export function showKeys() {
  if (sheet) sheet.remove();
  const fields = new Map();
  const rows = actions.map((action) => {
    const letter = letterOf(action);
    const field = action.letter
      ? make("input", {
          class: "letter", maxlength: 1, value: letter?.replace("Shift+", "⇧") ?? "", autocomplete: "off", spellcheck: "false",
          "aria-label": t("Letter for: {what}", {what: action.words}),
          on: {
            keydown: (event) => {
              if (!sheet.open || event.key.length !== 1 || event.ctrlKey || event.metaKey || event.altKey) return;
              event.preventDefault();
              const key = named(event);
              if (key === "?" || key === " ") return;
              // A letter does one thing: what it did until now gets the letter that becomes free.
              const other = actions.find((each) => each !== action && each.letter && letterOf(each) === key);
              if (other) kept.letters[other.id] = letterOf(action);
              kept.letters[action.id] = key;
              for (const [each, shown] of fields) shown.value = letterOf(each)?.replace("Shift+", "⇧") ?? "";
              keep();
            },
          },
        })
      : null;
    if (field) fields.set(action, field);
    return make("tr", {},
      make("td", {}, ...(action.keys ?? []).map((key) => make("kbd", {text: keyWords(key)}))),
      make("td", {}, field),
      make("td", {text: action.words}));
  });
  const letters = make("input", {
    type: "checkbox", id: "letters-on",
    on: {change: (event) => { kept.on = event.target.checked; keep(); }},
  });
  letters.checked = kept.on;
  sheet = make("dialog", {class: "sheet", "aria-labelledby": "keys-title"},
    make("h2", {id: "keys-title", text: t("Keys")}),
    make("p", {class: "soft", text: t("To change a letter, go to it and press another.")}),
    make("table", {},
      make("thead", {}, make("tr", {},
        make("th", {scope: "col", text: t("Key")}), make("th", {scope: "col", text: t("or letter")}), make("th", {scope: "col", text: t("does")}))),
      make("tbody", {},
        make("tr", {}, make("td", {}, make("kbd", {text: "?"})), make("td"), make("td", {text: t("this sheet")})), ...rows)),
    make("p", {class: "row"}, letters, make("label", {for: "letters-on", text: t("Letters do something, too")})),
    make("p", {class: "row end"},
      make("button", {
        type: "button", class: "quiet", text: t("As they were"),
        on: {click: () => { kept = {on: true, letters: {}}; keep(); sheet.close(); showKeys(); }},
      }),
      make("button", {type: "button", text: t("Close"), on: {click: () => sheet.close()}})));
  const before = document.activeElement;
  sheet.addEventListener("close", () => before?.focus?.());
  document.body.append(sheet);
  sheet.showModal();
}

document.getElementById("show-keys")?.addEventListener("click", showKeys);
