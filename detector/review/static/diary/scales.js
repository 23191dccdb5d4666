// Times, and numbers from 0 to 10: a row of buttons each, by mouse, touch, arrows or the digits themselves.

import {make, t} from "/static/api.js";
import {tell} from "/static/diary/sending.js";
import {timeField} from "/static/diary/times.js";

const MOST = 10;

/** The numbers that are asked for, in their order. */
function scales() {
  return [
    {name: "night", words: t("How was the night?"), low: t("bad"), high: t("good")},
    {name: "twitching", words: t("Twitching you felt"), low: t("none"), high: t("very much"), orWords: t("Twitching, or in words")},
    {name: "pain", words: t("Pain"), low: t("none"), high: t("very much")},
    {name: "stiffness", words: t("Stiffness"), low: t("none"), high: t("very much")},
  ];
}

/** Show times and numbers of an entry. */
export function showScales(entry) {
  document.getElementById("times").replaceChildren(time("bed", t("To bed"), entry), time("up", t("Up"), entry));
  document.getElementById("scales").replaceChildren(...scales().map((scale) => row(scale, entry[scale.name])));
}

function time(name, words, entry) {
  const field = timeField({id: `time-${name}`, value: entry[`${name}_time`], "aria-describedby": "times-hint"}, (told, how) => tell({[name]: told}, how));
  return make("div", {class: "time", data: {of: name}}, make("label", {for: field.id, text: words}), field, otherTime(name, entry));
}

/** A button for the other one of a time that came twice, as the clock was put back. */
function otherTime(name, entry) {
  const other = entry[`${name}_other`];
  if (!other) return null;
  return make("button", {type: "button", class: "quiet small", text: t("It was {time}", {time: other}), on: {click: () => {
    document.getElementById(`time-${name}`).value = other;
    tell({[name]: other});
  }}});
}

/** Show what of an entry's times follows from their being kept, and leave what is being typed. */
export function showKeptTimes(entry) {
  for (const row of document.querySelectorAll(".time[data-of]")) {
    row.querySelector("button")?.remove();
    const button = otherTime(row.dataset.of, entry);
    if (button) row.append(button);
  }
}

function row(scale, value) {
  const chosen = typeof value === "number" ? value : null;
  const items = [null, ...Array.from({length: MOST + 1}, (_, n) => n)].map((n) => {
    const field = make("input", {
      type: "radio", name: scale.name, value: n ?? "", "aria-label": n === null ? t("no answer") : named(scale, n),
      on: {change: () => { words?.replaceChildren(); tell({[scale.name]: n}); if (words) words.value = ""; }},
    });
    field.checked = n === chosen;
    return make("label", {class: n === null ? "none" : ""}, field, make("span", {"aria-hidden": "true", text: n ?? "–"}));
  });
  const between = chosen !== null && !Number.isInteger(chosen) ? ` (${chosen.toLocaleString()})` : "";
  let words = null;
  if (scale.orWords) {
    words = make("input", {
      id: `words-${scale.name}`, maxlength: 200, autocomplete: "off", placeholder: t("or in words"), "aria-label": scale.orWords,
      value: typeof value === "string" ? value : "",
      on: {input: () => {
        if (words.value.trim()) items[0].querySelector("input").checked = true;
        tell({[scale.name]: words.value.trim() || null}, {typing: true});
      }},
    });
  }
  const field = make("fieldset", {
    class: "scale",
    on: {keydown: (event) => {
      if (!/^\d$/.test(event.key) || event.target.type !== "radio" || event.ctrlKey || event.altKey || event.metaKey) return;
      // 10 is 1 and then 0.
      const n = event.key === "0" && field.dataset.last === "1" ? MOST : Number(event.key);
      field.dataset.last = event.key;
      setTimeout(() => { field.dataset.last = ""; }, 800);
      event.preventDefault();
      const button = items[n + 1].querySelector("input");
      button.focus();
      button.click();
    }},
  },
    make("legend", {}, `${scale.words}${between}`, make("span", {class: "ends soft small", text: t("0 {low} – 10 {high}", {low: scale.low, high: scale.high})})),
    make("div", {class: "numbers"}, ...items), words);
  return field;
}

function named(scale, n) {
  if (n === 0) return `${n}, ${scale.low}`;
  return n === MOST ? `${n}, ${scale.high}` : String(n);
}
