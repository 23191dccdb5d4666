// One night at a glance.

import {getArrays, getJSON, loadTexts, make, say, span, t, tn} from "/static/api.js";
import {KINDS, coloursOf, mark} from "/static/canvas.js";
import {WearersClock} from "/static/clock.js";
import {bindKeys} from "/static/keys.js";
import {watchFile} from "/static/file.js";
import {WAVE_S} from "/static/lanes.js";
import {Chart} from "/static/overview.js";
import {hours, missing, tiles} from "/static/summary.js";
import {kindWords, number} from "/static/words.js";

const MOST_ROWS = 60;
const SETTLED_MS = 500;

await loadTexts();
const key = document.body.dataset.night;
const $ = (id) => document.getElementById(id);

async function begin() {
  const night = await getJSON(`/api/night/${key}`);
  const clock = new WearersClock(night.start_ms, night.zone, night.has_date);
  heading(night, clock);
  const chart = new Chart($("chart"), night, clock, {moved, picked, pointed});
  let settling = 0;

  function moved(view) {
    clearTimeout(settling);
    settling = setTimeout(() => {
      const words = t("{from} to {to}: {events}", {from: clock.seconds(view.from), to: clock.seconds(view.to), events: chart.lanes.counted(view)});
      $("said").textContent = words;
      if (document.activeElement === $("chart")) say(words);
      list(view);
    }, SETTLED_MS);
  }

  function picked(event) {
    if (event !== null) say(eventWords(event));
    for (const row of $("events").tBodies[0].rows) row.toggleAttribute("aria-current", Number(row.dataset.event) === event);
    list(chart.view);
  }

  function pointed(at) {
    $("readout").textContent = at === null || at < 0 || at > night.length_s ? "" : `${clock.exactly(at, chart.view.to - chart.view.from < 60 ? 2 : 0)} · ${chart.lanes.wordsAt(at)}`;
  }

  function eventWords(i) {
    const {events} = night;
    return t("{kind} at {when}: {mg} mg peak to peak, lasts {lasts}, score {score}", {
      kind: kindWords(night.kinds[events.kind[i]]), when: clock.exactly(events.at[i], 2), mg: number(events.p2p_mg[i]),
      lasts: span(events.duration_s[i]), score: number(events.score[i]),
    });
  }

  function list(view) {
    const {events} = night;
    const found = [];
    let count = 0;
    for (let i = 0; i < events.at.length; i += 1) {
      if (events.at[i] < view.from || events.at[i] > view.to || !view.shown.has(night.kinds[events.kind[i]])) continue;
      count += 1;
      if (found.length < MOST_ROWS) found.push(i);
    }
    $("events-words").textContent = count > found.length
      ? t("The first {n} of {count}; come closer to see the others.", {n: found.length, count: count.toLocaleString()})
      : tn("{n} event", "{n} events", count);
    $("events").tBodies[0].replaceChildren(...found.map((i) => make("tr", {data: {event: String(i)}, "aria-current": i === view.chosen ? "true" : null},
      make("td", {}, make("button", {type: "button", class: "link", text: clock.exactly(events.at[i], 1), on: {click: () => chart.choose(i, {closer: true})}})),
      make("td", {}, sign(night.kinds[events.kind[i]]), kindWords(night.kinds[events.kind[i]])),
      make("td", {class: "n", text: number(events.p2p_mg[i], 0)}),
      make("td", {class: "n", text: span(events.duration_s[i])}),
      make("td", {class: "n", text: number(events.score[i])}))));
  }

  function legend() {
    $("legend").replaceChildren(...chart.lanes.kinds.map((kind) => {
      const button = make("button", {type: "button", class: "quiet", "aria-pressed": "true", on: {click: () => {
        const {shown} = chart.view;
        if (!shown.delete(kind)) shown.add(kind);
        button.setAttribute("aria-pressed", String(shown.has(kind)));
        chart.redraw();
        moved(chart.view);
      }}}, sign(kind), kindWords(kind), make("span", {class: "soft", text: night.events.kind.filter((each) => each === night.kinds.indexOf(kind)).length.toLocaleString()}));
      return button;
    }));
  }

  function pass() {
    chart.view.passed = !chart.view.passed;
    $("passed").setAttribute("aria-pressed", String(chart.view.passed));
    const isNear = chart.view.to - chart.view.from <= WAVE_S;
    say(!isNear ? t("This is seen from {s} seconds down: come closer, by +, the wheel, or an event of the list.", {s: WAVE_S})
      : chart.view.passed ? t("High-passed at 1.5 Hz, in the browser: for looking, not what the detector sees.") : t("Raw, as recorded, less its mean."));
    chart.redraw();
  }

  const inChart = (act) => () => (document.activeElement === $("chart") ? act() : false);
  bindKeys([
    {id: "earlier", words: t("earlier"), keys: ["ArrowLeft"], run: () => chart.pan(-0.2)},
    {id: "later", words: t("later"), keys: ["ArrowRight"], run: () => chart.pan(0.2)},
    {id: "closer", words: t("closer (the arrow: while the chart has the focus)"), keys: ["ArrowUp", "+", "="], run: (event) => (event.key === "ArrowUp" ? inChart(() => chart.zoom(0.5))() : chart.zoom(0.5))},
    {id: "wider", words: t("wider"), keys: ["ArrowDown", "-"], run: (event) => (event.key === "ArrowDown" ? inChart(() => chart.zoom(2))() : chart.zoom(2))},
    {id: "page-earlier", words: t("a whole screen earlier"), keys: ["PageUp"], run: inChart(() => chart.pan(-1))},
    {id: "page-later", words: t("a whole screen later"), keys: ["PageDown"], run: inChart(() => chart.pan(1))},
    {id: "first", words: t("to the start of the night"), keys: ["Home"], run: inChart(() => chart.show(0, chart.view.to - chart.view.from))},
    {id: "last", words: t("to its end"), keys: ["End"], run: inChart(() => chart.show(chart.length - (chart.view.to - chart.view.from), chart.length))},
    {id: "whole", words: t("the whole night"), keys: ["0", "Escape"], run: () => chart.whole()},
    {id: "next", words: t("the next event"), keys: ["Shift+ArrowRight"], letter: "n", run: () => chart.step(1)},
    {id: "previous", words: t("the event before"), keys: ["Shift+ArrowLeft"], letter: "p", run: () => chart.step(-1)},
    {id: "look", words: t("come close to the chosen event"), keys: ["Enter"], run: () => (chart.view.chosen === null ? false : chart.choose(chart.view.chosen, {closer: true}))},
    {id: "pass", words: t("high-passed or raw"), keys: [], letter: "h", run: pass},
  ]);
  for (const [id, act] of Object.entries({
    earlier: () => chart.pan(-0.2), later: () => chart.pan(0.2), closer: () => chart.zoom(0.5), wider: () => chart.zoom(2), whole: () => chart.whole(), passed: pass,
  })) $(id).addEventListener("click", act);
  legend();
  moved(chart.view);
  watchFile(key, document.body.dataset.name, night);
  window.chart = chart; // for the benchmark of the page, which measures its frames
  await Promise.all([
    ...night.sensors.map(async (_, place) => chart.setMovement(place, await getArrays(`/api/night/${key}/movement?sensor=${place}`))),
    numbers(clock),
  ]);
  document.body.dataset.ready = "yes";
  // Whoever looks at a night is likely to judge it next: the server gets its snippets ready while nobody waits for them.
  setTimeout(() => getJSON(`/api/snippets/warm?night=${key}`).catch(() => {}), 500);
}

