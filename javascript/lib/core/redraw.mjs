// The preview after a change: which of its pictures are of before it, and drawing those anew, around the playhead first.

import { withStorage } from "./dom.mjs";

const KEPT = "glance.redraw";

export class Redraw {
  /** The project that was asked about last. @type {Project | null} */
  asked = null;
  /** Whether stale pictures are drawn anew at once. */
  atOnce = withStorage((storage) => storage.getItem(KEPT), "") !== "off";

  /**
   * @param {Store} store
   * @param {Tasks} tasks
   * @param {Api} api
   * @param {Player} player
   */
  constructor(store, tasks, api, player) {
    this.store = store;
    this.tasks = tasks;
    this.api = api;
    this.player = player;
    store.watch((state, changed) => {
      if (changed.has("id")) this.asked = null;
      if (changed.has("saving") || changed.has("tasks")) this.check(state);
    });
  }

  /** Stretches of frames whose pictures in the preview are of before a change. @returns {[number, number][]} */
  get stale() {
    const { preview, redraw } = this.store.state.tasks;
    return preview?.done ? (redraw?.stale ?? []) : [];
  }

  /**
   * Ask once for each saved project, while nothing else is drawn.
   * @param {State} state
   */
  check({ saving, tasks, history }) {
    const { preview, render } = tasks;
    if (preview?.status === "running") this.asked = null;
    if (!preview?.done || preview.status === "running" || render?.status === "running") return;
    if (saving !== "saved" || this.asked === history.value) return;
    this.asked = history.value;
    this.begin(this.atOnce);
  }

  /** @param {boolean} draws whether stale pictures are drawn, or only told */
  begin(draws) {
    const { id, history } = this.store.state;
    const body = { project: history.value, playhead: this.player.seconds, draws };
    return this.tasks.run(() => this.api.post(`/api/projects/${id}/redraw`, body));
  }

  /** @param {boolean} atOnce */
  setAtOnce(atOnce) {
    this.atOnce = atOnce;
    withStorage((storage) => storage.setItem(KEPT, atOnce ? "on" : "off"), undefined);
    if (atOnce && this.stale.length) this.begin(true);
  }
}
