// The boundaries between scenes, as they are dragged on the timeline.

import { moveBoundary } from "./scenes.mjs";
import { toX } from "../curve/timescale.mjs";
import { clock } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

export class SceneEdges {
  /** The starts as they are dragged, in seconds. @type {number[] | null} */
  starts = null;
  /** The project with the dragged start. @type {Project | null} */
  moved = null;

  /**
   * @param {Context} context
   * @param {import("../timeline/viewport.mjs").TimelineViewport} viewport
   * @param {(text: string) => void} dragged told in words where the start is now
   */
  constructor({ store, session }, viewport, dragged) {
    this.store = store;
    this.session = session;
    this.viewport = viewport;
    this.dragged = dragged;
  }

  /** Return the pixel columns of all scenes' starts. */
  columns() {
    const view = this.viewport.sized;
    return this.store.state.starts.map((start) => toX(view, start));
  }

  /**
   * Hold the start of scene `index` at `seconds`, on a bar unless `free`.
   * @param {number} index
   * @param {number} seconds
   * @param {boolean} free
   */
  drag(index, seconds, free) {
    const { starts, song } = this.store.state;
    const at = free ? seconds : song.grid.snap(seconds, "bar");
    const limits = { starts, end: this.viewport.duration, grid: song.grid, least: 2 / song.fps };
    this.moved = moveBoundary(this.session.project, index, at, limits);
    this.starts = starts.map((start, i) => (i === index ? at : start));
    const time = `${clock(at, 2)} (${this.moved.scenes[index].start})`;
    this.dragged(t("scene {n} starts at {time}", { n: index + 1, time }));
  }

  /** Let go: one step of undo. */
  drop() {
    const { moved } = this;
    this.starts = this.moved = null;
    if (moved) this.session.edit(moved);
  }
}
