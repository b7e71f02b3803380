// Effects: the list in its turn, to be dragged; of each how far it works, where, and what hits do to it.

import { h, setField } from "../core/dom.mjs";
import { button, fileButton, labelled, select } from "../core/fields.mjs";
import { setScene } from "./scenes.mjs";
import { problemAt } from "../core/store.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";
import { hitReaction, moved, steady } from "./effect_edits.mjs";

const ACCEPTS = /** @type {Record<string, string>} */ ({ lut: ".cube", picture: "image/*,.heic,.heif,.avif" });
const MASK_ACCEPTS = "image/*,.heic,.heif,.avif";

export class EffectsPanel {
  /** @type {Line[]} */
  lines = [];
  /** What the rows were built for. */
  key = "";
  /** The row that is being dragged. */
  dragged = -1;

  /** @param {Context} context */
  constructor({ store, session, api }) {
    this.store = store;
    this.session = session;
    this.api = api;
    this.rows = h("ol.effects", { "aria-label": t("Effects, in their turn") });
    this.fault = h("p.fault", { role: "alert", hidden: true });
    this.add = labelled(
      t("Add an effect"),
      select([["", t("choose …")]], (name) => this.addEffect(name)),
      { help: t("Nothing is drawn again for effects on finished pictures: try as many as you like") },
    );
    this.add.input.append(...grouped(store.state.welcome.effects));
    const choose = button(t("Choose effects for me"), () => this.choose(), {
      kind: "quiet",
      help: t("A few that suit the styles and the song's parts; they take the place of those that are here"),
    });
    this.flashes = labelled(
      t("Flashes that could hurt"),
      select(
        [
          ["limit", t("hold back always")],
          ["effects", t("hold back where effects are")],
          ["report", t("only tell of them")],
        ],
        (flashes) => session.edit({ ...session.project, output: { ...session.project.output, flashes } }),
      ),
      { help: t("No more than three flashes a second over a quarter of the picture (WCAG 2.3.1)") },
    );
    this.none = h("p.hint", { text: t("There are none yet. Add one, choose a look above, or let them be chosen.") });
    this.node = h(
      "div.panel.wide",
      {},
      h("h3", { text: t("Effects") }),
      this.none,
      this.rows,
      this.fault,
      h("div.row", {}, this.add.node, choose, this.flashes.node),
    );
  }

  /**
   * @param {Project} project
   * @param {State} state
   */
  update(project, state) {
    const key = [project.effects.map((use) => use.effect).join(), state.id].join("/");
    if (key !== this.key) {
      this.key = key;
      this.lines = project.effects.map((use, index) => this.line(use, index));
      this.rows.replaceChildren(...this.lines.map((line) => line.node));
    }
    this.none.hidden = project.effects.length > 0;
    project.effects.forEach((use, index) => this.show(this.lines[index], use, project, state));
    setField(this.flashes.input, project.output.flashes);
    const problem = state.problems.find(({ field }) => field.startsWith("effects[")) ?? problemAt(state, "effects");
    this.fault.hidden = !problem;
    this.fault.textContent = problem ? translateServerMessage(problem.message) : "";
  }

  /**
   * @param {Line} line
   * @param {EffectUse} use
   * @param {Project} project
   * @param {State} state
   */
  show(line, use, project, state) {
    const scene = project.scenes[state.scene] ?? project.scenes[0];
    line.node.classList.toggle("off", use.bypass);
    line.on.checked = !use.bypass;
    line.solo.setAttribute("aria-pressed", String(state.solo === use.effect));
    setField(line.mask, use.mask);
    line.maskPicture.hidden = use.mask !== "picture";
    setField(line.everywhere, use.amount);
    setField(line.here, scene?.effects?.[use.effect] ?? use.amount);
    line.hits?.setAttribute(
      "aria-pressed",
      String(project.reactions.some((one) => line.effect.parameters.includes(one.channel))),
    );
    this.showNumbers(line, project);
    line.file.textContent = use.file.split("/").pop() ?? "";
  }

  /**
   * @param {Line} line
   * @param {Project} project
   */
  showNumbers(line, project) {
    for (const [name, input] of Object.entries(line.numbers)) {
      const value = steady(project.curves[name]);
      const reaction = project.reactions.find((one) => one.channel === name);
      input.disabled = value === null;
      setField(input, value ?? reaction?.map.silence ?? this.channel(name).default);
    }
  }

  /** @param {string} name */
  channel(name) {
    return /** @type {Channel} */ (this.store.state.welcome.channels.find((one) => one.name === name));
  }

