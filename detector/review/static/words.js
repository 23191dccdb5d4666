// Words for what the night names by a code.

import {t, unbroken} from "/static/api.js";

/** What a kind of event is called. */
export function kindWords(kind) {
  return {
    twitch: t("twitch"), train: t("train of twitches"), limb_movement: t("limb movement"), movement: t("movement"),
    tremor: t("tremor"), pulse: t("heart beat"), tap: t("tap"),
  }[kind] ?? kind;
}

/** Why twitches could not be measured. */
export function reasonWords(reason) {
  return {
    settling: t("noise not known yet"), moving: t("movement"), pulse: t("heart beat not followed"), coarse: t("too noisy"),
    "not known": t("not known"),
  }[reason] ?? reason;
}

/** How a wearable was. */
export function wornWords(state) {
  return {worn: t("worn"), off_body: t("not worn"), charging: t("charging"), unclear: t("unclear whether worn")}[state] ?? state;
}

/** Why samples are missing; what an older or other program says stays as it is. */
export function causeWords(cause) {
  return {
    "connection lost": t("connection lost"),
    "no data": t("no data"),
    "stopped by the wearable": t("stopped by the wearable"),
    "switched off": t("switched off"),
    "fell asleep": t("fell asleep"),
    "in its charger": t("in its charger"),
    "lost frames": t("lost frames"),
    "lost frames (estimated)": t("lost frames (estimated)"),
    "device clock step": t("device clock step"),
    "device clock unusable": t("device clock unusable"),
    "computer asleep": t("computer asleep"),
    "recorder too slow": t("recorder too slow"),
    "log queue full": t("log queue full"),
    "recorder restarted": t("recorder restarted"),
    "recorder crashed": t("recorder crashed"),
    "not in reach": t("not in reach"),
    "recording damaged": t("recording damaged"),
    "missing in the file": t("missing in the file"),
  }[cause] ?? cause;
}

/** A share in percent, cut off and not rounded: 100 % is all of it. */
export function percent(share) {
  if (share === null || share === undefined) return "–";
  const n = share > 0.99 && share < 1 ? Math.floor(1000 * share + 0.05) / 10 : Math.floor(100 * share + 0.005);
  return unbroken(t("{n} %", {n: n.toLocaleString()}));
}

/** A size in MB. */
export function megabytes(bytes) {
  return unbroken(t("{n} MB", {n: (bytes / 1e6).toLocaleString(undefined, {maximumFractionDigits: 1})}));
}

/** A number with so many digits after its point. */
export function number(value, digits = 1) {
  return value.toLocaleString(undefined, {minimumFractionDigits: digits, maximumFractionDigits: digits});
}
