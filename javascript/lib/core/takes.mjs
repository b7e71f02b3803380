// What is drawn of the open project: the quick preview, and its takes.

export class Takes {
  /**
   * @param {Store} store
   * @param {ProjectSession} session
   * @param {Tasks} tasks
   * @param {Api} api
   */
  constructor(store, session, tasks, api) {
    this.store = store;
    this.session = session;
    this.tasks = tasks;
    this.api = api;
  }

  get path() {
    return `/api/projects/${this.store.state.id}`;
  }

  /**
   * Draw the quick preview, of the whole song or of `span` = [start, end] in seconds.
   * @param {[number, number] | null} span
   */
  preview(span = null) {
    const { project } = this.session;
    return this.tasks.run(() => this.api.post(`${this.path}/preview`, { project, span }));
  }

  /** Draw a new take of the project, or of a variation of it. */
  make(project = this.session.project) {
    return this.draw(() => this.api.post(`${this.path}/render`, { project }));
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
