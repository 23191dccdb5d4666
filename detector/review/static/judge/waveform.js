// One snippet, or many over each other, large: with a scale in mg and s, and the event's span.

import {Surface, roundLength} from "/static/canvas.js";
import {make, t} from "/static/api.js";

const LEFT = 14;
const RIGHT = 14;
const FOOT = 24;

function frame(context, width, height, colours, spanS, rangeMg, perMg) {
  const x0 = LEFT;
  const w = width - LEFT - RIGHT;
  const mg = roundLength(rangeMg / 4);
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x0, height - FOOT - 8);
  context.lineTo(x0, height - FOOT - 8 - mg * perMg);
  const s = roundLength(spanS / 4);
  context.moveTo(x0 + w - (s / spanS) * w, height - 12);
  context.lineTo(x0 + w, height - 12);
  context.stroke();
  context.fillStyle = colours.soft;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillText(`${mg} mg`, x0 + 6, height - FOOT - 8 - (mg * perMg) / 2);
  context.textAlign = "right";
  context.fillText(s < 1 ? `${Math.round(s * 1000)} ms` : `${s} s`, x0 + w - (s / spanS) * w - 6, height - 12);
}

/** One event's snippet. */
export class One {
  constructor(holder, events, name) {
    this.events = events;
    this.event = null;
    this.canvas = make("canvas", {class: "wave", role: "img", "aria-label": name});
    holder.append(this.canvas);
    this.surface = new Surface(this.canvas, (...all) => this.draw(...all));
  }

  show(event) {
    this.event = event;
    this.surface.paint();
  }

  draw(context, width, height, colours) {
    context.fillStyle = colours.card;
    context.fillRect(0, 0, width, height);
    const {events, event} = this;
    if (event === null) return;
    const span = events.spanOf(event);
    const w = width - LEFT - RIGHT;
    const onset = LEFT + (0.4 / span) * w;
    context.fillStyle = colours.wash;
    context.fillRect(onset, 0, Math.max(2, (Math.min(events.duration[event], span - 0.4) / span) * w), height - FOOT);
    const room = height - FOOT;
    const perMg = room / events.range[event];
    context.lineWidth = 1.6;
    for (let axis = 0; axis < 3; axis += 1) {
      context.strokeStyle = colours.axes[axis];
      context.beginPath();
      events.trace(context, event, axis, LEFT, room / 2, w / events.count[event], perMg);
      context.stroke();
    }
    frame(context, width, height, colours, span, events.range[event], perMg);
  }
}

/** A family: its members faint, their mean, and a standard deviation to either side; the three axes side by side. */
export class Template {
  constructor(holder, events) {
    this.events = events;
    this.shape = null;
    this.here = null;
    this.canvas = make("canvas", {class: "template", role: "img", "aria-label": t("Mean and spread of the family's members")});
    holder.append(this.canvas);
    this.surface = new Surface(this.canvas, (...all) => this.draw(...all));
  }

  /** Show a family's shape (as of `Events.template`), and over it one member. */
  show(shape, here = null) {
    this.shape = shape;
    this.here = here;
    let most = 0;
    for (let k = 0; k < shape.mean.length; k += 1) most = Math.max(most, Math.abs(shape.mean[k]) + shape.spread[k]);
    this.range = [20, 30, 40, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000].find((range) => range >= 2.3 * most) ?? 40_000;
    this.surface.later();
  }

  draw(context, width, height, colours) {
    context.fillStyle = colours.card;
    context.fillRect(0, 0, width, height);
    const {events, shape} = this;
    if (!shape?.count) return;
    const w = (width - LEFT - RIGHT) / 3;
    const room = height - FOOT;
    const middle = room / 2;
    const perMg = room / this.range;
    const few = shape.events.length > 60 ? shape.events.filter((_, k) => k % Math.ceil(shape.events.length / 60) === 0) : shape.events;
    for (let axis = 0; axis < 3; axis += 1) {
      const x = LEFT + axis * w;
      const perPoint = (w - 8) / shape.count;
      context.save();
      context.beginPath();
      context.rect(x, 0, w - 8, room);
      context.clip();
      context.strokeStyle = colours.axes[axis];
      context.globalAlpha = 0.14;
      context.lineWidth = 1;
      context.beginPath();
      for (const event of few) events.trace(context, event, axis, x, middle, perPoint, perMg, 2);
      context.stroke();
      const at = (k, sign) => middle - (shape.mean[axis * shape.count + k] + sign * shape.spread[axis * shape.count + k]) * perMg;
      context.globalAlpha = 0.22;
      context.fillStyle = colours.axes[axis];
      context.beginPath();
      for (let k = 0; k < shape.count; k += 1) context.lineTo(x + k * perPoint, at(k, 1));
      for (let k = shape.count - 1; k >= 0; k -= 1) context.lineTo(x + k * perPoint, at(k, -1));
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = 2;
      context.beginPath();
      for (let k = 0; k < shape.count; k += 1) context.lineTo(x + k * perPoint, at(k, 0));
      context.stroke();
      if (this.here !== null && events.count[this.here] === shape.count) {
        context.strokeStyle = colours.ink;
        context.lineWidth = 1.2;
        context.beginPath();
        events.trace(context, this.here, axis, x, middle, perPoint, perMg);
        context.stroke();
      }
      context.restore();
      context.fillStyle = colours.axes[axis];
      context.font = `600 12px ${colours.font}`;
      context.textAlign = "right";
      context.textBaseline = "top";
      context.fillText("xyz"[axis], x + w - 12, 4);
    }
    frame(context, width, height, colours, shape.count * shape.step * 3, this.range, perMg);
  }
}
