// Moments with names: put at the playhead, gone to by a click.

import { h, valueOf } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { keySeconds } from "../curve/curve.mjs";
import { timeIn } from "../curve/ruler_units.mjs";
import { t } from "../core/i18n.mjs";

export class MarkerList {
  /** What the rows were built for. */
  shown = "";

  /** @param {Context} context */
  constructor({ store, session, player }) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.rows = h("div.markers");
    this.node = h(
      "div.row.marker-row",
      {},
      h("span.label", { text: t("Markers") }),
      this.rows,
      button(t("Marker here"), () => this.add(), { kind: "quiet", help: "N" }),
    );
  }

  get markers() {
    return this.session.project?.markers ?? [];
  }

  /** Where they are, in the order of the list; those that cannot be read here are left out. */
  placed() {
    return this.markers
      .map(({ at, name }) => ({ seconds: keySeconds(at, this.store.state.song), name }))
      .filter(({ seconds }) => Number.isFinite(seconds));
  }

  add() {
    const { song, unit } = this.store.state;
    const at = timeIn(unit, this.player.seconds, song);
    const name = t("marker {n}", { n: this.markers.length + 1 });
    this.put([...this.markers, { at, name }]);
    const field = /** @type {HTMLInputElement | null} */ (this.rows.querySelector(".marker:last-child input"));
    field?.select();
    field?.focus();
  }

  /** @param {Marker[]} markers */
  put(markers) {
    this.session.edit({ ...this.session.project, markers });
  }

  update() {
    const mark = JSON.stringify(this.markers);
    if (mark === this.shown) return;
    this.shown = mark;
    this.rows.replaceChildren(...this.markers.map((marker, index) => this.row(marker, index)));
  }

  /**
   * @param {Marker} marker
   * @param {number} index
   */
  row({ at, name }, index) {
    return h(
      "span.marker",
      {},
      button(at, () => this.player.seek(Math.max(0, keySeconds(at, this.store.state.song))), {
        kind: "quiet",
        help: t("Go there"),
      }),
      h("input", {
        value: name,
        "aria-label": t("Name of the marker at {time}", { time: at }),
        onchange: (event) =>
          this.put(this.markers.map((one, i) => (i === index ? { ...one, name: valueOf(event) } : one))),
      }),
      button(t("Remove"), () => this.put(this.markers.filter((_, i) => i !== index)), { icon: "close", kind: "quiet" }),
    );
  }
}
