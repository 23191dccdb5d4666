// A page of snippets: tiles in the DOM, which say what each is, and one canvas over all of them, which shows it.

import {coloursOf, mark} from "/static/canvas.js";
import {make} from "/static/api.js";
import {NO, NONE, UNSURE, YES} from "/static/judge/judged.js";

const FOOT = 24;

/** Names of a label's look: of its class, and the sign that stands for it beside its colour. */
export function lookOf(label) {
  switch (label) {
    case NONE: return ["none", ""];
    case YES: return ["yes", "✓"];
    case NO: return ["no", "✕"];
    case UNSURE: return ["unsure", "?"];
    default: return ["other", "◆"];
  }
}

/** Write words into an element, which costs a layout only where they are others. */
export function write(element, words) {
  if (element.textContent !== words) element.textContent = words;
}

export class Tiles {
  /**
   * `walk` says what is shown, `judged` what was said of it; `wordsOf(event)` gives the words of a tile's foot and of its
   * name, `onPick(place, event)` hears of a click.
   */
  constructor(holder, {events, judged, walk, wordsOf, onPick, name}) {
    Object.assign(this, {events, judged, walk, wordsOf});
    this.list = make("div", {class: "tiles", role: "listbox", tabindex: 0, "aria-multiselectable": "true", "aria-label": name});
    this.canvas = make("canvas", {"aria-hidden": true});
    this.context = this.canvas.getContext("2d");
    this.tiles = [];
    this.drawn = "";
    holder.append(make("div", {class: "sheet-of-tiles"}, this.list, this.canvas));
    this.list.addEventListener("click", (event) => {
      const tile = event.target.closest(".tile");
      if (tile) onPick(walk.from + this.tiles.findIndex((each) => each.box === tile), event);
    });
    this.watch = new ResizeObserver(() => this.fit());
    this.watch.observe(this.list);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { this.colours = null; this.redraw(); });
  }

  /** How many tiles stand side by side. */
  get columns() {
    // Asked for while keys are held: laid out once a width, not once a key.
    this.beside ??= getComputedStyle(this.list).gridTemplateColumns.split(" ").length;
    return this.beside;
  }

  /** Show the page that the walk is on. */
  update() {
    const {walk, judged} = this;
    const seen = walk.seen;
    while (this.tiles.length < seen.length) {
      const sign = make("span", {class: "sign", "aria-hidden": true});
      const foot = make("span", {class: "foot-words", "aria-hidden": true});
      const box = make("div", {class: "tile", role: "option", id: `tile-${this.tiles.length}`}, sign, foot);
      this.tiles.push({box, sign, foot, was: ""});
      this.list.append(box);
    }
    for (const {box} of this.tiles.splice(seen.length)) box.remove();
    seen.forEach((event, k) => {
      const tile = this.tiles[k];
      const place = walk.from + k;
      const [look, sign] = lookOf(judged.label[event]);
      const isPicked = walk.picked.has(place);
      const isHere = walk.at === place;
      const is = `${event} ${look} ${judged.label[event]} ${judged.explicit[event]} ${judged.family[event]} ${isPicked} ${isHere} ${this.wordsAre}`;
      if (tile.was === is) return;
      tile.was = is;
      const {foot, name} = this.wordsOf(event);
      tile.box.className = `tile ${look}${judged.explicit[event] || look === "none" ? "" : " by-default"}${isHere ? " here" : ""}`;
      tile.box.setAttribute("aria-selected", isPicked);
      tile.box.setAttribute("aria-label", name);
      write(tile.sign, sign);
      write(tile.foot, foot);
    });
    const here = this.tiles[walk.at - walk.from];
    if (here) this.list.setAttribute("aria-activedescendant", here.box.id);
    else this.list.removeAttribute("aria-activedescendant");
    const drawn = seen.join(" ");
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      this.fit();
    }
    if (here) this.bringIntoView(here.box);
  }

  bringIntoView(box) {
    // Nothing scrolls where all is seen; asking for places costs a layout only where the list is longer than the window.
    if (this.height > innerHeight - 100) box.scrollIntoView({block: "nearest"});
  }

  fit() {
    const {clientWidth: width, clientHeight: height} = this.list;
    if (!width || !height) return;
    const ratio = Math.min(2, devicePixelRatio || 1);
    if (this.width !== width || this.height !== height || this.ratio !== ratio) {
      Object.assign(this, {width, height, ratio, beside: null});
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.redraw();
  }

  redraw() {
    if (!this.width) return;
    const {context, events} = this;
    this.colours ??= coloursOf(this.list);
    const {colours} = this;
    context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    const places = this.tiles.map(({box}) => [box.offsetLeft, box.offsetTop, box.offsetWidth, box.offsetHeight - FOOT]);
    const seen = this.walk.seen;
    context.strokeStyle = colours.line;
    context.lineWidth = 1 / this.ratio;
    context.beginPath();
    seen.forEach((event, k) => {
      const [x, y, width, height] = places[k];
      const onset = x + 1 + ((width - 2) * 0.4) / events.spanOf(event);
      context.moveTo(onset, y + 8);
      context.lineTo(onset, y + height - 4);
    });
    context.stroke();
    // One pixel of the screen, no more: wider lines are drawn by a way that takes thirty times as long.
    context.lineWidth = 1 / this.ratio;
    for (let axis = 0; axis < 3; axis += 1) {
      context.strokeStyle = colours.axes[axis];
      context.beginPath();
      seen.forEach((event, k) => {
        const [x, y, width, height] = places[k];
        const count = events.count[event];
        const each = Math.max(1, Math.floor((1.6 * count) / width));
        events.trace(context, event, axis, x + 1, y + height / 2 + 2, (width - 2) / count, height / events.range[event], each);
      });
      context.stroke();
    }
    if (this.isBlind) return;
    context.lineWidth = 1;
    seen.forEach((event, k) => {
      const [x, y, width] = places[k];
      const kind = events.kindOf(event);
      if (kind === "twitch") return;
      context.fillStyle = colours.kinds[kind];
      mark(context, kind, x + width - 12, y + 12, 5);
    });
  }
}
