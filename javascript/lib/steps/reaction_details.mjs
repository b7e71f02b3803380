// How one reaction answers the music, and how that differs along the song: a row for each of its parts.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField, valueOf } from "../core/dom.mjs";
import { button, labelled } from "../core/fields.mjs";
import { NEUTRAL, timedParts } from "../curve/reaction_range.mjs";
import { startText } from "./scenes.mjs";
import { t } from "../core/i18n.mjs";

/** Fields of a reaction's map, and their labels. @type {[string, string][]} */
const OF_MAP = [
  ["attack_ms", "Attack (ms)"],
  ["release_ms", "Release (ms)"],
  ["bend", "Bend"],
  ["gate", "Gate"],
];
/** @type {[Exclude<keyof ReactionPart, "at">, string][]} */
const OF_PART = [
  ["amount", "Amount"],
  ["attack_ms", "Attack (ms)"],
  ["release_ms", "Release (ms)"],
  ["bend", "Bend"],
  ["gate", "Gate"],
  ["accent", "Accent"],
  ["every_bars", "Every (bars)"],
];

export class ReactionDetails {
  /** What the rows of parts were built for. */
  shown = "";

  /**
   * @param {Context} context
   * @param {number} index of the reaction
   * @param {(fields: Partial<Reaction>) => void} put
   */
  constructor({ store, session, player }, index, put) {
    this.player = player;
    this.store = store;
    this.session = session;
    this.index = index;
    this.put = put;
    this.fields = OF_MAP.map(([name, label]) => ({
      name,
      field: this.number(t(label), `reactions[].map.${name}`, (typed) =>
        put({ map: { ...this.reaction.map, [name]: Number(typed) } }),
      ),
    }));
    this.rest = this.number(t("Rest (beats)"), "reactions[].rest_beats", (typed) => put({ rest_beats: Number(typed) }), {
      help: t("0 follows the sound. Above 0, single hits are answered, no two closer than this"),
    });
    this.body = h("tbody");
    const heads = [t("From"), ...OF_PART.map(([, label]) => t(label)), ""];
    this.table = h(
      "table.keys",
      {},
      h("thead", {}, h("tr", {}, heads.map((text) => h("th", { text, scope: "col" })))),
      this.body,
    );
    this.node = h(
      "details.more",
      { ontoggle: () => this.show(this.reaction) },
      h("summary", { text: t("How it answers, along the song") }),
      h("div.row", {}, this.fields.map(({ field }) => field.node), this.rest.node),
      this.table,
      h(
        "div.row",
        {},
        button(t("A row for each part of the song"), () => this.perSection(), { kind: "quiet" }),
        button(t("Add a row"), () => this.add(), { kind: "quiet" }),
        h("span.hint", { text: t("An empty field is as the reaction has it; each row holds until the next one") }),
      ),
    );
  }

  get reaction() {
    return this.session.project.reactions[this.index];
  }

  get parts() {
    return this.reaction?.parts ?? [];
  }

  /**
   * @param {string} label
   * @param {string} path
   * @param {(typed: string) => void} onchange
   */
  number(label, path, onchange, { help = "" } = {}) {
    return labelled(
      label,
      h("input.short", {
        type: "number",
        step: "any",
        ...boundsOf(this.store, path),
        onchange: (event) => onchange(valueOf(event)),
      }),
      { help },
    );
  }

  /** @param {Reaction | undefined} reaction */
  show(reaction) {
    if (!reaction || !(/** @type {HTMLDetailsElement} */ (this.node).open)) return;
    for (const { name, field } of this.fields) setField(field.input, reaction.map[name]);
    setField(this.rest.input, reaction.rest_beats ?? 0);
    const mark = JSON.stringify(this.parts);
    this.table.hidden = !this.parts.length;
    if (mark === this.shown || this.body.contains(document.activeElement)) return;
    this.shown = mark;
    this.body.replaceChildren(...this.parts.map((part, index) => this.row(part, index)));
  }

  /**
   * @param {ReactionPart} part
   * @param {number} index
   */
  row(part, index) {
    const at = h("input.time-text", {
      value: part.at,
      spellcheck: "false",
      "aria-label": `${t("From")} ${index + 1}`,
      onchange: (event) => this.change(index, { at: valueOf(event).trim() || "0" }),
    });
    const numbers = OF_PART.map(([name, label]) =>
      h("input.short", {
        type: "number",
        step: "any",
        ...boundsOf(this.store, `reactions[].parts[].${name}`),
        value: part[name] ?? "",
        "aria-label": `${t(label)} ${index + 1}`,
        onchange: (event) => {
          const typed = valueOf(event);
          this.change(index, { [name]: typed === "" ? NEUTRAL[name] : Number(typed) });
        },
      }),
    );
    const remove = button(t("Remove"), () => this.putParts(this.parts.filter((_, i) => i !== index)), {
      icon: "close",
      kind: "quiet",
    });
    return h(
      "tr",
      {},
      [at, ...numbers, remove].map((cell) => h("td", {}, cell)),
    );
  }

  /**
   * @param {number} index
   * @param {Partial<ReactionPart>} fields
   */
  change(index, fields) {
    this.putParts(this.parts.map((part, i) => (i === index ? { ...part, ...fields } : part)));
  }

  /** @param {ReactionPart[]} parts */
  putParts(parts) {
    this.shown = "";
    this.put({ parts });
  }

  add() {
    const { grid } = this.store.state.song;
    const at = this.parts.length ? startText(this.player.seconds, grid) : "0";
    this.putParts([...this.parts, { ...NEUTRAL, at }]);
  }

  /** Give every part of the song a row of its own, each as the reaction goes there now. */
  perSection() {
    const { analysis, song } = this.store.state;
    const timed = timedParts(this.reaction, song);
    const starts = (analysis?.sections ?? []).map(({ start_s: start }, index) => (index ? start : 0));
    const added = starts
      .filter((start) => !timed.some(({ seconds }) => Math.abs(seconds - start) < 1e-3))
      .map((start) => {
        const { part } = timed.findLast(({ seconds }) => seconds <= start) ?? timed[0];
        return { seconds: start, part: { ...part, accent: 0, at: startText(start, song.grid) } };
      });
    this.putParts([...timed, ...added].sort((a, b) => a.seconds - b.seconds).map(({ part }) => part));
  }
}
