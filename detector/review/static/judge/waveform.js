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
    context.lineWidth = 1.5;
    context.lineJoin = "bevel";
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
    const is = [width, height, this.surface?.ratio, colours.card].join(" ");
    if (this.drawn !== this.shape || this.was !== is) {
      Object.assign(this, {drawn: this.shape, was: is});
      this.drawFamily(context, width, height, colours);
      this.keep(context.canvas);
    } else {
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      context.drawImage(this.kept, 0, 0);
      context.restore();
    }
    this.drawMember(context, width, height, colours);
  }

  /** Keep the picture of the family: from member to member it stays the same. */
  keep(canvas) {
    this.kept ??= document.createElement("canvas");
    Object.assign(this.kept, {width: canvas.width, height: canvas.height});
    this.kept.getContext("2d", {alpha: false}).drawImage(canvas, 0, 0);
  }

  /** Where an axis lies: the left end, the width of a point, and a clip around it. */
  within(context, axis, width, height, draw) {
    const w = (width - LEFT - RIGHT) / 3;
    const x = LEFT + axis * w;
    context.save();
    context.beginPath();
    context.rect(x, 0, w - 8, height - FOOT);
    context.clip();
    draw(x, (w - 8) / this.shape.count, (height - FOOT) / 2, (height - FOOT) / this.range);
    context.restore();
    return x + w;
  }

  drawMember(context, width, height, colours) {
    const {events, shape, here} = this;
    if (here === null || !shape?.count || events.count[here] !== shape.count) return;
    context.strokeStyle = colours.ink;
    context.lineWidth = 1 / (devicePixelRatio || 1);
    for (let axis = 0; axis < 3; axis += 1) {
      this.within(context, axis, width, height, (x, perPoint, middle, perMg) => {
        context.beginPath();
        events.trace(context, here, axis, x, middle, perPoint, perMg);
        context.stroke();
      });
    }
  }

  drawFamily(context, width, height, colours) {
    context.fillStyle = colours.card;
    context.fillRect(0, 0, width, height);
    const {events, shape} = this;
    if (!shape?.count) return;
    const few = shape.events.length > 60 ? shape.events.filter((_, k) => k % Math.ceil(shape.events.length / 60) === 0) : shape.events;
    for (let axis = 0; axis < 3; axis += 1) {
      const right = this.within(context, axis, width, height, (x, perPoint, middle, perMg) => {
        context.strokeStyle = colours.axes[axis];
        context.fillStyle = colours.axes[axis];
        context.globalAlpha = 0.14;
        context.lineWidth = 1 / (devicePixelRatio || 1);
        context.lineJoin = "bevel";
        context.beginPath();
        for (const event of few) events.trace(context, event, axis, x, middle, perPoint, perMg, 2);
        context.stroke();
        const first = axis * shape.count;
        const at = (k, sign) => middle - (shape.mean[first + k] + sign * shape.spread[first + k]) * perMg;
        context.globalAlpha = 0.22;
        context.beginPath();
        for (let k = 0; k < shape.count; k += 1) context.lineTo(x + k * perPoint, at(k, 1));
        for (let k = shape.count - 1; k >= 0; k -= 1) context.lineTo(x + k * perPoint, at(k, -1));
        context.fill();
        context.globalAlpha = 1;
        context.lineWidth = 2;
        context.beginPath();
        for (let k = 0; k < shape.count; k += 1) context.lineTo(x + k * perPoint, at(k, 0));
        context.stroke();
      });
      context.fillStyle = colours.axes[axis];
      context.font = `600 12px ${colours.font}`;
      context.textAlign = "right";
      context.textBaseline = "top";
      context.fillText("xyz"[axis], right - 12, 4);
    }
    frame(context, width, height, colours, shape.count * shape.step * 3, this.range, (height - FOOT) / this.range);
  }
}
