// What of one scene is drawn: its key picture, its versions to choose from, and drawing it another way.

import { fill, h } from "../core/dom.mjs";
import { button, labelled, select } from "../core/fields.mjs";
import { currentLanguage, t } from "../core/i18n.mjs";
import { isChosen, setScene, withoutVersion } from "./scenes.mjs";

const MOST_SEED = 2 ** 31;

export class SceneVersions {
  /** @type {Field<HTMLTextAreaElement>} */
  words;
  /** @type {Field<HTMLSelectElement>} */
  style;
  /** @type {Field<HTMLInputElement>} */
  seed;
  /** @type {HTMLButtonElement} */
  draw;
  /** @type {HTMLDetailsElement} */
  redo;
  /** @type {HTMLElement} */
  follows;
  /** What is on show, so that a video is not begun anew by every change elsewhere. */
  shown = "";

  /**
   * @param {Context} context
   * @param {number} index
   */
  constructor({ store, session, takes, api }, index) {
    this.store = store;
    this.session = session;
    this.takes = takes;
    this.api = api;
    this.index = index;
    this.picture = h("img.key-picture", { alt: t("Key picture of scene {n}", { n: index + 1 }), hidden: true });
    this.stale = h("span.key-stale", { text: t("of before a change"), hidden: true });
    this.again = button(t("Another picture"), () => this.anotherPicture(), {
      kind: "quiet",
      help: t("Draws only this scene’s first picture again, by another chance; the video then begins the scene with it"),
    });
    this.key = h("div.key", { hidden: true }, this.picture, this.stale, this.again);
    this.strip = h("div.versions", { role: "group", "aria-label": t("Versions of scene {n}", { n: index + 1 }) });
    this.strip.hidden = true;
    this.buildRedo();
    this.node = h("div.stack", {}, this.key, this.strip, this.redo);
  }

  buildRedo() {
    const korean = currentLanguage() === "ko_KR" ? 1 : 0;
    const { styles } = this.store.state.welcome;
    this.words = labelled(t("What is seen"), h("textarea", { rows: 2 }));
    this.style = labelled(
      t("Style"),
      select([["", t("no style")], ...styles.map((style) => [style.id, style.name[korean]])], () => {}),
    );
    this.seed = labelled(t("Seed"), h("input.short", { type: "number", min: 0, max: MOST_SEED, step: 1 }), {
      help: t("Another number is another picture"),
    });
    this.draw = button(t("Draw this version"), () => this.drawVersion(), { kind: "primary" });
    this.follows = h("p.hint", { hidden: true });
    this.redo = h(
      "details.more.redo",
      { ontoggle: () => this.redo.open && this.propose() },
      h("summary", { text: t("Draw again …") }),
      h(
        "div.stack",
        {},
        this.words.node,
        h("div.pair", {}, this.style.node, this.seed.node),
        this.follows,
        h("div.row", {}, this.draw),
      ),
    );
  }

  get scene() {
    return this.session.project.scenes[this.index];
  }

  /** Fill in the scene as it is, with a seed that it did not have yet. */
  propose() {
    this.words.input.value = this.scene.prompt;
    this.style.input.value = this.scene.style;
    this.seed.input.value = String(Math.floor(Math.random() * MOST_SEED));
  }

  async drawVersion() {
    const seed = Math.min(Math.max(Math.round(Number(this.seed.input.value)) || 0, 0), MOST_SEED);
    const changes = { prompt: this.words.input.value, style: this.style.input.value, seed };
    this.redo.open = false;
    const result = await this.takes.redo(this.index, changes);
    if (!result?.versions) return;
    const { project } = this.session;
    const scene = project.scenes[this.index];
    if (!scene) return;
    this.session.edit(setScene(project, this.index, { versions: [...scene.versions, ...result.versions] }));
    const { follows } = result;
    if (follows.length) {
      const scenes = follows.map((/** @type {number} */ one) => one + 1).join(", ");
      this.store.notify(
        t("This version is there to choose. Scene {scenes} grows out of it, and will be drawn again with it.", {
          scenes,
        }),
      );
    } else this.store.notify(t("This version is there to choose; no other scene changes with it."), "good");
  }

