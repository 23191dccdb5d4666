// The desk that all views share: the events, what was said of them, the walk through them, and what is shown.

import {say, t, tn} from "/static/api.js";
import {Judged, NONE, OTHER, YES} from "/static/judge/judged.js";
import {mostLike} from "/static/judge/alike.js";
import {anything, fitting, isAnything, ordered} from "/static/judge/order.js";
import {Sending} from "/static/judge/sending.js";
import {write} from "/static/judge/tiles.js";
import {Walk} from "/static/judge/walk.js";
import {Words} from "/static/judge/words.js";

export const PER_PAGE = 40;

export class Desk {
  /** `changed` is called after whatever changes what is seen beside the view; `view` is the one that shows. */
  constructor(events, changed) {
    this.events = events;
    this.changed = changed;
    this.judged = new Judged(events.label, events.explicit, events.family);
    this.sending = new Sending(events, changed);
    this.walk = new Walk(PER_PAGE);
    this.words = new Words(this);
    this.wish = anything();
    this.order = "family";
    this.like = null;
    this.hidesDates = false;
    this.view = null;
    this.every = Array.from({length: events.size}, (_, event) => event);
    this.lay();
  }

  /** Nights that can only be looked at, for they are still being recorded. */
  get isRecorded() {
    return this.events.nights.some((night) => night.recording);
  }

  /** Lay out the events that are wished for, in the order wished for: the only time that order changes. */
  lay() {
    const {events, judged} = this;
    this.shown = isAnything(this.wish) ? this.every : fitting(events, judged, this.wish);
    const list = this.like === null
      ? ordered(events, judged, this.shown, this.order)
      : mostLike(events.looks, this.shown, this.like, events.width);
    this.walk.show(list);
  }

  /** Lay out anew, and go where the hand was, if that is still there. */
  again({order = this.order, wish = this.wish, like = null} = {}) {
    const here = this.walk.event;
    Object.assign(this, {order, wish, like});
    this.lay();
    const place = like === null ? this.walk.order.indexOf(here) : 0;
    if (place > 0) this.walk.go(place);
    this.view?.open();
    this.refresh();
  }

  refresh() {
    this.view?.update();
    this.changed();
  }

  /** Say something of events: seen at once, on the disk soon. */
  put(how, events, label, explicit = true) {
    if (this.isRecorded) {
      say(t("This night is still being recorded: judge it after the recording."), "bad");
      return false;
    }
    const {kind} = this.events;
    // Who says of a twitch that it is a twitch says yes.
    const isItself = label >= OTHER && events.every((event) => kind[event] === label - OTHER);
    const action = this.judged.put(how, events, isItself ? YES : label, explicit);
    if (action) this.sending.label(action);
    return action !== null;
  }

  regroup(events, family) {
    if (this.isRecorded) return;
    const action = this.judged.regroup("family", events, family);
    if (action) this.sending.label(action);
  }

  takeBack(way) {
    const action = way === "undo" ? this.judged.undo() : this.judged.redo();
    if (!action && !this.canTakeBack(way)) {
      this.hear(way === "undo" ? t("There is nothing to undo.") : t("There is nothing to redo."), true);
      return;
    }
    this.sending.takeBack(way, action, (answer) => this.heard(answer));
    if (action) this.show(action, way);
  }

  canTakeBack(way) {
    const own = way === "undo" ? this.judged.done : this.judged.undone;
    return own.length > 0 || this.events.nights.some((night) => night[way === "undo" ? "undoable" : "redoable"]);
  }

  /** What an undo or redo has brought back is shown, wherever that is. */
  show(action, way) {
    const touched = [...action.changes, ...action.moves].map(({event}) => event);
    if (action.moves.length) this.view?.open();
    this.view?.reveal(touched);
    this.refresh();
    const words = way === "undo" ? tn("Undone: {n} event", "Undone: {n} events", touched.length) : tn("Done again: {n} event", "Done again: {n} events", touched.length);
    this.hear(words, true);
  }

  /** The server knows of actions that this page does not: those of before it was opened. */
  heard({nights}) {
    for (const told of nights) {
      const night = this.events.nights.findIndex((each) => each.key === told.night);
      if (!told.label) continue;
      Object.assign(this.events.nights[night], {undoable: told.undoable, redoable: told.redoable});
      const touched = [];
      for (let event = 0; event < this.events.size; event += 1) {
        if (this.events.night[event] !== night) continue;
        const at = this.events.index[event];
        const family = this.events.familyOf(night, told.family[at]);
        if (this.judged.label[event] !== told.label[at] || this.judged.family[event] !== family) touched.push(event);
        this.judged.label[event] = told.label[at];
        this.judged.explicit[event] = told.explicit[at];
        this.judged.family[event] = family;
      }
      this.view?.reveal(touched);
    }
    this.refresh();
  }

  isOpen(event) {
    return this.judged.label[event] === NONE;
  }

  /** Tell whoever listens; `isSeen` where it cannot be seen otherwise. */
  hear(words, isSeen = false) {
    write(document.getElementById("heard"), words);
    write(document.getElementById("told"), isSeen ? words : "");
  }
}
