// The lanes of a night: movement or waveform, events by kind, what was measurable, pulse, wearable by wearable.

import {tn, t} from "/static/api.js";
import {KINDS, line, mark, scaleBar, wave} from "/static/canvas.js";
import {ticks} from "/static/clock.js";
import {eventsOf, lowerBound, nearest} from "/static/finding.js";
import {PULSE, STRIP, drawMinutes} from "/static/minutes.js";
import {causeWords, kindWords, wornWords} from "/static/words.js";

export const WAVE_S = 120;
/** In less than this the samples themselves are drawn. */

const TOP = 26;
const HEAD = 24;
const LANE = 150;
const KIND = 15;
const BELOW = 22;
const LOWEST_MG = 3;
const HIGHEST_MG = 3000;
const LEAST_MG = 20;
const RANGES_MG = [20, 40, 100, 200, 400, 1000, 2000, 4000, 10000, 20000, 40000];

export class Lanes {
  constructor(night, clock) {
    Object.assign(this, {night, clock});
    this.kinds = KINDS.filter((kind) => night.events.kind.includes(night.kinds.indexOf(kind)));
    this.lanes = night.sensors.map((sensor, place) => ({
      sensor,
      hasPulse: Boolean(sensor.minutes?.pulse.some((rate) => rate !== null)),
      events: Object.fromEntries(this.kinds.map((kind) => [kind, eventsOf(night, place, night.kinds.indexOf(kind))])),
      movement: null,
    }));
  }

  /** How high all of it is, in CSS pixels. */
  get height() {
    return TOP + this.lanes.reduce((sum, lane) => sum + this.heightOf(lane) + BELOW, 0);
  }

  heightOf(lane) {
    return HEAD + LANE + 6 + this.kinds.length * KIND + 6 + (lane.sensor.minutes ? STRIP + 4 : 0) + (lane.hasPulse ? PULSE : 0);
  }

  /** Which event lies under a point: its number, or null. */
  eventAt(x, y, view, width) {
    const {left, perS} = this.across(view, width);
    let top = TOP;
    for (const lane of this.lanes) {
      const rows = top + HEAD + LANE + 6;
      const kind = this.kinds[Math.floor((y - rows) / KIND)];
      const at = view.from + (x - left) / perS;
      if (kind && y >= rows) return nearest(lane.events[kind], at, 9 / perS);
      if (y >= top + HEAD && y < top + HEAD + LANE) {
        const found = this.kinds.filter((each) => view.shown.has(each) && each !== "pulse")
          .map((each) => nearest(lane.events[each], at, 4 / perS, true)).filter((each) => each !== null);
        return found[0] ?? null;
      }
      top += this.heightOf(lane) + BELOW;
    }
    return null;
  }

  across(view, width) {
    const left = width >= 720 ? 128 : 4;
    const right = width - 8;
    return {left, right, perS: (right - left) / (view.to - view.from)};
  }

  /** Draw all of it; `view` is {from, to, shown, passed, chosen, hair}, `tiles` the samples. */
  draw(context, width, height, colours, view, tiles) {
    const {left, right, perS} = this.across(view, width);
    const frame = {context, colours, view, tiles, left, right, perS, xOf: (at) => left + (at - view.from) * perS, wide: left > 50};
    const marks = ticks(this.clock, view.from, view.to, (view.to - view.from) * 84 / (right - left));
    this.time(frame, marks, height);
    let top = TOP;
    for (const lane of this.lanes) {
      this.lane(frame, lane, top, marks);
      top += this.heightOf(lane) + BELOW;
    }
    if (view.hair !== null && view.hair >= left && view.hair <= right) {
      context.strokeStyle = colours.soft;
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      line(context, Math.round(view.hair) + 0.5, TOP, Math.round(view.hair) + 0.5, height - BELOW);
      context.setLineDash([]);
    }
  }

