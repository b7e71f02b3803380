// The timeline's tools: which channel, snapping, zoom, and the numbers of the chosen frame and key.

import { h, setField } from "../core/dom.mjs";
import { button, choice, labelled } from "../core/fields.mjs";
import { hasFormula } from "../curve/key_edit.mjs";
import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

export class TimelineTools {
  /** @type {Field<HTMLSelectElement>} */
  channel;
  /** @type {Field<HTMLInputElement>} */
  frame;
  /** @type {Field<HTMLInputElement>} */
  value;
  /** @type {Field<HTMLSelectElement>} */
  easing;

  /**
   * @param {Context} context
   * @param {import("./key_editor.mjs").KeyEditor} editor
   * @param {import("./viewport.mjs").TimelineViewport} viewport
   */
  constructor({ store, session, player }, editor, viewport) {
    this.editor = editor;
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
    this.value = labelled(
      t("Value here"),
      h("input.short", { type: "number", step: "any", onchange: () => this.typedValue() }),
      { help: t("Type a number: it sets a key at this frame") },
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
      h("div.row", {}, this.channel.node, h("div.field", {}, h("span.label", { text: t("Snap to") }), this.snap), zoom),
      this.about,
      h(
        "div.row",
        {},
        this.frame.node,
        this.value.node,
        this.easing.node,
        this.add,
        this.remove,
        this.copy,
        this.paste,
        this.bake,
      ),
    );
  }

  /** @param {State} state */
  update(state) {
    const { editor } = this;
    this.channel.input.value = state.channel;
    this.about.textContent = t(editor.channel.help);
    for (const option of this.channel.input.querySelectorAll("option")) {
      const moved =
        option.value in (state.history.value?.curves ?? {}) ||
        state.history.value?.reactions.some((one) => one.channel === option.value);
      option.textContent = `${moved ? "● " : ""}${t(option.value)}`;
    }
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
  }

  typedValue() {
    const value = Number(this.value.input.value);
    if (Number.isFinite(value) && this.value.input.value !== "") this.editor.setValue(value);
  }
}

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
