// Drawing: a canvas at the screen's own resolution, lines by minimum and maximum a column, scale bars.

const watched = new Set();

/** A canvas that is drawn anew, once a frame, whenever something has changed. */
export class Surface {
  /** `draw(context, width, height, colours)` draws all of it, in CSS pixels. */
  constructor(canvas, draw) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d", {alpha: false});
    this.draw = draw;
    this.width = 0;
    this.height = 0;
    this.waits = false;
    this.colours = null;
    new ResizeObserver(() => this.fit()).observe(canvas);
    watched.add(this);
    this.fit();
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    const {clientWidth: width, clientHeight: height} = this.canvas;
    if (!width || !height) return;
    if (this.width !== width || this.height !== height || this.ratio !== ratio) {
      Object.assign(this, {width, height, ratio});
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.paint();
  }

  /** Draw now. */
  paint() {
    this.waits = false;
    if (!this.width) return;
    this.colours ??= coloursOf(this.canvas);
    this.context.setTransform(this.ratio, 0, 0, this.ratio, 0, 0);
    this.context.fillStyle = this.colours.ground;
    this.context.fillRect(0, 0, this.width, this.height);
    this.draw(this.context, this.width, this.height, this.colours);
  }

  /** Draw in the next frame. */
  later() {
    if (this.waits) return;
    this.waits = true;
    requestAnimationFrame(() => this.waits && this.paint());
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const surface of watched) {
    surface.colours = null;
    surface.later();
  }
});

/** The colours of the style sheet, for a canvas: the same in light and dark. */
export function coloursOf(element) {
  const style = getComputedStyle(element);
  const of = (name) => style.getPropertyValue(`--${name}`).trim();
  return {
    ground: of("ground"), card: of("card"), ink: of("ink"), soft: of("soft"), line: of("line"), wave: of("wave"), wash: of("wash"),
    axes: [of("axis-x"), of("axis-y"), of("axis-z")],
    kinds: Object.fromEntries(KINDS.map((kind) => [kind, of(`kind-${kind}`)])),
    gap: of("gap"), focus: of("focus"), font: style.fontFamily,
  };
}

export const KINDS = ["twitch", "train", "limb_movement", "movement", "tremor", "pulse", "tap"];

/** Each kind has a shape of its own, for those who tell no colours apart. Draws it filled, around a point. */
export function mark(context, kind, x, y, r) {
  context.beginPath();
  switch (kind) {
    case "twitch": context.arc(x, y, r, 0, 7); break;
    case "train": context.arc(x - r * 0.8, y, r * 0.7, 0, 7); context.arc(x + r * 0.8, y, r * 0.7, 0, 7); break;
    case "limb_movement": context.moveTo(x, y - r); context.lineTo(x + r, y + r); context.lineTo(x - r, y + r); break;
    case "movement": context.rect(x - r, y - r * 0.85, 2 * r, 1.7 * r); break;
    case "tremor": context.moveTo(x, y - r * 1.2); context.lineTo(x + r, y); context.lineTo(x, y + r * 1.2); context.lineTo(x - r, y); break;
    case "pulse": context.rect(x - r * 0.35, y - r, r * 0.7, 2 * r); context.rect(x - r, y - r * 0.35, 2 * r, r * 0.7); break;
    default: context.moveTo(x - r, y - r); context.lineTo(x + r, y - r); context.lineTo(x, y + r);
  }
  context.fill();
}

/**
 * Draw values as a line; where a column of pixels holds many, from the smallest to the largest of it.
 * `xOf(i)` gives the place of a value by its fractional index and must be linear; `yOf(value)` its height.
 */
export function wave(context, values, from, to, x0, perValue, yOf) {
  from = Math.max(0, Math.floor(from));
  to = Math.min(values.length, Math.ceil(to));
  if (to - from < 1) return;
  context.beginPath();
  if (perValue > 0.5) {
    for (let i = from; i < to; i += 1) {
      const y = yOf(values[i]);
      if (i === from) context.moveTo(x0 + i * perValue, y);
      else context.lineTo(x0 + i * perValue, y);
    }
  } else {
    const each = 1 / perValue;
    let column = Math.floor(x0 + from * perValue);
    let i = from;
    let first = true;
    while (i < to) {
      const end = Math.min(to, Math.max(i + 1, Math.ceil((column + 1 - x0) * each)));
      let low = Infinity;
      let high = -Infinity;
      for (; i < end; i += 1) {
        const value = values[i];
        if (value < low) low = value;
        if (value > high) high = value;
      }
      if (low <= high) {
        if (first) context.moveTo(column + 0.5, yOf(low));
        else context.lineTo(column + 0.5, yOf(low));
        context.lineTo(column + 0.5, yOf(high));
        first = false;
      }
      column += 1;
    }
  }
  context.stroke();
}

/** High-pass of second order (Butterworth), forwards only; begins settled on the first value. For looking, not for measuring. */
export function highPass(values, rateHz, cutHz = 1.5) {
  const out = new Float32Array(values.length);
  if (!values.length) return out;
  const k = Math.tan(Math.PI * Math.min(cutHz / rateHz, 0.45));
  const norm = 1 / (1 + Math.SQRT2 * k + k * k);
  const b0 = norm;
  const a1 = 2 * (k * k - 1) * norm;
  const a2 = (1 - Math.SQRT2 * k + k * k) * norm;
  let x1 = values[0];
  let x2 = values[0];
  let y1 = 0;
  let y2 = 0;
  for (let i = 0; i < values.length; i += 1) {
    const x = values[i];
    const y = b0 * (x - 2 * x1 + x2) - a1 * y1 - a2 * y2;
    out[i] = y;
    x2 = x1; x1 = x; y2 = y1; y1 = y;
  }
  return out;
}

/** A round length for a scale bar, no longer than what there is room for. */
export function roundLength(most) {
  const decade = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((step) => step * decade).find((length) => length <= most) ?? decade;
}

/** An upright scale bar with its length in mg beside it. */
export function scaleBar(context, x, bottom, perMg, mg, colours, words) {
  context.strokeStyle = colours.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x, bottom);
  context.lineTo(x, bottom - mg * perMg);
  context.stroke();
  context.fillStyle = colours.ink;
  context.font = `12px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(words, x - 6, bottom - (mg * perMg) / 2);
}

/** A straight line. */
export function line(context, x0, y0, x1, y1) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  context.stroke();
}
