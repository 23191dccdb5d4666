// A family at a time: what its members have in common, and the members themselves, those that fit least first.
// One key says what all of them are.

import {make, t, tn} from "/static/api.js";
import {Surface} from "/static/canvas.js";
import {kernel, likenessTo, oddFirst} from "/static/judge/alike.js";
import {TileView, moves} from "/static/judge/grid.js";
import {NO, YES} from "/static/judge/judged.js";
import {familiesOf} from "/static/judge/order.js";
import {askWhich, deskCommands} from "/static/judge/saying.js";
import {write} from "/static/judge/tiles.js";
import {Walk} from "/static/judge/walk.js";
import {Template} from "/static/judge/waveform.js";

export class Families extends TileView {
  constructor(desk, more) {
    super(desk, new Walk(40));
    this.more = more;
    this.here = null;
    this.list = make("ul", {class: "family-list", "aria-label": t("Families")});
    this.title = make("h2", {id: "family-title"});
    this.facts = make("p", {class: "soft"});
    const head = make("section", {class: "card family-head", "aria-labelledby": "family-title"},
      make("div", {class: "row"}, this.title, this.facts));
    this.template = new Template(head, desk.events);
    this.head = head;
    const side = make("div", {class: "family"}, head);
    this.makeTiles(side, t("Members of the family, odd ones first"));
    this.element.className = "families";
    this.element.append(this.list, side);
  }

  open() {
    this.families = familiesOf(this.desk.judged, this.desk.shown);
    this.buttons = this.families.map((each) => this.buttonOf(each));
    this.list.replaceChildren(...this.buttons.map(({item}) => item));
    const index = this.families.findIndex(({family}) => family === this.here);
    if (index >= 0 && this.walk.order.length) this.go(index);
    else if (!this.next(0)) this.go(0);
  }

  buttonOf(each) {
    const {family, events} = each;
    const canvas = make("canvas", {"aria-hidden": true});
    const shape = this.desk.events.template(events);
    each.shape = shape;
    const done = make("span", {class: "done"});
    const of = make("span", {class: "of"});
    const button = make("button", {type: "button", on: {click: () => { this.go(this.families.indexOf(each)); this.update(); this.focus(); }}},
      canvas, make("span", {}, make("span", {text: this.desk.words.family(family)}), make("br"), of), done);
    new Surface(canvas, (context, width, height, colours) => {
      context.fillStyle = colours.ground;
      context.fillRect(0, 0, width, height);
      if (family < 0 || !shape.count) return;
      let most = 5;
      for (const value of shape.mean) most = Math.max(most, Math.abs(value));
      context.lineWidth = 1.3;
      for (let axis = 0; axis < 3; axis += 1) {
        context.strokeStyle = colours.axes[axis];
        context.beginPath();
        for (let k = 0; k < shape.count; k += 2) {
          context.lineTo((k / shape.count) * width, height / 2 - (shape.mean[axis * shape.count + k] / most) * height * 0.45);
        }
        context.stroke();
      }
    });
    return {item: make("li", {}, button), button, done, of};
  }

  /** Go to a family; its order stays as it is until another is gone to. */
  go(index) {
    this.index = index;
    const each = this.families[index];
    this.here = each?.family ?? null;
    const {events} = this.desk;
    const members = each?.events ?? [];
    const isNone = this.here !== null && this.here < 0;
    const order = isNone
      ? [...members].sort((a, b) => events.chain[a] - events.chain[b])
      : oddFirst(events.looks, members, events.width);
    this.walk.show(order);
    this.shape = each?.shape ?? events.template([]);
    this.head.classList.toggle("none", isNone);
    this.template.canvas.hidden = isNone;
    this.title.textContent = each ? this.desk.words.family(this.here) : t("No event fits these filters.");
    if (!isNone) this.template.show(this.shape, this.walk.event);
    if (this.walk.order.length) this.walk.seek((event) => this.desk.isOpen(event), 0);
    this.buttons?.[index]?.item.scrollIntoView({block: "nearest", inline: "nearest"});
  }

  /** Go to the next family with events that are not judged. */
  next(from) {
    for (let k = 0; k < this.families.length; k += 1) {
      const index = (from + k) % this.families.length;
      if (this.families[index].events.some((event) => this.desk.isOpen(event))) {
        this.go(index);
        return true;
      }
    }
    return false;
  }

