// The night in numbers: tiles, the hours, and what is missing, as elements.

import {make, minutes, span, t, tn} from "/static/api.js";
import {causeWords, number, percent, reasonWords, wornWords} from "/static/words.js";

const LEAST_FOR_A_RATE_S = 600;
const LEAST_SHARE_FOR_A_PULSE = 0.01;
const NS = 1e9;
const WHOLE_HOUR_S = 3500;

/** The tiles above the chart. */
export function tiles(summary) {
  const names = wearables(summary.sensors);
  const found = summary.sensors.map((sensor, which) => rate(sensor, names[which]));
  const length = summary.end_ns === null ? 0 : (summary.end_ns - summary.start_ns) / NS * summary.sensors.length;
  found.push(tile(t("Recorded"), length ? percent(Math.min(1, summary.recorded_s / length)) : "–",
    summary.gap_s ? t("{missing} missing", {missing: span(summary.gap_s)}) : span(summary.recorded_s)));
  const {measurable} = summary;
  found.push(tile(t("Measurable"), measurable && summary.recorded_s ? percent(measurable.measurable_s / summary.recorded_s) : "–",
    measurable ? t("{time} in which twitches could be told", {time: span(measurable.measurable_s)}) : t("not known in a night of an older version")));
  const beats = summary.sensors.map((sensor) => sensor.series?.pulse).filter(Boolean);
  if (beats.length) {
    // What was felt for a moment only is most likely none, and no heart rate of a night.
    found.push(beats[0].share < LEAST_SHARE_FOR_A_PULSE
      ? tile(t("Pulse"), "–", t("felt in less than {share} of the time", {share: percent(LEAST_SHARE_FOR_A_PULSE)}))
      : tile(t("Pulse"), number(beats[0].beats_per_minute, 0), t("beats a minute, felt in {share} of the time", {share: percent(beats[0].share)})));
  }
  return found;
}

/** What tells wearables apart: where they were, with their names where two were at one place; nothing of one alone. */
function wearables(sensors) {
  if (sensors.length < 2) return [null];
  const places = sensors.map(({place}) => place);
  return sensors.map(({name, place}) => {
    if (!place) return name;
    return places.filter((each) => each === place).length > 1 ? t("{place}, {name}", {place, name}) : place;
  });
}

function rate(sensor, whose) {
  const twitches = sensor.series?.twitches;
  const counted = sensor.measurable?.measurable_s ?? sensor.worn_s;
  const title = whose ? t("Twitches an hour, {whose}", {whose}) : t("Twitches an hour");
  if (!twitches || counted < LEAST_FOR_A_RATE_S) return tile(title, "–", tn("{n} twitch, in too short a time", "{n} twitches, in too short a time", sensor.twitch_count));
  const digits = twitches.per_hour < 10 ? 1 : 0;
  return tile(title, number(twitches.per_hour, digits),
    t("likely {low} to {high} (95 %) · {n} in all", {low: number(twitches.low_per_hour, digits), high: number(twitches.high_per_hour, digits), n: twitches.count.toLocaleString()}) + real(sensor.corrected?.rate), "main");
}

/** How many of them are twitches by the labels, as the sheets say it; nothing where these do not tell. */
function real(rate) {
  if (!rate) return "";
  const [middle, low, high] = [rate.per_hour, rate.low_per_hour, rate.high_per_hour].map((each) => number(each, rate.per_hour < 10 ? 1 : 0));
  return " · " + t("of them real, by the labels: {rate}, likely {low} to {high}", {rate: middle, low, high});
}

function tile(words, value, more, kind = "") {
  return make("div", {class: `tile ${kind}`}, make("dt", {text: words}), make("dd", {}, make("strong", {text: value}), make("span", {class: "soft", text: more})));
}

/** A table of the hours of the clock: a row an hour, a column a wearable. */
export function hours(summary, clock) {
  const most = Math.max(1, ...summary.hours.flatMap((hour) => hour.sensors.map((each) => each.twitch_count)));
  if (!summary.hours.length) return [make("p", {class: "soft", text: t("There are no samples.")})];
  const head = summary.sensors.length > 1
    ? wearables(summary.sensors).map((text) => make("th", {scope: "col", text, data: {from: "night"}}))
    : [make("th", {scope: "col", text: t("twitches")})];
  // A recording that begins milliseconds before the hour has no row for these.
  const told = summary.hours.filter((hour) => hour.recorded_s >= 1 || hour.twitch_count);
  const rows = told.map((hour) => make("tr", {},
    make("th", {scope: "row", text: clock.minutes((hour.start_ms - clock.startMs) / 1000)}),
    ...hour.sensors.map((each) => counted(each, most))));
  return [make("table", {class: "tight hours"},
    make("thead", {}, make("tr", {}, make("th", {scope: "col", text: t("hour")}), ...head)), make("tbody", {}, ...rows)),
  make("p", {class: "soft small", text: t("Where less than the hour could be measured, it says how much of it.")})];
}

function counted(each, most) {
  const seconds = each.measurable_s ?? each.worn_s;
  if (seconds < 1) return make("td", {class: "soft", text: t("nothing measurable")});
  const bar = make("span", {class: "bar", "aria-hidden": "true"}, make("span"));
  bar.firstChild.style.width = `${(100 * each.twitch_count) / most}%`;
  return make("td", {}, make("div", {class: "counted"}, make("span", {class: "n", text: each.twitch_count.toLocaleString()}), bar,
    seconds < WHOLE_HOUR_S ? make("span", {class: "soft small", text: t("in {long}", {long: minutes(seconds)})}) : null));
}

/** Gaps with their causes, when it was not worn, and why twitches could not be measured. */
export function missing(summary, clock) {
  const found = [];
  const at = (ns) => clock.seconds(ns / NS - clock.startMs / 1000);
  for (const sensor of summary.sensors) {
    const lines = sensor.longest_gaps.map((gap) => t("{when}: {long}, {cause}", {when: at(gap.start_ns), long: span((gap.end_ns - gap.start_ns) / NS), cause: causeWords(gap.cause)}));
    if (sensor.gap_count > lines.length) lines.push(t("and {n} shorter ones", {n: (sensor.gap_count - lines.length).toLocaleString()}));
    for (const part of sensor.wear) {
      if (part.state !== "worn") lines.push(t("{from} to {to}: {state}", {from: at(part.start_ns), to: at(part.end_ns), state: wornWords(part.state)}));
    }
    for (const [reason, seconds] of Object.entries(sensor.measurable?.rest_s ?? {})) {
      lines.push(t("{long} not measurable: {reason}", {long: span(seconds), reason: reasonWords(reason)}));
    }
    if (sensor.measurable?.twitches_left_out) {
      lines.push(tn("{n} twitch found in the rest is in no rate", "{n} twitches found in the rest are in no rate", sensor.measurable.twitches_left_out));
    }
    if (summary.sensors.length > 1) found.push(make("h3", {text: sensor.name, data: {from: "night"}}));
    found.push(lines.length ? make("ul", {class: "plain"}, ...lines.map((text) => make("li", {text}))) : make("p", {class: "soft", text: t("Nothing.")}));
  }
  return found;
}
