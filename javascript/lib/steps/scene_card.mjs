// One scene of the story.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField } from "../core/dom.mjs";
import { button, choice, labelled, select, showChoice, slider } from "../core/fields.mjs";
import { setIcon } from "../core/icons.mjs";
import { loraPicker } from "./lora_picker.mjs";
import { SceneVersions } from "./scene_versions.mjs";
import { duplicateScene, mergeScene, setScene, splitScene } from "./scenes.mjs";
import { problemAt } from "../core/store.mjs";
import { sceneTexts, setSceneTexts } from "../curve/text_schedule.mjs";
import { clock } from "../curve/timing.mjs";
import { currentLanguage, t, translateServerMessage } from "../core/i18n.mjs";

/** @typedef {{start: number, end: number, color: string, role: string}} Place where a scene lies, in seconds, and in what */

export class SceneCard {
  /** @type {Field<HTMLTextAreaElement>} */
  prompt;
  /** @type {HTMLButtonElement} */
  sparkle;
  /** @type {HTMLElement | null} */
  lora;
  /** @type {HTMLElement} */
  ideas;
  /** @type {Field} */
  negative;
  /** @type {Slider} */
  motion;
  /** @type {Field} */
  beats;
  /** @type {Field} */
  picture;
  /** @type {Field} */
  start;
  /** @type {HTMLDetailsElement} */
  more;
  /** @type {(Field<HTMLSelectElement> & {channel: string, help: string})[]} */
  models;
  /** @type {HTMLButtonElement} */
  join;
  /** @type {Place} */
  place = { start: 0, end: 0, color: "gray", role: "" };
  swatch = h("span.swatch");
  styleName = h("span.style-name");
  /** How often other words were asked for. */
  tries = 0;

  /**
   * @param {Context} context
   * @param {number} index
   */
  constructor(context, index) {
    const { store, session, story, takes, player, api } = context;
    this.store = store;
    this.session = session;
    this.story = story;
    this.takes = takes;
    this.player = player;
    this.api = api;
    this.index = index;
    const { welcome } = this.store.state;
    this.number = h("strong.scene-number");
    this.range = h("button.link", { type: "button", title: t("Go there"), onclick: () => this.go() });
    this.lock = button(t("Lock"), () => this.put({ locked: !this.scene.locked }), {
      icon: "unlock",
      kind: "quiet",
      help: t("A locked scene is left alone by “Write my story”"),
    });
    this.style = h(
      "button.style-pick",
      { type: "button", title: t("Choose a style below"), onclick: () => this.pickStyle() },
      this.swatch,
      this.styleName,
    );
    this.buildWords();
    this.camera = labelled(
      t("Camera move"),
      select(
        welcome.cameras.map((one) => [one.name, t(one.label)]),
        (camera) => this.put({ camera }),
      ),
      { help: t("How the camera moves through the picture") },
    );
    this.reactivity = choice(
      t("How strongly the music moves it"),
      welcome.reactivities.map((name) => [name, t(name)]),
      (reactivity) => this.put({ reactivity }),
    );
    this.transition = labelled(
      t("Comes in by"),
      select(
        [
          ["cut", t("cut")],
          ["fade", t("cross-fade")],
          ["hold", t("growing out of the last")],
        ],
        (transition) => this.put({ transition }),
      ),
      { help: t("How this scene follows the one before it") },
    );
    this.buildMore();
    this.versions = new SceneVersions(context, index);
    const react = h("div.field", {}, h("span.label", { text: t("Reacts to the music") }), this.reactivity);
    this.node = h(
      "article.card",
      { onpointerdown: () => this.choose(), onfocusin: () => this.choose() },
      h("header.card-head", {}, this.number, this.range, this.lock, this.buildMenu()),
      this.versions.node,
      this.prompt.node,
      this.lora,
      this.ideas,
      this.style,
      h("div.pair", {}, this.camera.node, this.transition.node),
      react,
      this.more,
    );
  }

  buildWords() {
    this.prompt = labelled(
      t("What is seen"),
      h("textarea.prompt", {
        rows: 3,
        oninput: () => this.put({ prompt: this.prompt.input.value }, "prompt"),
        onchange: () => this.session.settle(),
      }),
      { help: t("Say it as you would to a painter: who or what, where, in which light") },
    );
    this.sparkle = button(t("Suggest fuller words"), () => this.suggest(), {
      icon: "spark",
      kind: "quiet",
      help: t("Three fuller wordings to choose from"),
    });
    this.prompt.node.append(this.sparkle);
    const { loras } = this.store.state.welcome.choices;
    this.lora = loras.length ? loraPicker(loras, this.prompt.input) : null;
    this.ideas = h("div.ideas", { hidden: true });
  }

