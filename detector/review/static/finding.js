// Finding an event, or a moment, in columns that are in the order of time.

/** The events of one wearable and one kind, as columns: number, begin and end. */
export function eventsOf(night, sensor, kind) {
  const {events} = night;
  const number = [];
  for (let i = 0; i < events.at.length; i += 1) if (events.sensor[i] === sensor && events.kind[i] === kind) number.push(i);
  return {
    number,
    at: Float64Array.from(number, (i) => events.at[i]),
    to: Float64Array.from(number, (i) => events.at[i] + events.duration_s[i]),
  };
}

/** Which of them lies at a moment, or within `reach` of it: its number, or null. */
export function nearest({at, to, number}, when, reach, inside = false) {
  let best = null;
  let how = reach;
  for (let i = Math.max(0, lowerBound(at, when - reach) - 5); i < at.length && at[i] <= when + reach; i += 1) {
    const away = when >= at[i] && when <= to[i] ? 0 : Math.min(Math.abs(when - at[i]), Math.abs(when - to[i]));
    if (away <= how && (!inside || away <= reach)) {
      best = number[i];
      how = away;
    }
  }
  return best;
}

/** How many of ascending values are less than one. */
export function lowerBound(values, wanted) {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
