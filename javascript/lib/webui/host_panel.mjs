// What the WebUI around the page has to choose from, for the whole video: model, VAE, sampler, its prompt styles, and
// the settings of its own tabs. Empty, and not shown, where the page is alone.

import { h } from "../core/dom.mjs";
import { button, labelled, select, showChoice } from "../core/fields.mjs";
import { addPromptStyle } from "../steps/prompt_styles.mjs";
import { formatTexts, parseTexts } from "../curve/text_schedule.mjs";
import { StrengthCalibration } from "./strength_calibration.mjs";
import { canRead, readImg2img } from "./webui_link.mjs";
import { t } from "../core/i18n.mjs";

/** The channel, the list of choices, and what it is called. @type {[string, "checkpoints" | "vaes" | "samplers" | "schedulers", string][]} */
const CHANNELS = [
  ["checkpoint", "checkpoints", "Model"],
  ["vae", "vaes", "VAE"],
  ["sampler", "samplers", "Sampler"],
  ["scheduler", "schedulers", "Noise schedule"],
];
const SEVERAL = "\u0000several";

export class HostPanel {
  /** @param {Context} context */
  constructor(context) {
    const { store, session, api } = context;
    this.store = store;
    this.session = session;
    this.api = api;
    const { choices, takes_over: takesOver, defaults } = store.state.welcome;
    const suits = defaults?.suits;
    this.fields = CHANNELS.filter(([, list]) => choices[list].length).map(([channel, list, label]) =>
      this.field(channel, choices[list], label),
    );
    this.calibration = new StrengthCalibration(context);
    this.styles = labelled(
      t("Prompt styles of the WebUI"),
      select([["", t("Add one …")], ...choices.styles.map(({ name }) => [name, name])], (name) => this.addStyle(name)),
      { help: t("Puts its words around those of every scene") },
    );
    this.styles.node.hidden = !choices.styles.length;
    this.scripts = h("div.chips", { role: "group", "aria-label": t("Scripts that work on every frame") });
    this.scriptsLabel = h("span.label", { text: t("Scripts that work on every frame") });
    /**
     * @param {string} text
     * @param {boolean} live
     * @param {string} help
     */
    const take = (text, live, help) => button(text, () => this.takeOver(live), { kind: "quiet", help });
    const live = takesOver && canRead();
    this.node = h(
      "div.panel",
      { hidden: !takesOver && !this.fields.length },
      h("h3", { text: t("Drawing model") }),
      suits ? h("p.hint", { text: t("New projects begin with what suits the loaded model – {suits}", { suits }) }) : null,
      this.fields.map((field) => field.node),
      this.calibration.node,
      this.styles.node,
      this.scriptsLabel,
      this.scripts,
      live
        ? take(
            t("Take over img2img’s settings"),
            true,
            t("What stands in img2img’s fields now: prompt, model, sampler, steps, size, scripts …"),
          )
        : null,
      takesOver
        ? take(
            t("Take over the last picture’s settings"),
            false,
            t("Prompt, model, sampler, steps and size of what txt2img or img2img drew last"),
          )
        : null,
    );
  }

  /** Return the chosen names by channel, for drawing examples. */
  names() {
    return Object.fromEntries(this.fields.map(({ input, channel }) => [channel, nameOf(input.value)]));
  }

  /**
   * @param {string} channel
   * @param {string[]} names
   * @param {string} label
   */
  field(channel, names, label) {
    const several = h("option", { value: SEVERAL, text: t("not the same everywhere"), hidden: true });
    const input = select([["", t("as the WebUI is set")], ...names.map((name) => [name, name])], (name) =>
      this.choose(channel, nameOf(name)),
    );
    input.append(several);
    return { ...labelled(t(label), input), channel };
  }

  /** @param {Project} project */
  update(project) {
    for (const { input, channel } of this.fields) {
      const keys = parseTexts(project.curves[channel] ?? "");
      const one = keys && keys.length < 2 && keys.every(({ time }) => time === "0");
      showChoice(input, one ? (keys[0]?.value ?? "") : SEVERAL);
    }
    const titles = Object.keys(project.look.always_on);
    this.scriptsLabel.hidden = this.scripts.hidden = !titles.length;
    this.scripts.replaceChildren(
      ...titles.map((title) =>
        button(`${title} ×`, () => this.without(title), { kind: "quiet", help: t("Do without this script") }),
      ),
    );
  }

  /**
   * @param {string} channel
   * @param {string} name
   */
  choose(channel, name) {
    const curves = { ...this.session.project.curves };
    if (name) curves[channel] = formatTexts([{ time: "0", value: name }]);
    else delete curves[channel];
    this.session.edit({ ...this.session.project, curves });
  }

  /** @param {string} name */
  addStyle(name) {
    this.styles.input.value = "";
    this.session.edit(this.styled(this.session.project, [name]));
  }

  /**
   * @param {Project} project
   * @param {string[]} names
   */
  styled(project, names) {
    const { styles } = this.store.state.welcome.choices;
    const chosen = styles.filter((style) => names.includes(style.name));
    return chosen.reduce(
      (made, style) => ({ ...made, look: { ...made.look, ...addPromptStyle(made.look, style) } }),
      project,
    );
  }

  /** @param {string} title */
  without(title) {
    const { [title]: _, ...kept } = this.session.project.look.always_on;
    this.session.edit({ ...this.session.project, look: { ...this.session.project.look, always_on: kept } });
  }

  /**
   * Take over img2img's fields as they are now, or the settings of the picture that was drawn last.
   * @param {boolean} live
   */
  async takeOver(live) {
    const { id } = this.store.state;
    const answer = await this.store.attempt(async () => {
      const said = live ? { live: await readImg2img() } : {};
      return this.api.post(`/api/projects/${id}/takeover`, { project: this.session.project, ...said });
    });
    if (!answer || this.store.state.id !== id) return;
    this.session.edit(this.styled(answer.project, answer.styles ?? []));
    this.store.notify(live ? toldOf(answer) : t("Taken over from the last picture. Undo takes it back."), "good");
  }
}

/** @param {{scripts: string[], denoising: string, without_picture: string[], unkept: string[]}} options */
function toldOf({ scripts, denoising, without_picture: pictures, unkept }) {
  /** @param {string[]} list */
  const names = (list) => list.join(", ");
  return [
    t("Taken over from img2img. Undo takes it back."),
    scripts.length ? t("With its scripts: {names}.", { names: names(scripts) }) : "",
    pictures.length
      ? t("Without their pictures, so they work from each frame: {names}.", { names: names(pictures) })
      : "",
    unkept.length ? t("These scripts cannot be taken over: {names}.", { names: names(unkept) }) : "",
    denoising
      ? t("A denoising strength of {value} would draw every frame almost anew, so the video’s stays.", {
          value: denoising,
        })
      : "",
  ]
    .filter(Boolean)
    .join("\n");
}

/** @param {string} value */
const nameOf = (value) => (value === SEVERAL ? "" : value);