  /**
   * @param {EffectUse} use
   * @param {number} index
   * @returns {Line}
   */
  line(use, index) {
    const effect = this.store.state.welcome.effects.find((one) => one.name === use.effect) ?? unknown(use.effect);
    /** @type {HTMLInputElement} */
    const on = h("input", { type: "checkbox", "aria-label": t("on"), onchange: () => this.put(index, { bypass: !on.checked }) });
    const solo = button(t("Solo"), () => this.toggleSolo(use.effect), {
      kind: "quiet",
      help: t("Only this effect, here on the page; the video has them all"),
    });
    const hits = Object.keys(effect.hit).length
      ? button(t("On hits"), () => this.session.edit(hitReaction(this.session.project, effect, this.store.state.welcome)), {
          kind: "quiet",
          help: t("Hits of the music bring it up"),
        })
      : null;
    const mask = select(
      [
        ["", t("everywhere")],
        ["bright", t("in what is bright")],
        ["dark", t("in what is dark")],
        ["subject", t("around the subject")],
        ["background", t("in the background")],
        ["picture", t("where a picture is white")],
      ],
      (value) => this.put(index, { mask: value }),
      { "aria-label": t("where it works") },
    );
    const maskPicture = fileButton(t("Choose the mask"), MASK_ACCEPTS, (file) => this.upload(index, "mask_picture", file));
    const file = h("span.hint");
    const everywhere = this.share(t("in all scenes"), (amount) => this.put(index, { amount }, `effects-${index}-amount`));
    const here = this.share(t("in this scene"), (amount) => this.putHere(use.effect, amount));
    const numbers = Object.fromEntries(effect.parameters.map((name) => [name, this.number(name)]));
    const handle = h("span.handle", { text: "⠿", title: t("Drag to change the turn"), "aria-hidden": "true" });
    const node = h(
      "li.effect",
      { draggable: "true", ...this.dragging(index) },
      h(
        "div.row.reaction",
        {},
        handle,
        on,
        h("strong", { text: t(effect.label), title: [t(effect.help), effect.coherence ? t(effect.coherence) : ""].join("\n") }),
        mask,
        h("span", {}, maskPicture),
        effect.asset ? fileButton(t("File …"), ACCEPTS[effect.asset], (chosen) => this.upload(index, "file", chosen)) : null,
        file,
        solo,
        hits,
        button(t("Earlier"), () => this.move(index, index - 1), { icon: "up", kind: "quiet" }),
        button(t("Later"), () => this.move(index, index + 1), { icon: "down", kind: "quiet" }),
        button(t("Remove"), () => this.remove(index), { icon: "close", kind: "quiet" }),
      ),
      h(
        "div.row.reaction.numbers",
        {},
        ...effect.parameters.map((name) => this.numberField(name, numbers[name])),
        h("label", {}, t("in all scenes"), " ", everywhere),
        h("label", {}, t("in this scene"), " ", here),
      ),
    );
    return { node, effect, on, solo, hits, mask, maskPicture: maskPicture.parentElement ?? maskPicture, everywhere, here, numbers, file };
  }

  /**
   * @param {string} label
   * @param {(value: number) => void} put
   */
  share(label, put) {
    /** @type {HTMLInputElement} */
    const input = h("input", {
      type: "range",
      ...this.store.state.welcome.fields["effects[].amount"],
      step: 0.05,
      "aria-label": label,
      title: label,
      oninput: () => put(Number(input.value)),
      onchange: () => this.session.settle(),
    });
    return input;
  }

  /** @param {string} name */
  number(name) {
    const { low, high } = this.channel(name);
    /** @type {HTMLInputElement} */
    const input = h("input", {
      type: "range",
      min: low,
      max: high,
      step: (high - low) / 200,
      "aria-label": t(name),
      oninput: () => this.putNumber(name, Number(input.value)),
      onchange: () => this.session.settle(),
    });
    return input;
  }

  /**
   * @param {string} name
   * @param {HTMLInputElement} input
   */
  numberField(name, input) {
    const { help } = this.channel(name);
    const label = h("button.link", {
      type: "button",
      text: t(name),
      title: `${t(help)}\n${t("Press to see it in the timeline")}`,
      onclick: () => this.session.choose(name),
    });
    return h("span.number", {}, label, input);
  }

