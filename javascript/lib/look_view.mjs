// Step 3: the look. Style grid, start picture, palette, format, and what the host has to choose from.

import { h, setField } from "./dom.mjs";
import { button, choice, fileButton, labelled, section, select } from "./fields.mjs";
import { GuideList } from "./guide_list.mjs";
import { setIcon } from "./icons.mjs";
import { setAllScenes, setScene } from "./scenes.mjs";
import { problemAt } from "./store.mjs";
import { StylePreviews } from "./style_previews.mjs";
import { currentLanguage, t } from "./words.mjs";

const FAVOURITES = "glance.favourite-styles";
const HOST_CHANNELS = [
  ["checkpoint", "checkpoints", "Model"],
  ["sampler", "samplers", "Sampler"],
  ["scheduler", "schedulers", "Noise schedule"],
];

export class LookView {
  constructor(context) {
    const { store, api } = context;
    Object.assign(this, { store, api });
    this.guides = new GuideList(context);
    this.favourites = new Set(keptFavourites());
    this.tiles = new Map();
    this.buildGrid();
    this.buildFormat();
    this.buildPictures();
    this.previews = new StylePreviews(context, this.tiles, () =>
      Object.fromEntries(this.hostFields.map(({ input, channel }) => [channel, input.value])),
    );
    this.node = section(
      3,
      t("Look"),
      t("A style for each scene, and the shape of the picture."),
      h("div.row.style-tools", {}, this.search.node, this.group.node, this.only, this.surprise, this.target),
      this.grid,
      this.previews.node,
      h("div.panels", {}, this.format, this.pictures, this.hosts),
    );
  }

  buildGrid() {
    const { welcome } = this.store.state;
    const korean = currentLanguage() === "ko_KR" ? 1 : 0;
    this.search = labelled(
      t("Search styles"),
      h("input", { type: "search", oninput: () => this.filter(), placeholder: t("baroque, neon, ink …") }),
    );
    this.group = labelled(
      t("Kind"),
      select([["", t("all")], ...Object.entries(welcome.groups).map(([id, names]) => [id, names[korean]])], () =>
        this.filter(),
      ),
    );
    this.only = button(
      t("Favourites"),
      () => {
        this.onlyFavourites = !this.onlyFavourites;
        this.filter();
      },
      { kind: "quiet" },
    );
    this.surprise = button(t("Surprise me"), () => this.surpriseMe(), { kind: "quiet", help: t("A style by chance") });
    this.all = false;
    this.target = choice(
      t("Where a chosen style goes"),
      [
        ["scene", t("this scene")],
        ["all", t("all scenes")],
      ],
      (where) => {
        this.all = where === "all";
        this.target.show(where);
      },
    );
    this.target.show("scene");
    this.grid = h(
      "div.styles",
      { role: "listbox", "aria-label": t("Styles") },
      welcome.styles.map((style) => this.tile(style, korean)),
    );
  }

  tile(style, korean) {
    const back = style.thumb
      ? `center/cover url("${this.api.url(`/api/styles/${style.id}.webp`)}")`
      : `linear-gradient(135deg, ${(style.palette.length ? style.palette : ["#777", "#bbb"]).join(", ")})`;
    const star = h("button.star", {
      type: "button",
      "aria-label": t("Favourite"),
      "aria-pressed": String(this.favourites.has(style.id)),
      onclick: (event) => {
        event.stopPropagation();
        this.mark(style.id, star);
      },
    });
    setIcon(star, "star");
    const pick = h(
      "button.tile-pick",
      {
        type: "button",
        role: "option",
        title: style.template.replace("{prompt}", "…"),
        onclick: () => this.apply(style.id),
      },
      h("span.thumb", { style: { background: back } }),
      h("span.tile-name", { text: style.name[korean] }),
    );
    const node = h("div.tile", {}, pick, star);
    const words = [...style.name, style.group, ...style.tags, style.template].join(" ").toLowerCase();
    this.tiles.set(style.id, { node, pick, style, words });
    return node;
  }

