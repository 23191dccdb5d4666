// How alike events look, by the numbers that alike.py has found: the product of two is 1 where they are the same.

const ONE = 127;

/** Of each of these events, how much it looks like a picture (as of `picture`). */
export function likenessTo(looks, picture, events) {
  const width = picture.length;
  return Float32Array.from(events, (event) => {
    let sum = 0;
    const at = event * width;
    for (let k = 0; k < width; k += 1) sum += looks[at + k] * picture[k];
    return sum / ONE;
  });
}

/** What events look like together: the mean of their numbers, of length 1. */
export function picture(looks, events, width) {
  const mean = new Float32Array(width);
  for (const event of events) for (let k = 0; k < width; k += 1) mean[k] += looks[event * width + k];
  let length = 0;
  for (const value of mean) length += value * value;
  length = Math.sqrt(length) || 1;
  return mean.map((value) => value / length);
}

/** The same, of the half of the events that look most like all of them: strays do not bend it. */
export function kernel(looks, events, width) {
  const all = picture(looks, events, width);
  if (events.length < 6) return all;
  const like = likenessTo(looks, all, events);
  const nearest = [...events.keys()].sort((a, b) => like[b] - like[a]).slice(0, Math.ceil(events.length / 2));
  return picture(looks, nearest.map((k) => events[k]), width);
}

/** Events, those that look least like their family first. */
export function oddFirst(looks, events, width) {
  const like = likenessTo(looks, kernel(looks, events, width), events);
  return [...events.keys()].sort((a, b) => like[a] - like[b]).map((k) => events[k]);
}

/** Events, those most like one of them first, itself at the very beginning. */
export function mostLike(looks, events, one, width) {
  const like = likenessTo(looks, picture(looks, [one], width), events);
  return [...events.keys()]
    .sort((a, b) => (events[b] === one) - (events[a] === one) || like[b] - like[a])
    .map((k) => events[k]);
}
