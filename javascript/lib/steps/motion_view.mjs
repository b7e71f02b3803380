// Step 4: motion. Camera presets that show what they do, one motion dial, one reactivity dial, and what the music moves.

import { boundsOf } from "../core/bounds.mjs";
import { h } from "../core/dom.mjs";
import { button, choice, section, slider } from "../core/fields.mjs";
import { ReactionList } from "./reaction_list.mjs";
import { setAllScenes, setScene } from "./scenes.mjs";
import { t } from "../core/i18n.mjs";

export class MotionView {
  /** @param {Context} context */
  constructor(context) {
    const { store, session } = context;
    this.store = store;
    this.session = session;
    this.api = context.api;
    const { welcome } = store.state;
    this.all = false;
    this.target = choice(
      t("Where a chosen move goes"),
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
    this.tiles = welcome.cameras.map((camera) => this.tile(camera));
    const reach = boundsOf(store, "scenes[].motion");
    this.motion = slider(
      {
        label: t("Motion"),
        low: reach.min,
        high: reach.max,
        step: 0.05,
        help: t("How far the camera goes: 0 stands still, 1 is the move as it is"),
      },
      (motion, done) => {
        this.put({ motion }, "motion");
        if (done) session.settle();
      },
    );
    this.reactivity = choice(
      t("Reactivity"),
      welcome.reactivities.map((name) => [name, t(name)]),
      (reactivity) => this.put({ reactivity }),
    );
    this.reactions = new ReactionList(context);
    this.node = section(
      4,
      t("Motion"),
      t("How the camera moves, and how strongly the music moves everything."),
      h(
        "div.row",
        {},
        this.target,
        this.motion.node,
        h("div.field", {}, h("span.label", { text: t("Reactivity") }), this.reactivity),
      ),
      h(
        "div.row",
        {},
        button(t("Direct the movement anew"), () => session.directMovement(), {
          kind: "quiet",
          help: t("Sets how strongly each part of the song moves the picture; words, pictures and camera moves stay"),
        }),
      ),
      h("div.cameras", { role: "listbox", "aria-label": t("Camera moves") }, this.tiles),
      this.reactions.node,
    );
  }

  /** @param {Camera} camera */
  tile({ name, label, help }) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches ? "?still=1" : "";
    return h(
      "button.tile-pick.camera",
      { type: "button", role: "option", title: t(help), dataset: { name }, onclick: () => this.put({ camera: name }) },
      h("img.thumb", {
        src: this.api.url(`/api/cameras/${name}.webp${still}`),
        alt: "",
        loading: "lazy",
        width: 160,
        height: 96,
      }),
      h("span.tile-name", { text: t(label) }),
    );
  }

  /** @param {Partial<Scene>} fields */
  put(fields, key = "") {
    const { project } = this.session;
    const { state } = this.store;
    this.session.edit(
      this.all ? setAllScenes(project, fields) : setScene(project, state.scene, fields),
      key && `${key}-${this.all}`,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    const project = state.history.value;
    if (!project || !["history", "scene", "id", "problems"].some((name) => changed.has(name))) return;
    const scene = project.scenes[state.scene] ?? project.scenes[0];
    if (!scene) return;
    for (const tile of this.tiles) tile.setAttribute("aria-selected", String(tile.dataset.name === scene.camera));
    this.motion.show(scene.motion);
    this.reactivity.show(scene.reactivity);
    this.reactions.show(project, state);
  }
}
