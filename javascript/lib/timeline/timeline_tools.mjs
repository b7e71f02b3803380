// The timeline's tools: which channel, snapping, zoom, and the numbers of the chosen frame and key.

import { h, setField, withStorage } from "../core/dom.mjs";
import { button, choice, labelled, select } from "../core/fields.mjs";
import { SHAPES, WIDTHS } from "./change_editor.mjs";
import { keySeconds } from "../curve/curve.mjs";
import { hasFormula } from "../curve/key_edit.mjs";
import { UNITS } from "../curve/ruler_units.mjs";
import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

const KEPT_UNIT = "glance.ruler";
/** What a double-click on the curve does. */
const CLICKS = [
  ["here", "changes this place only"],
  ["key", "adds a key"],
  ["guard", "adds a key for one beat"],
];

export class TimelineTools {
  /** What a double-click does; empty for what suits the channel. */
  click = "";
  /** @type {Field<HTMLSelectElement>} */
  channel;
  /** @type {Field<HTMLInputElement>} */
  frame;
  /** @type {Field<HTMLInputElement>} */
  value;
  /** @type {Field<HTMLInputElement>} */
  exact;
  /** @type {Field<HTMLSelectElement>} */
  easing;
  /** @type {Choice | null} */
  doubleClick = null;
  /** @type {HTMLButtonElement | null} */
  draw = null;

  /**
   * @param {Context} context
   * @param {import("./key_editor.mjs").KeyEditor} editor
   * @param {import("./viewport.mjs").TimelineViewport} viewport
   * @param {import("./change_editor.mjs").ChangeEditor} changes
   * @param {{toggleDrawing(): void, togglePin(): void}} view
   */
  constructor(context, editor, viewport, changes, view) {
    const { store, session, player } = context;
    this.store = store;
    this.editor = editor;
    this.changes = changes;
    this.view = view;
    const { welcome } = store.state;
    this.channel = labelled(
      t("Channel"),
      h("select", { onchange: () => session.choose(this.channel.input.value) }, grouped(welcome.channels)),
    );
    this.snap = choice(
      t("Snap to"),
      [
        ["", t("off")],
        ["beat", t("beat")],
        ["bar", t("bar")],
      ],
      (snap) => {
        editor.snap = snap;
        this.snap.show(snap);
      },
    );
    this.snap.show(editor.snap);
    this.unit = labelled(
      t("Ruler in"),
      select(
        UNITS.map((unit) => [unit, t(`${unit}s`)]),
        (unit) => this.countIn(/** @type {Unit} */ (unit)),
      ),
      { help: t("New keys and changes are written in it too") },
    );
    this.countIn(/** @type {Unit} */ (withStorage((storage) => storage.getItem(KEPT_UNIT), null) ?? "beat"));
    this.pin = button(t("Pin"), () => view.togglePin(), {
      kind: "quiet",
      help: t("Keeps this channel in a row below, whatever else is shown (P)"),
    });
    const zoom = h(
      "span.menu",
      {},
      button(t("Zoom out"), () => viewport.zoom(1 / 2, player.seconds), { icon: "minus", kind: "quiet" }),
      button(t("Zoom in"), () => viewport.zoom(2, player.seconds), { icon: "plus", kind: "quiet" }),
      button(t("Whole song"), () => viewport.showAll(), { kind: "quiet" }),
      button(t("Single frames"), () => viewport.showFrames(player.seconds), { kind: "quiet" }),
    );
    this.frame = labelled(
      t("Frame"),
      h("input.short", {
        type: "number",
        min: 0,
        step: 1,
        onchange: () =>
          player.seek(Math.min(Number(this.frame.input.value), editor.song.nFrames - 1) / editor.song.fps),
      }),
    );
    this.goTo = labelled(
      t("Go to"),
      h("input.time-text", {
        spellcheck: "false",
        placeholder: "0:24.5",
        onchange: () => this.typedPlace(viewport, player),
      }),
      { help: t("Any time: 0:24.5, 32b, 8bar, 150") },
    );
    this.value = labelled(
      t("Value here"),
      h("input.short", { type: "number", step: "any", onchange: () => this.typedValue() }),
      { help: t("Of the curve, below music and camera. Type a number: it sets a key at this frame") },
    );
    this.exact = labelled(
      t("On this frame exactly"),
      h("input.short", { type: "number", step: "any", onchange: () => this.typedExact() }),
      { help: t("What is drawn in this frame, whatever curve, music and camera say (E)") },
    );
    this.easing = labelled(
      t("Way to the next key"),
      h(
        "select",
        { onchange: () => editor.ease(this.easing.input.value) },
        h("option", { value: "", text: t("straight") }),
        welcome.easings
          .filter((name) => name !== "linear")
          .map((name) => h("option", { value: name, text: t(name.replaceAll("_", " ")) })),
      ),
    );
    this.add = button(t("Add key"), () => editor.addHere(), { kind: "quiet", help: t("At the playhead (Enter)") });
    this.remove = button(t("Delete key"), () => editor.remove(), {
      kind: "quiet",
      help: t("The chosen ones (Delete)"),
    });
    this.copy = button(t("Copy"), () => editor.copy(), { kind: "quiet", help: "Ctrl+C" });
    this.paste = button(t("Paste"), () => editor.paste(), {
      kind: "quiet",
      help: t("From the playhead on (Ctrl+V)"),
    });
    this.bake = button(t("Bake to keys"), () => editor.bake(), {
      kind: "quiet",
      help: t("Turns what the music does here into keys that you can drag"),
    });
    this.about = h("p.hint");
    this.node = h(
      "div.timeline-tools",
      {},
      h(
        "div.row",
        {},
        this.channel.node,
        this.pin,
        this.unit.node,
        h("div.field", {}, h("span.label", { text: t("Snap to") }), this.snap),
        zoom,
      ),
      this.about,
      h(
        "div.row",
        {},
        this.goTo.node,
        this.frame.node,
        this.value.node,
        this.exact.node,
        this.easing.node,
        this.add,
        this.remove,
        this.copy,
        this.paste,
        this.bake,
      ),
      this.byHand(),
    );
  }

