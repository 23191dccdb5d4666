// Half a minute to either side of an event, of all wearables: as recorded, or high-passed in the browser.

import {getArrays, make, say, t} from "/static/api.js";
import {Surface, highPass, roundLength, scaleBar, wave} from "/static/canvas.js";

const LEFT = 52;

export class Around {
  /** `nameOf(event, isBlind)` says in words which event it is. */
  constructor(events, nameOf) {
    this.events = events;
    this.nameOf = nameOf;
    this.isPassed = true;
    this.kept = new Map();
    this.canvas = make("canvas", {class: "around", role: "img"});
    this.words = make("p", {class: "soft"});
    this.raw = make("button", {type: "button", class: "quiet", "aria-pressed": "false", text: t("As recorded"), on: {click: () => this.pass(false)}});
    this.passed = make("button", {type: "button", class: "quiet", "aria-pressed": "true", text: t("High-passed at 1.5 Hz"), on: {click: () => this.pass(true)}});
    this.dialog = make("dialog", {class: "wide", "aria-labelledby": "around-title"},
      make("h2", {id: "around-title", text: t("Half a minute before and after")}),
      make("div", {class: "row", role: "group", "aria-label": t("Filter")}, this.passed, this.raw),
      this.canvas, this.words,
      make("p", {class: "row end"}, make("button", {type: "button", text: t("Close"), on: {click: () => this.dialog.close()}})));
    this.dialog.addEventListener("keydown", (event) => {
      // The key that has opened it closes it.
      if (event.key === this.key) this.dialog.close();
    });
    document.body.append(this.dialog);
    this.surface = new Surface(this.canvas, (...all) => this.draw(...all));
  }

  async open(event, isBlind, key) {
    this.key = key;
    this.event = event;
    const {events} = this;
    const night = events.nights[events.night[event]];
    try {
      this.facts = await getArrays(`/api/around?night=${night.key}&began=${night.began}&event=${events.index[event]}`);
    } catch (error) {
      say(error.message, "bad");
      return;
    }
    this.lines = this.facts.lanes.map(({rate}, number) => {
      const mg = this.facts[`lane${number}`];
      const points = mg.shape[1];
      const axes = [0, 1, 2].map((axis) => mg.subarray(axis * points, (axis + 1) * points));
      return {rate, points, raw: axes.map(lessMedian), passed: axes.map((values) => passedInPieces(values, rate))};
    });
    this.isBlind = isBlind;
    this.words.textContent = `${this.nameOf(event, isBlind)} · ${t("x blue, y orange, z green; the event is shaded")}`;
    const sensors = this.facts.lanes.map(({sensor}) => sensor).join(", ");
    this.canvas.setAttribute("aria-label", t("Acceleration of {sensors} around the event", {sensors}));
    if (!this.dialog.open) this.dialog.showModal();
    this.surface.fit();
  }

  pass(isPassed) {
    this.isPassed = isPassed;
    this.passed.setAttribute("aria-pressed", isPassed);
    this.raw.setAttribute("aria-pressed", !isPassed);
    this.surface.paint();
  }

  draw(context, width, height, colours) {
    context.fillStyle = colours.card;
    context.fillRect(0, 0, width, height);
    if (!this.lines) return;
    const {events, event} = this;
    const span = 2 * this.facts.around;
    const w = width - LEFT - 8;
    const each = (height - 22) / this.lines.length;
    const xOf = (s) => LEFT + ((s + span / 2) / span) * w;
    context.fillStyle = colours.wash;
    context.fillRect(xOf(0), 0, Math.max(3, (events.duration[event] / span) * w), height - 22);
    this.lines.forEach((line, number) => {
      const values = this.isPassed ? line.passed : line.raw;
      let most = 10;
      for (const axis of values) for (const value of axis) if (Math.abs(value) > most) most = Math.abs(value);
      const perMg = (each - 16) / (2 * most);
      const middle = number * each + each / 2;
      context.lineWidth = 1;
      for (let axis = 0; axis < 3; axis += 1) {
        context.strokeStyle = colours.axes[axis];
        wave(context, values[axis], 0, line.points, LEFT, w / line.points, (value) => middle - value * perMg);
      }
      const mg = roundLength(most);
      scaleBar(context, LEFT - 4, middle + (mg * perMg) / 2, perMg, mg, colours, `${mg} mg`);
      context.textAlign = "left";
      context.textBaseline = "top";
      context.fillStyle = colours.soft;
      context.fillText(this.facts.lanes[number].sensor, LEFT + 6, number * each + 4);
    });
    context.fillStyle = colours.soft;
    context.font = `12px ${colours.font}`;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    const apart = w > 400 ? 10 : 15;
    for (let s = -span / 2 + apart; s < span / 2; s += apart) context.fillText(`${s > 0 ? "+" : ""}${s} s`, xOf(s), height - 4);
  }
}

function lessMedian(values) {
  const there = values.filter(Number.isFinite).sort();
  const median = there.length ? there[there.length >> 1] : 0;
  return values.map((value) => value - median);
}

/** What is missing restarts the filter, and stays missing. */
function passedInPieces(values, rate) {
  const out = new Float32Array(values.length).fill(NaN);
  let from = 0;
  while (from < values.length) {
    while (from < values.length && Number.isNaN(values[from])) from += 1;
    let to = from;
    while (to < values.length && !Number.isNaN(values[to])) to += 1;
    if (to > from) out.set(highPass(values.subarray(from, to), rate), from);
    from = to;
  }
  return out;
}
