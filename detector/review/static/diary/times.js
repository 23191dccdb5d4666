// A field for a time of day, as it is quickest to type: 2310, 705, 23:10, 7 pm.

import {make} from "/static/api.js";

/** What was typed as 23:10; null where it is no time of day, "" where nothing was typed. */
export function timeOf(words) {
  const typed = words.trim();
  if (typed === "") return "";
  const found = typed.match(/^(\d{1,2})[:.h ]?(\d\d)?\s*(?:([ap])\.?m\.?)?$/i) ?? typed.match(/^(\d{1,2}):(\d\d)()([+-]\d\d:\d\d)$/);
  if (!found) return null;
  let hour = Number(found[1]);
  const half = found[3]?.toLowerCase();
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === "p" ? 12 : 0);
  const minute = Number(found[2] ?? 0);
  if (hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}${found[4] ?? ""}`;
}

/** A field whose times are told by `act(time or null, how)` as soon as one is whole, and once more when it is left. */
export function timeField(facts, act) {
  let told = facts.value ?? "";
  const say = (how) => {
    const time = timeOf(field.value);
    field.setAttribute("aria-invalid", String(time === null));
    if (time === null || time === told) return;
    told = time;
    act(time || null, how);
  };
  const field = make("input", {
    ...facts, class: "clock", inputmode: "text", maxlength: 12, autocomplete: "off", spellcheck: "false", placeholder: "--:--",
    on: {
      // 2310 and 23:10 are whole; 7 may become 7:05.
      input: () => { if (/^\d{4}$|^\d{1,2}[:.]\d\d$/.test(field.value.trim())) say({typing: true}); },
      change: () => say({}),
      blur: () => { if (timeOf(field.value)) field.value = timeOf(field.value); },
    },
  });
  return field;
}
