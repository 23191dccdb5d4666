// The snippets of several nights' samples, each as the server hands it over, by one number over all.

const MISSING = -32768;
const RANGES = [20, 30, 50, 70, 100, 150, 200, 300, 500, 1000, 2000, 5000, 10_000];

export class Snippets {
  /** `parts`: of each night its key, the wearable's number, `began`, and arrays of its events. */
  constructor(parts) {
    this.parts = parts;
    this.where = [];
    for (const part of parts) {
      let first = 0;
      for (let k = 0; k < part.index.length; k += 1) {
        this.where.push({part, k, first});
        first += 3 * part.count[k];
      }
    }
    this.size = this.where.length;
    this.count = this.where.map(({part, k}) => part.count[k]);
    this.duration = this.where.map(({part, k}) => part.duration[k]);
    this.range = this.where.map((_, event) => this.rangeOf(event));
  }

  /** What names an event to the server. */
  of(event) {
    const {part, k} = this.where[event];
    return {night: part.key, sensor: part.sensor, began: part.began, event: part.index[k]};
  }

  spanOf(event) {
    const {part, k} = this.where[event];
    return part.count[k] * part.step[k];
  }

  rangeOf(event) {
    const {part, k, first} = this.where[event];
    let most = 0;
    for (let at = first; at < first + 3 * part.count[k]; at += 1) {
      if (part.values[at] !== MISSING) most = Math.max(most, Math.abs(part.values[at]));
    }
    return RANGES.find((range) => range >= 2.1 * most * part.scale[k]) ?? 40_000;
  }

  /** Add the line of an axis to the context's path; what is missing interrupts it. */
  trace(context, event, axis, x, middle, perPoint, perMg) {
    const {part, k, first} = this.where[event];
    const count = part.count[k];
    let isOpen = false;
    for (let point = 0; point < count; point += 1) {
      const value = part.values[first + axis * count + point];
      if (value === MISSING) {
        isOpen = false;
        continue;
      }
      const y = middle - value * perMg * part.scale[k];
      if (isOpen) context.lineTo(x + point * perPoint, y);
      else context.moveTo(x + point * perPoint, y);
      isOpen = true;
    }
  }
}
