// The list of nights. Those that have changed are asked for one by one, the latest first: a year of them takes a while.

import {Refused, getJSON, loadTexts, make, postJSON, say, span, t, tn} from "/static/api.js";
import {WearersClock} from "/static/clock.js";
import {bindKeys} from "/static/keys.js";
import {megabytes, number, percent} from "/static/words.js";

const AT_ONCE = 2;

await loadTexts();
const list = document.getElementById("nights");
const chosen = new Set();
const lead = document.getElementById("lead");

async function begin() {
  const {folder, nights, lines} = await getJSON("/api/nights");
  document.getElementById("none").hidden = nights.length > 0;
  lead.textContent = nights.length ? tn("{n} night", "{n} nights", nights.length) : t("Nights are kept in {folder}.", {folder});
  const items = nights.map((night) => make("li", {class: "card night", data: {key: night.key}}, waiting(night)));
  list.replaceChildren(...items);
  document.getElementById("places").replaceChildren(...usual().map((value) => make("option", {value})));
  for (const item of items) if (lines[item.dataset.key]) show(item, lines[item.dataset.key]);
  const queue = items.filter((item) => !lines[item.dataset.key]);
  await Promise.all(Array.from({length: AT_ONCE}, async () => {
    for (let item = queue.shift(); item; item = queue.shift()) await fillIn(item);
  }));
}

function usual() {
  return [
    t("left calf"), t("right calf"), t("left thigh"), t("right thigh"), t("left foot"), t("right foot"), t("left upper arm"), t("right upper arm"),
    t("left forearm"), t("right forearm"), t("left hand"), t("right hand"), t("back"), t("chest"), t("neck"),
  ];
}

function waiting(night) {
  return make("div", {class: "night-when"}, make("h2", {}, link(night.key, night.name)), make("p", {class: "soft", text: "…"}));
}

async function fillIn(item) {
  try {
    show(item, await getJSON(`/api/nights/${item.dataset.key}`));
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.status === 404) item.remove();
    else item.append(make("p", {class: "bad-words", text: error.message}));
  }
}

function link(key, words) {
  return make("a", {href: `/night/${key}`, text: words, data: {from: "night"}});
}

function show(item, line) {
  item.dataset.state = line.state;
  if (line.state === "locked") item.replaceChildren(locked(line));
  else if (line.state === "damaged") item.replaceChildren(damaged(line));
  else item.replaceChildren(...whole(line));
}

function whole(line) {
  const clock = new WearersClock(line.start_ms ?? 0, line.timezone, line.has_date);
  const times = line.length_s === null
    ? t("no samples")
    : t("{from} to {to} · {length}", {from: clock.minutes(0), to: clock.minutes(line.length_s), length: span(line.length_s)});
  const day = line.start_ms === null || !line.has_date ? line.name : clock.evening();
  return [
    make("div", {class: "night-when"},
      make("h2", {}, link(line.key, day)),
      make("p", {class: "soft"}, times),
      line.state === "recording" ? null : choice(line, day),
      line.state === "recording" ? make("p", {class: "badge live", text: t("being recorded")}) : null,
      line.has_date && !line.name.match(/^\d{4}-\d\d-\d\d$/) ? make("p", {class: "soft small", text: line.name, data: {from: "night"}}) : null),
    make("div", {class: "night-who"}, ...line.sensors.map((sensor) => wearable(line, sensor))),
    make("dl", {class: "night-facts"},
      fact(t("recorded"), percent(line.recorded_share), line.recorded_share),
      fact(t("measurable"), percent(line.measurable_share), line.measurable_share),
      fact(t("judged"), percent(line.reviewed_share), line.reviewed_share),
      fact(t("size"), megabytes(line.size_bytes))),
  ];
}

/** A box to choose the night by, to judge it together with others. */
function choice(line, day) {
  const box = make("input", {type: "checkbox", value: line.key, checked: chosen.has(line.key), on: {change: () => {
    if (box.checked) chosen.add(line.key);
    else chosen.delete(line.key);
    document.getElementById("together").hidden = chosen.size < 1;
    document.getElementById("to-judge").hidden = chosen.size < 2;
    document.getElementById("choose-more").hidden = chosen.size > 1;
    document.getElementById("to-judge").href = `/judge?${new URLSearchParams([...chosen].map((key) => ["night", key]))}`;
  }}});
  return make("p", {class: "row small choice"}, make("a", {href: `/judge?night=${line.key}`, text: t("judge")}), make("label", {class: "row"}, box, t("together with others")));
}

function fact(words, value, share = null) {
  const bar = make("span", {class: "bar", "aria-hidden": "true"}, make("span"));
  bar.firstChild.style.width = `${100 * (share ?? 0)}%`;
  return make("div", {}, make("dt", {text: words}), make("dd", {}, make("span", {text: value}), share === null ? null : bar));
}