  time({context, colours, left, right, xOf}, marks) {
    context.font = `13px ${colours.font}`;
    context.textBaseline = "middle";
    context.textAlign = "center";
    context.fillStyle = colours.soft;
    for (const [at, words] of marks) {
      const half = context.measureText(words).width / 2;
      const x = xOf(at);
      if (x - half >= left - 4 && x + half <= right + 8) context.fillText(words, x, TOP / 2);
    }
  }

  lane(frame, lane, top, marks) {
    const {context, colours, view, left, right, xOf} = frame;
    const {sensor} = lane;
    const isWave = view.to - view.from <= WAVE_S;
    context.textAlign = "left";
    context.textBaseline = "middle";
    context.font = `600 13px ${colours.font}`;
    context.fillStyle = colours.ink;
    context.fillText(sensor.name, left, top + HEAD / 2, right - left);
    const name = context.measureText(sensor.name).width;
    context.font = `13px ${colours.font}`;
    context.fillStyle = colours.soft;
    const what = isWave
      ? view.passed ? t("high-passed in the browser (1.5 Hz)") : t("raw, less its mean")
      : t("movement in each second, mg, logarithmic");
    const caption = [`${sensor.place ?? ""} · ${what}`.replace(/^ · /, ""), sensor.place ?? ""].find((words) => context.measureText(words).width < right - left - name - 10);
    if (caption) context.fillText(caption, left + name + 10, top + HEAD / 2);
    const box = {top: top + HEAD, bottom: top + HEAD + LANE};
    context.fillStyle = colours.card;
    context.fillRect(left, box.top, right - left, LANE);
    context.save();
    context.beginPath();
    context.rect(left, box.top, right - left, this.heightOf(lane) - HEAD);
    context.clip();
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.beginPath();
    for (const [at] of marks) {
      const x = Math.round(xOf(at)) + 0.5;
      context.moveTo(x, box.top);
      context.lineTo(x, top + this.heightOf(lane));
    }
    context.stroke();
    this.away(frame, sensor, box);
    if (isWave) this.spans(frame, lane, box);
    if (!isWave || !this.waves(frame, lane, box)) this.movement(frame, lane, box);
    context.restore();
    this.rows(frame, lane, box.bottom + 6);
    drawMinutes(frame, lane, box.bottom + 6 + this.kinds.length * KIND + 6, this.night.reasons);
  }

  /** Gaps, and where it was not worn: bands behind everything. */
  away({context, colours, view, xOf, left}, sensor, {top, bottom}) {
    const band = (from, to, fill, words) => {
      if (to < view.from || from > view.to) return;
      const x = xOf(from);
      const wide = Math.max(1, xOf(to) - x);
      context.fillStyle = fill;
      context.fillRect(x, top, wide, bottom - top);
      context.font = `12px ${colours.font}`;
      const begins = Math.max(x, left) + 5;
      if (x + wide - begins > context.measureText(words).width + 4) {
        context.fillStyle = colours.soft;
        context.textAlign = "left";
        context.fillText(words, begins, top + 11);
      }
    };
    for (const [from, to, state] of sensor.wear) if (state !== "worn") band(from, to, colours.wash, wornWords(state));
    for (const [from, to, cause] of sensor.gaps) band(from, to, colours.gap, causeWords(cause));
  }

