// What the timeline's colours mean, on the page itself; and the pictures of the preview that are of before a change.

import { h } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

/** Colour and meaning; the colours are those of the canvas. @type {[string, string][]} */
const MEANINGS = [
  ["base", "your curve"],
  ["result", "what is drawn"],
  ["below", "without your changes"],
  ["sound", "the sound that moves it"],
  ["change", "changed here by hand"],
  ["stale", "preview from before a change"],
];

export class Legend {
  /** @param {Context} context */
  constructor({ redraw }) {
    this.redraw = redraw;
    const atOnce = h("input", { type: "checkbox", checked: redraw.atOnce });
    atOnce.addEventListener("change", () => redraw.setAtOnce(atOnce.checked));
    this.state = h("span.told", { role: "status" });
    this.now = button(t("Redraw what changed"), () => redraw.begin(true), {
      kind: "quiet",
      help: t("Around the playhead first (R)"),
    });
    this.node = h(
      "div.row.curve-legend",
      {},
      MEANINGS.map(([name, meaning]) =>
        h("span.meaning", {}, h(/** @type {"i"} */ (`i.swatch-${name}`), { "aria-hidden": "true" }), t(meaning)),
      ),
      h("label.check", {}, atOnce, t("redraw the preview as I edit")),
      this.now,
      this.state,
    );
  }

  /** @param {State} state */
  update({ song }) {
    const { stale } = this.redraw;
    const frames = stale.reduce((sum, [first, last]) => sum + last - first, 0);
    this.now.disabled = !frames;
    this.state.textContent = frames
      ? t("{seconds} s of the preview are from before a change", { seconds: (frames / song.fps).toFixed(1) })
      : "";
  }
}
