// The chart of a night: what is in view, and how it is moved: by keys, wheel, drag and pinch.

import {Surface} from "/static/canvas.js";
import {Lanes, WAVE_S} from "/static/lanes.js";
import {Tiles} from "/static/tiles.js";

const NARROWEST_S = 2;
const PREFETCH_S = 600;
const STRIP_LOWEST = 3;
const STRIP_HIGHEST = 3000;
const CLICK_PX = 4;

export class Chart {
  /** `on` has `moved(view)`, `picked(event or null)` and `pointed(seconds or null, lane)`. */
  constructor(root, night, clock, on) {
    Object.assign(this, {root, night, clock, on});
    this.length = Math.max(night.length_s, NARROWEST_S);
    this.lanes = new Lanes(night, clock);
    this.view = {from: 0, to: this.length, shown: new Set(this.lanes.kinds), passed: false, chosen: null, hair: null};
    this.strip = root.querySelector("#strip");
    this.canvas = root.querySelector("#lanes");
    this.canvas.style.height = `${this.lanes.height}px`;
    this.tiles = new Tiles(night.key, night.sensors.length, this.length, () => this.main.later());
    this.main = new Surface(this.canvas, (context, width, height, colours) => this.lanes.draw(context, width, height, colours, this.view, this.tiles));
    this.small = new Surface(this.strip, (...all) => this.drawStrip(...all));
    this.pointers = new Map();
    this.listen();
  }

  /** Hand over what one wearable moved. */
  setMovement(place, movement) {
    this.lanes.lanes[place].movement = movement;
    this.redraw();
  }

  redraw() {
    this.main.later();
    this.small.later();
  }

  /** Show a stretch, as far as there is one; it is never narrower than two seconds. */
  show(from, to) {
    const span = Math.min(this.length, Math.max(NARROWEST_S, to - from));
    const begins = Math.min(this.length - span, Math.max(0, (from + to - span) / 2));
    Object.assign(this.view, {from: begins, to: begins + span});
    if (span <= WAVE_S) this.tiles.want(begins, begins + span);
    else if (span <= PREFETCH_S) this.tiles.want((from + to) / 2 - 15, (from + to) / 2 + 15);
    this.redraw();
    this.on.moved(this.view);
    // The mouse has not moved, and yet stands at another moment.
    if (this.view.hair !== null) this.on.pointed(this.at(this.view.hair));
  }

  /** Move by a part of what is in view. */
  pan(part) {
    const by = part * (this.view.to - this.view.from);
    this.show(this.view.from + by, this.view.to + by);
  }

  /** Show more (over 1) or less, around a moment. */
  zoom(factor, around = (this.view.from + this.view.to) / 2) {
    const span = Math.min(this.length, Math.max(NARROWEST_S, (this.view.to - this.view.from) * factor));
    const share = (around - this.view.from) / (this.view.to - this.view.from);
    const from = around - share * span;
    this.show(from, from + span);
  }

  whole() {
    this.show(0, this.length);
  }

  /** Choose an event and bring it into view; closer, where that is wanted. */
  choose(number, {closer = false} = {}) {
    this.view.chosen = number;
    if (number !== null) {
      const at = this.night.events.at[number] + this.night.events.duration_s[number] / 2;
      const span = closer ? Math.max(6, 4 * this.night.events.duration_s[number]) : this.view.to - this.view.from;
      if (closer || at < this.view.from || at > this.view.to) this.show(at - span / 2, at + span / 2);
    }
    this.on.picked(number);
    this.redraw();
  }

  /** Choose the next event that is shown, or the one before. */
  step(by) {
    const {at, kind} = this.night.events;
    const isShown = (i) => this.view.shown.has(this.night.kinds[kind[i]]);
    let i = this.view.chosen;
    if (i === null) {
      i = by > 0 ? at.findIndex((each) => each >= this.view.from) : at.findLastIndex((each) => each <= this.view.to);
      if (i < 0) return;
    } else {
      i += by;
    }
    while (i >= 0 && i < at.length && !isShown(i)) i += by;
    if (i >= 0 && i < at.length) this.choose(i);
  }

  at(x) {
    const {left, perS} = this.lanes.across(this.view, this.main.width);
    return this.view.from + (x - left) / perS;
  }