  /** Log of the range of each second: the largest of a column light, the smallest solid. */
  movement({context, colours, view, left, right, perS, wide}, lane, {top, bottom}) {
    const {movement} = lane;
    const yOf = (mg) => bottom - (Math.log10(Math.min(HIGHEST_MG, Math.max(LOWEST_MG, mg)) / LOWEST_MG) / Math.log10(HIGHEST_MG / LOWEST_MG)) * (bottom - top - 4);
    if (!movement) return;
    const columns = Math.ceil(right - left);
    const most = new Float32Array(columns);
    const least = new Float32Array(columns).fill(Infinity);
    const {at_ms: at, long_ms: long, range_mg: range} = movement;
    for (let i = Math.max(0, lowerBound(at, view.from * 1000) - 1); i < at.length && at[i] < view.to * 1000; i += 1) {
      const first = Math.max(0, Math.floor((at[i] / 1000 - view.from) * perS));
      const last = Math.min(columns - 1, Math.max(first, Math.ceil(((at[i] + long[i]) / 1000 - view.from) * perS) - 1));
      for (let x = first; x <= last; x += 1) {
        if (range[i] > most[x]) most[x] = range[i];
        if (range[i] < least[x]) least[x] = range[i];
      }
    }
    for (const [values, alpha] of [[most, 0.4], [least, 0.45]]) {
      context.fillStyle = colours.wave;
      context.globalAlpha = alpha;
      context.beginPath();
      for (let x = 0; x < columns; x += 1) {
        if (!(most[x] > 0)) continue;
        const y = yOf(values[x]);
        context.rect(left + x, y, 1, bottom - y);
      }
      context.fill();
    }
    context.globalAlpha = 1;
    context.font = `12px ${colours.font}`;
    context.textBaseline = "middle";
    for (const mg of [10, 100, 1000]) {
      context.strokeStyle = colours.line;
      context.globalAlpha = 0.7;
      line(context, left, Math.round(yOf(mg)) + 0.5, right, Math.round(yOf(mg)) + 0.5);
      context.globalAlpha = 1;
      if (wide) this.outside(context, left, () => {
        context.fillStyle = colours.soft;
        context.textAlign = "right";
        context.fillText(mg.toLocaleString(), left - 8, yOf(mg));
      });
    }
  }

  /** Draw beside the lane, out of its clip. */
  outside(context, _left, draw) {
    context.restore();
    context.save();
    draw();
  }

  /** Where events lie in the waveform. */
  spans({context, colours, view, xOf}, lane, {top, bottom}) {
    for (const kind of this.kinds) {
      if (!view.shown.has(kind) || kind === "pulse") continue;
      const {at, to, number} = lane.events[kind];
      for (let i = 0; i < at.length && at[i] <= view.to; i += 1) {
        if (to[i] < view.from) continue;
        const x = xOf(at[i]);
        const wide = Math.max(2, xOf(to[i]) - x);
        context.fillStyle = colours.kinds[kind];
        context.globalAlpha = number[i] === view.chosen ? 0.3 : 0.16;
        context.fillRect(x, top, wide, bottom - top);
        context.globalAlpha = 1;
        context.fillRect(x, top, wide, 3);
        if (wide > 2 && view.to - view.from < 30) {
          context.font = `12px ${colours.font}`;
          context.textAlign = "left";
          context.textBaseline = "top";
          context.fillText(kindWords(kind), Math.max(x, 0) + 3, top + 6);
          context.textBaseline = "middle";
        }
      }
    }
  }

  /** The samples; gives whether they are there. */
  waves({context, colours, view, tiles, left, right, perS, wide}, lane, {top, bottom}) {
    const place = this.lanes.indexOf(lane);
    const runs = tiles.stretches(place, view.from, view.to);
    if (!runs.length) return tiles.has(place, view.from, view.to);
    const parts = runs.map((run) => {
      const first = Math.max(0, Math.floor((view.from - run.from) * run.rate));
      const last = Math.min(run.raw[0].length, Math.ceil((view.to - run.from) * run.rate) + 1);
      return {run, first, last, values: view.passed ? run.passed() : run.raw};
    });
    const means = [0, 1, 2].map((axis) => (view.passed ? 0 : meanOf(parts, axis)));
    let most = 0;
    for (const {first, last, values} of parts) {
      for (let axis = 0; axis < 3; axis += 1) {
        for (let i = first; i < last; i += 1) {
          const size = Math.abs(values[axis][i] - means[axis]);
          if (size > most) most = size;
        }
      }
    }
    const range = RANGES_MG.find((each) => each >= 2.1 * most && each >= LEAST_MG) ?? RANGES_MG.at(-1);
    const perMg = (bottom - top) / range;
    const middle = (top + bottom) / 2;
    context.lineWidth = 1.25;
    context.lineJoin = "round";
    for (let axis = 0; axis < 3; axis += 1) {
      context.strokeStyle = colours.axes[axis];
      const yOf = (mg) => middle - (mg - means[axis]) * perMg;
      for (const {run, first, last, values} of parts) {
        wave(context, values[axis], first, last, left + (run.from - view.from) * perS, perS / run.rate, yOf);
      }
    }
    const bar = range / 4;
    this.outside(context, left, () => {
      const x = wide ? left - 12 : right - 10;
      scaleBar(context, x, bottom - 8, perMg, bar, colours, t("{n} mg", {n: bar.toLocaleString()}));
      context.font = `600 12px ${colours.font}`;
      ["x", "y", "z"].forEach((name, axis) => {
        context.fillStyle = colours.axes[axis];
        context.textAlign = "left";
        context.fillText(name, (wide ? 8 : left + 6) + axis * 14, top + (wide ? 10 : LANE - 10));
      });
    });
    return true;
  }

