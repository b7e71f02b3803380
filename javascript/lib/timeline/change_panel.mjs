// The chosen change in numbers: where it is, what it asks, how much of it counts along the way.

import { h, setField, valueOf } from "../core/dom.mjs";
import { button, labelled, select } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { MODES, SHAPES } from "./change_editor.mjs";
import { readPasted } from "../curve/pasted_text.mjs";
import { plain } from "../curve/timing.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

/** @type {Record<string, string>} */
export const MODE_WORDS = { set: "exactly", add: "add", scale: "times" };

export class ChangePanel {
  /**
   * @param {Context} context
   * @param {import("./change_editor.mjs").ChangeEditor} changes
   */
  constructor({ store, session }, changes) {
    this.store = store;
    this.changes = changes;
    const settle = () => session.settle();
    /** @param {"start" | "end"} name */
    const time = (name) =>
      h("input.time-text", { onchange: (event) => this.put({ [name]: valueOf(event).trim() }), spellcheck: "false" });
    this.start = labelled(t("From"), time("start"));
    this.end = labelled(t("Until"), time("end"), { help: t("Empty: this one frame") });
    this.mode = labelled(
      t("What it does"),
      select(
        MODES.map((mode) => [mode, t(MODE_WORDS[mode])]),
        (mode) => this.put({ mode }),
      ),
    );
    this.value = labelled(
      t("Number"),
      h("input.short", { type: "number", step: "any", onchange: (event) => this.put({ value: Number(valueOf(event)) }) }),
    );
    this.shape = labelled(
      t("How it goes"),
      select(
        SHAPES.map((shape) => [shape, t(shape)]),
        (shape) => this.put({ shape }),
      ),
    );
    this.curve = labelled(
      t("Or a curve"),
      h("input.curve-text", {
        spellcheck: "false",
        oninput: (event) => changes.update({ curve: this.bare(valueOf(event)) }, "change-curve"),
        onchange: settle,
      }),
      { help: t("A schedule in the song's own time takes the place of the number") },
    );
    this.fault = h("p.fault", { role: "alert", hidden: true });
    this.note = h("p.hint.beyond", { role: "status", hidden: true });
    const fields = [this.start, this.end, this.mode, this.value, this.shape, this.curve].map(({ node }) => node);
    const remove = button(t("Remove this change"), () => changes.remove(), { kind: "quiet", help: "Delete" });
    this.node = h(
      "div.panel.change-panel",
      { hidden: true, role: "group", "aria-label": t("The chosen change") },
      h("span.label", { text: t("The chosen change") }),
      h("div.row", {}, fields, remove),
      this.fault,
      this.note,
    );
  }

  /** @param {string} text */
  bare(text) {
    return readPasted(text, [this.store.state.channel]).text;
  }

  /** @param {Partial<Override>} fields */
  put(fields) {
    this.changes.update(fields);
  }

  /** @param {Channel} channel */
  update(channel) {
    const { override, chosen } = this.changes;
    this.node.hidden = !override;
    if (!override) return;
    setField(this.start.input, override.start);
    setField(this.end.input, override.end);
    setField(this.mode.input, override.mode);
    setField(this.value.input, plain(override.value));
    setField(this.shape.input, override.shape);
    setField(this.curve.input, override.curve);
    this.value.input.disabled = Boolean(override.curve);
    const beyond = override.mode === "set" && !override.curve && outside(override.value, channel);
    this.note.hidden = beyond === null || beyond === false;
    if (typeof beyond === "number")
      this.note.textContent = t("{value} is beyond this channel's range; {drawn} is drawn", {
        value: plain(override.value),
        drawn: plain(beyond),
      });
    const problem = problemAt(this.store.state, `overrides[${chosen}]`);
    this.fault.hidden = !problem;
    this.fault.textContent = problem ? translateServerMessage(problem.message) : "";
  }
}

/**
 * Return what is drawn in place of a number beyond a channel's range; null for one within it.
 * @param {number} value
 * @param {Channel} channel
 */
export function outside(value, { low, high }) {
  if (value < low) return low;
  return value > high ? high : null;
}
