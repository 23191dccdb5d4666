// Which events are shown, and in which order. Pure: the same events and wishes give the same list.

import {knownZone} from "/static/clock.js";
import {NONE, NO, OTHER, UNSURE, YES} from "/static/judge/judged.js";

export const ORDERS = ["family", "like", "size", "score", "hour"];

/** A wish that lets everything through. */
export function anything() {
  return {kinds: [], sensors: [], labels: [], flags: [], without: [], smallest: null, largest: null, fromHour: null, toHour: null, family: "any"};
}

export function isAnything(wish) {
  return JSON.stringify(wish) === JSON.stringify(anything());
}

/** Hour of the wearer's day, from 0 to 24, of each event: `zones` by night; "" where times are no dates. */
export function hoursOf(events, zones) {
  const formats = zones.map((zone) => (zone === "" ? null : new Intl.DateTimeFormat("en-GB", {
    timeZone: knownZone(zone), hour: "numeric", minute: "numeric", hourCycle: "h23",
  })));
  // Zones change by quarters of an hour: one question a quarter is enough.
  const known = new Map();
  return Float32Array.from(events.onset, (ms, event) => {
    const night = events.night[event];
    if (!formats[night]) return NaN;
    const quarter = Math.floor(ms / 900_000);
    const key = `${night} ${quarter}`;
    if (!known.has(key)) {
      const [hour, minute] = formats[night].format(quarter * 900_000).split(":").map(Number);
      known.set(key, hour + minute / 60);
    }
    return known.get(key) + (ms - quarter * 900_000) / 3_600_000;
  });
}

function labelWords(label, explicit) {
  const word = {[NONE]: "none", [YES]: "yes", [NO]: "no", [UNSURE]: "unsure"}[label] ?? "other";
  return label !== NONE && !explicit ? [word, "default"] : [word];
}

/** The events that fit a wish. */
export function fitting(events, judged, wish) {
  const found = [];
  const [from, to] = [wish.fromHour, wish.toHour];
  for (let event = 0; event < events.size; event += 1) {
    if (wish.kinds.length && !wish.kinds.includes(events.kind[event])) continue;
    if (wish.sensors.length && !wish.sensors.includes(events.sensor[event])) continue;
    if (wish.smallest !== null && !(events.p2p[event] >= wish.smallest)) continue;
    if (wish.largest !== null && !(events.p2p[event] <= wish.largest)) continue;
    if (wish.flags.length && !wish.flags.some((flag) => events.flags[event] & (1 << flag))) continue;
    if (wish.without.some((flag) => events.flags[event] & (1 << flag))) continue;
    if (wish.family === "some" && judged.family[event] < 0) continue;
    if (wish.family === "none" && judged.family[event] >= 0) continue;
    if (typeof wish.family === "number" && judged.family[event] !== wish.family) continue;
    if (wish.labels.length) {
      const words = labelWords(judged.label[event], judged.explicit[event]);
      if (!words.some((word) => wish.labels.includes(word))) continue;
    }
    if (from !== null && to !== null) {
      const hour = events.hour[event];
      // From 22 to 6 goes over midnight.
      if (!(from <= to ? hour >= from && hour < to : hour >= from || hour < to)) continue;
    }
    found.push(event);
  }
  return found;
}

/** Put events into an order; equal ones stay in the order of time. */
export function ordered(events, judged, shown, order) {
  const sizes = new Map();
  for (const event of shown) sizes.set(judged.family[event], (sizes.get(judged.family[event]) ?? 0) + 1);
  const familyFirst = (a, b) => {
    const [one, other] = [judged.family[a], judged.family[b]];
    if (one === other) return 0;
    if (one < 0 || other < 0) return one < 0 ? 1 : -1;
    return sizes.get(other) - sizes.get(one) || one - other;
  };
  const by = {
    family: (a, b) => familyFirst(a, b) || events.rank[a] - events.rank[b],
    like: (a, b) => events.chain[a] - events.chain[b],
    size: (a, b) => events.p2p[b] - events.p2p[a],
    score: (a, b) => events.score[b] - events.score[a],
    hour: (a, b) => events.hour[a] - events.hour[b] || events.onset[a] - events.onset[b],
  }[order];
  return [...shown].sort((a, b) => by(a, b) || events.onset[a] - events.onset[b]);
}

/** Families of the events shown, the largest first, those in none at the end: [{family, events}]. */
export function familiesOf(judged, shown) {
  const members = new Map();
  for (const event of shown) {
    const family = judged.family[event];
    if (!members.has(family)) members.set(family, []);
    members.get(family).push(event);
  }
  return [...members]
    .map(([family, events]) => ({family, events}))
    .sort((a, b) => (a.family < 0) - (b.family < 0) || b.events.length - a.events.length || a.family - b.family);
}