function heading(night, clock) {
  const day = night.has_date && night.start_ms ? t("Night of {day}", {day: clock.evening()}) : night.name;
  $("title").textContent = day;
  $("to-judge").hidden = night.recording;
  $("lead").textContent = [
    t("{from} to {to} · {length}", {from: clock.minutes(0), to: clock.minutes(night.length_s), length: span(night.length_s)}),
    night.zone ?? t("this computer's time"),
    night.recording ? t("being recorded: load this page again to see more, and judge it afterwards") : null,
  ].filter(Boolean).join(" · ");
}

async function numbers(clock) {
  const summary = await getJSON(`/api/night/${key}/summary`);
  $("tiles").replaceChildren(...tiles(summary));
  $("hours").replaceChildren(...hours(summary, clock));
  $("missing").replaceChildren(...missing(summary, clock));
}

/** A kind's sign for the list: the shape of the chart, drawn once. */
function sign(kind) {
  const canvas = make("canvas", {class: "sign-of-kind", width: 28, height: 28, "aria-hidden": "true"});
  const context = canvas.getContext("2d");
  context.fillStyle = coloursOf(document.body).kinds[KINDS.includes(kind) ? kind : "tap"];
  mark(context, kind, 14, 14, 8.5);
  return canvas;
}

begin().catch((error) => {
  $("lead").textContent = "";
  say(error.message, "bad");
});