  /** @param {number} index */
  dragging(index) {
    return {
      ondragstart: (/** @type {DragEvent} */ event) => {
        // A slider is dragged, not its row.
        if (event.target instanceof Element && document.activeElement?.matches("input[type=range]")) {
          event.preventDefault();
          return;
        }
        this.dragged = index;
        event.dataTransfer?.setData("text/plain", String(index));
      },
      ondragover: (/** @type {DragEvent} */ event) => {
        if (this.dragged >= 0) event.preventDefault();
      },
      ondrop: (/** @type {DragEvent} */ event) => {
        if (this.dragged < 0) return;
        event.preventDefault();
        this.move(this.dragged, index);
        this.dragged = -1;
      },
      ondragend: () => {
        this.dragged = -1;
      },
    };
  }

  /** @param {EffectUse[]} effects */
  change(effects, key = "") {
    this.session.edit({ ...this.session.project, effects }, key);
  }

  /**
   * @param {number} index
   * @param {Partial<EffectUse>} fields
   */
  put(index, fields, key = "") {
    this.change(
      this.session.project.effects.map((use, i) => (i === index ? { ...use, ...fields } : use)),
      key,
    );
  }

  /**
   * @param {string} effect
   * @param {number} amount
   */
  putHere(effect, amount) {
    const { project } = this.session;
    const { scene } = this.store.state;
    const effects = { ...project.scenes[scene].effects, [effect]: amount };
    this.session.edit(setScene(project, scene, { effects }), `effect-here-${effect}-${scene}`);
  }

  /**
   * Give a number of an effect one value for the whole song; where music moves it, that is its value in silence.
   * @param {string} name
   * @param {number} value
   */
  putNumber(name, value) {
    const { project } = this.session;
    const curves = { ...project.curves, [name]: `0:(${Number(value.toPrecision(6))})` };
    this.session.edit({ ...project, curves }, `effect-number-${name}`);
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  move(from, to) {
    const effects = moved(this.session.project.effects, from, to);
    if (effects) this.change(effects);
  }

  /** @param {number} index */
  remove(index) {
    this.change(this.session.project.effects.filter((_, i) => i !== index));
  }

  /** @param {string} name */
  addEffect(name) {
    this.add.input.value = "";
    const effect = this.store.state.welcome.effects.find((one) => one.name === name);
    if (!effect) return;
    const use = { effect: name, amount: 1, bypass: false, mask: "", mask_picture: "", file: "" };
    const { project } = this.session;
    const added = { ...project, effects: [...project.effects, use] };
    // What does nothing between hits is brought in by them.
    const asleep = Object.entries(effect.doses).every(([one, neutral]) => this.channel(one).default === neutral);
    this.session.edit(asleep && Object.keys(effect.hit).length ? hitReaction(added, effect, this.store.state.welcome) : added);
  }

  /** @param {string} name */
  toggleSolo(name) {
    this.store.set({ solo: this.store.state.solo === name ? "" : name });
  }

  /**
   * @param {number} index
   * @param {"file" | "mask_picture"} field
   * @param {File} file
   */
  async upload(index, field, file) {
    const answer = await this.store.attempt(() => this.api.upload(`/api/projects/${this.store.state.id}/files`, file));
    if (answer) this.put(index, { [field]: answer.path });
  }

  async choose() {
    const { store, session } = this;
    const { id } = store.state;
    const answer = await store.attempt(() => this.api.post(`/api/projects/${id}/effects`, { project: session.project }));
    if (!answer || store.state.id !== id) return;
    session.edit(answer.project);
    const found = answer.project.effects.length > 0;
    store.notify(
      found ? t("Effects are chosen. Undo takes them back.") : t("These styles are better off without effects."),
      "good",
    );
  }
}

/** @param {string} name */
function unknown(name) {
  return { name, label: name, help: "", coherence: "", group: "", where: "", asset: "", parameters: [], doses: {}, hit: {} };
}

/** @param {EffectInfo[]} effects */
function grouped(effects) {
  const groups = [...new Set(effects.map((one) => one.group))];
  return groups.map((group) =>
    h(
      "optgroup",
      { label: t(group) },
      effects
        .filter((one) => one.group === group)
        .map((one) => h("option", { value: one.name, text: t(one.label), title: t(one.help) })),
    ),
  );
}

/**
 * @typedef {{
 *   node: HTMLElement,
 *   effect: EffectInfo,
 *   on: HTMLInputElement,
 *   solo: HTMLButtonElement,
 *   hits: HTMLButtonElement | null,
 *   mask: HTMLSelectElement,
 *   maskPicture: HTMLElement,
 *   everywhere: HTMLInputElement,
 *   here: HTMLInputElement,
 *   numbers: Record<string, HTMLInputElement>,
 *   file: HTMLElement,
 * }} Line
 */
