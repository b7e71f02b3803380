// Channels that stay in sight in rows of their own, below the chosen one. Which they are is kept for each project.

import { pyramid } from "../curve/minmax_pyramid.mjs";
import { withStorage } from "../core/dom.mjs";
import { PIN_HEIGHT } from "./timeline_rows.mjs";

/** More rows would push everything else off the page. */
const MOST = 8;

export class PinnedLanes {
  /** @type {TimelineModel["pins"]} */
  lanes = [];
  /** Whether they also lie behind the chosen curve. */
  ghosts = true;
  /** The project whose pins are shown. */
  project = "";
  /** Values and what was made of them, by channel. @type {Map<string, {values: Values, tree: Pyramid}>} */
  trees = new Map();

  /**
   * @param {Context} context
   * @param {HTMLCanvasElement} canvas
   * @param {import("./change_editor.mjs").ChangeEditor} changes
   */
  constructor({ store, session }, canvas, changes) {
    this.store = store;
    this.session = session;
    this.canvas = canvas;
    this.changes = changes;
  }

  get key() {
    return `glance.pinned.${this.store.state.id}`;
  }

  /** @param {string} channel */
  toggle(channel) {
    const { pinned } = this.store.state;
    const next = pinned.includes(channel) ? pinned.filter((one) => one !== channel) : [...pinned, channel].slice(-MOST);
    withStorage((storage) => storage.setItem(this.key, next.join()), undefined);
    this.session.pin(next);
  }

  /** Take the pinned channels' values. */
  load() {
    const { id, welcome, pinned } = this.store.state;
    if (this.project !== id) {
      this.project = id;
      const known = new Set(welcome.channels.map(({ name }) => name));
      const kept = withStorage((storage) => storage.getItem(this.key), "") ?? "";
      const names = kept.split(",").filter((name) => known.has(name));
      if (names.join() !== pinned.join()) {
        this.session.pin(names);
        return;
      }
    }
    this.canvas.style.setProperty("--pins", `${pinned.length * PIN_HEIGHT}px`);
    this.lanes = pinned.map((name) => this.lane(name));
  }

  /** @param {string} name */
  lane(name) {
    const { welcome, curves } = this.store.state;
    const channel = /** @type {Channel} */ (welcome.channels.find((one) => one.name === name));
    const values = this.changes.final(channel, curves[name] ?? null);
    const tree = values ? this.treeOf(name, values) : null;
    const [low, high] = tree ? extremes(tree) : [channel.low, channel.high];
    const space = Math.max((high - low) * 0.1, 1e-3);
    return { name, tree, low: low - space, high: high + space, changes: this.changes.blocks(name) };
  }

  /**
   * @param {string} name
   * @param {Values} values
   */
  treeOf(name, values) {
    const known = this.trees.get(name);
    if (known?.values === values) return known.tree;
    const tree = pyramid(values);
    this.trees.set(name, { values, tree });
    return tree;
  }
}

/**
 * @param {Pyramid} tree
 * @returns {[number, number]}
 */
function extremes({ values, levels }) {
  const top = levels[levels.length - 1];
  return top ? [top.low[0], top.high[0]] : [values[0], values[0]];
}