  buildFormat() {
    const shapes = ["16:9", "9:16", "1:1", "4:5"];
    const qualities = [
      ["draft", t("draft")],
      ["standard", t("standard")],
      ["fine", t("fine")],
    ];
    this.shape = choice(
      t("Shape"),
      shapes.map((shape) => [shape, shape]),
      (shape) => this.resize(shape, this.quality.value ?? "standard"),
    );
    this.quality = choice(t("How fine"), qualities, (quality) => this.resize(this.shape.value ?? "16:9", quality));
    const size = (name) =>
      h("input.short", {
        type: "number",
        min: 64,
        step: 8,
        onchange: () => this.output({ [name]: Number(this[name].input.value) }),
      });
    this.width = labelled(t("Width"), size("width"));
    this.height = labelled(t("Height"), size("height"));
    this.fps = labelled(
      t("Pictures per second"),
      h("input.short", { type: "text", onchange: () => this.output({ fps: this.fps.input.value }) }),
      { help: t("12 looks drawn, 24 looks filmed") },
    );
    this.crf = labelled(
      t("Video quality (CRF)"),
      h("input.short", {
        type: "number",
        min: 1,
        max: 51,
        onchange: () => this.output({ crf: Number(this.crf.input.value) }),
      }),
      { help: t("Smaller is finer; 17 looks perfect") },
    );
    this.format = h(
      "div.panel",
      {},
      h("h3", { text: t("Format") }),
      this.shape,
      this.quality,
      h(
        "details.more",
        {},
        h("summary", { text: t("Exact numbers") }),
        h("div.pair", {}, this.width.node, this.height.node, this.fps.node, this.crf.node),
      ),
    );
  }

  buildPictures() {
    this.start = h("div.start-picture", { text: t("none") });
    const take = fileButton(
      t("Start picture or album cover"),
      "image/*",
      (file) => this.addStart(file),
      t("The video begins with it, and the painter takes its shapes from it"),
    );
    this.without = button(t("Without"), () => this.look({ start_image: "" }), { kind: "quiet" });
    this.palette = h(
      "div.palette",
      {},
      [0, 1, 2, 3, 4].map((index) =>
        h("input", {
          type: "color",
          "aria-label": t("Colour {n}", { n: index + 1 }),
          onchange: (event) => this.setColour(index, event.target.value),
        }),
      ),
    );
    this.noPalette = button(t("Colours of the style"), () => this.look({ palette: [] }), {
      kind: "quiet",
      help: t("Forget these colours"),
    });
    this.sets = h(
      "div.chips",
      { role: "group", "aria-label": t("Keep away everywhere") },
      this.store.state.welcome.negative_sets.map((name) =>
        h("button.chip", {
          type: "button",
          text: t(name),
          dataset: { name },
          onclick: () => this.toggleSet(name),
        }),
      ),
    );
    this.suffix = labelled(
      t("Words for every scene"),
      h("input", {
        type: "text",
        oninput: () => this.look({ prompt_suffix: this.suffix.input.value }, "suffix"),
        onchange: () => this.store.settle(),
      }),
    );
    this.pictures = h(
      "div.panel",
      {},
      h("h3", { text: t("Pictures and colours") }),
      h("div.row", {}, this.start, h("div.stack", {}, take, this.without)),
      h("div.row", {}, this.palette, this.noPalette),
      this.guides.node,
      h("span.label", { text: t("Keep away everywhere") }),
      this.sets,
      this.suffix.node,
    );
    this.hosts = h("div.panel", {}, h("h3", { text: t("Drawing model") }));
    this.hostFields = HOST_CHANNELS.map(([channel, list, label]) => this.hostField(channel, list, label)).filter(
      Boolean,
    );
    this.hosts.append(...this.hostFields.map((field) => field.node));
    if (this.store.state.welcome.takes_over)
      this.hosts.append(
        button(t("Take over the last picture’s settings"), () => this.takeOver(), {
          kind: "quiet",
          help: t("Prompt, model, sampler, steps and size of what txt2img or img2img drew last"),
        }),
      );
    this.hosts.hidden = this.hosts.children.length < 2;
  }

  hostField(channel, list, label) {
    const names = this.store.state.welcome.choices[list];
    if (!names.length) return null;
    const input = select([["", t("as the WebUI is set")], ...names.map((name) => [name, name])], (name) =>
      this.curve(channel, name),
    );
    return { ...labelled(t(label), input), channel };
  }

  update(state, changed) {
    const project = state.history.value;
    if (changed.has("tasks") || changed.has("id")) this.previews.show(state.tasks.styles);
    if (!project || !["history", "scene", "problems", "id"].some((name) => changed.has(name))) return;
    const used = new Set(project.scenes.map((scene) => scene.style));
    const current = project.scenes[state.scene]?.style;
    for (const [id, { node, pick }] of this.tiles) {
      node.classList.toggle("used", used.has(id));
      pick.setAttribute("aria-selected", String(id === current));
    }
    this.showFormat(project.output, state);
    this.showPictures(project.look, state);
    for (const { input, channel } of this.hostFields) input.value = textOf(project.curves[channel] ?? "");
  }

