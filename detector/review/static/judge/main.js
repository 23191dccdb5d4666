import {loadTexts, make, say, t} from "/static/api.js";
import {bindKeys, keyOf, keyWords, onKeysChanged} from "/static/keys.js";
import {Around} from "/static/judge/context.js";
import {Desk} from "/static/judge/desk.js";
import {loadEvents} from "/static/judge/events.js";
import {Families} from "/static/judge/families.js";
import {Grid} from "/static/judge/grid.js";
import {Sampling} from "/static/judge/sampling.js";
import {Single} from "/static/judge/single.js";
import {makeTools} from "/static/judge/tools.js";

const asked = new URLSearchParams(location.search);
const holder = document.getElementById("view");
const acts = document.getElementById("acts");

async function start() {
  const [events] = await Promise.all([loadEvents(asked.getAll("night")), loadTexts()]);
  if (!events.size) {
    holder.replaceChildren(make("p", {class: "soft waiting", text: t("Nothing was found in these nights: there is nothing to judge.")}));
    return;
  }
  let id = null;
  let tools = null;
  const desk = new Desk(events, () => tools?.update(id));
  const around = new Around(events, (...which) => desk.words.name(...which));
  const more = (view) => [{
    id: "around", words: t("half a minute around it"), keys: [], letter: "c", button: t("Around it"),
    run: (event) => { if (view.walk.event !== null) around.open(view.walk.event, view.isBlind, event?.key); },
  }];
  const views = [
    {id: "families", words: t("Families"), hint: t("Events of one shape, the odd ones first: most likely one muscle at work. Mark what is none, then one key says yes to the rest."), make: () => new Families(desk, more)},
    {id: "grid", words: t("Grid"), hint: t("Is each a twitch, or what is written on it? Mark what is not, then one key says yes to the rest of this page."), make: () => new Grid(desk, more)},
    {id: "single", words: t("One by one"), hint: t("Is this what is written beneath it? What you say brings the next one."), make: () => new Single(desk, more)},
    {id: "estimate", words: t("Estimate"), hint: "", make: () => new Sampling(desk, more)},
  ];
  const goTo = (wanted, withFocus = true) => {
    const view = views.find((each) => each.id === wanted) ?? views[0];
    view.made ??= view.make();
    id = view.id;
    desk.view = view.made;
    holder.replaceChildren(view.made.element);
    acts.hidden = false;
    const commands = [
      ...view.made.commands(),
      ...views.map((each, place) => ({id: `view-${each.id}`, words: t("view: {view}", {view: each.words}), keys: [`Alt+${place + 1}`], letter: String(place + 1), run: () => goTo(each.id)})),
    ];
    bindKeys(commands);
    const showActs = () => acts.replaceChildren(...commands.filter((command) => command.button).map((command) => {
      const key = keyOf(command);
      return make("button", {type: "button", class: command.look ?? "", on: {click: (event) => { command.run(event); if (!document.querySelector("dialog[open]")) view.made.focus(); }}},
        command.button, key ? make("kbd", {"aria-hidden": true, text: keyWords(key)}) : null);
    }));
    showActs();
    onKeysChanged(showActs);
    document.getElementById("hint").textContent = view.hint;
    document.getElementById("hint").hidden = !view.hint;
    view.made.open();
    desk.refresh();
    asked.set("view", id);
    history.replaceState(null, "", `?${asked}`);
    if (withFocus) view.made.focus();
  };
  const inFamilies = events.family.reduce((sum, family) => sum + (family >= 0), 0);
  tools = makeTools(desk, views, goTo);
  goTo(asked.get("view") ?? (inFamilies > events.size / 3 ? "families" : "grid"));
  if (desk.isRecorded) say(t("This night is still being recorded: judge it after the recording."));
  // For whoever measures: what is on the page, and when it was there.
  window.judging = {desk, goTo, ready: performance.now()};
  document.getElementById("judge").dataset.ready = "";
}

try {
  await start();
} catch (error) {
  holder.replaceChildren();
  say(error.message, "bad");
}
