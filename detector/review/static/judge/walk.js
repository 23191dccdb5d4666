// Where the hand is: an order of events that stays as it is until another is asked for, a page of it, a cursor, a choice.

export class Walk {
  constructor(perPage) {
    this.perPage = perPage;
    this.show([]);
  }

  /** Walk through these events, in this order, from the beginning. */
  show(order) {
    this.order = order;
    this.at = 0;
    this.anchor = null;
    this.picked = new Set();
  }

  get event() {
    return this.order[this.at] ?? null;
  }

  get page() {
    return Math.floor(this.at / this.perPage);
  }

  get pages() {
    return Math.max(1, Math.ceil(this.order.length / this.perPage));
  }

  get from() {
    return this.page * this.perPage;
  }

  get to() {
    return Math.min(this.order.length, this.from + this.perPage);
  }

  /** Events on this page. */
  get seen() {
    return this.order.slice(this.from, this.to);
  }

  /** Go to a place; `extend` chooses all from where it began. Places outside are the nearest that are. */
  go(place, extend = false) {
    const before = this.at;
    this.at = Math.min(Math.max(place, 0), Math.max(0, this.order.length - 1));
    if (extend) {
      this.anchor ??= before;
      const [low, high] = [Math.min(this.anchor, this.at), Math.max(this.anchor, this.at)];
      this.picked = new Set(Array.from({length: high - low + 1}, (_, k) => low + k));
    } else {
      this.anchor = null;
      this.picked.clear();
    }
    return this.at !== before;
  }

  /** Choose a place, or choose it no longer. */
  toggle(place) {
    this.at = place;
    this.anchor = place;
    if (!this.picked.delete(place)) this.picked.add(place);
  }

  /** Choose nothing. */
  drop() {
    const some = this.picked.size > 0;
    this.anchor = null;
    this.picked.clear();
    return some;
  }

  /** What the next key is about: what is chosen, else where the cursor is. */
  get chosen() {
    if (this.picked.size) return [...this.picked].sort((a, b) => a - b).map((place) => this.order[place]);
    return this.event === null ? [] : [this.event];
  }

  /** Go beyond what was chosen. */
  advance() {
    this.go((this.picked.size ? Math.max(...this.picked) : this.at) + 1);
  }

  /** Go to the first event from a place on that `isOpen`, then from the beginning; false where there is none. */
  seek(isOpen, from = this.at) {
    const many = this.order.length;
    for (let k = 0; k < many; k += 1) {
      const place = (from + k) % many;
      if (isOpen(this.order[place])) {
        this.go(place);
        return true;
      }
    }
    return false;
  }
}
