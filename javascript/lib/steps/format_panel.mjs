// The shape and fineness of the video, and what enlarges it when it is written.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField } from "../core/dom.mjs";
import { choice, labelled, select } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { t } from "../core/i18n.mjs";

const SHAPES = ["16:9", "9:16", "1:1", "4:5"];
const FIELDS = /** @type {const} */ (["width", "height", "fps", "crf", "upscale", "upscaler"]);

export class FormatPanel {
  /** @type {Field} */
  width;
  /** @type {Field} */
  height;
  /** @type {Field} */
  fps;
  /** @type {Field} */
  crf;
  /** @type {Field} */
  upscaler;
  /** @type {Field} */
  upscale;
  /** @type {HTMLElement} */
  upscaling;
  /** @type {HTMLElement} */
  result;
  /** Which shape and quality the numbers amount to. @type {{shape?: string, quality?: string}} */
  chosen = {};

  /** @param {Context} context */
  constructor({ store, session }) {
    this.store = store;
    this.session = session;
    const qualities = [
      ["draft", t("draft")],
      ["standard", t("standard")],
      ["fine", t("fine")],
    ];
    this.goal = labelled(
      t("Where will it be seen?"),
      select([["", t("anywhere")], ...store.state.welcome.targets.map(({ name, label }) => [name, t(label)])], (name) =>
        this.aim(name),
      ),
      { help: t("Frames are drawn in the shape that fits there; step 7 then writes the file in its full size") },
    );
    this.shape = choice(
      t("Shape"),
      SHAPES.map((shape) => [shape, shape]),
      (shape) => this.resize(shape, this.chosen.quality ?? "standard"),
    );
    this.quality = choice(t("How fine"), qualities, (quality) => this.resize(this.chosen.shape ?? "16:9", quality));
    /** @param {"width" | "height"} name */
    const size = (name) =>
      h("input.short", {
        type: "number",
        ...boundsOf(store, `output.${name}`),
        onchange: () => this.put({ [name]: Number(this[name].input.value) }),
      });
    this.width = labelled(t("Width"), size("width"));
    this.height = labelled(t("Height"), size("height"));
    this.fps = labelled(
      t("Pictures per second"),
      h("input.short", { type: "text", onchange: () => this.put({ fps: this.fps.input.value }) }),
      { help: t("12 looks drawn, 24 looks filmed") },
    );
    this.crf = labelled(
      t("Video quality (CRF)"),
      h("input.short", {
        type: "number",
        ...boundsOf(store, "output.crf"),
        onchange: () => this.put({ crf: Number(this.crf.input.value) }),
      }),
      { help: t("Smaller is finer; 17 looks perfect") },
    );
    this.buildUpscaling();
    this.node = h(
      "div.panel",
      {},
      h("h3", { text: t("Format") }),
      this.goal.node,
      this.shape,
      this.quality,
      this.upscaling,
      this.result,
      h(
        "details.more",
        {},
        h("summary", { text: t("Exact numbers") }),
        h("div.pair", {}, this.width.node, this.height.node, this.fps.node, this.crf.node),
      ),
    );
  }

  buildUpscaling() {
    const { upscalers } = this.store.state.welcome.choices;
    this.upscaler = labelled(
      t("Enlarge with"),
      select([["", t("not at all")], ...upscalers.map((name) => [name, name])], (upscaler) => this.put({ upscaler })),
      { help: t("Every finished frame is enlarged for the video; what is drawn stays as small and as quick") },
    );
    this.upscale = labelled(
      t("times"),
      h("input.short", {
        type: "number",
        ...boundsOf(this.store, "output.upscale"),
        step: 0.5,
        onchange: () => this.put({ upscale: Number(this.upscale.input.value) || 1 }),
      }),
    );
    this.upscaling = h("div.row", { hidden: !upscalers.length }, this.upscaler.node, this.upscale.node);
    this.result = h("p.hint", { role: "status" });
  }

  /**
   * @param {Output} output
   * @param {State} state
   */
  update(output, state) {
    const size = [output.width, output.height, output.fps].join();
    const [name] = Object.entries(state.welcome.sizes).find(([, preset]) => preset.join() === size) ?? [""];
    const [shape, quality] = name ? name.split(" ") : [undefined, undefined];
    this.chosen = { shape, quality };
    const fitting = state.welcome.targets.filter(({ draw }) => draw[0] === output.width && draw[1] === output.height);
    if (!fitting.some((target) => target.name === this.goal.input.value)) this.goal.input.value = fitting[0]?.name ?? "";
    this.shape.show(shape);
    this.quality.show(quality);
    for (const field of FIELDS) {
      setField(this[field].input, output[field]);
      this[field].problem(problemAt(state, `output.${field}`)?.message);
    }
    this.upscale.node.hidden = !output.upscaler;
    const [width, height] = videoSize(output);
    const told = [t("The video is {width} × {height}", { width, height })];
    const drawn = drawnSize(output, state.welcome.defaults?.multiple);
    if (drawn) told.push(t("The WebUI draws {drawn} and GLANCE cuts it; {less} or {more} lose nothing", drawn));
    this.result.textContent = told.join(". ");
  }

  /**
   * Draw in the size that a place's videos are best drawn in.
   * @param {string} name
   */
  aim(name) {
    const target = this.store.state.welcome.targets.find((one) => one.name === name);
    if (target) this.put({ width: target.draw[0], height: target.draw[1] });
  }

  /** @param {Partial<Output>} fields */
  put(fields) {
    this.session.edit({ ...this.session.project, output: { ...this.session.project.output, ...fields } });
  }

  /**
   * @param {string} shape
   * @param {string} quality
   */
  resize(shape, quality) {
    const [width, height, fps] = this.store.state.welcome.sizes[`${shape} ${quality}`];
    this.put({ width, height, fps });
  }
}

/**
 * Return what a WebUI that rounds sides to `multiple` draws for a size, and the sizes next to it that it leaves as they
 * are, as texts; null where it leaves this one.
 * @param {Pick<Output, "width" | "height">} output
 * @param {number} [multiple]
 */
export function drawnSize({ width, height }, multiple = 8) {
  if (!(width % multiple) && !(height % multiple)) return null;
  const rounded = (/** @type {(side: number) => number} */ round) => [width, height].map((side) => Math.max(1, round(side / multiple)) * multiple).join("×");
  return { drawn: rounded(Math.ceil), less: rounded(Math.floor), more: rounded(Math.ceil) };
}

/**
 * Return [width, height] of the finished video: enlarged sides are floored to multiples of 8, as WebUIs do.
 * @param {Pick<Output, "width" | "height" | "upscaler" | "upscale">} options
 */
export function videoSize({ width, height, upscaler, upscale }) {
  return upscaler ? [width, height].map((side) => Math.floor((side * upscale) / 8) * 8) : [width, height];
}
