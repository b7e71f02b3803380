// The selected stretches in buttons and numbers: how they are chosen, and what is done in them.

import { h, valueOf } from "../core/dom.mjs";
import { button, labelled, select } from "../core/fields.mjs";
import { boundsOf } from "../core/bounds.mjs";
import { t } from "../core/i18n.mjs";

const SOUNDS = ["kick", "snare", "hat", "hit", "onset"];

export class RangePanel {
  /**
   * @param {Context} context
   * @param {import("./range_editor.mjs").RangeEditor} ranges
   */
  constructor(context, ranges) {
    this.store = context.store;
    this.ranges = ranges;
    this.sound = select(
      SOUNDS.map((name) => [name, t(name)]),
      () => {},
      { "aria-label": t("sound") },
    );
    this.told = h("span.told", { role: "status" });
    this.loop = button(t("Loop"), () => ranges.toggleLoop(), {
      kind: "quiet",
      help: t("Plays the selection, or two bars from here, over and over (L)"),
    });
    this.pick = h(
      "div.row",
      {},
      h("span.label", { text: t("Select") }),
      button(t("this part"), () => ranges.section(), { kind: "quiet", help: t("The part of the song that sounds here (S)") }),
      button(t("all parts like it"), () => ranges.section(true), { kind: "quiet", help: "Shift+S" }),
      button(t("this hit"), () => ranges.hit(), { kind: "quiet", help: t("The one at the playhead (H)") }),
      button(t("all hits of"), () => ranges.hits(this.sound.value), {
        kind: "quiet",
        help: t("Within the selection, or in the whole song; K for kicks"),
      }),
      this.sound,
      button(t("from here"), () => ranges.markHere("in"), { kind: "quiet", help: "I" }),
      button(t("to here"), () => ranges.markHere("out"), { kind: "quiet", help: "O" }),
      this.loop,
    );
    this.pick.classList.add("range-pick");
    // Apart from what selects, below the canvas: nothing above it may grow while the mouse is on it.
    this.deeds = h(
      "div.panel.range-deeds",
      { hidden: true, role: "group", "aria-label": t("Selection") },
      this.told,
      this.numbers(),
      this.music(context.store),
    );
  }

  numbers() {
    const { ranges } = this;
    /**
     * @param {string} label
     * @param {string} mode
     * @param {number} start
     */
    const deed = (label, mode, start) => {
      const field = labelled(label, h("input.short", { type: "number", step: "any", value: start }));
      const apply = () => ranges.change(mode, Number(field.input.value));
      field.input.addEventListener("keydown", (event) => {
        if (/** @type {KeyboardEvent} */ (event).key === "Enter") apply();
      });
      field.node.append(button(t("Apply"), apply, { kind: "quiet", help: label }));
      field.node.classList.add("with-button");
      return field;
    };
    this.scale = deed(t("Times"), "scale", 0.5);
    return h(
      "div.row",
      {},
      this.scale.node,
      deed(t("Plus"), "add", 0.1).node,
      deed(t("Exactly"), "set", 0.5).node,
      button(t("Copy this stretch"), () => ranges.copy(), { kind: "quiet", help: t("Curve and changes of the selection (Ctrl+C)") }),
      button(t("Paste it here"), () => ranges.paste(), {
        kind: "quiet",
        help: t("At the start of the selection, beat by beat (Ctrl+V)"),
      }),
      button(t("Take changes away"), () => ranges.clear(), { kind: "quiet" }),
    );
  }

  /** @param {Store} store */
  music(store) {
    const { ranges } = this;
    this.all = h("input", { type: "checkbox" });
    const factor = labelled(t("Music times"), h("input.short", { type: "number", step: 0.1, min: 0, max: 10, value: 0.5 }));
    factor.node.append(
      button(t("Apply"), () => ranges.scaleMusic(Number(factor.input.value), this.everywhere), {
        kind: "quiet",
        help: t("Music times"),
      }),
    );
    factor.node.classList.add("with-button");
    /**
     * @param {string} label
     * @param {"attack_ms" | "release_ms" | "bend" | "gate"} name
     */
    const setting = (label, name) =>
      labelled(
        label,
        h("input.short", {
          type: "number",
          step: "any",
          ...boundsOf(store, `reactions[].parts[].${name}`),
          onchange: (event) => {
            const typed = valueOf(event);
            ranges.react(() => ({ [name]: typed === "" ? null : Number(typed) }), this.everywhere);
          },
        }),
        { help: t("Empty: as the reaction has it") },
      ).node;
    return h(
      "div.row",
      {},
      factor.node,
      button(t("Mute the music"), () => ranges.scaleMusic(0, this.everywhere), { kind: "quiet", help: "M" }),
      h("label.check", {}, this.all, t("in every channel")),
      setting(t("Attack (ms)"), "attack_ms"),
      setting(t("Release (ms)"), "release_ms"),
      setting(t("Bend"), "bend"),
      setting(t("Gate"), "gate"),
    );
  }

  get everywhere() {
    return Boolean(this.all?.checked);
  }

  focus() {
    this.scale?.input.focus();
    this.scale?.input.select();
  }

  update() {
    const { spans } = this.ranges;
    this.deeds.hidden = !spans.length;
    this.loop.setAttribute("aria-pressed", String(Boolean(this.ranges.player.loop)));
    const [first] = spans;
    const text = first ? `${this.ranges.text(first.start)} – ${this.ranges.text(first.end)}` : "";
    this.told.textContent = spans.length > 1 ? t("{count} stretches, from {text}", { count: spans.length, text }) : text;
  }
}
