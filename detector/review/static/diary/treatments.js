// Treatments: one tap on a chip says that it was used, as it was the last time; below it how much, and when.

import {make, postJSON, say, t} from "/static/api.js";
import {treatmentName, treatmentWords} from "/static/diary/said.js";
import {tell} from "/static/diary/sending.js";
import {timeField} from "/static/diary/times.js";

const chips = document.getElementById("chips");
const list = document.getElementById("taken");
const repeat = document.getElementById("repeat");

let taken = null;
let offered = [];
let before = null;

const key = (name) => name.trim().replace(/\s+/g, " ").toLowerCase();

/** Show what is offered and what was used, as another answer of the server says. */
export function showTreatments(facts) {
  ({offered, before} = facts);
  taken = facts.entry.treatments;
  drawRepeat();
  drawChips();
  drawTaken();
}

function said() {
  tell({treatments: taken});
  drawChips();
  drawRepeat();
}

function drawRepeat() {
  const again = before?.length
    ? make("button", {
        type: "button", class: "quiet", text: t("As the day before: {what}", {what: before.map(treatmentWords).join(", ")}),
        on: {click: () => { taken = before.map((each) => ({...each})); said(); drawTaken(); }},
      })
    : null;
  const none = make("button", {
    type: "button", class: "quiet", text: t("None"), "aria-pressed": String(taken !== null && taken.length === 0),
    on: {click: () => { taken = taken !== null && taken.length === 0 ? null : []; said(); drawTaken(); }},
  });
  repeat.replaceChildren(...[again, none].filter(Boolean));
}

function drawChips() {
  const had = document.activeElement?.dataset?.chip;
  chips.replaceChildren(...offered.map((each) => make("button", {
    type: "button", class: "chip", data: {chip: key(each.name)}, text: treatmentWords({...each, at: null}),
    "aria-pressed": String(isTaken(each.name)),
    on: {click: () => toggle(each)},
  })));
  if (had) [...chips.children].find((chip) => chip.dataset.chip === had)?.focus();
}

function isTaken(name) {
  return (taken ?? []).some((each) => key(each.name) === key(name));
}

function toggle(each) {
  taken = isTaken(each.name)
    ? taken.filter((one) => key(one.name) !== key(each.name))
    : [...(taken ?? []), {name: each.name, amount: each.amount, unit: each.amount === null ? "" : each.unit, at: null}];
  if (taken.length === 0) taken = null;
  said();
  drawTaken();
}

function drawTaken() {
  list.replaceChildren(...(taken ?? []).map((each, place) => item(each, place)));
}

function item(each, place) {
  const name = treatmentName(each.name);
  const usual = offered.find((one) => key(one.name) === key(each.name));
  const change = (facts, how) => {
    Object.assign(each, facts);
    tell({treatments: taken}, how);
  };
  const amount = make("input", {
    type: "number", min: 0, max: 1000000, step: "any", inputmode: "decimal", value: each.amount ?? "",
    "aria-label": t("How much {what}", {what: name}),
    on: {input: () => {
      if (!amount.validity.valid) return;
      const much = amount.value === "" ? null : amount.valueAsNumber;
      change({amount: much, unit: much === null ? "" : unit.value.trim()}, {typing: true});
    }},
  });
  const unit = make("input", {
    class: "unit", maxlength: 40, autocomplete: "off", value: each.unit || usual?.unit || "", "aria-label": t("Unit of {what}", {what: name}),
    on: {input: () => { if (each.amount !== null) change({unit: unit.value.trim()}, {typing: true}); }},
  });
  const at = timeField({value: each.at ?? "", "aria-label": t("When {what}", {what: name})}, (told, how) => change({at: told}, how));
  return make("li", {},
    make("span", {class: "what", text: name}),
    make("span", {class: "much"}, amount, unit, at,
      make("button", {
        type: "button", class: "quiet", text: "×", "aria-label": t("Take out {what}", {what: name}),
        on: {click: () => {
          taken = taken.filter((_, other) => other !== place);
          if (taken.length === 0) taken = null;
          said();
          drawTaken();
          chips.querySelector("button")?.focus();
        }},
      }),
      make("button", {
        type: "button", class: "link small", text: t("never offer it again"), "aria-label": t("Never offer {what} again", {what: name}),
        on: {click: () => offer({name: each.name, listed: false})},
      })));
}

async function offer(one) {
  try {
    ({offered} = await postJSON("/api/diary/offer", one));
    drawChips();
    return true;
  } catch (error) {
    say(error.message, "bad");
    return false;
  }
}

document.getElementById("more").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = document.getElementById("another");
  const words = field.value.trim();
  if (!words) return;
  // "baclofen 10 mg" is a name and its usual amount.
  const found = words.match(/^(.*\D)\s+(\d+(?:[.,]\d+)?)\s*([^\d\s].*)?$/);
  const one = found
    ? {name: found[1].trim(), amount: Number(found[2].replace(",", ".")), unit: (found[3] ?? "").trim()}
    : {name: words, amount: null, unit: ""};
  if (!(await offer({...one, listed: true}))) return;
  field.value = "";
  const each = offered.find((other) => key(other.name) === key(one.name)) ?? one;
  if (!isTaken(each.name)) toggle(each);
});
