// What was measurable, minute by minute, and the pulse: below the events of a wearable.

import {t} from "/static/api.js";
import {line} from "/static/canvas.js";
import {lowerBound} from "/static/finding.js";

export const STRIP = 12;
export const PULSE = 40;
/** Heights, in CSS pixels. */

const PULSES = [40, 120];

/** Draw it from `top` on; `reasons` are the words that minutes name by number. */
export function drawMinutes({context, colours, view, left, right, xOf, wide}, {sensor, hasPulse}, top, reasons) {
  const {minutes} = sensor;
  if (!minutes) return;
  const fills = {moving: colours.kinds.movement, pulse: colours.kinds.pulse, coarse: colours.kinds.tremor, settling: colours.soft};
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, STRIP + 4 + PULSE);
  context.clip();
  const first = Math.max(0, lowerBound(minutes.at, view.from) - 1);
  for (let i = first; i < minutes.at.length && minutes.at[i] < view.to; i += 1) {
    const x = xOf(minutes.at[i]);
    const across = xOf(minutes.at[i] + 60) - x + 0.3;
    context.fillStyle = colours.line;
    context.fillRect(x, top, across, STRIP);
    if (minutes.why[i] < 0) continue;
    const high = Math.max(2, (1 - minutes.share[i]) * STRIP);
    context.fillStyle = fills[reasons[minutes.why[i]]];
    context.fillRect(x, top + STRIP - high, across, high);
  }
  if (hasPulse) {
    const bottom = top + STRIP + PULSE;
    const yOf = (rate) => bottom - 4 - ((Math.min(PULSES[1], Math.max(PULSES[0], rate)) - PULSES[0]) / (PULSES[1] - PULSES[0])) * (PULSE - 10);
    context.strokeStyle = colours.line;
    line(context, left, Math.round(yOf(60)) + 0.5, right, Math.round(yOf(60)) + 0.5);
    line(context, left, Math.round(yOf(100)) + 0.5, right, Math.round(yOf(100)) + 0.5);
    context.strokeStyle = colours.kinds.pulse;
    context.lineWidth = 1.75;
    context.beginPath();
    for (let i = first; i < minutes.at.length && minutes.at[i] < view.to; i += 1) {
      if (minutes.pulse[i] === null) continue;
      const y = yOf(minutes.pulse[i]);
      context.moveTo(xOf(minutes.at[i]), y);
      context.lineTo(xOf(minutes.at[i] + 60), y);
    }
    context.stroke();
  }
  context.restore();
  if (!wide) return;
  context.font = `12px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillStyle = colours.soft;
  context.fillText(t("not measurable"), left - 8, top + STRIP / 2, 116);
  if (hasPulse) context.fillText(t("beats/min, 60 and 100"), left - 8, top + STRIP + PULSE / 2, 116);
}
