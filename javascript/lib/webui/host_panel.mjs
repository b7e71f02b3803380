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
    const { choices, takes_over: takesOver } = store.state.welcome;
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
    this.fewSteps = h("div", { role: "status" });
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
      this.suited(),
      this.fewSteps,
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

  /** Return what suits the loaded model, and the button that takes it; null where nobody knows. */
  suited() {
    const { suits, curves = {} } = this.store.state.welcome.defaults ?? {};
    if (!suits) return null;
    const [width, height] = suits.size;
    return h(
      "div",
      {},
      h("p.hint", { text: t("The loaded model is of the family {family}. New projects begin with what suits it:", { family: suits.title }) }),
      h("ul.hint", {}, ...suitsInWords(suits).map((text) => h("li", { text }))),
      button(
        t("Use what suits the model"),
        () => {
          const { project } = this.session;
          const size = shaped(project.output, width, height);
          this.session.edit({ ...project, curves: { ...project.curves, ...curves }, output: { ...project.output, ...size } });
        },
        { kind: "quiet", help: t("Size, sampler, noise schedule, steps and CFG, for the whole video. Undo takes it back.") },
      ),
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
    this.showFewSteps(project);
    const titles = Object.keys(project.look.always_on);
    this.scriptsLabel.hidden = this.scripts.hidden = !titles.length;
    this.scripts.replaceChildren(
      ...titles.map((title) =>
        button(`${title} ×`, () => this.without(title), { kind: "quiet", help: t("Do without this script") }),
      ),
    );
  }

  /**
   * Offer what a LoRA needs that draws in few steps, where a scene calls one and the video is set otherwise.
   * @param {Project} project
   */
  showFewSteps(project) {
    const words = [project.look.prompt_prefix, ...project.scenes.map(({ prompt }) => prompt)].join(" ");
    const lora = this.store.state.welcome.choices.loras.find(
      ({ name, kind }) => kind && words.includes(`<lora:${name}:`),
    );
    const needed = Object.entries(lora?.curves ?? {});
    if (!lora || needed.every(([channel, keys]) => project.curves[channel] === keys)) {
      this.fewSteps.replaceChildren();
      return;
    }
    const { steps, cfg, sampler = "" } = lora.curves;
    const names = { lora: lora.name, kind: lora.kind, sampler: sampler.replaceAll('"', ""), steps, cfg };
    this.fewSteps.replaceChildren(
      h("p.hint", {
        text: t("{lora} draws in few steps ({kind}). It needs {sampler}, {steps} steps, CFG {cfg}.", names),
      }),
      button(
        t("Use what the LoRA needs"),
        () =>
          this.session.edit({
            ...this.session.project,
            curves: { ...this.session.project.curves, ...lora.curves },
          }),
        { kind: "quiet", help: t("Sampler, noise schedule, steps and CFG, for the whole video. Undo takes it back.") },
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

/**
 * Return what suits a model, a line for each thing.
 * @param {Suited} suits
 */
function suitsInWords(suits) {
  const sampler = suits.sampler || t("the WebUI’s first sampler");
  const names = { sampler, scheduler: suits.scheduler || "Automatic", steps: suits.steps, cfg: suits.cfg };
  const number = suits.guidance === null ? null : suits.guidance.toFixed(1);
  return [
    t("{width} × {height} and sizes of about as many pixels", { width: suits.size[0], height: suits.size[1] }),
    t("{sampler}, {scheduler}, {steps} steps, CFG {cfg}", names),
    number === null ? "" : suits.shift ? t("shift {number}", { number }) : t("distilled guidance {number}", { number }),
    suits.clip_skip ? t("clip skip {n}", { n: suits.clip_skip }) : "",
    suits.reads_negative ? t("it reads the negative prompt") : t("it does not read the negative prompt"),
    suits.prompts === "tags" ? t("it was taught with tags: words with commas") : t("it was taught with sentences"),
  ].filter(Boolean);
}

/**
 * Return the size in a project's shape that has about as many pixels as the model draws well.
 * @param {Pick<Output, "width" | "height">} output
 * @param {number} width
 * @param {number} height
 */
export function shaped(output, width, height) {
  const longer = Math.max(width, height) / Math.max(output.width, output.height);
  const side = (/** @type {number} */ length) => Math.max(64, Math.round((length * longer) / 16) * 16);
  return { width: side(output.width), height: side(output.height) };
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
