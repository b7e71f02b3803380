// The keys of the shown curve as a table: every number can be typed.

import { h, valueOf } from "../core/dom.mjs";
import { button, select } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

/** Curves with more keys are shown from the playhead on. */
const ROWS = 60;

export class KeysTable {
  /** What the rows were built for. */
  shown = "";

  /**
   * @param {Context} context
   * @param {import("./key_editor.mjs").KeyEditor} editor
   */
  constructor({ store, player }, editor) {
    this.store = store;
    this.player = player;
    this.editor = editor;
    this.body = h("tbody");
    this.rest = h("p.hint", { hidden: true });
    const head = ["", t("Time"), t("Value"), t("Way to the next key"), ""].map((text) => h("th", { text, scope: "col" }));
    this.node = h(
      "details.more",
      { ontoggle: () => this.update() },
      h("summary", { text: t("Keys in numbers") }),
      h("table.keys", {}, h("thead", {}, h("tr", {}, head)), this.body),
      this.rest,
    );
  }

  update() {
    const { keys, points, selected } = this.editor;
    if (!(/** @type {HTMLDetailsElement} */ (this.node).open)) return;
    const mark = JSON.stringify([keys.slice(0, 2000), [...selected], this.store.state.channel, keys.length]);
    if (mark === this.shown || this.body.contains(document.activeElement)) return;
    this.shown = mark;
    const here = points.findIndex((point) => point.frame >= this.editor.frame());
    const first = keys.length > ROWS ? Math.max(0, here - 5) : 0;
    const part = points.slice(first, first + ROWS);
    this.body.replaceChildren(...part.map(({ index, frame }) => this.row(index, frame)));
    this.rest.hidden = points.length <= ROWS;
    this.rest.textContent = t("{shown} of {count} keys, from the playhead on", { shown: part.length, count: points.length });
  }

  /**
   * @param {number} index
   * @param {number} frame
   */
  row(index, frame) {
    const { editor } = this;
    const key = editor.keys[index];
    /**
     * @param {"time" | "value"} name
     * @param {string} label
     */
    const text = (name, label) =>
      h("input", {
        value: key[name],
        spellcheck: "false",
        "aria-label": `${label} ${index + 1}`,
        onchange: (event) => {
          const typed = valueOf(event).trim();
          if (typed) editor.commit(changed(editor.keys, index, { [name]: typed }), new Set([index]));
        },
      });
    const easing = select(
      [["", t("straight")], ...this.store.state.welcome.easings.map((name) => [name, t(name.replaceAll("_", " "))])],
      (name) => editor.commit(changed(editor.keys, index, { easing: name }), new Set([index])),
      { "aria-label": `${t("Way to the next key")} ${index + 1}` },
    );
    easing.value = key.easing;
    const go = button(String(index + 1), () => {
      this.player.seek(frame / editor.song.fps);
      editor.select([index]);
    });
    const remove = button(t("Delete key"), () => editor.commit(editor.keys.filter((_, i) => i !== index)), {
      icon: "close",
      kind: "quiet",
    });
    const cells = [go, text("time", t("Time")), text("value", t("Value")), easing, remove];
    return h(
      editor.selected.has(index) ? "tr.chosen" : "tr",
      {},
      cells.map((cell) => h("td", {}, cell)),
    );
  }
}

/**
 * @param {Key[]} keys
 * @param {number} index
 * @param {Partial<Key>} fields
 */
const changed = (keys, index, fields) => keys.map((key, i) => (i === index ? { ...key, ...fields } : key));