  update() {
    super.update();
    const {judged} = this.desk;
    this.families.forEach(({events}, index) => {
      const {button, done, of} = this.buttons[index];
      const {none} = judged.counts(events);
      const isCurrent = String(index === this.index);
      if (button.getAttribute("aria-current") !== isCurrent) button.setAttribute("aria-current", isCurrent);
      write(done, none ? "" : "✓");
      write(of, none && none < events.length ? t("{left} of {all} left", {left: none, all: events.length}) : tn("{n} event", "{n} events", events.length));
    });
    const told = judged.counts(this.walk.order);
    write(this.facts, t("{all} events: {yes} yes, {no} no, {unsure} unsure, {none} not judged", told));
    if (!this.template.canvas.hidden && this.template.here !== this.walk.event) this.template.show(this.shape, this.walk.event);
  }

  /** Say what all are that are not judged yet; of those in no family, of this page only: they have nothing in common. */
  restOfFamily(label) {
    const {walk} = this;
    if (this.here !== null && this.here < 0) {
      this.rest("page", walk.seen, label);
      if (walk.seek((event) => this.desk.isOpen(event), walk.to % Math.max(1, walk.order.length))) {
        this.desk.refresh();
        return;
      }
    }
    const said = this.here < 0 ? "" : this.rest("family", walk.order, label);
    if (!this.next(this.index + 1)) {
      walk.drop();
      this.desk.hear(t("All of these are judged."), true);
    } else this.desk.hear([said, this.title.textContent].filter(Boolean).join(" · "), true);
    this.desk.refresh();
  }

  reveal(events) {
    const index = this.families.findIndex((each) => each.events.includes(events[0]));
    if (index >= 0 && index !== this.index) this.go(index);
    super.reveal(events);
  }

  merge() {
    const {desk} = this;
    const night = desk.events.families[this.here]?.night;
    if (this.here === null || this.here < 0) return;
    const own = kernel(desk.events.looks, this.families[this.index].events, desk.events.width);
    const others = this.families
      .filter(({family}) => family >= 0 && family !== this.here && desk.events.families[family].night === night)
      .map(({family, events}) => ({family, events, like: likenessTo(own, kernel(desk.events.looks, events, desk.events.width), [0])[0] * 127}))
      .sort((a, b) => b.like - a.like)
      .map(({family, events, like}) => ({
        words: desk.words.family(family), value: family,
        more: t("{n} · {percent} % alike", {n: events.length, percent: Math.max(0, Math.round(100 * like))}),
      }));
    askWhich(t("Merge {family} into", {family: desk.words.family(this.here)}), [...others, {words: t("no family"), value: -1}], (into) => {
      desk.regroup(this.families[this.index].events, into);
      this.here = into;
      this.open();
      desk.hear(t("Merged into {family}", {family: desk.words.family(into)}), true);
      desk.refresh();
    });
  }

  split() {
    const {desk, walk} = this;
    const chosen = walk.chosen;
    if (!chosen.length) return;
    const family = desk.events.newFamily(desk.events.night[chosen[0]]);
    desk.regroup(chosen.filter((event) => desk.events.night[event] === desk.events.night[chosen[0]]), family);
    walk.drop();
    this.open();
    desk.hear(t("{family} is new: it stands further down the list", {family: desk.words.family(family)}), true);
    desk.refresh();
  }

  step(by) {
    if (!this.families.length) return;
    this.go((this.index + by + this.families.length) % this.families.length);
    this.update();
    this.desk.hear(this.title.textContent);
  }

  commands() {
    return [
      {id: "rest", words: t("the rest of this family is yes, and on to the next"), keys: ["Enter"], run: () => this.restOfFamily(YES), button: t("Rest: yes"), look: "main"},
      ...this.labelCommands(),
      {id: "rest-no", words: t("the rest of this family is no, and on to the next"), keys: ["Shift+Enter"], run: () => this.restOfFamily(NO), button: t("Rest: no")},
      {id: "merge", words: t("merge this family into another …"), keys: [], letter: "j", run: () => this.merge(), button: t("Merge …")},
      {id: "split", words: t("make what is chosen a family of its own"), keys: [], letter: "s", run: () => this.split(), button: t("Split off")},
      ...this.more(this),
      {id: "next-family", words: t("to the next family"), keys: ["Shift+PageDown"], letter: "f", run: () => this.step(1)},
      {id: "family-before", words: t("to the family before"), keys: ["Shift+PageUp"], letter: "Shift+f", run: () => this.step(-1)},
      ...deskCommands(this.desk),
      ...moves(this),
    ];
  }
}

