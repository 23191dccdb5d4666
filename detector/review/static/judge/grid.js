// The grid: forty snippets a page. Arrows go about, Space says no, Enter says that the rest of the page is yes.

import {make, t, tn} from "/static/api.js";
import {NO, NONE, YES} from "/static/judge/judged.js";
import {deskCommands, labelCommands} from "/static/judge/saying.js";
import {Tiles, write} from "/static/judge/tiles.js";

/** Keys that move about tiles, of any view that has some. */
export function moves(view) {
  const step = (keys, words, of, extend = false) => ({id: keys[0], words, keys, run: () => view.move(of(), extend)});
  const {walk} = view;
  return [
    step(["ArrowLeft"], t("to the one before"), () => walk.at - 1),
    step(["ArrowRight"], t("to the next"), () => walk.at + 1),
    step(["ArrowUp"], t("up a row"), () => walk.at - view.tiles.columns),
    step(["ArrowDown"], t("down a row"), () => walk.at + view.tiles.columns),
    step(["Shift+ArrowLeft"], t("choose backwards"), () => walk.at - 1, true),
    step(["Shift+ArrowRight"], t("choose onwards"), () => walk.at + 1, true),
    step(["Shift+ArrowUp"], t("choose a row backwards"), () => walk.at - view.tiles.columns, true),
    step(["Shift+ArrowDown"], t("choose a row onwards"), () => walk.at + view.tiles.columns, true),
    step(["Home"], t("to the beginning of the page"), () => walk.from),
    step(["End"], t("to the end of the page"), () => walk.to - 1),
    step(["Shift+Home"], t("choose to the beginning of the page"), () => walk.from, true),
    step(["Shift+End"], t("choose to the end of the page"), () => walk.to - 1, true),
    step(["PageDown"], t("a page on"), () => Math.min(walk.from + walk.perPage, walk.order.length - 1)),
    step(["PageUp"], t("a page back"), () => Math.max(0, walk.from - walk.perPage)),
    {id: "drop", words: t("choose nothing"), keys: ["Escape"], run: () => view.escape()},
  ];
}

/** What views of tiles have in common. */
export class TileView {
  constructor(desk, walk) {
    this.desk = desk;
    this.walk = walk;
    this.element = make("div");
  }

  makeTiles(holder, name) {
    this.tiles = new Tiles(holder, {
      events: this.desk.events, judged: this.desk.judged, walk: this.walk, name,
      wordsOf: (event) => this.desk.words.tile(event),
      onPick: (place, event) => this.pick(place, event),
    });
    this.where = make("p");
    const turn = (words, of) => make("button", {type: "button", class: "quiet", text: words, on: {click: () => this.move(of(), false)}});
    this.back = turn(t("Page back"), () => Math.max(0, this.walk.from - this.walk.perPage));
    this.on = turn(t("Page on"), () => Math.min(this.walk.from + this.walk.perPage, this.walk.order.length - 1));
    this.pager = make("div", {class: "pager"}, this.back, this.where, this.on);
    holder.append(this.pager);
  }

  focus() {
    this.tiles.list.focus({preventScroll: true});
  }

  move(place, extend) {
    const page = this.walk.page;
    // A choice stays on its page: what is chosen is seen.
    const bounded = extend ? Math.min(Math.max(place, this.walk.from), this.walk.to - 1) : place;
    this.walk.go(bounded, extend);
    this.update();
    if (this.walk.page !== page) this.desk.hear(this.pageWords());
  }

  pick(place, event) {
    if (event.shiftKey) this.walk.go(place, true);
    else this.walk.toggle(place);
    this.focus();
    this.update();
  }

  escape() {
    if (!this.walk.drop()) return false;
    this.update();
    return true;
  }

  pageWords() {
    return t("Page {page} of {pages}", {page: this.walk.page + 1, pages: this.walk.pages});
  }