  showFormat(output, state) {
    const size = [output.width, output.height, output.fps].join();
    const [name] = Object.entries(state.welcome.sizes).find(([, preset]) => preset.join() === size) ?? [""];
    [this.shape.value, this.quality.value] = name ? name.split(" ") : [undefined, undefined];
    this.shape.show(this.shape.value);
    this.quality.show(this.quality.value);
    for (const field of ["width", "height", "fps", "crf"]) {
      setField(this[field].input, output[field]);
      this[field].problem(problemAt(state, `output.${field}`)?.message);
    }
  }

  showPictures(look, state) {
    this.start.textContent = look.start_image ? "" : t("none");
    this.start.style.backgroundImage = look.start_image
      ? `url("${this.api.url(`/api/projects/${state.id}/files/${look.start_image}`)}")`
      : "";
    this.without.hidden = !look.start_image;
    [...this.palette.children].forEach((input, index) => {
      input.value = look.palette[index] ?? "#808080";
      input.classList.toggle("unset", !look.palette[index]);
    });
    this.noPalette.hidden = !look.palette.length;
    for (const chip of this.sets.children)
      chip.setAttribute("aria-pressed", String(look.negative_sets.includes(chip.dataset.name)));
    setField(this.suffix.input, look.prompt_suffix);
    this.guides.show(look.guides, state);
  }

  filter() {
    const words = this.search.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const group = this.group.input.value;
    this.only.setAttribute("aria-pressed", String(Boolean(this.onlyFavourites)));
    for (const { node, style, words: own } of this.tiles.values()) {
      const kept =
        words.every((word) => own.includes(word)) &&
        (!group || style.group === group) &&
        (!this.onlyFavourites || this.favourites.has(style.id));
      node.hidden = !kept;
    }
  }

  apply(id) {
    const { project, state } = this.store;
    this.store.edit(this.all ? setAllScenes(project, { style: id }) : setScene(project, state.scene, { style: id }));
  }

  surpriseMe() {
    const shown = [...this.tiles.values()].filter(({ node }) => !node.hidden);
    if (!shown.length) return;
    const { style, node } = shown[Math.floor(Math.random() * shown.length)];
    this.apply(style.id);
    node.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  mark(id, star) {
    if (this.favourites.has(id)) this.favourites.delete(id);
    else this.favourites.add(id);
    star.setAttribute("aria-pressed", String(this.favourites.has(id)));
    keepFavourites([...this.favourites]);
  }

  look(fields, key = "") {
    this.store.edit({ ...this.store.project, look: { ...this.store.project.look, ...fields } }, key);
  }

  output(fields) {
    this.store.edit({ ...this.store.project, output: { ...this.store.project.output, ...fields } });
  }

  curve(channel, name) {
    const curves = { ...this.store.project.curves };
    if (name) curves[channel] = `0:(${name})`;
    else delete curves[channel];
    this.store.edit({ ...this.store.project, curves });
  }

  resize(shape, quality) {
    const [width, height, fps] = this.store.state.welcome.sizes[`${shape} ${quality}`];
    this.output({ width, height, fps });
  }

  setColour(index, colour) {
    const old = this.store.project.look.palette;
    const palette = [...this.palette.children].map((input) => input.value).slice(0, Math.max(index + 1, old.length));
    palette[index] = colour;
    this.look({ palette });
  }

  toggleSet(name) {
    const on = this.store.project.look.negative_sets;
    this.look({ negative_sets: on.includes(name) ? on.filter((one) => one !== name) : [...on, name] });
  }

  async takeOver() {
    const path = `/api/projects/${this.store.state.id}/takeover`;
    const answer = await this.store.attempt(() => this.api.post(path, { project: this.store.project }));
    if (answer) this.store.edit(answer.project);
  }

  async addStart(file) {
    const answer = await this.store.attempt(() => this.api.upload(`/api/projects/${this.store.state.id}/files`, file));
    if (answer) this.look({ start_image: answer.path });
  }
}

/** Return the text a text channel holds from the start: `0:(name)` gives `name`. */
const textOf = (schedule) => /^0:\((.*)\)$/.exec(schedule)?.[1] ?? "";

function keptFavourites() {
  try {
    return JSON.parse(localStorage.getItem(FAVOURITES) ?? "[]");
  } catch {
    return [];
  }
}

function keepFavourites(list) {
  try {
    localStorage.setItem(FAVOURITES, JSON.stringify(list));
  } catch {
    // They then hold until the page is closed.
  }
}