  /** Events, a row a kind: marks where there is room, else ticks. */
  rows({context, colours, view, left, right, xOf, perS, wide}, lane, top) {
    this.kinds.forEach((kind, row) => {
      const y = top + row * KIND + KIND / 2;
      const {at, to, number} = lane.events[kind];
      const isShown = view.shown.has(kind);
      context.globalAlpha = isShown ? 1 : 0.3;
      context.fillStyle = colours.kinds[kind];
      if (wide) {
        context.font = `12px ${colours.font}`;
        context.textAlign = "right";
        mark(context, kind, left - 12, y, 4);
        context.fillStyle = colours.soft;
        context.fillText(kindWords(kind), left - 22, y, 104);
        context.fillStyle = colours.kinds[kind];
      }
      context.save();
      context.beginPath();
      context.rect(left, top - 2, right - left, this.kinds.length * KIND + 4);
      context.clip();
      let before = -Infinity;
      const dense = [];
      for (let i = Math.max(0, lowerBound(at, view.from) - 40); i < at.length && at[i] <= view.to; i += 1) {
        if (to[i] < view.from) continue;
        const x = xOf(at[i]);
        const long = (to[i] - at[i]) * perS;
        if (long > 9) context.fillRect(x, y - 2, long, 4);
        if (number[i] === view.chosen) {
          context.fillStyle = colours.ink;
          mark(context, kind, x, y, 7);
          context.fillStyle = colours.kinds[kind];
        }
        if (x - before > 9) {
          mark(context, kind, x, y, 4.5);
          before = x;
        } else if (dense.length === 0 || Math.round(x) !== dense.at(-1)) {
          dense.push(Math.round(x));
        }
      }
      if (dense.length) {
        context.beginPath();
        for (const x of dense) context.rect(x - 0.5, y - 4.5, 1, 9);
        context.fill();
      }
      context.restore();
      context.globalAlpha = 1;
    });
  }

  /** What is under a moment, in words. */
  wordsAt(at, place = 0) {
    const {movement, sensor} = this.lanes[place];
    const gap = sensor.gaps.find(([from, to]) => at >= from && at < to);
    if (gap) return t("missing: {cause}", {cause: causeWords(gap[2])});
    const row = movement ? lowerBound(movement.at_ms, at * 1000) - 1 : -1;
    return row >= 0 ? t("{n} mg in this second", {n: Math.round(movement.range_mg[row]).toLocaleString()}) : "";
  }

  /** The events in view, by kind, in words. */
  counted(view) {
    const found = this.kinds.map((kind) => [kind, this.lanes.reduce((sum, {events}) => {
      const {at} = events[kind];
      return sum + lowerBound(at, view.to) - lowerBound(at, view.from);
    }, 0)]).filter(([, count]) => count);
    const words = found.map(([kind, count]) => `${kindWords(kind)} ${count.toLocaleString()}`);
    const total = found.reduce((sum, [, count]) => sum + count, 0);
    return total ? `${tn("{n} event", "{n} events", total)}: ${words.join(", ")}` : t("no events");
  }
}

function meanOf(parts, axis) {
  let sum = 0;
  let count = 0;
  for (const {first, last, values} of parts) {
    for (let i = first; i < last; i += 1) sum += values[axis][i];
    count += last - first;
  }
  return count ? sum / count : 0;
}