  update() {
    this.tiles.wordsAre = this.desk.hidesDates;
    this.tiles.update();
    write(this.where, this.pageWords());
    this.pager.hidden = this.walk.pages < 2;
    this.back.disabled = this.walk.page === 0;
    this.on.disabled = this.walk.page === this.walk.pages - 1;
  }

  /** Say something of what is chosen, and go on; the same again takes it back. */
  say(label, toggles = false) {
    const {walk, desk} = this;
    const chosen = walk.chosen;
    if (!chosen.length) return;
    const isBack = toggles && chosen.every((event) => desk.judged.label[event] === label && desk.judged.explicit[event]);
    desk.put(chosen.length > 1 ? "selection" : "single", chosen, isBack ? NONE : label);
    if (!isBack) {
      const last = walk.picked.size ? Math.max(...walk.picked) : walk.at;
      // Not beyond the page: what is next is not seen yet, and Enter is still to come for this one.
      if (last + 1 < walk.to) walk.advance();
      else walk.go(last);
    } else walk.drop();
    desk.refresh();
  }

  /** Say something of all that is not judged yet among these, as a default. */
  rest(how, events, label) {
    const open = events.filter((event) => this.desk.isOpen(event));
    this.desk.put(how, open, label, false);
    const words = tn("{n} event judged by default", "{n} events judged by default", open.length);
    this.desk.hear(words, true);
    return words;
  }

  /** Go where an undo has changed something. */
  reveal(events) {
    const places = events.map((event) => this.walk.order.indexOf(event)).filter((place) => place >= 0);
    if (places.length && !places.some((place) => place >= this.walk.from && place < this.walk.to)) this.walk.go(Math.min(...places));
    else if (places.length === 1) this.walk.go(places[0]);
    this.update();
  }

  labelCommands() {
    const commands = labelCommands((label) => this.say(label), {});
    const no = commands.find(({id}) => id === "no");
    Object.assign(no, {keys: [" "], words: t("no, it is none; once more takes it back"), run: () => this.say(NO, true)});
    return commands;
  }
}

export class Grid extends TileView {
  constructor(desk, more) {
    super(desk, desk.walk);
    this.more = more;
    this.note = make("div", {class: "row", hidden: true},
      make("p", {class: "soft", text: t("Those most like one of them come first.")}),
      make("button", {type: "button", class: "quiet", text: t("Back to the order before"), on: {click: () => this.escape()}}));
    this.element.append(this.note);
    this.makeTiles(this.element, t("Snippets"));
    this.none = make("p", {class: "soft waiting", text: t("No event fits these filters."), hidden: true});
    this.element.append(this.none);
  }

  open() {
    this.walk.perPage = 40;
    this.note.hidden = this.desk.like === null;
    this.none.hidden = this.walk.order.length > 0;
    this.tiles.list.hidden = !this.none.hidden;
  }

  escape() {
    if (super.escape()) return true;
    if (this.desk.like === null) return false;
    this.desk.again();
    return true;
  }

  restOfPage(label) {
    const {walk} = this;
    this.rest("page", walk.seen, label);
    const next = walk.to < walk.order.length ? walk.to : 0;
    if (!walk.seek((event) => this.desk.isOpen(event), next)) {
      walk.drop();
      this.desk.hear(t("All of these are judged."), true);
    }
    this.desk.refresh();
  }

  commands() {
    return [
      {id: "rest", words: t("the rest of this page is yes, and on"), keys: ["Enter"], run: () => this.restOfPage(YES), button: t("Rest: yes"), look: "main"},
      ...this.labelCommands(),
      {id: "rest-no", words: t("the rest of this page is no, and on"), keys: ["Shift+Enter"], run: () => this.restOfPage(NO), button: t("Rest: no")},
      {id: "more", words: t("more like this"), letter: "m", keys: [], run: () => this.desk.again({like: this.walk.event}), button: t("More like this")},
      ...this.more(this),
      ...deskCommands(this.desk),
      ...moves(this),
    ];
  }
}
