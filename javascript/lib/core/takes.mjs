// What is drawn of the open project: the quick preview, and its takes.

import { t } from "./i18n.mjs";

/**
 * Return a number of bytes for a person.
 * @param {number} bytes
 */
export const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString(undefined, { maximumFractionDigits: bytes < 1e7 ? 1 : 0 })} MB`;

export class Takes {
  /**
   * @param {Store} store
   * @param {ProjectSession} session
   * @param {Tasks} tasks
   * @param {Api} api
   * @param {Player} player
   */
  constructor(store, session, tasks, api, player) {
    this.store = store;
    this.session = session;
    this.tasks = tasks;
    this.api = api;
    this.player = player;
    store.watch(({ tasks: { keys } }, changed) => {
      if (changed.has("tasks") && keys?.keys) this.takeKeys(keys.keys);
    });
  }

  /**
   * Take note of the key pictures that a task has drawn so far.
   * @param {KeyPicture[]} keys
   */
  takeKeys(keys) {
    if (JSON.stringify(keys) !== JSON.stringify(this.store.state.keys)) this.store.set({ keys });
  }

  get path() {
    return `/api/projects/${this.store.state.id}`;
  }

  /**
   * Draw the quick preview, of what is looped or of `span` = [start, end] in seconds.
   * @param {number[] | null} span
   */
  preview(span = this.part) {
    const { project } = this.session;
    return this.tasks.run(() => this.api.post(`${this.path}/preview`, { project, span }));
  }

  /**
   * Draw a new take of the project, or of a variation of it: of the part that is looped, else of the whole song.
   * @param {Project} project
   * @param {{draft?: boolean}} options
   */
  make(project = this.session.project, { draft = false } = {}) {
    return this.draw(() => this.api.post(`${this.path}/render`, { project, span: this.part, draft }));
  }

  /** The part of the song that is looped, and so is what is previewed and made; null for all of it. */
  get part() {
    const { loop } = this.player;
    return loop ? [loop.start, loop.end] : null;
  }

  /**
   * Draw the key pictures of some scenes, or of all.
   * @param {number[] | null} scenes
   */
  drawKeys(scenes = null) {
    const { project } = this.session;
    return this.tasks.run(() => this.api.post(`${this.path}/keys`, { project, ...(scenes && { scenes }) }));
  }

  /**
   * Draw a scene another way; returns its new versions and which scenes change with it, null where it was not drawn.
   * @param {number} scene
   * @param {Partial<Scene>} changes
   */
  async redo(scene, changes) {
    const { project } = this.session;
    const state = await this.tasks.run(() =>
      this.api.post(`${this.path}/scenes/${scene}/redo`, { project, changes }),
    );
    return state?.status === "done" ? state.result : null;
  }

  /** Ask what key pictures, a draft and the whole would cost; they appear as `state.costs`. */
  async price() {
    const { project } = this.session;
    const { id } = this.store.state;
    // Where the project cannot be drawn its problems say so.
    const costs = await this.api.post(`${this.path}/costs`, { project, span: this.part }).catch(() => null);
    if (this.store.state.id === id) this.store.set({ costs });
  }

  /** @param {number} take */
  async remove(take) {
    const gone = await this.store.attempt(() => this.api.post(`${this.path}/takes/${take}/delete`));
    if (gone) this.store.notify(t("Take {n} is deleted: {size} are free.", { n: take, size: megabytes(gone.freed) }), "good");
    await this.refresh();
  }

  /**
   * Delete what is drawn of a version; returns whether it is gone.
   * @param {number} version
   */
  async removeVersion(version) {
    const gone = await this.store.attempt(() => this.api.post(`${this.path}/versions/${version}/delete`));
    if (gone) this.store.notify(t("The version is deleted: {size} are free.", { size: megabytes(gone.freed) }), "good");
    return Boolean(gone);
  }

  /** @param {number} take */
  resume(take) {
    return this.draw(() => this.api.post(`${this.path}/takes/${take}/resume`));
  }

  /**
   * Make a finished take's video anew, of frames enlarged by `upscaler`.
   * @param {number} take
   * @param {string} upscaler
   * @param {number} scale
   */
  upscale(take, upscaler, scale) {
    return this.draw(() => this.api.post(`${this.path}/takes/${take}/upscale`, { upscaler, scale }));
  }

  /**
   * Make a take's video anew with the effects of the project as it is now.
   * @param {number} take
   */
  refinish(take) {
    const { project } = this.session;
    return this.draw(() => this.api.post(`${this.path}/takes/${take}/effects`, { project }));
  }

  /**
   * Write a finished take for one of the places where people see it; returns what the server says of the file.
   * @param {number} take
   * @param {Record<string, unknown>} wish
   * @returns {Promise<{file?: string, notes?: string[]} | null>}
   */
  async publish(take, wish) {
    const { project } = this.session;
    const state = await this.tasks.run(() => this.api.post(`${this.path}/takes/${take}/publish`, { project, ...wish }));
    await this.refresh();
    return state?.status === "done" ? state.result : null;
  }

  /**
   * Begin to draw by `start`, and follow it to its end; the list of takes is fetched before and after.
   * @param {() => Promise<TaskState>} start
   */
  async draw(start) {
    const task = await this.store.attempt(start);
    if (!task) return;
    this.refresh();
    await this.tasks.follow(task);
    await this.refresh();
  }

  async refresh() {
    const answer = await this.store.attempt(() => this.api.get(`${this.path}/takes`));
    if (answer) this.store.set({ takes: answer.takes });
  }
}
