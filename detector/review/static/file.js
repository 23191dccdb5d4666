// What can be done with a night's file: check it, copy it, delete it.

import {make, postJSON, say, t, tn} from "/static/api.js";
import {megabytes} from "/static/words.js";

const $ = (id) => document.getElementById(id);

export function watchFile(key, name, night) {
  $("check").addEventListener("click", () => once($("check"), async () => {
    say(t("Looking at every second of the night …"));
    const report = await postJSON(`/api/night/${key}/check`, {});
    $("checked").hidden = false;
    $("checked").replaceChildren(...told(report, name));
    say(report.is_sound ? t("The night is sound.") : tn("{n} thing is wrong.", "{n} things are wrong.", report.count));
  }));
  $("copy").addEventListener("submit", (event) => {
    event.preventDefault();
    once(event.submitter, async () => {
      const made = await postJSON(`/api/night/${key}/copy`, {folder: $("folder").value});
      say(made.is_sound
        ? t("Copied to {where}, {size}.", {where: made.copy, size: megabytes(made.bytes)})
        : t("Copied to {where}; the night is damaged, and so is its copy: check tells what is wrong.", {where: made.copy}));
    });
  });
  const button = $("delete").querySelector("button");
  $("typed").addEventListener("input", () => { button.disabled = $("typed").value !== name; });
  $("delete").addEventListener("submit", (event) => {
    event.preventDefault();
    once(button, async () => {
      const done = await postJSON(`/api/night/${key}/delete`, {typed: $("typed").value});
      say(done.parts.length
        ? t("Deleted for good. {parts}, an earlier part of it that was put aside, stays.", {parts: done.parts.join(", ")})
        : t("Deleted for good."));
      document.querySelector("main").replaceChildren(make("h1", {text: t("This night is gone")}), make("p", {}, make("a", {href: "/", text: t("To the nights")})));
      document.querySelector("main").focus();
    });
  });
  if (night.recording) $("delete").hidden = true;
}

async function once(button, act) {
  button.disabled = true;
  try {
    await act();
  } catch (error) {
    say(error.message, "bad");
  }
  button.disabled = false;
}

function told(report, name) {
  if (report.is_sound) {
    return [make("p", {class: "good-words", text: tn("Sound: {n} sample, {events} events.", "Sound: {n} samples, {events} events.", report.samples, {events: report.events.toLocaleString()})})];
  }
  return [
    make("p", {class: "bad-words", text: tn("{n} thing is wrong:", "{n} things are wrong:", report.count)}),
    make("p", {}, t("Keep this file as it is. What is sound of it can be saved into a new one, from a terminal:"), " ",
      make("code", {translate: "no", text: `fasciwatch check ${name} --repair saved.night`})),
    make("ul", {class: "plain"}, ...report.findings.map(({what, sensor}) => make("li", {text: sensor ? `${sensor}: ${what}` : what, data: {from: "program"}}))),
  ];
}
