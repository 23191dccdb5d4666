// What an entry says, in words.

import {span, t, tn, unbroken} from "/static/api.js";

const number = (value) => value.toLocaleString(undefined, {maximumFractionDigits: 6});

/** What a treatment is called: the usual ones in the page's language, one's own as they were written. */
export function treatmentName(name) {
  return {
    "physical therapy": t("physical therapy"), massage: t("massage"), stretching: t("stretching"), medicine: t("medicine"),
    exercise: t("exercise"), caffeine: t("caffeine"), alcohol: t("alcohol"),
  }[name] ?? name;
}

/** What an amount is counted in. */
export function unitWords(unit) {
  return {min: t("min"), mg: t("mg"), cups: t("cups"), glasses: t("glasses")}[unit] ?? unit;
}

/** A treatment in words: massage 20 min at 18:30. */
export function treatmentWords({name, amount, unit, at = null}) {
  const much = amount === null ? treatmentName(name) : `${treatmentName(name)} ${number(amount)} ${unitWords(unit)}`.trim();
  return at ? t("{what} at {time}", {what: much, time: at}) : much;
}

/** All that an entry says, part by part. */
export function parts(entry) {
  const told = [];
  const time = (words) => (words ? words.slice(11, 16) : "?");
  if (entry.bed || entry.up) {
    const long = entry.in_bed_s === null ? "" : ` (${span(entry.in_bed_s)})`;
    told.push(t("in bed {from} to {to}", {from: time(entry.bed), to: time(entry.up)}) + long);
  }
  const graded = (value) => (typeof value === "number" ? unbroken(t("{n} of 10", {n: number(value)})) : value);
  if (entry.night !== null) told.push(t("night {much}", {much: graded(entry.night)}));
  if (entry.twitching !== null) told.push(t("twitching {much}", {much: graded(entry.twitching)}));
  if (entry.pain !== null) told.push(t("pain {much}", {much: graded(entry.pain)}));
  if (entry.stiffness !== null) told.push(t("stiffness {much}", {much: graded(entry.stiffness)}));
  const spasms = entry.spasms_per_hour;
  if (spasms !== null) told.push(t("spasms an hour: {much}", {much: typeof spasms === "number" ? number(spasms) : spasms}));
  if (entry.treatments !== null) told.push(entry.treatments.map(treatmentWords).join(", ") || t("no treatments"));
  if (entry.note) told.push(`“${entry.note}”`);
  return told;
}

/** The day of an evening: Friday, 27 November 2026. */
export function dayWords(evening, options = {weekday: "long", day: "numeric", month: "long", year: "numeric"}) {
  return new Date(`${evening}T12:00:00Z`).toLocaleDateString(undefined, {...options, timeZone: "UTC"});
}

/** Twitches that were felt, and how many have an event near. */
export function feltWords(marks, felt) {
  if (!marks) return "";
  const told = [tn("You marked {n} twitch that you felt.", "You marked {n} twitches that you felt.", marks)];
  if (felt === null) return told[0];
  if (felt.outside) told.push(tn("At {n} of them nothing was measured.", "At {n} of them nothing was measured.", felt.outside));
  if (felt.marks && felt.chance !== null) {
    told.push(tn("{n} has an event within 5 s of it; by chance it would be {chance}.",
      "{n} have an event within 5 s of them; by chance it would be {chance}.", felt.near,
      {chance: felt.by_chance.toLocaleString(undefined, {maximumFractionDigits: 1})}));
  }
  return told.join(" ");
}