  listen() {
    this.canvas.addEventListener("wheel", (event) => this.wheel(event), {passive: false});
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) this.canvas.addEventListener(end, (event) => this.up(event));
    this.canvas.addEventListener("pointerleave", () => this.point(null));
    this.canvas.addEventListener("dblclick", (event) => this.zoom(0.25, this.at(event.offsetX)));
    this.strip.addEventListener("pointerdown", (event) => this.grab(event));
  }

  wheel(event) {
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      event.preventDefault();
      this.pan((event.deltaX || event.deltaY) / this.main.width);
      return;
    }
    // At its widest the wheel scrolls the page on.
    if (event.deltaY > 0 && this.view.to - this.view.from >= this.length) return;
    event.preventDefault();
    this.zoom(1.0018 ** Math.min(600, Math.max(-600, event.deltaY * (event.deltaMode ? 30 : 1))), this.at(event.offsetX));
  }

  down(event) {
    this.canvas.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, {x: event.offsetX, began: event.offsetX, y: event.offsetY});
    this.root.focus({preventScroll: true});
  }

  move(event) {
    const held = this.pointers.get(event.pointerId);
    if (!held) {
      this.point(event.offsetX, event.offsetY);
      return;
    }
    const before = [...this.pointers.values()].map(({x}) => x);
    held.x = event.offsetX;
    const after = [...this.pointers.values()].map(({x}) => x);
    if (after.length === 2) {
      const middle = this.at((after[0] + after[1]) / 2);
      this.zoom(Math.max(10, Math.abs(before[0] - before[1])) / Math.max(10, Math.abs(after[0] - after[1])), middle);
    } else if (Math.abs(held.x - held.began) > CLICK_PX || held.drags) {
      held.drags = true;
      const {perS} = this.lanes.across(this.view, this.main.width);
      const by = (before[0] - after[0]) / perS;
      this.show(this.view.from + by, this.view.to + by);
    }
  }

  up(event) {
    const held = this.pointers.get(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (held && !held.drags && event.type === "pointerup") {
      this.choose(this.lanes.eventAt(event.offsetX, event.offsetY, this.view, this.main.width));
    }
  }

  point(x) {
    this.view.hair = x;
    this.on.pointed(x === null ? null : this.at(x));
    this.main.later();
  }

  /** Drag the window of the strip, or drag a new one open. */
  grab(event) {
    this.strip.setPointerCapture(event.pointerId);
    const atOf = (x) => (Math.min(this.small.width, Math.max(0, x)) / this.small.width) * this.length;
    const began = atOf(event.offsetX);
    const {from, to} = this.view;
    const isWhole = to - from >= this.length * 0.99;
    const moves = !isWhole && began >= from && began <= to;
    const span = to - from;
    const drag = (next) => {
      const at = atOf(next.offsetX);
      if (moves) this.show(from + at - began, to + at - began);
      else if (Math.abs(at - began) > this.length * 0.003) this.show(Math.min(at, began), Math.max(at, began));
    };
    const end = (last) => {
      this.strip.removeEventListener("pointermove", drag);
      const still = Math.abs(atOf(last.offsetX) - began) <= this.length * 0.003;
      if (still && !moves) {
        const wide = isWhole ? Math.min(1800, this.length / 4) : span;
        this.show(began - wide / 2, began + wide / 2);
      }
    };
    this.strip.addEventListener("pointermove", drag);
    this.strip.addEventListener("pointerup", end, {once: true});
  }

  drawStrip(context, width, height, colours) {
    const ratio = context.getTransform().a;
    const now = `${width} ${height} ${ratio} ${colours.wave} ${this.lanes.lanes.filter(({movement}) => movement).length}`;
    if (this.drawn !== now) {
      this.drawn = now;
      this.base ??= document.createElement("canvas");
      Object.assign(this.base, {width: Math.round(width * ratio), height: Math.round(height * ratio)});
      const still = this.base.getContext("2d", {alpha: false});
      still.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.drawBase(still, width, height, colours);
    }
    context.drawImage(this.base, 0, 0, width, height);
    const x = (this.view.from / this.length) * width;
    const wide = Math.max(3, ((this.view.to - this.view.from) / this.length) * width);
    context.fillStyle = colours.ground;
    context.globalAlpha = 0.65;
    context.fillRect(0, 0, x, height);
    context.fillRect(x + wide, 0, width - x - wide, height);
    context.globalAlpha = 1;
    context.strokeStyle = colours.focus;
    context.lineWidth = 2;
    context.strokeRect(x + 1, 1, wide - 2, height - 2);
  }

  /** What does not move: the whole night, small. */
  drawBase(context, width, height, colours) {
    const columns = Math.ceil(width);
    const most = new Float32Array(columns);
    for (const {movement} of this.lanes.lanes) {
      if (!movement) continue;
      const {at_ms: at, range_mg: range} = movement;
      for (let i = 0; i < at.length; i += 1) {
        const x = Math.min(columns - 1, Math.max(0, Math.floor((at[i] / 1000 / this.length) * width)));
        // In a short night a second is wider than a pixel.
        const end = Math.min(columns, Math.max(x + 1, Math.ceil(((at[i] / 1000 + 1) / this.length) * width)));
        for (let k = x; k < end; k += 1) if (range[i] > most[k]) most[k] = range[i];
      }
    }
    context.fillStyle = colours.card;
    context.fillRect(0, 0, width, height);
    const scale = (height - 12) / Math.log10(STRIP_HIGHEST / STRIP_LOWEST);
    context.fillStyle = colours.wave;
    context.globalAlpha = 0.55;
    context.beginPath();
    for (let x = 0; x < columns; x += 1) {
      if (!most[x]) continue;
      const high = Math.log10(Math.min(STRIP_HIGHEST, Math.max(STRIP_LOWEST, most[x])) / STRIP_LOWEST) * scale;
      context.rect(x, height - high, 1, high);
    }
    context.fill();
    context.globalAlpha = 1;
    const twitch = this.night.kinds.indexOf("twitch");
    context.fillStyle = colours.kinds.twitch;
    context.beginPath();
    this.night.events.at.forEach((at, i) => {
      if (this.night.events.kind[i] === twitch) context.rect(Math.round((at / this.length) * width), 2, 1, 7);
    });
    context.fill();
  }
}
