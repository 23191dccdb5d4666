// One by one: a large snippet, a key, the next. The order does not change under the hand.

import {make, t} from "/static/api.js";
import {NONE, NO, UNSURE, YES} from "/static/judge/judged.js";
import {deskCommands, labelCommands} from "/static/judge/saying.js";
import {lookOf} from "/static/judge/tiles.js";
import {One} from "/static/judge/waveform.js";
import {flagWords, kindWords, labelWords, mgWords} from "/static/judge/words.js";
import {FLAGS} from "/static/judge/events.js";

export class Single {
  constructor(desk, more) {
    this.desk = desk;
    this.more = more;
    this.walk = desk.walk;
    this.place = make("span", {class: "soft"});
    this.verdict = make("span", {class: "verdict"});
    this.facts = make("ul", {class: "facts"});
    this.card = make("section", {class: "card", "aria-label": t("One event"), tabindex: -1},
      make("div", {class: "strip"}, this.place, this.verdict));
    this.one = new One(this.card, desk.events, t("Acceleration around the event"));
    this.card.append(this.facts);
    this.element = make("div", {class: "single"}, this.card);
  }

  open() {
    this.walk.drop();
  }

  focus() {
    this.card.focus({preventScroll: true});
  }

  update() {
    const {desk, walk} = this;
    const {event} = walk;
    this.one.show(event);
    if (event === null) {
      this.place.textContent = t("No event fits these filters.");
      return;
    }
    const {events, judged} = desk;
    const label = judged.label[event];
    const [look, sign] = lookOf(label);
    this.place.textContent = t("{at} of {all}", {at: walk.at + 1, all: walk.order.length});
    this.verdict.className = `verdict ${look}`;
    this.verdict.textContent = `${sign} ${label !== NONE && !judged.explicit[event] ? t("{label} by default", {label: labelWords(label)}) : labelWords(label)}`;
    const flags = FLAGS.filter((_, bit) => events.flags[event] & (1 << bit)).map(flagWords);
    const facts = [
      kindWords(events.kindOf(event)), desk.words.time(event), t("{mg} peak to peak", {mg: mgWords(events.p2p[event])}),
      t("score {score}", {score: events.score[event].toFixed(1)}), events.sensors[events.sensor[event]],
      desk.words.family(judged.family[event]), ...flags,
    ].filter(Boolean);
    this.facts.replaceChildren(...facts.map((words) => make("li", {text: words})));
    this.one.canvas.setAttribute("aria-label", desk.words.name(event));
  }

  go(place) {
    this.walk.go(place);
    this.update();
    if (this.walk.event !== null) this.desk.hear(this.desk.words.name(this.walk.event));
  }

  reveal(events) {
    const place = this.walk.order.indexOf(events[0]);
    if (place >= 0) this.walk.go(place);
  }

  say(label) {
    const {walk, desk} = this;
    if (walk.event === null) return;
    desk.put("single", [walk.event], label);
    if (label !== NONE && !walk.seek((event) => desk.isOpen(event), walk.at + 1)) desk.hear(t("All of these are judged."), true);
    desk.refresh();
  }

  commands() {
    return [
      ...labelCommands((label) => this.say(label), {yes: ["Enter"], no: [" "], unsure: ["ArrowDown"]}),
      {id: "back", words: t("back to the one before"), keys: ["ArrowLeft"], run: () => this.go(this.walk.at - 1), button: t("Back")},
      {id: "skip", words: t("on without a label"), keys: ["ArrowRight"], run: () => this.go(this.walk.at + 1), button: t("Skip")},
      ...this.more(this),
      ...deskCommands(this.desk),
    ];
  }
}
