// The diary: an evening at a time, last night's first. Whatever is tapped or typed is kept at once.

import {getJSON, loadTexts, make, postJSON, say, t, tn} from "/static/api.js";
import {bindKeys} from "/static/keys.js";
import {dayWords, feltWords, parts} from "/static/diary/said.js";
import {showKeptTimes, showScales} from "/static/diary/scales.js";
import {flush, speakOf, tell} from "/static/diary/sending.js";
import {showTreatments} from "/static/diary/treatments.js";

await loadTexts();
const field = document.getElementById("evening");
const history = document.getElementById("history");
const STEP_MS = 180_000;
let shown = "";
let today = "";

async function open(evening = "") {
  await flush();
  const facts = await getJSON(`/api/diary${evening ? `?evening=${evening}` : ""}`);
  document.getElementById("locked").hidden = !facts.locked;
  document.getElementById("diary").hidden = facts.locked;
  shown = facts.evening;
  field.value = shown;
  document.getElementById("which").textContent = t("The night that began on {day}", {day: dayWords(shown)});
  if (facts.locked) {
    document.getElementById("earlier-card").hidden = true;
    document.getElementById("passphrase").focus();
    return;
  }
  ({today} = facts);
  field.max = today;
  document.getElementById("day-after").disabled = shown >= today;
  speakOf(shown, kept);
  showScales(facts.entry);
  showTreatments(facts);
  showWords(facts.entry);
  document.getElementById("felt").textContent = feltWords(facts.marks, facts.felt);
  history.open = false;
  history.hidden = facts.entry.version === 0;
  showEarlier(facts);
  document.body.dataset.ready = shown;
}

/** What the server has kept may be more than was tapped: a time that comes twice, say. */
function kept(entry, answers) {
  history.hidden = entry.version === 0;
  if (history.open) showHistory();
  if ("bed" in answers || "up" in answers) showKeptTimes(entry);
}

function showWords(entry) {
  const spasms = make("input", {
    id: "spasms", maxlength: 200, autocomplete: "off", value: entry.spasms_per_hour ?? "",
    on: {input: () => tell({spasms: spasms.value.trim() || null}, {typing: true})},
  });
  const note = make("textarea", {
    id: "note", rows: 3, maxlength: 4000, on: {input: () => tell({note: note.value}, {typing: true})},
  });
  note.value = entry.note;
  for (const each of [spasms, note]) each.addEventListener("blur", () => flush());
  document.getElementById("words").replaceChildren(
    make("label", {for: "spasms", text: t("Spasms an hour while you were awake, about how many, or in words")}), spasms,
    make("label", {for: "note", text: t("Anything else")}), note);
}

async function showHistory() {
  const {versions} = await getJSON(`/api/diary/${shown}/history`);
  // Each tap is a word of its own: of those in a row the last one is what was said then.
  const stayed = versions.filter((entry, place) => place === 0 || new Date(versions[place - 1].said) - new Date(entry.said) > STEP_MS);
  document.getElementById("versions").replaceChildren(...stayed.map((entry) => make("li", {},
    make("span", {class: "soft small", text: new Date(entry.said).toLocaleString(undefined, {dateStyle: "medium", timeStyle: "short"})}), " ",
    make("span", {text: parts(entry).join(", ") || t("nothing")}))));
}

function showEarlier({earlier, more}) {
  document.getElementById("earlier-card").hidden = earlier.length === 0;
  document.getElementById("earlier").replaceChildren(...earlier.map((entry) => make("li", {},
    make("button", {
      type: "button", class: "link", text: dayWords(entry.evening, {weekday: "short", day: "numeric", month: "short", year: "numeric"}),
      on: {click: () => go(entry.evening)},
    }),
    make("span", {text: parts(entry).join(", ")}))));
  document.getElementById("more-entries").textContent = more
    ? tn("{n} older evening: fasciwatch diary show", "{n} older evenings: fasciwatch diary show", more) : "";
}

async function go(evening) {
  try {
    await open(evening);
    window.history.replaceState(null, "", `/diary?evening=${shown}`);
    window.scrollTo(0, 0);
  } catch (error) {
    say(error.message, "bad");
  }
}

function shift(days) {
  const day = new Date(`${shown}T12:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  const evening = day.toISOString().slice(0, 10);
  if (!today || evening <= today) go(evening);
}

document.getElementById("day-before").addEventListener("click", () => shift(-1));
document.getElementById("day-after").addEventListener("click", () => shift(1));
field.addEventListener("change", () => { if (field.value && field.validity.valid) go(field.value); });
history.addEventListener("toggle", () => { if (history.open) showHistory(); });
document.getElementById("locked").addEventListener("submit", async (event) => {
  event.preventDefault();
  const passphrase = document.getElementById("passphrase");
  try {
    await postJSON("/api/diary/unlock", {passphrase: passphrase.value});
    passphrase.value = "";
    await open(shown);
  } catch (error) {
    say(error.message, "bad");
  }
});
bindKeys([
  {id: "before", words: t("The evening before"), keys: ["PageUp"], letter: "p", run: () => shift(-1)},
  {id: "after", words: t("The evening after"), keys: ["PageDown"], letter: "n", run: () => shift(1)},
]);

try {
  await open(new URLSearchParams(location.search).get("evening") ?? "");
} catch (error) {
  document.getElementById("which").textContent = error.message;
}
