// What is said of an event in words: beneath its tile, and to whoever does not see it.

import {t} from "/static/api.js";
import {knownZone} from "/static/clock.js";
import {KINDS} from "/static/canvas.js";
import {NONE, NO, OTHER, UNSURE, YES} from "/static/judge/judged.js";
import {kindWords} from "/static/words.js";

export {kindWords};

export function flagWords(flag) {
  return {clipped: t("clipped"), cut: t("cut off"), glitch: t("glitch"), jerk: t("jerk"), coincident: t("on both wearables")}[flag];
}

export function labelWords(label) {
  switch (label) {
    case NONE: return t("not judged");
    case YES: return t("yes");
    case NO: return t("no");
    case UNSURE: return t("unsure");
    default: return kindWords(KINDS[label - OTHER]);
  }
}

// Made once: to make one takes longer than to use it a hundred times.
const TENTHS = new Intl.NumberFormat(undefined, {maximumFractionDigits: 1});
const WHOLE = new Intl.NumberFormat(undefined, {maximumFractionDigits: 0});

/** A height in mg with as many digits as it deserves. */
export function mgWords(mg) {
  return t("{mg} mg", {mg: (mg < 10 ? TENTHS : WHOLE).format(mg)});
}

export class Words {
  constructor(desk) {
    this.desk = desk;
    this.formats = desk.events.nights.map((night) => this.formatOf(night, {hour: "2-digit", minute: "2-digit", second: "2-digit"}));
    this.short = desk.events.nights.map((night) => this.formatOf(night, {hour: "2-digit", minute: "2-digit"}));
    this.days = desk.events.nights.map((night) => this.formatOf(night, {weekday: "short", day: "numeric", month: "short", year: "numeric"}));
    this.dates = desk.events.nights.map((night) => this.formatOf(night, {day: "numeric", month: "short"}));
  }

  formatOf(night, parts) {
    // Without dates, times count from a start; without a zone, that of this computer is as good as any.
    const zone = night.timezone === "" ? "UTC" : knownZone(night.timezone);
    return new Intl.DateTimeFormat(undefined, {timeZone: zone, hourCycle: "h23", ...parts});
  }

  /** The wearer's time of an event; nothing where dates are hidden. */
  time(event) {
    const {events, hidesDates} = this.desk;
    if (hidesDates) return "";
    const night = events.night[event];
    const time = this.formats[night].format(events.onset[event]);
    return events.nights.length > 1 ? `${this.dates[night].format(events.onset[event])}, ${time}` : time;
  }

  /** A night by its evening, as a person calls it; by its file where its times are no dates. */
  night(night) {
    const {events} = this.desk;
    const first = events.night.indexOf(night);
    if (events.nights[night].timezone === "" || first < 0) return events.nights[night].name;
    const noon = 12 * 3_600_000;
    return t("Night of {day}", {day: this.days[night].format(events.onset[first] - noon)});
  }

  family(family) {
    if (family < 0) return t("in no family");
    const {night, number} = this.desk.events.families[family];
    const {nights} = this.desk.events;
    if (nights.length === 1 || this.desk.hidesDates) return t("Family {n}", {n: number + 1});
    return t("Family {n} of {night}", {n: number + 1, night: this.night(night)});
  }

  foot(event) {
    const {events, hidesDates} = this.desk;
    const kind = events.kindOf(event);
    // Whoever says yes must see to what: most are twitches, and only the others say what they are taken for.
    const mg = mgWords(events.p2p[event]);
    if (kind !== "twitch") return `${kindWords(kind)}, ${mg}`;
    return hidesDates ? mg : `${mg} ${this.short[events.night[event]].format(events.onset[event])}`;
  }

  /** Everything that a tile says, and more. */
  name(event, isBlind = false) {
    const {events, judged} = this.desk;
    // Who is not to know what was said before is not told it here either.
    if (isBlind) return kindWords(events.kindOf(event));
    const label = labelWords(judged.label[event]);
    const said = judged.label[event] !== NONE && !judged.explicit[event] ? t("{label} by default", {label}) : label;
    const parts = [
      kindWords(events.kindOf(event)), this.time(event), mgWords(events.p2p[event]),
      events.sensors[events.sensor[event]], this.family(judged.family[event]), said,
    ];
    return parts.filter(Boolean).join(", ");
  }

  tile(event) {
    return {foot: this.foot(event), name: this.name(event)};
  }
}