function wearable(line, sensor) {
  const rate = sensor.per_hour === null
    ? make("p", {class: "rate"}, make("strong", {text: sensor.twitch_count.toLocaleString()}), make("span", {text: t("twitches, in too short a time for a rate")}))
    : make("p", {class: "rate"},
        make("strong", {text: rounded(sensor.per_hour, sensor)}),
        make("span", {}, t("twitches an hour"),
          make("span", {class: "soft", text: t("likely {low} to {high}", {low: rounded(sensor.low_per_hour, sensor), high: rounded(sensor.high_per_hour, sensor)})})));
  return make("div", {class: "worn"}, rate, real(sensor),
    make("p", {class: "soft small"}, make("span", {text: sensor.name, data: {from: "night"}})),
    place(line, sensor));
}

function rounded(value, {per_hour: most}) {
  return number(value, most < 10 ? 1 : 0);
}

/** How many of them are twitches by the labels, where these say so. */
function real({true_per_hour: rate, low_true_per_hour: low, high_true_per_hour: high}) {
  if (rate === null) return null;
  const [middle, from, to] = [rate, low, high].map((each) => rounded(each, {per_hour: rate}));
  return make("p", {class: "small", text: t("of them real, by the labels: {rate}, likely {low} to {high}", {rate: middle, low: from, high: to})});
}

/** Where it was worn: words that turn into a field. */
function place(line, sensor) {
  const button = make("button", {
    type: "button", class: "link", text: sensor.place ?? t("where was it worn?"), data: sensor.place ? {from: "night"} : {},
    on: {click: () => form.replaceWith(asking())},
  });
  if (sensor.place) button.setAttribute("aria-label", t("worn at {place}: change", {place: sensor.place}));
  const form = make("p", {class: "small"}, line.state === "recording" ? sensor.place ?? "" : button);
  function asking() {
    const field = make("input", {name: "place", list: "places", maxlength: 60, autocomplete: "off", value: sensor.place ?? "", "aria-label": t("Where {name} was worn", {name: sensor.name})});
    const asked = make("form", {class: "row small", on: {
      submit: async (event) => {
        event.preventDefault();
        try {
          await postJSON(`/api/night/${line.key}/place`, {sensor: sensor.name, place: field.value});
        } catch (error) {
          say(error.message, "bad");
          return;
        }
        say(t("Kept in the night."));
        const item = list.querySelector(`[data-key="${line.key}"]`);
        await fillIn(item);
        item.querySelector("button.link")?.focus();
      },
      keydown: (event) => {
        if (event.key !== "Escape") return;
        asked.replaceWith(form);
        button.focus();
      },
    }}, field, make("button", {type: "submit", class: "quiet", text: t("Keep")}));
    setTimeout(() => field.focus());
    return asked;
  }
  return form;
}

function damaged(line) {
  return make("div", {class: "night-when wide"},
    make("h2", {text: line.name, data: {from: "night"}}),
    make("p", {class: "badge bad", text: t("cannot be read")}),
    make("p", {class: "soft", text: line.words, data: {from: "program"}}),
    make("p", {class: "soft small"}, t("If it ever was one, what is sound of it can be saved into a new file, from a terminal:"), " ", make("code", {translate: "no", text: `fasciwatch check ${line.name} --repair saved.night`})));
}

function locked(line) {
  const field = make("input", {type: "password", id: `pass-${line.key}`, required: true, autocomplete: "off"});
  const words = make("p", {class: "bad-words", role: "alert"});
  const form = make("form", {class: "row", on: {submit: async (event) => {
    event.preventDefault();
    try {
      await postJSON("/api/unlock", {night: line.key, passphrase: field.value});
    } catch (error) {
      words.textContent = error.message;
      field.select();
      return;
    }
    field.value = "";
    say(t("Unlocked, for as long as this page's program runs."));
    for (const item of [...list.children].filter((each) => each.dataset.state === "locked")) await fillIn(item);
    document.querySelector(`[data-key="${line.key}"] a`)?.focus();
  }}},
  make("label", {for: field.id, text: t("Passphrase")}), field, make("button", {type: "submit", text: t("Unlock")}));
  return make("div", {class: "night-when wide"},
    make("h2", {text: line.name, data: {from: "night"}}),
    make("p", {class: "badge", text: t("encrypted")}), form, words,
    make("p", {class: "soft small", text: t("It is kept in this program's memory alone, and forgotten with its end.")}));
}

function step(by) {
  const links = [...list.querySelectorAll("h2 a")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
}

bindKeys([
  {id: "next-night", words: t("the next night; Enter opens it"), keys: ["ArrowDown"], letter: "j", run: () => step(1)},
  {id: "previous-night", words: t("the night before it in the list"), keys: ["ArrowUp"], letter: "k", run: () => step(-1)},
]);

begin().catch((error) => {
  lead.textContent = "";
  say(error.message, "bad");
});
