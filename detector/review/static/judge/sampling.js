// How many of these are true: a sample, one by one, blind to score, family, time and what was said before.

import {make, postJSON, say, t, tn} from "/static/api.js";
import {NONE, NO, UNSURE, YES} from "/static/judge/judged.js";
import {isAnything} from "/static/judge/order.js";
import {deskCommands, labelCommands} from "/static/judge/saying.js";
import {forgetSample, keepSample, keptSample} from "/static/judge/resumed.js";
import {One} from "/static/judge/waveform.js";
import {kindWords} from "/static/judge/words.js";

const WIDTHS = [5, 10, 15, 20];

export class Sampling {
  constructor(desk, more) {
    this.desk = desk;
    this.more = more;
    this.width = 10;
    this.element = make("div", {class: "single"});
    this.reset();
  }

  get isBlind() {
    return true;
  }

  get walk() {
    return {event: this.ask[this.at] ?? null};
  }

  reset() {
    this.ask = [];
    this.at = 0;
    this.said = new Map();
    this.stage = null;
    this.answer = null;
    this.plan = null;
    this.of = null;
  }

  /** A sample that has begun goes on, as long as it is of the same events. */
  async open() {
    const of = this.desk.shown;
    if (this.of === of && this.plan) return;
    this.reset();
    this.of = of;
    if (!this.goOn()) {
      if (of.length) await this.request(false);
    } else if (this.isAsking) this.update();
    else await this.request(true);
  }

  /** Go on with what this tab has begun before it was loaded again; false where there is nothing. */
  goOn() {
    const kept = keptSample(this.desk);
    if (!kept) return false;
    const {said, ...facts} = kept;
    Object.assign(this, facts, {said: new Map(said), isRunning: true});
    // What did not come to the disk before is asked again.
    this.reveal([...this.said.keys()]);
    return true;
  }

  keep() {
    const {ask, at, stage, start, plan, answer, width, isRunning, said} = this;
    if (isRunning) keepSample(this.desk, {ask, at, stage, start, plan, answer, width, said: [...said]});
    else forgetSample();
  }

  async request(withLabels) {
    const {events} = this.desk;
    const nights = events.nights.map(({key, began}) => ({night: key, began, events: []}));
    for (const event of this.of) nights[events.night[event]].events.push(events.index[event]);
    const used = nights.filter((night) => night.events.length);
    const places = used.map(({night}) => events.nights.findIndex(({key}) => key === night));
    const starts = places.map((place) => events.night.indexOf(place));
    const value = {nights: used, width: this.width / 100, filter: this.desk.wish};
    if (withLabels) {
      const words = {[YES]: "yes", [NO]: "no", [UNSURE]: "unsure"};
      const labels = [...this.said].map(([event, label]) => [places.indexOf(events.night[event]), events.index[event], words[label] ?? "other"]);
      Object.assign(value, {start: this.start, stage: this.stage, labels});
    }
    try {
      if (withLabels) await this.desk.sending.settled();
      const told = await postJSON("/api/estimate", value);
      this.plan = told;
      this.start = told.start;
      this.stage = told.stage;
      this.ask = told.ask.map(([place, index]) => starts[place] + index);
      this.at = 0;
      this.answer = told.answer ?? null;
      if (this.answer?.is_narrow) {
        // It stands in the log like any other action, and undo counts it.
        this.desk.judged.done.push({how: "estimate", changes: [], moves: [], nights: places});
        this.desk.judged.undone = [];
      }
      this.isRunning = this.answer !== null && !this.answer.is_narrow;
      this.keep();
    } catch (error) {
      say(error.message, "bad");
    }
    this.update();
    this.focus();
  }

  focus() {
    // Of an answer no button: who presses keys one after the other would press it unseen.
    (this.card?.isConnected ? this.card : this.element.querySelector("button.go, .estimate"))?.focus({preventScroll: true});
  }

  get isAsking() {
    return this.isRunning && this.at < this.ask.length;
  }

  update() {
    document.getElementById("acts").hidden = !this.isAsking;
    if (this.isAsking) this.showQuestion();
    else this.showPanel();
  }

  showQuestion() {
    if (!this.card?.isConnected) {
      this.place = make("span", {class: "soft"});
      this.question = make("strong");
      this.dots = make("div", {class: "dots", "aria-hidden": true});
      this.card = make("section", {class: "card", "aria-label": t("One event of the sample"), tabindex: -1}, make("div", {class: "strip"}, this.question, this.place));
      this.one = new One(this.card, this.desk.events, t("Acceleration around the event"));
      this.element.replaceChildren(this.dots, this.card, ...(this.answer ? [make("p", {class: "soft"}, this.answerWords())] : []));
    }
    if (this.dots.children.length !== this.ask.length) this.dots.replaceChildren(...this.ask.map(() => make("i")));
    [...this.dots.children].forEach((dot, k) => { dot.className = k === this.at ? "here" : k < this.at ? "done" : ""; });
    this.place.textContent = t("{at} of {all} in this stage", {at: this.at + 1, all: this.ask.length});
    this.question.textContent = t("Is this a {kind}?", {kind: kindWords(this.desk.events.kindOf(this.ask[this.at]))});
    this.one.show(this.ask[this.at]);
  }

  answerWords() {
    const {low, high, out_of: all} = {...this.answer, out_of: this.plan.out_of};
    return t("So far between {low} and {high} % are real.", {low: percent(low / all), high: percent(high / all)});
  }

