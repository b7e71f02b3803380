// The shape and fineness of the video, and what enlarges it when it is written.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField } from "../core/dom.mjs";
import { choice, labelled, select } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { t } from "../core/i18n.mjs";

const SHAPES = ["16:9", "9:16", "1:1", "4:5"];
const FIELDS = ["width", "height", "fps", "crf"];

export class FormatPanel {
  constructor({ store }) {
    this.store = store;
    const qualities = [
      ["draft", t("draft")],
      ["standard", t("standard")],
      ["fine", t("fine")],
    ];
    this.shape = choice(
      t("Shape"),
      SHAPES.map((shape) => [shape, shape]),
      (shape) => this.resize(shape, this.quality.value ?? "standard"),
    );
    this.quality = choice(t("How fine"), qualities, (quality) => this.resize(this.shape.value ?? "16:9", quality));
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
      select([["", t("not at all")], ...upscalers.map((name) => [name, name])], (upscaler) =>
        this.put({ upscaler }),
      ),
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

  update(output, state) {
    const size = [output.width, output.height, output.fps].join();
    const [name] = Object.entries(state.welcome.sizes).find(([, preset]) => preset.join() === size) ?? [""];
    [this.shape.value, this.quality.value] = name ? name.split(" ") : [undefined, undefined];
    this.shape.show(this.shape.value);
    this.quality.show(this.quality.value);
    for (const field of [...FIELDS, "upscale", "upscaler"]) {
      setField(this[field].input, output[field]);
      this[field].problem(problemAt(state, `output.${field}`)?.message);
    }
    this.upscale.node.hidden = !output.upscaler;
    const [width, height] = videoSize(output);
    this.result.textContent = t("The video is {width} × {height}", { width, height });
  }

  put(fields) {
    this.store.edit({ ...this.store.project, output: { ...this.store.project.output, ...fields } });
  }

  resize(shape, quality) {
    const [width, height, fps] = this.store.state.welcome.sizes[`${shape} ${quality}`];
    this.put({ width, height, fps });
  }
}

/** Return [width, height] of the finished video: enlarged sides are floored to multiples of 8, as WebUIs do. */
export function videoSize({ width, height, upscaler, upscale }) {
  return upscaler ? [width, height].map((side) => Math.floor((side * upscale) / 8) * 8) : [width, height];
}
