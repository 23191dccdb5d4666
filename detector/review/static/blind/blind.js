// Twenty twitches of each of many nights, mixed. What was said is sent one label after the other, and never lost in silence.

import {getArrays, getJSON, loadTexts, make, postJSON, say, t, tn} from "/static/api.js";
import {bindKeys, keyOf, keyWords, onKeysChanged} from "/static/keys.js";
import {Snippets} from "/static/blind/snippets.js";
import {One} from "/static/judge/waveform.js";

const holder = document.getElementById("view");
const acts = document.getElementById("acts");
const progress = document.getElementById("progress");

let events = null;
let order = [];
let at = 0;
let done = 0;
let card = null;
const said = new Map();
const waiting = [];
let isSending = false;

async function start() {
  await loadTexts();
  const {nights} = await getJSON(`/api/blind?${document.getElementById("judge").dataset.query}`);
  const parts = [];
  for (const [number, night] of nights.entries()) {
    progress.textContent = t("fetched {done} of {all} nights", {done: number, all: nights.length});
    try {
      parts.push({...night, ...await getArrays(`/api/blind/${night.key}?sensor=${night.sensor}`)});
    } catch (error) {
      say(error.message, "bad");
    }
  }
  events = new Snippets(parts);
  done = parts.reduce((sum, part) => sum + part.done, 0);
  order = mixed(events.size);
  bindKeys(commands());
  onKeysChanged(showActs);
  update();
  document.body.dataset.ready = "";
}

/** Numbers from 0 on in an order of chance. */
function mixed(size) {
  const found = Array.from({length: size}, (_, number) => number);
  for (let last = size - 1; last > 0; last -= 1) {
    const other = Math.floor(Math.random() * (last + 1));
    [found[last], found[other]] = [found[other], found[last]];
  }
  return found;
}

function update() {
  const all = done + events.size;
  const bar = make("span", {class: "bar", "aria-hidden": true}, make("span"));
  bar.style.setProperty("--share", all ? (done + said.size) / all : 1);
  progress.replaceChildren(t("{n} of {all} judged", {n: done + said.size, all}), bar);
  const isOver = at >= order.length;
  acts.hidden = isOver;
  if (isOver) {
    card = null;
    const words = events.size
      ? tn("{n} twitch judged. What you said is kept in your nights.", "{n} twitches judged. What you said is kept in your nights.", said.size)
      : t("Of all nights that count here, twenty twitches are judged, or as many as there are.");
    holder.replaceChildren(make("section", {class: "card estimate", tabindex: -1, "aria-labelledby": "over"}, make("h2", {id: "over", text: t("Nothing is left to judge")}), make("p", {text: words})));
    holder.firstChild.focus({preventScroll: true});
    return;
  }
  if (!card) {
    card = make("section", {class: "card", "aria-label": t("One twitch of the sample"), tabindex: -1}, make("div", {class: "strip"}, make("strong", {text: t("Is this a twitch?")})));
    card.one = new One(card, events, t("Acceleration around the event"));
    holder.replaceChildren(make("div", {class: "single"}, card));
    card.focus({preventScroll: true});
    showActs();
  }
  card.one.show(order[at]);
}

function label(word) {
  if (at >= order.length) return false;
  const event = order[at];
  said.set(event, word);
  at += 1;
  waiting.push({event, word});
  document.getElementById("heard").textContent = {yes: t("Yes"), no: t("No"), unsure: t("Unsure")}[word];
  send();
  update();
  return true;
}

function back() {
  if (!at) return false;
  at -= 1;
  update();
  return true;
}

/** Send what waits, in its order; what fails waits on, and is said. */
async function send() {
  if (isSending) return;
  isSending = true;
  try {
    while (waiting.length) {
      const {event, word} = waiting[0];
      await postJSON("/api/blind/label", {...events.of(event), label: word});
      waiting.shift();
      say("");
    }
  } catch (error) {
    say(t("Not saved: {why}", {why: error.message}), "bad");
  }
  isSending = false;
}

addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });

function commands() {
  return [
    {id: "yes", words: t("yes, it is one"), keys: ["Enter"], letter: "y", run: () => label("yes"), button: t("Yes"), look: "yes"},
    {id: "no", words: t("no, it is none"), keys: [" "], letter: "n", run: () => label("no"), button: t("No"), look: "no"},
    {id: "unsure", words: t("unsure"), keys: ["ArrowDown"], letter: "u", run: () => label("unsure"), button: t("Unsure")},
    {id: "back", words: t("back to the one before"), keys: ["ArrowLeft"], letter: "z", run: back, button: t("Back")},
  ];
}

function showActs() {
  acts.replaceChildren(...commands().map((command) => {
    const key = keyOf(command);
    return make("button", {type: "button", class: command.look ?? "", on: {click: () => { command.run(); card?.focus({preventScroll: true}); }}},
      command.button, key ? make("kbd", {"aria-hidden": true, text: keyWords(key)}) : null);
  }));
}

start().catch((error) => {
  holder.replaceChildren();
  say(error.message, "bad");
});
