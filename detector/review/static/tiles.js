// Samples of a night, in tiles of half a minute: those in view first, their neighbours after them.

import {getArrays} from "/static/api.js";
import {highPass} from "/static/canvas.js";

const TILE_S = 30;
const MOST_TILES = 80;
const AT_ONCE = 3;

export class Tiles {
  /** `changed()` is called whenever more is there. */
  constructor(key, sensors, lengthS, changed) {
    Object.assign(this, {key, sensors, lengthS, changed});
    this.tiles = new Map();
    this.wanted = [];
    this.busy = 0;
    this.runs = new Map();
  }

  /** Ask for what is in view, and for as much beside it. */
  want(from, to) {
    const wanted = [];
    const first = Math.floor(from / TILE_S);
    const last = Math.floor(to / TILE_S);
    const around = Math.max(1, last - first + 1);
    for (let n = first; n <= last; n += 1) wanted.push(n);
    for (let i = 1; i <= around; i += 1) wanted.push(last + i, first - i);
    this.wanted = wanted
      .filter((n) => n >= 0 && n * TILE_S <= this.lengthS)
      .flatMap((n) => Array.from({length: this.sensors}, (_, sensor) => [sensor, n]))
      .filter(([sensor, n]) => !this.tiles.has(`${sensor}:${n}`));
    while (this.busy < AT_ONCE && this.wanted.length) this.load();
  }

  async load() {
    const [sensor, n] = this.wanted.shift();
    const name = `${sensor}:${n}`;
    if (this.tiles.has(name)) return;
    this.tiles.set(name, null);
    this.busy += 1;
    try {
      this.tiles.set(name, await getArrays(`/api/night/${this.key}/samples?sensor=${sensor}&from=${n * TILE_S}&to=${(n + 1) * TILE_S}`));
      for (const old of this.tiles.keys()) {
        if (this.tiles.size <= MOST_TILES) break;
        if (old !== name) this.tiles.delete(old);
      }
      this.runs.delete(sensor);
      this.changed();
    } catch {
      this.tiles.delete(name);
      this.wanted = [];
    }
    this.busy -= 1;
    if (this.wanted.length && this.busy < AT_ONCE) this.load();
  }

  /** Whether all of a stretch is there. */
  has(sensor, from, to) {
    for (let n = Math.max(0, Math.floor(from / TILE_S)); n <= Math.min(to, this.lengthS) / TILE_S; n += 1) {
      if (!this.tiles.get(`${sensor}:${n}`)) return false;
    }
    return true;
  }

  /** Samples without a gap, in mg: [{from, to, rate, raw: [x, y, z], passed(): [x, y, z]}, …] of all that touch a stretch. */
  stretches(sensor, from, to) {
    if (!this.runs.has(sensor)) this.runs.set(sensor, this.joined(sensor));
    return this.runs.get(sensor).filter((run) => run.to > from && run.from < to);
  }

  joined(sensor) {
    const rows = [];
    for (const [name, tile] of this.tiles) {
      if (!tile || !name.startsWith(`${sensor}:`)) continue;
      const n = tile.xyz.shape[1];
      let at = 0;
      for (let i = 0; i < tile.at_s.length; i += 1) {
        rows.push({tile, n, at, count: tile.count[i], from: tile.at_s[i], rate: tile.rate_hz[i]});
        at += tile.count[i];
      }
    }
    rows.sort((a, b) => a.from - b.from);
    const runs = [];
    let run = [];
    for (const row of rows) {
      const before = run.at(-1);
      if (before && Math.abs(row.from - (before.from + before.count / before.rate)) > 0.5 / before.rate) {
        runs.push(joinedRows(run));
        run = [];
      }
      run.push(row);
    }
    if (run.length) runs.push(joinedRows(run));
    return runs;
  }
}

function joinedRows(rows) {
  const total = rows.reduce((sum, row) => sum + row.count, 0);
  const raw = [0, 1, 2].map((axis) => {
    const values = new Float32Array(total);
    let at = 0;
    for (const {tile, n, at: first, count} of rows) {
      for (let i = 0; i < count; i += 1) values[at + i] = tile.xyz[axis * n + first + i] * tile.step_mg;
      at += count;
    }
    return values;
  });
  const from = rows[0].from;
  const last = rows.at(-1);
  const to = last.from + last.count / last.rate;
  const rate = total / (to - from);
  let passed = null;
  return {from, to, rate, raw, passed: () => (passed ??= raw.map((values) => highPass(values, rate)))};
}
