// The boundaries between scenes, as they are dragged on the timeline.

import { moveBoundary } from "./scenes.mjs";
import { toX } from "../curve/timescale.mjs";
import { clock } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

export class SceneEdges {
  constructor(timeline, store) {
    Object.assign(this, { timeline, store, starts: null, moved: null });
  }

  /** Return the pixel columns of all scenes' starts. */
  columns() {
    const view = this.timeline.sizedView();
    return this.store.state.starts.map((start) => toX(view, start));
  }

  /** Hold the start of scene `index` at `seconds`, on a bar unless `free`. */
  drag(index, seconds, free) {
    const { timeline } = this;
    const { starts, song } = this.store.state;
    const at = free ? seconds : song.grid.snap(seconds, timeline.snap === "" ? "" : "bar");
    const limits = { starts, end: timeline.duration, grid: song.grid, least: 2 / song.fps };
    this.moved = moveBoundary(this.store.project, index, at, limits);
    this.starts = starts.map((start, i) => (i === index ? at : start));
    const time = `${clock(at, 2)} (${this.moved.scenes[index].start})`;
    timeline.say.textContent = t("scene {n} starts at {time}", { n: index + 1, time });
    timeline.draw();
  }

  /** Let go: one step of undo. */
  drop() {
    const { moved } = this;
    this.starts = this.moved = null;
    if (moved) this.store.edit(moved);
    this.timeline.draw();
  }
}