  async anotherPicture() {
    const seed = Math.floor(Math.random() * MOST_SEED);
    this.session.edit(setScene(this.session.project, this.index, { seed }));
    await this.takes.drawKeys([this.index]);
  }

  /**
   * @param {Scene} scene
   * @param {State} state
   */
  show(scene, state) {
    const key = state.keys.find((one) => one.scene === this.index);
    this.key.hidden = !key;
    if (key) {
      const source = this.api.url(`/api/projects/${state.id}/keys/${key.name}.jpg`);
      if (this.picture.getAttribute("src") !== source) this.picture.src = source;
      this.picture.hidden = false;
      this.stale.hidden = ["prompt", "negative", "style", "seed", "picture"].every(
        (name) => (scene[name] ?? null) === (key[name] ?? null),
      );
    }
    const busy = ["render", "redo", "keys"].some((kind) => state.tasks[kind]?.status === "running");
    this.draw.disabled = this.again.disabled = busy;
    this.showVersions(scene, state);
    this.showFollowers(state.history.value.scenes);
  }

  /**
   * Say which scenes grow out of this one, before it is drawn another way.
   * @param {Scene[]} scenes
   */
  showFollowers(scenes) {
    let end = this.index + 1;
    while (scenes[end] && scenes[end].transition !== "cut") end += 1;
    const after = end - this.index - 1;
    this.follows.hidden = !after;
    const last = end === this.index + 2 ? String(end) : `${this.index + 2}–${end}`;
    this.follows.textContent = t("Scene {scenes} grows out of this one, and changes with it.", { scenes: last });
  }

  /**
   * @param {Scene} scene
   * @param {State} state
   */
  showVersions(scene, state) {
    const shown = JSON.stringify([scene.versions, scene.seed, scene.prompt, scene.negative, scene.style, state.id]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.strip.hidden = !scene.versions.length;
    fill(
      this.strip,
      scene.versions.map((version, at) => this.chip(version, at, scene)),
    );
  }

  /**
   * A version: it plays while the mouse or the keyboard is on it, and is chosen by a click.
   * @param {SceneVersion} version
   * @param {number} at
   * @param {Scene} scene
   */
  chip(version, at, scene) {
    const name = t("Version {n}", { n: at + 1 });
    const root = `/api/projects/${this.store.state.id}/versions/${version.drawn}`;
    const video = version.drawn
      ? h("video", {
          src: this.api.url(`${root}/video`),
          poster: this.api.url(`${root}/poster.jpg`),
          muted: true,
          loop: true,
          playsinline: true,
          preload: "none",
        })
      : h("span.undrawn", { text: t("not drawn yet") });
    const play = () => {
      if (!(video instanceof HTMLVideoElement)) return;
      video.muted = true;
      video.play().catch(() => {});
    };
    const rest = () => {
      if (video instanceof HTMLVideoElement) video.pause();
    };
    const pick = h(
      "button.version",
      {
        type: "button",
        "aria-label": name,
        "aria-pressed": String(isChosen(scene, version)),
        title: version.prompt,
        onclick: () => this.choose(version),
        onmouseenter: play,
        onmouseleave: rest,
        onfocus: play,
        onblur: rest,
      },
      video,
      h("span", { text: name }),
    );
    const remove = button(t("Delete version {n}", { n: at + 1 }), () => this.remove(version), {
      icon: "close",
      kind: "quiet",
    });
    remove.hidden = isChosen(scene, version);
    return h("div.version-place", {}, pick, remove);
  }

  /** @param {SceneVersion} version */
  choose({ seed, prompt, negative, style }) {
    this.session.edit(setScene(this.session.project, this.index, { seed, prompt, negative, style }));
  }

  /** @param {SceneVersion} version */
  async remove(version) {
    if (version.drawn && !(await this.takes.removeVersion(version.drawn))) return;
    this.session.edit(withoutVersion(this.session.project, this.index, version));
  }
}
