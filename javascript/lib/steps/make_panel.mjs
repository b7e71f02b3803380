// What is made, and what it costs: a part of the song or all of it; key pictures first, then a draft, then the final.

import { h } from "../core/dom.mjs";
import { button, duration, labelled } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";
import { clock } from "../curve/timing.mjs";

/** Pixels that an 8 GB card draws at once: of models like SD 1.5, and of larger ones like SDXL, in half precision. */
const SMALL_CARD_PIXELS = 1024 * 1024;
const STAGES = /** @type {const} */ (["keys", "draft", "final"]);

export class MakePanel {
  /** What was asked the price of last. @type {Project | null} */
  priced = null;
  /** The part that was on show last. */
  shownPart = "";
  timer = 0;

  /** @param {Context} context */
  constructor({ store, takes, player }) {
    this.store = store;
    this.takes = takes;
    this.player = player;
    this.from = labelled(
      t("From"),
      h("input.short", { type: "text", placeholder: "0:00", onchange: () => this.setPart() }),
    );
    this.to = labelled(t("To"), h("input.short", { type: "text", onchange: () => this.setPart() }));
    this.whole = button(t("Whole song"), () => this.repeat(null), { kind: "quiet" });
    this.buttons = {
      keys: button(t("Key pictures"), () => takes.drawKeys(), {
        help: t("One real picture for each scene, as the video will begin it"),
      }),
      draft: button(t("Draft"), () => takes.make(undefined, { draft: true }), {
        help: t("Half the size, every third picture drawn: how it moves, in a fraction of the time"),
      }),
      final: button(t("Make the video"), () => takes.make(), {
        kind: "primary",
        help: t("Draws every frame in full and puts the song under it"),
      }),
    };
    this.costs = { keys: h("span.cost"), draft: h("span.cost"), final: h("span.cost") };
    this.card = h("p.cost");
    this.node = h(
      "div.stack.make-panel",
      {},
      h("div.row.part", { role: "group", "aria-label": t("Part of the song") }, this.from.node, this.to.node, this.whole),
      STAGES.map((stage) => h("div.row.stage-row", {}, this.buttons[stage], this.costs[stage])),
      this.card,
    );
    player.listen(() => this.showPart());
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("id")) {
      this.player.repeat(null);
      this.priced = null;
    }
    const { tasks, saving, analysis } = state;
    const busy = !analysis || ["render", "redo", "keys"].some((kind) => tasks[kind]?.status === "running");
    for (const stage of STAGES) this.buttons[stage].disabled = busy;
    this.showPart();
    if (changed.has("costs")) this.showCosts(state);
    // Asked once for each saved project, and again once something was drawn: then it is known how long that takes.
    if (saving !== "saved" || !analysis || busy) {
      if (busy) this.priced = null;
      return;
    }
    if (this.priced !== state.history.value) this.price();
  }

  price() {
    this.priced = this.store.state.history.value;
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.store.state.id && this.takes.price(), 400);
  }

  /** @param {State} state */
  showCosts({ costs }) {
    for (const stage of STAGES) {
      const cost = costs?.[stage];
      this.costs[stage].textContent = cost ? sentence(cost) : "";
    }
    if (!costs) return;
    const [width, height] = costs.final.size;
    this.card.textContent =
      width * height > SMALL_CARD_PIXELS
        ? t("{size} may be more than a card with 8 GB of memory can draw at once: choose a smaller format and enlarge it.", {
            size: `${width}×${height}`,
          })
        : t("A card with 8 GB of memory can draw {size}: models like SDXL in half precision, smaller ones as they are.", {
            size: `${width}×${height}`,
          });
  }

  showPart() {
    const { loop } = this.player;
    const key = JSON.stringify(loop);
    if (key === this.shownPart) return;
    this.shownPart = key;
    this.from.input.value = loop ? clock(loop.start, 1) : "";
    this.to.input.value = loop ? clock(loop.end, 1) : "";
    this.whole.hidden = !loop;
    this.buttons.final.textContent = loop ? t("Make this part") : t("Make the video");
    this.priced = null;
    if (this.store.state.analysis && this.store.state.saving === "saved") this.price();
  }

  /** @param {Span | null} span */
  repeat(span) {
    this.player.repeat(span);
    this.showPart();
  }

  /** Take the part from the fields, once both can be read; an empty one is the song's own end. */
  setPart() {
    const length = this.store.state.analysis?.duration_s ?? 0;
    const [from, to] = [this.from, this.to].map(({ input }) => input.value.trim());
    const start = from ? secondsOf(from) : 0;
    const end = to ? secondsOf(to) : length;
    this.from.problem(Number.isNaN(start) ? t("For example 0:40 or 40") : undefined);
    this.to.problem(
      Number.isNaN(end) ? t("For example 0:55 or 55") : end <= start ? t("This must be after “From”") : undefined,
    );
    if (start < end) this.repeat(from || to ? { start: Math.min(start, length), end: Math.min(end, length) } : null);
  }
}

/** @param {Cost} cost */
function sentence({ pictures, size, pace_s: pace, seconds }) {
  const what = t("{count} pictures of {size}", { count: pictures, size: size.join("×") });
  if (seconds === null || pace === null) return `${what} · ${t("how long is known once the first are drawn")}`;
  const each = pace < 10 ? pace.toFixed(pace < 1 ? 2 : 1) : Math.round(pace);
  return `${what} · ${t("about {time} here, {pace} s each", { time: duration(seconds), pace: each })}`;
}

/**
 * Return the seconds of `0:40`, `40` or `40.5s`; NaN for anything else.
 * @param {string} text
 */
function secondsOf(text) {
  const found = /^(?:(\d+):)?(\d+(?:\.\d+)?)\s*s?$/.exec(text);
  return found ? 60 * Number(found[1] ?? 0) + Number(found[2]) : NaN;
}
