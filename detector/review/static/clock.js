// The wearer's clock: times of day in the zone of the night, whatever zone the browser is in.

import {t} from "/static/api.js";

/** The zone, where this browser knows it: what a file names may be a zone of another system, or none. */
export function knownZone(zone) {
  try {
    return new Intl.DateTimeFormat(undefined, {timeZone: zone ?? undefined}).resolvedOptions().timeZone;
  } catch {
    return undefined;
  }
}

export class WearersClock {
  /** `zone` is an IANA name, null for this computer's; without dates, times count from the start. */
  constructor(startMs, zone, hasDate = true) {
    this.startMs = startMs;
    this.hasDate = hasDate;
    const timeZone = knownZone(zone);
    const of = (options) => new Intl.DateTimeFormat(undefined, {timeZone, ...options});
    this.formats = {
      minutes: of({hour: "2-digit", minute: "2-digit", hourCycle: "h23"}),
      seconds: of({hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23"}),
      day: of({weekday: "short", day: "numeric", month: "short", year: "numeric"}),
    };
    this.parts = new Intl.DateTimeFormat("en-GB", {
      timeZone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
    });
  }

  /** How far the wall clock is before UTC at a moment of the night, in s. */
  offset(seconds) {
    if (!this.hasDate) return -this.startMs / 1000;
    const whole = Math.floor((this.startMs + seconds * 1000) / 1000) * 1000;
    const part = Object.fromEntries(this.parts.formatToParts(whole).map(({type, value}) => [type, Number(value)]));
    return (Date.UTC(part.year, part.month - 1, part.day, part.hour, part.minute, part.second) - whole) / 1000;
  }

  /** Time of day to the minute; `seconds` since the start of the night. */
  minutes(seconds) {
    return this.hasDate ? this.formats.minutes.format(this.startMs + seconds * 1000) : elapsed(seconds).slice(0, -3);
  }

  /** Time of day to the second. */
  seconds(seconds) {
    return this.hasDate ? this.formats.seconds.format(this.startMs + seconds * 1000) : elapsed(seconds);
  }

  /** Time of day to the millisecond. */
  exactly(seconds, digits = 3) {
    const at = (this.startMs + seconds * 1000) / 1000;
    const rest = this.hasDate ? at - Math.floor(at) : seconds - Math.floor(seconds);
    return this.seconds(seconds) + rest.toFixed(digits).slice(1).replace(/^$/, "");
  }

  /** The date of the evening that the night belongs to: from noon to noon, one night. */
  evening() {
    return this.hasDate ? this.formats.day.format(this.startMs - 12 * 3600 * 1000) : t("no date");
  }
}

function elapsed(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (number) => String(number).padStart(2, "0");
  return `${Math.floor(whole / 3600)}:${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
}

const STEPS = [
  0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600,
];

/** Where to put marks of time between two moments, at least so many seconds apart: [[seconds, words], …]. */
export function ticks(clock, from, to, least) {
  const step = STEPS.find((each) => each >= least) ?? Math.ceil(least / 43200) * 43200;
  const offset = clock.offset(from) + clock.startMs / 1000;
  const first = Math.ceil((from + offset) / step);
  const found = [];
  for (let i = first; i * step - offset <= to; i += 1) {
    const at = i * step - offset;
    const words = step >= 60 ? clock.minutes(at + 1e-4) : step >= 1 ? clock.seconds(at + 1e-4) : clock.exactly(at + 1e-4, 1);
    found.push([at, words]);
  }
  return found;
}
