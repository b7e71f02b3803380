// Pictures and colours of the whole video, and the words that stand around every scene's own.

import { h, setField, valueOf } from "../core/dom.mjs";
import { button, fileButton, labelled } from "../core/fields.mjs";
import { GuideList } from "./guide_list.mjs";
import { t } from "../core/i18n.mjs";

const WORDS = /** @type {const} */ (["prompt_prefix", "prompt_suffix", "negative"]);

export class PicturesPanel {
  /** @type {HTMLElement} */
  palette;
  /** @type {HTMLElement} */
  noPalette;
  /** @type {HTMLElement} */
  sets;
  /** @type {Field} */
  negative;
  /** @type {Field} */
  prompt_prefix;
  /** @type {Field} */
  prompt_suffix;
  /** @type {HTMLInputElement[]} */
  colors;
  /** @type {HTMLElement[]} */
  chips;

  /** @param {Context} context */
  constructor(context) {
    const { session } = context;
    this.store = context.store;
    this.session = session;
    this.api = context.api;
    this.guides = new GuideList(context);
    this.start = h("div.start-picture", { text: t("none") });
    const take = fileButton(
      t("Start picture or album cover"),
      "image/*,.heic,.heif,.avif",
      (file) => session.startFrom(file),
      t("The video begins with it, and the painter takes its shapes from it"),
    );
    this.without = button(t("Without"), () => this.put({ start_image: "" }), { kind: "quiet" });
    this.buildColors();
    this.buildWords();
    this.node = h(
      "div.panel",
      {},
      h("h3", { text: t("Pictures and colours") }),
      h("div.row", {}, this.start, h("div.stack", {}, take, this.without)),
      h("div.row", {}, this.palette, this.noPalette),
      this.guides.node,
      h("span.label", { text: t("Keep away everywhere") }),
      this.sets,
      h(
        "details.more",
        {},
        h("summary", { text: t("Words for all scenes") }),
        h(
          "div.stack",
          {},
          WORDS.map((name) => this[name].node),
        ),
      ),
    );
  }

  buildColors() {
    this.colors = [0, 1, 2, 3, 4].map((index) =>
      h("input", {
        type: "color",
        "aria-label": t("Colour {n}", { n: index + 1 }),
        onchange: (event) => this.setColor(index, valueOf(event)),
      }),
    );
    this.palette = h("div.palette", {}, this.colors);
    this.noPalette = button(t("Colours of the style"), () => this.put({ palette: [] }), {
      kind: "quiet",
      help: t("Forget these colours"),
    });
  }

  buildWords() {
    this.chips = this.store.state.welcome.negative_sets.map((name) =>
      h("button.chip", { type: "button", text: t(name), dataset: { name }, onclick: () => this.toggleSet(name) }),
    );
    this.sets = h("div.chips", { role: "group", "aria-label": t("Keep away everywhere") }, this.chips);
    /** @param {(typeof WORDS)[number]} name */
    const words = (name) =>
      h("input", {
        type: "text",
        oninput: () => this.put({ [name]: this[name].input.value }, name),
        onchange: () => this.session.settle(),
      });
    this.negative = labelled(t("Other words to keep away"), words("negative"));
    this.prompt_prefix = labelled(t("Words before every scene"), words("prompt_prefix"), {
      help: t("Or around it: {prompt} then stands for the scene’s own words", { prompt: "{prompt}" }),
    });
    this.prompt_suffix = labelled(t("Words after every scene"), words("prompt_suffix"));
  }

  /**
   * @param {Look} look
   * @param {State} state
   */
  update(look, state) {
    this.start.textContent = look.start_image ? "" : t("none");
    this.start.style.backgroundImage = look.start_image
      ? `url("${this.api.url(`/api/projects/${state.id}/files/${look.start_image}`)}")`
      : "";
    this.without.hidden = !look.start_image;
    this.colors.forEach((input, index) => {
      input.value = look.palette[index] ?? "#808080";
      input.classList.toggle("unset", !look.palette[index]);
    });
    this.noPalette.hidden = !look.palette.length;
    for (const chip of this.chips)
      chip.setAttribute("aria-pressed", String(look.negative_sets.includes(chip.dataset.name ?? "")));
    for (const name of WORDS) setField(this[name].input, look[name]);
    this.guides.show(look.guides, state);
  }

  /** @param {Partial<Look>} fields */
  put(fields, key = "") {
    this.session.edit({ ...this.session.project, look: { ...this.session.project.look, ...fields } }, key);
  }

  /**
   * @param {number} index
   * @param {string} color
   */
  setColor(index, color) {
    const old = this.session.project.look.palette;
    const palette = this.colors.map((input) => input.value).slice(0, Math.max(index + 1, old.length));
    palette[index] = color;
    this.put({ palette });
  }

  /** @param {string} name */
  toggleSet(name) {
    const on = this.session.project.look.negative_sets;
    this.put({ negative_sets: on.includes(name) ? on.filter((one) => one !== name) : [...on, name] });
  }
}
