// What stands above the view: which view, which order, which events, and how far it has come.

import {make, t} from "/static/api.js";
import {KINDS} from "/static/canvas.js";
import {FLAGS} from "/static/judge/events.js";
import {anything, isAnything} from "/static/judge/order.js";
import {write} from "/static/judge/tiles.js";
import {flagWords, kindWords} from "/static/judge/words.js";

export function makeTools(desk, views, goTo) {
  const tabs = views.map(({id, words}) => make("button", {type: "button", "aria-pressed": "false", data: {view: id}, text: words, on: {click: () => goTo(id)}}));
  const order = make("select", {id: "order", on: {change: () => desk.again({order: order.value})}},
    ...[["family", t("family, then likeness")], ["like", t("likeness")], ["size", t("size")], ["score", t("score")], ["hour", t("hour")]]
      .map(([value, text]) => make("option", {value, text})));
  const filters = document.getElementById("filters");
  const filter = make("button", {type: "button", class: "quiet", "aria-expanded": "false", "aria-controls": "filters", text: t("Filter"), on: {click: () => {
    filters.hidden = !filters.hidden;
    filter.setAttribute("aria-expanded", !filters.hidden);
    form.update();
  }}});
  const dates = make("button", {type: "button", class: "quiet", "aria-pressed": "false", text: t("Hide dates"), on: {click: () => {
    desk.hidesDates = !desk.hidesDates;
    dates.setAttribute("aria-pressed", desk.hidesDates);
    desk.view.open();
    desk.refresh();
  }}});
  const undo = make("button", {type: "button", class: "quiet", text: t("Undo"), on: {click: () => desk.takeBack("undo")}});
  const redo = make("button", {type: "button", class: "quiet", text: t("Redo"), on: {click: () => desk.takeBack("redo")}});
  const again = make("button", {type: "button", class: "bad", hidden: true, text: t("Not saved: try again"), on: {click: () => desk.sending.again()}});
  const orderLabel = make("label", {for: "order"}, t("Order"), order);
  document.getElementById("tools").replaceChildren(
    make("div", {class: "views", role: "group", "aria-label": t("View")}, ...tabs),
    orderLabel, filter, dates, make("span", {class: "gap"}), again, make("span", {class: "both"}, undo, redo));
  const form = filterForm(desk, filters);
  const progress = document.getElementById("progress");
  const words = make("span");
  const bar = make("span", {class: "bar", "aria-hidden": true}, make("span"));
  progress.replaceChildren(words, bar);
  const which = document.getElementById("which");
  return {
    update(id) {
      for (const tab of tabs) tab.setAttribute("aria-pressed", tab.dataset.view === id);
      orderLabel.hidden = id === "families" || id === "estimate";
      again.hidden = desk.sending.failed === null;
      undo.disabled = !desk.canTakeBack("undo");
      redo.disabled = !desk.canTakeBack("redo");
      const told = desk.judged.counts(desk.shown);
      write(words, t("{done} of {all} judged", {done: (told.all - told.none).toLocaleString(), all: told.all.toLocaleString()}));
      bar.style.setProperty("--share", told.all ? (told.all - told.none) / told.all : 0);
      write(filter, isAnything(desk.wish) ? t("Filter") : t("Filter: {n} of {all}", {n: desk.shown.length, all: desk.events.size}));
      const {nights} = desk.events;
      const whose = desk.hidesDates ? "" : nights.length === 1 ? desk.words.night(0) : t("{n} nights", {n: nights.length});
      if (whose !== which.textContent) {
        which.replaceChildren(nights.length === 1 ? make("a", {href: `/night/${nights[0].key}`, text: whose, data: {from: "night"}}) : whose);
      }
      form.update();
    },
  };
}

function filterForm(desk, form) {
  const wish = () => structuredClone(desk.wish);
  const apply = (change) => {
    const next = wish();
    change(next);
    desk.again({wish: next});
  };
  const checks = (title, name, entries) => {
    if (entries.length < 2 && name !== "labels") return null;
    const boxes = entries.map(([value, words]) => {
      const box = make("input", {type: "checkbox", on: {change: () => apply((next) => {
        next[name] = box.checked ? [...next[name], value] : next[name].filter((each) => each !== value);
      })}});
      box.value = value;
      return make("label", {}, box, words);
    });
    return make("fieldset", {}, make("legend", {text: title}), make("div", {class: "checks"}, ...boxes));
  };
  const number = (name, words, most) => {
    const field = make("input", {type: "number", min: 0, max: most, step: "any", on: {change: () => apply((next) => {
      next[name] = field.value === "" ? null : Number(field.value);
    })}});
    return make("label", {}, words, field);
  };
  const pair = (title, ...fields) => make("fieldset", {}, make("legend", {text: title}), make("div", {class: "pair"}, ...fields));
  const {events} = desk;
  const kinds = [...new Set(events.kind)].sort().map((kind) => [kind, kindWords(KINDS[kind])]);
  const flags = FLAGS.map((flag, bit) => [bit, flagWords(flag)]).filter(([bit]) => events.flags.some((bits) => bits & (1 << bit)));
  const family = make("select", {on: {change: () => apply((next) => {
    next.family = /^\d+$/.test(family.value) ? Number(family.value) : family.value;
  })}});
  const build = () => {
    const known = [...new Set(desk.judged.family)].filter((each) => each >= 0).sort((a, b) => a - b);
    family.replaceChildren(
      make("option", {value: "any", text: t("any or none")}), make("option", {value: "some", text: t("in a family")}), make("option", {value: "none", text: t("in no family")}),
      ...known.map((each) => make("option", {value: each, text: desk.words.family(each)})));
    family.value = String(desk.wish.family);
  };
  const clear = make("button", {type: "button", class: "quiet", text: t("Show all"), on: {click: () => {
    form.reset();
    desk.again({wish: anything()});
  }}});
  form.addEventListener("submit", (event) => event.preventDefault());
  form.replaceChildren(...[
    checks(t("Kind"), "kinds", kinds),
    checks(t("Label"), "labels", [["none", t("not judged")], ["yes", t("yes")], ["no", t("no")], ["unsure", t("unsure")], ["other", t("something else")], ["default", t("by default only")]]),
    checks(t("Wearable"), "sensors", events.sensors.map((name, place) => [place, name])),
    flags.length ? checks(t("With one of these flags"), "flags", [...flags]) : null,
    flags.length ? checks(t("Without these flags"), "without", [...flags]) : null,
    pair(t("Size, peak to peak in mg"), number("smallest", t("from"), 100_000), number("largest", t("to"), 100_000)),
    pair(t("Hour of the wearer's day"), number("fromHour", t("from"), 24), number("toHour", t("to"), 24)),
    make("fieldset", {}, make("legend", {text: t("Family")}), make("label", {"aria-label": t("Family")}, family), make("p"), clear),
  ].filter(Boolean));
  let was = "";
  return {
    update() {
      if (form.hidden) return;
      const is = [...new Set(desk.judged.family)].length + String(desk.hidesDates);
      if (is !== was) build();
      was = is;
    },
  };
}
