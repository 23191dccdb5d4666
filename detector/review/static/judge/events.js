// The events of some nights with their snippets, as the server hands them over at once.

import {getArrays} from "/static/api.js";
import {KINDS} from "/static/canvas.js";
import {hoursOf} from "/static/judge/order.js";

const MISSING = -32768;
export const FLAGS = ["clipped", "cut", "glitch", "jerk", "coincident"];

/** Load nights by their keys. */
export async function loadEvents(keys) {
  const query = keys.map((key) => `night=${encodeURIComponent(key)}`).join("&");
  return new Events(await getArrays(`/api/snippets?${query}`));
}

export class Events {
  constructor(facts) {
    Object.assign(this, facts);
    this.size = facts.night.length;
    this.width = facts.looks.shape[1];
    this.first = new Float64Array(this.size);
    for (let event = 1; event < this.size; event += 1) {
      this.first[event] = this.first[event - 1] + 3 * this.count[event - 1];
    }
    this.sensors = [...new Set(this.nights.flatMap((night) => night.sensors.map((sensor) => sensor.name)))];
    this.sensor = this.sensor.map((own, event) => this.sensors.indexOf(this.nights[this.night[event]].sensors[own].name));
    this.families = [];
    this.numbered = new Map();
    this.family = Int32Array.from(this.family, (number, event) => this.familyOf(this.night[event], number));
    this.hour = hoursOf(this, this.nights.map((night) => night.timezone));
    this.range = Float32Array.from({length: this.size}, (_, event) => this.rangeOf(event));
  }

  /** Families of different nights are different ones, whatever their numbers: one number over all; -1 for none. */
  familyOf(night, number) {
    if (number < 0) return -1;
    const key = `${night} ${number}`;
    if (!this.numbered.has(key)) {
      this.numbered.set(key, this.families.length);
      this.families.push({night, number});
    }
    return this.numbered.get(key);
  }

  /** A family of a night that has no members yet. */
  newFamily(night) {
    const taken = this.families.filter((family) => family.night === night).map((family) => family.number);
    return this.familyOf(night, Math.max(-1, ...taken) + 1);
  }

  kindOf(event) {
    return KINDS[this.kind[event]];
  }

  /** Seconds that a snippet spans. */
  spanOf(event) {
    return this.count[event] * this.step[event];
  }

  /** Height in mg that a snippet needs, of a few fixed ones, so that tiles can be compared: 20 at least. */
  rangeOf(event) {
    let most = 0;
    const end = this.first[event] + 3 * this.count[event];
    for (let at = this.first[event]; at < end; at += 1) {
      const value = Math.abs(this.values[at]);
      if (value > most && this.values[at] !== MISSING) most = value;
    }
    const needed = 2.1 * most * this.scale[event];
    return [20, 30, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000].find((range) => range >= needed) ?? 40_000;
  }

  /** Add the line of an axis to the context's path; what is missing interrupts it. `each` leaves points out. */
  trace(context, event, axis, x, middle, perPoint, perMg, each = 1) {
    const count = this.count[event];
    const first = this.first[event] + axis * count;
    const perStep = perMg * this.scale[event];
    let isOpen = false;
    for (let k = 0; k < count; k += each) {
      const value = this.values[first + k];
      if (value === MISSING) {
        isOpen = false;
        continue;
      }
      const y = middle - value * perStep;
      if (isOpen) context.lineTo(x + k * perPoint, y);
      else context.moveTo(x + k * perPoint, y);
      isOpen = true;
    }
  }

  /** Mean and standard deviation in mg of events of one resolution, point by point: {count, step, mean, spread}, 3 axes each. */
  template(events) {
    const byCount = new Map();
    for (const event of events) byCount.set(this.count[event], (byCount.get(this.count[event]) ?? 0) + 1);
    const count = [...byCount].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 0;
    const same = events.filter((event) => this.count[event] === count);
    const mean = new Float32Array(3 * count);
    const spread = new Float32Array(3 * count);
    for (let k = 0; k < 3 * count; k += 1) {
      let n = 0;
      let sum = 0;
      let squares = 0;
      for (const event of same) {
        const value = this.values[this.first[event] + k];
        if (value === MISSING) continue;
        const mg = value * this.scale[event];
        n += 1;
        sum += mg;
        squares += mg * mg;
      }
      mean[k] = n ? sum / n : NaN;
      spread[k] = n > 1 ? Math.sqrt(Math.max(0, (squares - (sum * sum) / n) / (n - 1))) : 0;
    }
    return {count, step: same.length ? this.step[same[0]] : 0, mean, spread, events: same};
  }
}
