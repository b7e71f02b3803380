// Two styles side by side: their pictures, the words they add, their colours.

import { h } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

export class StyleCompare {
  /** The ids of the styles side by side. @type {string[]} */
  chosen = [];

  /**
   * @param {Map<string, Tile>} tiles by style
   * @param {{apply: (id: string) => void, draw: (ids: string[]) => void}} deeds choose a style; draw examples of some
   */
  constructor(tiles, { apply, draw }) {
    this.tiles = tiles;
    this.apply = apply;
    this.draw = draw;
    this.pair = h("div.compared");
    this.both = button(t("Draw both with my model"), () => this.draw(this.chosen), { kind: "quiet" });
    this.node = h(
      "section.panel",
      { hidden: true, "aria-label": t("Two styles side by side") },
      this.pair,
      h(
        "div.row",
        {},
        this.both,
        button(t("Done comparing"), () => this.clear(), { kind: "quiet" }),
      ),
    );
  }

  /**
   * Put a style beside the one that was put here before; a third one takes the place of the first.
   * @param {string} id
   */
  put(id) {
    this.chosen = this.chosen.includes(id) ? this.chosen.filter((one) => one !== id) : [...this.chosen.slice(-1), id];
    this.show();
  }

  clear() {
    this.chosen = [];
    this.show();
  }

  show() {
    for (const [id, { node }] of this.tiles) node.classList.toggle("beside", this.chosen.includes(id));
    this.node.hidden = !this.chosen.length;
    this.both.disabled = this.chosen.length < 2;
    /** @type {HTMLElement[]} */
    const cards = this.chosen.flatMap((id) => this.tiles.get(id) ?? []).map((tile) => this.card(tile));
    if (cards.length === 1) cards.push(h("p.hint", { text: t("Choose “Compare” on a second style.") }));
    this.pair.replaceChildren(...cards);
  }

  /** @param {Tile} tile */
  card({ style, name, thumb }) {
    const picture = h("span.thumb", { role: "img", "aria-label": name });
    picture.style.background = thumb.style.background;
    return h(
      "article.stack",
      { dataset: { style: style.id } },
      picture,
      h("h3", { text: name }),
      h("p.hint", { text: style.template.replace("{prompt}", "…") }),
      h(
        "div.palette",
        {},
        style.palette.map((color) => h("span.colour", { title: color, style: { background: color } })),
      ),
      button(t("Use this one"), () => this.apply(style.id)),
    );
  }
}