  /** How the curve is changed by hand. */
  byHand() {
    const { changes, view } = this;
    this.doubleClick = choice(
      t("A double-click"),
      CLICKS.map(([value, words]) => [value, t(words)]),
      (click) => {
        this.click = click;
        this.doubleClick?.show(this.clickDoes());
      },
    );
    const width = labelled(
      t("How wide"),
      select(
        Object.keys(WIDTHS).map((name) => [name, t(name)]),
        (name) => {
          changes.width = name;
        },
      ),
      { help: t("Of new changes") },
    );
    width.input.value = changes.width;
    const shape = labelled(
      t("How it goes"),
      select(
        SHAPES.map((name) => [name, t(name)]),
        (name) => {
          changes.shape = name;
        },
      ),
      { help: t("How much of a change counts along its way") },
    );
    this.draw = button(t("Draw by hand"), () => view.toggleDrawing(), {
      kind: "quiet",
      help: t("Draw over the curve with the pointer (D); what is drawn holds there and nowhere else"),
    });
    const label = h("span.label", { text: t("A double-click") });
    return h("div.row", {}, h("div.field", {}, label, this.doubleClick), width.node, shape.node, this.draw);
  }

  /** What a double-click does now: inside a reaction it changes that place only. */
  clickDoes() {
    if (this.click) return this.click;
    const { history, channel } = this.store.state;
    return history.value?.reactions.some((one) => one.channel === channel) ? "here" : "key";
  }

  /** @param {Unit} unit */
  countIn(unit) {
    this.unit.input.value = unit;
    this.store.set({ unit });
    withStorage((storage) => storage.setItem(KEPT_UNIT, unit), undefined);
  }

  /**
   * @param {import("./viewport.mjs").TimelineViewport} viewport
   * @param {Player} player
   */
  typedPlace(viewport, player) {
    const seconds = keySeconds(this.goTo.input.value, this.editor.song);
    this.goTo.problem(Number.isFinite(seconds) ? "" : t("Expected a time such as 0:24.5, 32b, 8bar or 150"));
    if (!Number.isFinite(seconds)) return;
    player.seek(Math.min(Math.max(seconds, 0), viewport.duration - 0.001));
    viewport.reveal(player.seconds);
  }

  focusExact() {
    this.exact.input.focus();
    this.exact.input.select();
  }

  /** @param {State} state */
  update(state) {
    const { editor } = this;
    this.channel.input.value = state.channel;
    this.doubleClick?.show(this.clickDoes());
    this.pin.setAttribute("aria-pressed", String(state.pinned.includes(state.channel)));
    this.about.textContent = t(editor.channel.help);
    const project = state.history.value;
    const moved = new Set(project ? movedChannels(project) : []);
    for (const option of this.channel.input.querySelectorAll("option"))
      option.textContent = `${moved.has(option.value) ? "● " : ""}${t(option.value)}`;
    const chosen = [...editor.selected];
    this.remove.disabled = this.copy.disabled = this.easing.input.disabled = !chosen.length;
    this.paste.disabled = !editor.copied.length;
    this.easing.input.value = chosen.length ? (editor.keys[chosen[0]]?.easing ?? "") : "";
    this.bake.disabled = !(
      hasFormula(editor.keys) || state.history.value?.reactions.some((one) => one.channel === state.channel)
    );
    this.showFrame();
  }

  showFrame() {
    const { editor } = this;
    const frame = editor.frame();
    setField(this.frame.input, frame);
    this.frame.input.max = String(editor.song.nFrames - 1);
    setField(this.value.input, plain(editor.baseAt(frame)));
    setField(this.exact.input, plain(editor.trees.final?.values[frame] ?? editor.baseAt(frame)));
  }

  typedExact() {
    const value = Number(this.exact.input.value);
    if (Number.isFinite(value) && this.exact.input.value !== "") this.changes.setFrame(this.editor.frame(), value);
  }

  typedValue() {
    const value = Number(this.value.input.value);
    if (Number.isFinite(value) && this.value.input.value !== "") this.editor.setValue(value);
  }
}

/**
 * Return the channels that a project does anything with.
 * @param {Project} project
 */
const movedChannels = ({ curves, reactions, overrides = [] }) => [
  ...Object.keys(curves),
  ...reactions.map(({ channel }) => channel),
  ...overrides.map(({ channel }) => channel),
];

/** @param {Channel[]} channels */
function grouped(channels) {
  /** @type {Map<string, Channel[]>} */
  const groups = new Map();
  for (const channel of channels)
    if (channel.kind !== "text") groups.set(channel.group, [...(groups.get(channel.group) ?? []), channel]);
  return [...groups].map(([group, members]) =>
    h(
      "optgroup",
      { label: t(group) },
      members.map((one) => h("option", { value: one.name, text: t(one.name), title: t(one.help) })),
    ),
  );
}
