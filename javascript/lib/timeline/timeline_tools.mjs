// The timeline's tools: which channel, snapping, zoom, and the numbers of the chosen frame and key.

import { h, setField } from "../core/dom.mjs";
import { button, choice, labelled } from "../core/fields.mjs";
import { hasFormula } from "../curve/key_edit.mjs";
import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

export class TimelineTools {
  constructor(timeline, store) {
    Object.assign(this, { timeline, store });
    const { welcome } = store.state;
    this.channel = labelled(
      t("Channel"),
      h("select", { onchange: () => store.choose(this.channel.input.value) }, grouped(welcome.channels)),
    );
    this.snap = choice(
      t("Snap to"),
      [
        ["", t("off")],
        ["beat", t("beat")],
        ["bar", t("bar")],
      ],
      (snap) => {
        timeline.snap = snap;
        this.snap.show(snap);
      },
    );
    this.snap.show(timeline.snap);
    const zoom = h(
      "span.menu",
      {},
      button(t("Zoom out"), () => timeline.zoom(1 / 2), { icon: "minus", kind: "quiet" }),
      button(t("Zoom in"), () => timeline.zoom(2), { icon: "plus", kind: "quiet" }),
      button(t("Whole song"), () => timeline.fit(), { kind: "quiet" }),
      button(t("Single frames"), () => timeline.frames(), { kind: "quiet" }),
    );
    this.frame = labelled(
      t("Frame"),
      h("input.short", {
        type: "number",
        min: 0,
        step: 1,
        onchange: () => timeline.seek(Number(this.frame.input.value) / timeline.song.fps),
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
        { onchange: () => timeline.ease(this.easing.input.value) },
        h("option", { value: "", text: t("straight") }),
        welcome.easings
          .filter((name) => name !== "linear")
          .map((name) => h("option", { value: name, text: t(name.replaceAll("_", " ")) })),
      ),
    );
    this.add = button(t("Add key"), () => timeline.addHere(), { kind: "quiet", help: t("At the playhead (Enter)") });
    this.remove = button(t("Delete key"), () => timeline.remove(), {
      kind: "quiet",
      help: t("The chosen ones (Delete)"),
    });
    this.copy = button(
      t("Copy"),
      () => {
        timeline.copy();
        this.update(store.state);
      },
      { kind: "quiet", help: "Ctrl+C" },
    );
    this.paste = button(t("Paste"), () => timeline.paste(), {
      kind: "quiet",
      help: t("From the playhead on (Ctrl+V)"),
    });
    this.bake = button(t("Bake to keys"), () => timeline.bake(), {
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

  update(state) {
    const { timeline } = this;
    this.channel.input.value = state.channel;
    this.about.textContent = t(timeline.channel.help);
    for (const option of this.channel.input.querySelectorAll("option")) {
      const moved =
        option.value in (state.history.value?.curves ?? {}) ||
        state.history.value?.reactions.some((one) => one.channel === option.value);
      option.textContent = `${moved ? "● " : ""}${t(option.value)}`;
    }
    const chosen = [...timeline.selected];
    this.remove.disabled = this.copy.disabled = this.easing.input.disabled = !chosen.length;
    this.paste.disabled = !timeline.copied.length;
    this.easing.input.value = chosen.length ? (timeline.keys[chosen[0]]?.easing ?? "") : "";
    this.bake.disabled = !(
      hasFormula(timeline.keys) || state.history.value?.reactions.some((one) => one.channel === state.channel)
    );
    this.showFrame();
  }

  showFrame() {
    const { timeline } = this;
    const frame = timeline.frame();
    setField(this.frame.input, frame);
    this.frame.input.max = timeline.song.nFrames - 1;
    setField(this.value.input, plain(timeline.baseAt(frame)));
  }

  typedValue() {
    const value = Number(this.value.input.value);
    if (Number.isFinite(value) && this.value.input.value !== "") this.timeline.setValue(value);
  }
}

function grouped(channels) {
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
