// What the music moves: rows of "this sound moves that channel from here to there".

import { ReactionDetails } from "./reaction_details.mjs";
import { h, setField, valueOf } from "../core/dom.mjs";
import { button, select } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

const SHAPES = ["linear", "convex", "concave", "tangent"];

export class ReactionList {
  /** @type {{node: HTMLElement, silence: Input, peak: Input, details: ReactionDetails}[]} */
  lines = [];
  /** What the rows were built for. */
  key = "";

  /** @param {Context} context */
  constructor(context) {
    const { store, session } = context;
    this.context = context;
    this.store = store;
    this.session = session;
    this.rows = h("div.reactions");
    this.fault = h("p.fault", { role: "alert", hidden: true });
    const add = button(t("Let the music move something else"), () => this.add(), { kind: "quiet" });
    this.node = h(
      "details.more",
      {},
      h("summary", { text: t("What the music moves") }),
      h("p.hint", {
        text: t("Each row: a sound of the song moves something from its value in silence to its value at the peak."),
      }),
      this.rows,
      this.fault,
      add,
    );
  }

  /**
   * @param {Project} project
   * @param {State} state
   */
  show(project, state) {
    const key = project.reactions.map((one) => `${one.channel}/${one.map.envelope}/${one.map.shape}`).join();
    if (key !== this.key) {
      this.key = key;
      this.lines = project.reactions.map((_, index) => this.row(index, state));
      this.rows.replaceChildren(...this.lines.map((line) => line.node));
    }
    project.reactions.forEach(({ map }, index) => {
      setField(this.lines[index].silence, map.silence);
      setField(this.lines[index].peak, map.peak);
      this.lines[index].details.show(project.reactions[index]);
    });
    const problem = problemAt(state, "reactions") ?? state.problems.find(({ field }) => field.startsWith("reactions["));
    this.fault.hidden = !problem;
    this.fault.textContent = problem ? translateServerMessage(problem.message) : "";
  }

  /**
   * @param {number} index
   * @param {State} state
   */
  row(index, { welcome, analysis }) {
    const { channel, map } = this.session.project.reactions[index];
    const envelopes = analysis ? Object.keys(analysis.envelopes.values) : welcome.envelopes;
    /** @param {string} name */
    const number = (name) =>
      h("input.short", {
        type: "number",
        step: "any",
        "aria-label": t(name === "silence" ? "in silence" : "at the peak"),
        value: map[name],
        onchange: (event) => this.put(index, { map: { [name]: Number(valueOf(event)) } }),
      });
    const envelope = select(
      envelopes.map((name) => [name, t(name)]),
      (name) => this.put(index, { map: { envelope: name } }),
      { "aria-label": t("sound") },
    );
    const moved = select(numberChannels(welcome), (name) => this.put(index, { channel: name }), {
      "aria-label": t("what it moves"),
    });
    const shape = select(
      SHAPES.map((name) => [name, t(name)]),
      (name) => this.put(index, { map: { shape: name } }),
      { "aria-label": t("way between") },
    );
    [envelope.value, moved.value, shape.value] = [map.envelope, channel, map.shape];
    const silence = number("silence");
    const peak = number("peak");
    const remove = button(t("Remove"), () => this.remove(index), { icon: "close", kind: "quiet" });
    const details = new ReactionDetails(this.context, index, (fields) => this.replace(index, fields));
    const row = h(
      "div.row.reaction",
      {},
      envelope,
      h("span", { text: t("moves") }),
      moved,
      h("span", { text: t("from") }),
      silence,
      h("span", { text: t("to") }),
      peak,
      shape,
      remove,
    );
    return { node: h("div.reaction-block", {}, row, details.node), silence, peak, details };
  }

  /**
   * @param {number} index
   * @param {{channel?: string, map?: Partial<ReactionMap>}} options
   */
  put(index, { channel, map }) {
    const reactions = this.session.project.reactions.map((one, i) =>
      i === index ? { ...one, channel: channel ?? one.channel, map: { ...one.map, ...map } } : one,
    );
    this.session.edit({ ...this.session.project, reactions });
  }

  /**
   * @param {number} index
   * @param {Partial<Reaction>} fields
   */
  replace(index, fields) {
    const reactions = this.session.project.reactions.map((one, i) => (i === index ? { ...one, ...fields } : one));
    this.session.edit({ ...this.session.project, reactions });
  }

  add() {
    const { channel } = this.store.state;
    const level = this.store.state.welcome.channels.find((one) => one.name === channel);
    const silence = typeof level?.default === "number" ? level.default : 0;
    const map = {
      envelope: "kick",
      silence,
      peak: silence,
      shape: "linear",
      curvature: 3,
      bend: 1,
      gate: 0,
      attack_ms: 0,
      release_ms: 0,
    };
    this.session.edit({ ...this.session.project, reactions: [...this.session.project.reactions, { channel, map }] });
  }

  /** @param {number} index */
  remove(index) {
    this.session.edit({
      ...this.session.project,
      reactions: this.session.project.reactions.filter((_, i) => i !== index),
    });
  }
}

/** @param {Welcome} welcome */
const numberChannels = (welcome) =>
  welcome.channels.filter((one) => one.kind !== "text").map((one) => [one.name, t(one.name)]);
