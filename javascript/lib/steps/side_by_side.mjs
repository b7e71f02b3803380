// Two takes beside each other, at the same moment of the song.

import { fill, h } from "../core/dom.mjs";
import { t } from "../core/i18n.mjs";

export class SideBySide {
  /** What is on show. */
  shown = "";

  /** @param {Api} api */
  constructor(api) {
    this.api = api;
    this.node = h("section.side-by-side", { "aria-label": t("Takes side by side"), hidden: true });
  }

  /**
   * Show the two takes of these numbers; with fewer, nothing.
   * @param {Take[]} takes
   * @param {number[]} numbers
   * @param {string} id
   */
  show(takes, numbers, id) {
    const pair = takes.filter((take) => numbers.includes(take.number)).reverse();
    const key = pair.length < 2 ? "" : `${id} ${pair.map((take) => take.number).join(" ")}`;
    if (key === this.shown) return;
    this.shown = key;
    this.node.hidden = !key;
    fill(this.node, key ? this.figures(pair, id) : []);
  }

  /**
   * The first one leads, with its sound; the other one follows it.
   * @param {Take[]} pair
   * @param {string} id
   */
  figures(pair, id) {
    const [one, other] = pair.map((take, at) =>
      h("video", {
        src: this.api.url(`/api/projects/${id}/takes/${take.number}/video`),
        controls: at === 0,
        playsinline: true,
        preload: "auto",
        "aria-label": t("Take {n}", { n: take.number }),
      }),
    );
    other.muted = true;
    // Takes of other parts of the song meet at the same moment of the song.
    const [first, second] = pair.map((take) => take.span?.[0] ?? 0);
    const together = () => {
      other.currentTime = Math.max(0, one.currentTime + first - second);
    };
    one.addEventListener("play", () => {
      together();
      other.play().catch(() => {});
    });
    one.addEventListener("pause", () => other.pause());
    one.addEventListener("seeked", together);
    return [one, other].map((video, at) =>
      h("figure", {}, video, h("figcaption", { text: t("Take {n}", { n: pair[at].number }) })),
    );
  }
}
