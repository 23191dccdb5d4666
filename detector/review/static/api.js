// What every view asks the server by, and the words it says. Nothing else calls fetch.

let catalogue = {};

/** Load the words of the page's language; await it once, before anything is said. */
export async function loadTexts() {
  catalogue = await getJSON("/api/texts");
}

function fill(words, values) {
  return words.replace(/\{(\w+)\}/g, (all, name) => (name in values ? String(values[name]) : all));
}

/** Say something in the page's language: t("{count} events", {count}). The first argument is a literal, always. */
export function t(words, values = {}) {
  return fill(catalogue[words] ?? words, values);
}

/** Say something of a number: tn("{n} event", "{n} events", n). */
export function tn(one, many, n, values = {}) {
  const forms = catalogue[one] ?? [one, many];
  return fill(n === 1 ? forms[0] : forms[1], {n: n.toLocaleString(), ...values});
}

/** What the server has refused, in words that can be shown. */
export class Refused extends Error {
  constructor(words, status) {
    super(words);
    this.status = status;
  }
}

async function ask(path, options = {}) {
  let answer;
  try {
    answer = await fetch(path, {credentials: "same-origin", ...options});
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(t("The page's program does not answer. Start it again: fasciwatch review"), 0);
  }
  if (answer.ok) return answer;
  let words = answer.status === 401
    ? t("This page has been closed. Press Enter in the terminal to open it again.")
    : t("This did not work ({status}).", {status: answer.status});
  if (answer.headers.get("content-type")?.startsWith("application/json")) {
    words = (await answer.json()).error ?? words;
  }
  throw new Refused(words, answer.status);
}

/** Ask for facts. */
export async function getJSON(path, options) {
  return (await ask(path, options)).json();
}

/** Send something; gives what is answered. Writes go to disk before the answer comes. */
export async function postJSON(path, value) {
  const options = {method: "POST", headers: {"content-type": "application/json"}, body: JSON.stringify(value)};
  return (await ask(path, options)).json();
}

/** Ask for arrays: facts with their arrays by name, each with a `shape`. */
export async function getArrays(path, options) {
  return unpack(await (await ask(path, options)).arrayBuffer());
}

const TYPES = {
  int8: Int8Array, uint8: Uint8Array, int16: Int16Array, uint16: Uint16Array, int32: Int32Array,
  uint32: Uint32Array, float32: Float32Array, float64: Float64Array,
};

/** Take apart what `pack` of pages.py has put together; the arrays share the buffer. */
export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const {arrays, ...facts} = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  for (const [name, {type, shape, at}] of Object.entries(arrays)) {
    facts[name] = new TYPES[type](buffer, 4 + length + at, shape.reduce((a, b) => a * b, 1));
    facts[name].shape = shape;
  }
  return facts;
}

const STAYS_MS = 8000;
let going = 0;

/** Tell something to whoever looks and to whoever listens; what is bad stays until the next word. */
export function say(words, kind = "") {
  const status = document.getElementById("status");
  clearTimeout(going);
  status.textContent = words;
  status.dataset.kind = kind;
  if (kind !== "bad") going = setTimeout(() => { status.textContent = ""; }, STAYS_MS);
}

/** Make an element: make("td", {class: "n", text: "5"}, child, …). Text is never HTML. */
export function make(tag, facts = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(facts)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") element.textContent = value;
    else if (name === "on") for (const [event, act] of Object.entries(value)) element.addEventListener(event, act);
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Length of time in words: 7 h 58 min, 12 min 30 s, 1.4 s. */
export function span(seconds) {
  if (seconds > 0 && seconds < 0.1) return unbroken(t("{ms} ms", {ms: Math.max(1, Math.round(1000 * seconds))}));
  if (seconds < 60) return unbroken(t("{s} s", {s: seconds.toLocaleString(undefined, {maximumFractionDigits: 1})}));
  const whole = Math.round(seconds);
  const all = Math.floor(whole / 60);
  if (all < 60) return unbroken(t("{m} min {s} s", {m: all, s: String(whole % 60).padStart(2, "0")}));
  return unbroken(t("{h} h {m} min", {h: Math.floor(all / 60), m: String(all % 60).padStart(2, "0")}));
}

/** The same in whole minutes. */
export function minutes(seconds) {
  return unbroken(t("{m} min", {m: Math.round(seconds / 60)}));
}

/** Words that stay on one line. */
export function unbroken(words) {
  return words.replaceAll(" ", "\u00a0");
}