  buildMore() {
    this.negative = labelled(
      t("Keep away"),
      h("input", {
        type: "text",
        oninput: () => this.put({ negative: this.negative.input.value }, "negative"),
        onchange: () => this.session.settle(),
      }),
      { help: t("Words for what must not be seen here") },
    );
    const reach = boundsOf(this.store, "scenes[].motion");
    this.motion = slider(
      {
        label: t("How far the camera goes"),
        low: reach.min,
        high: reach.max,
        step: 0.05,
        help: t("0 stands still, 1 is the preset as it is"),
      },
      (motion, done) => {
        this.put({ motion }, "motion");
        if (done) this.session.settle();
      },
    );
    this.beats = labelled(
      t("Cross-fade over (beats)"),
      h("input.short", {
        type: "number",
        ...boundsOf(this.store, "scenes[].transition_beats"),
        step: 1,
        onchange: () => this.put({ transition_beats: Number(this.beats.input.value) || 0 }),
      }),
    );
    this.picture = labelled(
      t("Picture name"),
      h("input", { type: "text", onchange: () => this.put({ picture: this.picture.input.value }) }),
      { help: t("Scenes of one name return to the same picture, as a chorus returns") },
    );
    this.start = labelled(
      t("Starts at"),
      h("input.short", { type: "text", onchange: () => this.put({ start: this.start.input.value }) }),
      { help: t("For example 8bar, 32b, 12.5s or 1:23") },
    );
    this.more = h(
      "details.more",
      {},
      h("summary", { text: t("More") }),
      h(
        "div.stack",
        {},
        this.negative.node,
        this.motion.node,
        h("div.pair", {}, this.start.node, this.beats.node),
        this.picture.node,
        this.buildModels(),
      ),
    );
  }

  /** Model and VAE of this scene, where the WebUI has several. */
  buildModels() {
    const { checkpoints, vaes } = this.store.state.welcome.choices;
    /** @type {[string, string[], string, string][]} */
    const lists = [
      ["checkpoint", checkpoints.length > 1 ? checkpoints : [], t("Model"), t("The model that draws this scene")],
      ["vae", vaes, t("VAE"), t("What gives the model’s pictures their colours in this scene")],
    ];
    this.models = lists
      .filter(([, names]) => names.length)
      .map(([channel, names, label, help]) => {
        const options = [["", t("as the WebUI is set")], ...names.map((name) => [name, name])];
        const input = select(options, (name) => this.putModel(channel, name));
        return { ...labelled(label, input, { help }), channel, help };
      });
    return h(
      "div.pair",
      { hidden: !this.models.length },
      this.models.map(({ node }) => node),
    );
  }

  buildMenu() {
    /** @param {(project: Project) => Project} change */
    const act = (change) => () => {
      const next = change(this.session.project);
      this.session.edit(next);
    };
    const middle = () => this.splitPoint();
    this.join = button(
      this.index ? t("Join with the scene before") : t("Join with the next scene"),
      act((project) => mergeScene(project, this.index)),
      { icon: "join", kind: "quiet" },
    );
    return h(
      "span.menu",
      {},
      button(
        t("Split this scene"),
        act((project) => splitScene(project, this.index, middle(), this.store.state.song.grid)),
        { icon: "split", kind: "quiet", help: t("Cut in two at the playhead, or in the middle") },
      ),
      button(
        t("Duplicate this scene"),
        act((project) =>
          duplicateScene(
            project,
            this.index,
            this.store.state.starts,
            this.store.state.analysis?.duration_s ?? 0,
            this.store.state.song.grid,
          ),
        ),
        { icon: "copy", kind: "quiet", help: t("Its second half becomes a scene of its own to change") },
      ),
      this.join,
      button(t("Preview this scene"), () => this.takes.preview([this.place.start, this.place.end]), {
        icon: "look",
        kind: "quiet",
      }),
    );
  }

  get scene() {
    return this.session.project.scenes[this.index];
  }

  /** @param {Partial<Scene>} fields */
  put(fields, key = "") {
    this.session.edit(setScene(this.session.project, this.index, fields), key && `scene-${this.index}-${key}`);
  }

  /**
   * @param {string} channel
   * @param {string} name
   */
  putModel(channel, name) {
    const { project } = this.session;
    const names = sceneTexts(project.curves[channel] ?? "", project.scenes);
    if (!names) return;
    this.session.edit(
      setSceneTexts(
        project,
        channel,
        names.map((one, index) => (index === this.index ? name : one)),
      ),
    );
  }

