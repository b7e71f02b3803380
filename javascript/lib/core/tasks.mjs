// What the server does for longer: begun by a call, followed through a stream of events, stopped.

import { translateServerMessage } from "./i18n.mjs";

export class Tasks {
  /**
   * The streams that are open, one a kind.
   * @type {Map<string, EventSource>}
   */
  sources = new Map();

  /**
   * @param {Store} store
   * @param {Api} api
   */
  constructor(store, api) {
    this.store = store;
    this.api = api;
  }

  /**
   * Begin a task by `start` (a call that answers with it) and follow it to its end.
   * @param {() => Promise<TaskState>} start
   */
  async run(start) {
    const task = await this.store.attempt(start);
    return task ? this.follow(task) : null;
  }

  /**
   * Follow a task's states until it ends; they appear as `state.tasks[kind]`. Returns the last one, or null where
   * another project was opened meanwhile.
   * @param {TaskState} task
   * @returns {Promise<TaskState | null>}
   */
  follow(task) {
    const { store } = this;
    /** @param {TaskState} state */
    const show = (state) => store.set({ tasks: { ...store.state.tasks, [state.kind]: state } });
    show(task);
    this.sources.get(task.kind)?.close();
    return new Promise((resolve) => {
      const source = new EventSource(this.api.url(`/api/tasks/${task.id}/events`));
      this.sources.set(task.kind, source);
      source.onmessage = ({ data }) => {
        const state = /** @type {TaskState} */ (JSON.parse(data));
        if (state.project !== store.state.id) {
          source.close();
          resolve(null);
          return;
        }
        show(state);
        if (state.status === "running") return;
        source.close();
        if (state.status === "error") store.notify(translateServerMessage(state.text), "error");
        resolve(state);
      };
    });
  }

  /** @param {string} kind */
  stop(kind) {
    const task = this.store.state.tasks[kind];
    if (task?.status === "running") this.store.attempt(() => this.api.post(`/api/tasks/${task.id}/stop`));
  }
}
