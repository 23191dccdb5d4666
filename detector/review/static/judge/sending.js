// Labels on their way to the disk: one action after the other, in the order of the keys, and loud where one fails.

import {postJSON, say, t} from "/static/api.js";
import {KINDS} from "/static/canvas.js";
import {NO, NONE, OTHER, UNSURE, YES} from "/static/judge/judged.js";

const AFTER_MS = 20;

function wordOf(label) {
  return {[NONE]: null, [YES]: "yes", [NO]: "no", [UNSURE]: "unsure"}[label] ?? (label === NONE ? null : KINDS[label - OTHER]);
}

export class Sending {
  /** `changed` is called whenever it begins, ends or fails. */
  constructor(events, changed) {
    this.events = events;
    this.changed = changed;
    this.waiting = [];
    this.isBusy = false;
    this.failed = null;
    /** Milliseconds from each key to the disk, for whoever measures. */
    this.took = [];
    addEventListener("beforeunload", (event) => {
      if (this.waiting.length) event.preventDefault();
    });
  }

  /** Nights that an action is about. */
  nightsOf(action) {
    if (action.nights) return action.nights;
    return [...new Set([...action.changes, ...action.moves].map(({event}) => this.events.night[event]))];
  }

  label(action) {
    const {events} = this;
    for (const night of this.nightsOf(action)) {
      const {key, began} = events.nights[night];
      const ofNight = ({event}) => events.night[event] === night;
      this.put("/api/label", {
        night: key, began, how: action.how,
        judgements: action.changes.filter(ofNight).map(({event, is: [label, explicit]}) => ({
          event: events.index[event], label: wordOf(label), explicit: explicit === 1,
        })),
        regroupings: action.moves.filter(ofNight).map(({event, is}) => ({
          event: events.index[event], family: is < 0 ? -1 : events.families[is].number,
        })),
      }, ({action: number}) => { (action.numbers ??= {})[key] = number; });
    }
  }

  /** Undo or redo an action; of all nights the latest one where none is given. Calls back with what the server says. */
  takeBack(way, action, heard) {
    const nights = action ? this.nightsOf(action) : this.events.nights.keys();
    // What it was numbered is known once it is on the disk, which is before this is sent.
    const value = () => ({
      latest: !action,
      nights: [...nights].map((night) => {
        const {key, began} = this.events.nights[night];
        return {night: key, began, action: action?.numbers?.[key] ?? null};
      }),
    });
    this.put(`/api/${way}`, value, heard);
  }

  put(path, value, heard = null) {
    this.waiting.push({path, value, heard, since: performance.now()});
    // First what the key has changed is shown; asking the server takes longer than that.
    setTimeout(() => this.run(), AFTER_MS);
  }

  /** Resolves once everything is on the disk. */
  async settled() {
    while (this.waiting.length && !this.failed) await new Promise((go) => setTimeout(go, 10));
  }

  /** Try again what has failed. */
  again() {
    this.failed = null;
    say("");
    this.run();
  }

  async run() {
    if (this.isBusy || this.failed) return;
    this.isBusy = true;
    while (this.waiting.length) {
      const {path, value, heard, since} = this.waiting[0];
      try {
        const answer = await postJSON(path, typeof value === "function" ? value() : value);
        this.waiting.shift();
        this.took.push(performance.now() - since);
        heard?.(answer);
      } catch (error) {
        this.failed = error;
        say(t("Not saved: {why}", {why: error.message}), "bad");
        break;
      }
    }
    this.isBusy = false;
    this.changed();
  }
}
