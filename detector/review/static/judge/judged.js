// What has been said of the events, and the way back: every action can be undone and redone, without limit.
// It knows neither the page nor the server.

export const NONE = 0;
export const YES = 1;
export const NO = 2;
export const UNSURE = 3;
/** Labels from here on are other kinds, in the order of KINDS. */
export const OTHER = 4;

export class Judged {
  /** Of each event its label, whether somebody said it of this very event, and its family (-1: none). */
  constructor(label, explicit, family) {
    this.label = label;
    this.explicit = explicit;
    this.family = family;
    this.done = [];
    this.undone = [];
  }

  /** Give events a label; NONE takes theirs back. Returns the action, or null where nothing changes. */
  put(how, events, label, explicit = true) {
    const said = explicit && label !== NONE ? 1 : 0;
    const changes = events
      .filter((event) => this.label[event] !== label || this.explicit[event] !== said)
      .map((event) => ({event, was: [this.label[event], this.explicit[event]], is: [label, said]}));
    return this.act({how, changes, moves: []});
  }

  /** Put events into a family, or into none (-1). */
  regroup(how, events, family) {
    const moves = events
      .filter((event) => this.family[event] !== family)
      .map((event) => ({event, was: this.family[event], is: family}));
    return this.act({how, changes: [], moves});
  }

  act(action) {
    if (!action.changes.length && !action.moves.length) return null;
    this.set(action, "is");
    this.done.push(action);
    this.undone = [];
    return action;
  }

  set({changes, moves}, side) {
    for (const change of changes) [this.label[change.event], this.explicit[change.event]] = change[side];
    for (const move of moves) this.family[move.event] = move[side];
  }

  /** Take the last action back; null where there is none here. */
  undo() {
    const action = this.done.pop() ?? null;
    if (action) {
      this.set(action, "was");
      this.undone.push(action);
    }
    return action;
  }

  redo() {
    const action = this.undone.pop() ?? null;
    if (action) {
      this.set(action, "is");
      this.done.push(action);
    }
    return action;
  }

  /** How many of some events have which label. */
  counts(events) {
    const found = {all: events.length, yes: 0, no: 0, unsure: 0, other: 0, none: 0, byDefault: 0};
    for (const event of events) {
      const label = this.label[event];
      if (label === NONE) found.none += 1;
      else {
        if (label === YES) found.yes += 1;
        else if (label === NO) found.no += 1;
        else if (label === UNSURE) found.unsure += 1;
        else found.other += 1;
        if (!this.explicit[event]) found.byDefault += 1;
      }
    }
    return found;
  }
}