  choose() {
    if (this.store.state.scene !== this.index) this.store.set({ scene: this.index });
  }

  go() {
    this.player.seek(this.place.start);
  }

  pickStyle() {
    this.choose();
    document.getElementById("glance-step-3")?.scrollIntoView({ behavior: "smooth", block: "start" });
  }

  splitPoint() {
    const { song } = this.store.state;
    const { start, end } = this.place;
    const here = this.player.seconds;
    const wanted = here > start + 0.5 && here < end - 0.5 ? here : (start + end) / 2;
    const snapped = song.grid.snap(wanted, "bar");
    return snapped > start + 0.25 && snapped < end - 0.25 ? snapped : wanted;
  }

  /**
   * @param {Scene} scene
   * @param {State} state
   * @param {Place} place
   */
  show(scene, state, place) {
    this.place = place;
    this.node.style.setProperty("--part", place.color);
    this.node.classList.toggle("chosen", state.scene === this.index);
    this.number.textContent = String(this.index + 1);
    this.range.textContent = `${clock(place.start)} – ${clock(place.end)} · ${place.role}`;
    setIcon(this.lock, scene.locked ? "lock" : "unlock");
    this.lock.setAttribute("aria-pressed", String(scene.locked));
    setField(this.prompt.input, scene.prompt);
    this.prompt.node.classList.toggle("unused", Boolean(state.history.value.prompts.trim()));
    setField(this.negative.input, scene.negative);
    setField(this.picture.input, scene.picture);
    setField(this.start.input, scene.start);
    setField(this.beats.input, scene.transition_beats);
    this.join.hidden = state.history.value.scenes.length < 2;
    this.start.node.hidden = this.index === 0;
    this.camera.input.value = scene.camera;
    this.transition.input.value = scene.transition;
    this.transition.node.hidden = this.index === 0;
    this.beats.node.hidden = scene.transition !== "fade" || this.index === 0;
    this.reactivity.show(scene.reactivity);
    this.motion.show(scene.motion);
    this.versions.show(scene, state);
    this.showStyle(scene, state);
    this.showModels(state.history.value);
    this.showProblems(state);
  }

  /** @param {Project} project */
  showModels({ curves, scenes }) {
    for (const { channel, input, help } of this.models) {
      const names = sceneTexts(curves[channel] ?? "", scenes);
      input.disabled = !names;
      input.title = names ? help : t("Its schedule has keys beside the scenes’ starts: change it there");
      showChoice(input, names?.[this.index] ?? "");
    }
  }

  /**
   * @param {Scene} scene
   * @param {State} state
   */
  showStyle(scene, { welcome }) {
    const style = welcome.styles.find((one) => one.id === scene.style);
    this.styleName.textContent = style ? style.name[currentLanguage() === "ko_KR" ? 1 : 0] : t("no style");
    const colors = style?.palette.length ? style.palette : ["#888", "#bbb"];
    this.swatch.style.background = style?.thumb
      ? `center/cover url("${this.api.url(`/api/styles/${style.id}.webp`)}")`
      : `linear-gradient(120deg, ${colors.join(", ")})`;
  }

  /** @param {State} state */
  showProblems(state) {
    /** @param {string} name */
    const at = (name) => problemAt(state, `scenes[${this.index}].${name}`)?.message;
    this.prompt.problem(at("prompt"));
    this.start.problem(at("start"));
    this.camera.problem(at("camera") ?? at("style"));
    if (at("start")) this.more.open = true;
  }

  async suggest() {
    const words = this.prompt.input.value || this.session.project.theme;
    this.tries += 1;
    const ask = { words, seed: this.session.project.seed + this.tries - 1, reach: 0.6, writer: this.story.writer };
    const answer = await this.store.attempt(() => this.api.post("/api/alternatives", ask));
    if (!answer) return;
    if (answer.note) this.store.notify(translateServerMessage(answer.note));
    this.ideas.hidden = false;
    this.ideas.replaceChildren(
      h("p.hint", { text: t("Choose one, or keep yours:") }),
      ...answer.prompts.map((/** @type {string} */ text) =>
        h("button.idea", {
          type: "button",
          text,
          onclick: () => {
            this.put({ prompt: text });
            this.ideas.hidden = true;
          },
        }),
      ),
      button(
        t("Keep mine"),
        () => {
          this.ideas.hidden = true;
        },
        { kind: "quiet" },
      ),
    );
  }
}