  showPanel() {
    this.card = null;
    const {plan, answer} = this;
    const panel = make("section", {class: "card estimate", tabindex: -1, "aria-labelledby": "estimate-title"});
    panel.append(make("h2", {id: "estimate-title", text: t("How many of these are real?")}));
    if (!this.of?.length) panel.append(make("p", {text: t("No event fits these filters.")}));
    // Between two stages, too: the answer of the one before is none any more.
    else if (!plan || this.isRunning) panel.append(make("p", {class: "soft", text: t("A sample is being drawn …")}));
    else if (answer) this.showAnswer(panel);
    else {
      const which = isAnything(this.desk.wish) ? t("of all {n} events", {n: plan.out_of}) : t("of the {n} events that fit the filters", {n: plan.out_of});
      panel.append(
        make("p", {text: t("You label a sample {which}, in random order, and are told neither score, family nor time: yes means that it is what it was taken for. The sample grows in stages, and stops as soon as the answer is narrow enough.", {which})}),
        this.widths(),
        make("p", {}, make("strong", {text: tn("About {n} label", "About {n} labels", plan.usual)}), ` ${t("if seven of ten are real; {least} if nearly all or none are, {most} at most.", plan)}`));
      const begin = make("button", {type: "button", class: "go", text: t("Begin"), on: {click: () => this.begin()}});
      panel.append(make("p", {class: "row end"}, begin));
    }
    this.element.replaceChildren(panel);
  }

  widths() {
    const select = make("select", {id: "width", on: {change: (event) => { this.width = Number(event.target.value); this.request(false); }}},
      ...WIDTHS.map((width) => make("option", {value: width, text: t("± {width} percentage points", {width}), selected: width === this.width})));
    return make("p", {}, make("label", {for: "width"}, t("As narrow as"), select));
  }

  showAnswer(panel) {
    const {answer, plan} = this;
    const [low, high, share] = [answer.low / plan.out_of, answer.high / plan.out_of, answer.share];
    const scale = make("div", {class: "scale", "aria-hidden": true}, make("span", {class: "range"}), make("span", {class: "point"}));
    for (const [name, value] of Object.entries({low, high, share})) scale.style.setProperty(`--${name}`, value);
    panel.append(
      make("p", {class: "big", text: t("{share} % are real", {share: percent(share)})}),
      make("p", {text: t("Between {low} and {high} %, that is {from} to {to} of {all} events (95 % interval).", {low: percent(low), high: percent(high), from: answer.low, to: answer.high, all: plan.out_of})}),
      scale, make("div", {class: "ends"}, make("span", {text: "0 %"}), make("span", {text: "100 %"})),
      make("p", {class: "soft", text: tn("From {n} label", "From {n} labels", answer.labelled, {})
        + (answer.unsure ? `. ${tn("{n} is unsure: the lower end takes it as false, the upper one as true.", "{n} are unsure: the lower end takes them as false, the upper one as true.", answer.unsure)}` : ".")}));
    const again = make("button", {type: "button", class: "quiet", text: t("Draw another sample"), on: {click: () => { forgetSample(); this.reset(); this.open(); }}});
    const on = this.ask.length
      ? make("button", {type: "button", class: "quiet", text: tn("{n} label more, to be narrower", "{n} labels more, to be narrower", this.ask.length), on: {click: () => this.begin()}})
      : null;
    panel.append(make("p", {class: "row end"}, again, on));
  }

  begin() {
    if (!this.ask.length || this.isRunning) return false;
    if (this.desk.isRecorded) {
      say(t("This night is still being recorded: judge it after the recording."), "bad");
      return false;
    }
    this.isRunning = true;
    this.at = 0;
    this.desk.refresh();
    this.focus();
    return true;
  }

  say(label) {
    if (!this.isAsking) return label === YES && !this.answer ? this.begin() : false;
    const event = this.ask[this.at];
    this.desk.put("estimate", [event], label);
    this.said.set(event, label);
    this.at += 1;
    this.keep();
    this.desk.hear("");
    if (this.at === this.ask.length) this.request(true);
    else this.update();
    this.desk.changed();
    return true;
  }

  back() {
    if (!this.isAsking || !this.at) return false;
    this.at -= 1;
    this.keep();
    this.update();
    return true;
  }

  /** What is taken back in the middle of a sample is asked again; an answer that is taken back is none any more. */
  reveal(events) {
    if (!events.length && this.answer?.is_narrow) {
      this.reset();
      this.open();
    }
    for (const event of events) {
      if (this.desk.judged.label[event] !== NONE || !this.said.delete(event) || !this.isRunning) continue;
      const place = this.ask.indexOf(event);
      if (place >= 0) this.at = Math.min(this.at, place);
      else this.ask.splice(this.at, 0, event);
    }
    this.keep();
  }

  commands() {
    return [
      ...labelCommands((label) => (label === NONE ? false : this.say(label)), {yes: ["Enter"], no: [" "], unsure: ["ArrowDown"]})
        .filter(({id}) => id !== "clear"),
      {id: "back", words: t("back to the one before"), keys: ["ArrowLeft"], run: () => this.back(), button: t("Back")},
      ...this.more(this),
      ...deskCommands(this.desk),
    ];
  }
}

function percent(share) {
  return Math.round(100 * share);
}
