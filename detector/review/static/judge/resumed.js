// A sample that has begun, kept in this tab: who loads the page again goes on where they were.

const KEPT = "fasciwatch-sample";

/** Of which events a sample is: of the same ones as long as nights, filters and their number are. */
function nameOf(desk) {
  return JSON.stringify([desk.events.nights.map(({key, began}) => [key, began]), desk.wish, desk.shown.length]);
}

/** Keep how far it has come: `facts` is anything that JSON can hold. */
export function keepSample(desk, facts) {
  try {
    sessionStorage.setItem(KEPT, JSON.stringify({of: nameOf(desk), facts}));
  } catch {
    // A browser that keeps nothing: then a page that is loaded again begins anew.
  }
}

/** What was kept of these events; null where there is nothing. */
export function keptSample(desk) {
  try {
    const {of, facts} = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
    return of === nameOf(desk) ? facts : null;
  } catch {
    return null;
  }
}

export function forgetSample() {
  try {
    sessionStorage.removeItem(KEPT);
  } catch {
    // As above.
  }
}
