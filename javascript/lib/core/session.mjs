// The open project: its history, its saves and their revisions, and what the server works out of it (the analysis of
// its song, its problems, the shown curve). The project inside the history is the only thing that is saved.

import { BeatGrid } from "../curve/beatgrid.mjs";
import { Refusal, floats } from "./api.mjs";
import { debounced, withStorage } from "./dom.mjs";
import { begin, change, redo, settle, undo } from "./history.mjs";
import { keepHistory, keptHistory } from "./kept_history.mjs";
import { t, translateServerMessage } from "./i18n.mjs";

const SAVE_AFTER_MS = 350;
const LAST_PROJECT = "glance.last-project";

export class ProjectSession {
  /**
   * The project as it was saved last.
   * @type {Project | null}
   */
  saved = null;
  /**
   * The save that is under way.
   * @type {Promise<void> | null}
   */
  running = null;
  /** The saved state that this page's project was made from. */
  revision = "";
  /** A name by which the server knows this page's own saves. */
  tab = Math.random().toString(36).slice(2);

  /**
   * @param {Store} store
   * @param {Tasks} tasks
   * @param {Api} api
   */
  constructor(store, tasks, api) {
    this.store = store;
    this.tasks = tasks;
    this.api = api;
    this.saveSoon = debounced(() => this.save(), SAVE_AFTER_MS);
  }

  get project() {
    return this.store.state.history.value;
  }

  /**
   * Change the project. Changes under one `key` in a row are one step of undo.
   * @param {Project} project
   * @param {string} key
   */
  edit(project, key = "") {
    if (!project || project === this.project) return;
    this.store.set({ history: change(this.store.state.history, project, key), saving: "waiting" });
    this.saveSoon();
  }

  settle() {
    this.store.set({ history: settle(this.store.state.history) });
  }

  undo() {
    this.travel(undo(this.store.state.history));
  }

  redo() {
    this.travel(redo(this.store.state.history));
  }

  /** @param {Undoable<Project>} history */
  travel(history) {
    if (history === this.store.state.history) return;
    this.store.set({ history, saving: "waiting" });
    this.saveSoon();
  }

  /**
   * Fetch what the page needs before any song is there.
   * @returns {Promise<Welcome | null>}
   */
  async welcome() {
    const { store } = this;
    const welcome = await store.attempt(() => this.api.get("/api/welcome"));
    if (!welcome) return null;
    store.set({ welcome });
    for (const note of welcome.notes) store.notify(translateServerMessage(note));
    return welcome;
  }

  /**
   * Open a saved project and have its song analyzed.
   * @param {string} id
   */
  async open(id) {
    const { store } = this;
    const opened = await store.attempt(() => this.api.get(`/api/projects/${id}`));
    if (!opened) return false;
    const kept = await keptHistory(id);
    store.set({
      id,
      history: continued(kept, opened.project),
      takes: opened.takes,
      keys: opened.keys,
      costs: null,
      cover: opened.cover,
      analysis: null,
      curves: {},
      problems: [],
      tasks: {},
      scene: 0,
      solo: "",
      playhead: 0,
      saving: "saved",
      elsewhere: null,
      starts: [0],
      notice: null,
    });
    this.saved = this.project;
    this.revision = opened.revision;
    remember(id);
    for (const task of opened.tasks) if (task.kind !== "listen") this.tasks.follow(task);
    const analyzed = await this.listen();
    if (!analyzed && store.state.id === id && !store.state.analysis) store.set({ id: "" });
    if (analyzed && store.state.kept) await this.startFrom(store.state.kept);
    return analyzed;
  }

  /** Leave the project; the start page follows. */
  close() {
    this.store.set({ id: "", analysis: null, tasks: {}, elsewhere: null });
    this.welcome();
  }

  /**
   * Let the video start from a picture; without a video, keep it for the one that is opened next.
   * @param {File} picture
   */
  async startFrom(picture) {
    const { store } = this;
    const { id } = store.state;
    if (!id) {
      store.set({ kept: picture });
      return;
    }
    const answer = await store.attempt(() => this.api.upload(`/api/projects/${id}/files`, picture));
    if (!answer || store.state.id !== id) return;
    store.set({ kept: null });
    this.edit({ ...this.project, look: { ...this.project.look, start_image: answer.path } });
    store.notify(t("The video now starts from this picture. Undo takes it back."), "good");
  }

  async listen() {
    const { store } = this;
    const { id } = store.state;
    const state = await this.tasks.run(() => this.api.post(`/api/projects/${id}/listen`));
    if (!state || state.status !== "done" || store.state.id !== id) return false;
    if (!this.project.scenes.length) {
      store.set({ history: begin(state.result.project) });
      this.revision = state.result.revision;
    }
    this.saved = this.project;
    await this.fetchAnalysis();
    await this.save(true);
    return true;
  }

  /** Fetch what was heard, corrected as the saved project says. */
  async fetchAnalysis() {
    const { store } = this;
    const analysis = await store.attempt(() => this.api.get(`/api/projects/${store.state.id}/analysis`));
    if (!analysis) return;
    const grid = new BeatGrid(analysis.beats_s, analysis.downbeats_s);
    store.set({ analysis, song: { ...store.state.song, grid } });
  }

  /** Save the project now, and fetch its problems and the shown curves. One save at a time; the newest project wins. */
  async save(always = false) {
    if (this.running) {
      await this.running;
      if (!always && this.saved === this.project) return;
    }
    const { state } = this.store;
    if (!state.id || !state.analysis || state.elsewhere) return;
    this.running = this.saveNow();
    await this.running;
    this.running = null;
    const { saving, elsewhere } = this.store.state;
    if (this.saved !== this.project && saving !== "failed" && !elsewhere) this.saveSoon();
  }

  async saveNow() {
    const { store, project, revision, tab } = this;
    const { id, channel, pinned } = store.state;
    const channels = [...new Set([channel, ...pinned])];
    const corrected = this.saved?.song !== project.song;
    store.set({ saving: "saving" });
    try {
      const answer = await this.api.post(`/api/projects/${id}/save`, { project, channels, revision, tab });
      if (store.state.id !== id) return;
      this.revision = answer.revision;
      this.saved = project;
      keepHistory(id, store.state.history);
      store.set({ saving: this.project === project ? "saved" : "waiting", problems: answer.problems });
      if (answer.timeline) this.takeTimeline(answer.timeline);
      if (corrected) await this.fetchAnalysis();
    } catch (error) {
      this.refused(error);
    }
  }

  /**
   * Show why a save came to nothing; without a connection it is tried again.
   * @param {unknown} error
   */
  refused(error) {
    const { store } = this;
    const { newest, field, message, status } =
      error instanceof Refusal ? error : { newest: null, field: "", message: String(error), status: 0 };
    if (newest) {
      store.set({ saving: "elsewhere", elsewhere: newest });
      return;
    }
    store.set({ saving: status ? "refused" : "failed", problems: [{ field, message, column: -1, length: 0 }] });
    if (!status) setTimeout(() => this.saveSoon(), 3000);
  }

  /**
   * Go on after another tab saved the project: with this page's own state, or with theirs. Undo brings back the other.
   * @param {boolean} mine
   */
  settleConflict(mine) {
    const { elsewhere, history } = this.store.state;
    if (!elsewhere) return;
    this.revision = elsewhere.revision;
    const own = this.project;
    const theirs = change(history, elsewhere.project);
    this.store.set({ elsewhere: null, saving: "waiting", history: mine ? change(theirs, own) : theirs });
    this.save(true);
  }

  /**
   * Put the contents of an opened project file in the place of the project; undo brings it back.
   * @param {File} file
   */
  async importContents(file) {
    const { store } = this;
    const { id } = store.state;
    const query = `revision=${encodeURIComponent(this.revision)}&tab=${this.tab}`;
    await store.attempt(async () => {
      const contents = new Blob([await file.text()]);
      try {
        const answer = await this.api.upload(`/api/projects/${id}/adopt?${query}`, contents, file.name);
        if (store.state.id !== id) return;
        this.revision = answer.revision;
        this.edit(answer.project);
      } catch (error) {
        if (!(error instanceof Refusal && error.newest)) throw error;
        store.set({ saving: "elsewhere", elsewhere: error.newest });
      }
    });
  }

  /**
   * @param {{
   *   fps: number,
   *   n_frames: number,
   *   starts: number[],
   *   channels: Record<string, Record<string, string>>,
   * }} timeline
   */
  takeTimeline({ fps, n_frames: nFrames, starts, channels }) {
    const { store } = this;
    /** @type {Record<string, Series>} */
    const curves = {};
    for (const [name, series] of Object.entries(channels)) {
      curves[name] = Object.fromEntries(Object.entries(series).map(([part, packed]) => [part, floats(packed)]));
    }
    const song = { ...store.state.song, fps, nFrames };
    store.set({ song, starts, curves: { ...store.state.curves, ...curves } });
  }

  /** Have the movement of the project directed anew; one step of undo. */
  async directMovement() {
    const { store } = this;
    const { id } = store.state;
    const ask = () => this.api.post(`/api/projects/${id}/movement`, { project: this.project });
    const answer = await store.attempt(ask);
    if (!answer || store.state.id !== id) return;
    this.edit(answer.project);
    store.notify(t("The movement follows the song anew. Undo takes it back."), "good");
  }

  /**
   * Show another channel and fetch its curve.
   * @param {string} channel
   */
  choose(channel) {
    this.store.set({ channel });
    this.save(true);
  }

  /**
   * Show these channels below the chosen one, and fetch their curves.
   * @param {string[]} pinned
   */
  pin(pinned) {
    this.store.set({ pinned });
    this.save(true);
  }
}

/**
 * Return the history that a project goes on with: the kept one, where it led here. What was saved elsewhere since is one
 * more step of it.
 * @param {Undoable<Project> | null} kept
 * @param {Project} saved
 */
function continued(kept, saved) {
  if (!kept) return begin(saved);
  return JSON.stringify(kept.value) === JSON.stringify(saved) ? kept : change(kept, saved);
}

/** @param {string} id */
function remember(id) {
  const address = new URL(location.href);
  address.searchParams.set("glance", id);
  history.replaceState(history.state, "", address);
  // A browser that keeps nothing still has the address.
  withStorage((storage) => storage.setItem(LAST_PROJECT, id), undefined);
}

/** Take the project out of the page's address: it is gone, or was none. */
export function forgetAddress() {
  const address = new URL(location.href);
  address.searchParams.delete("glance");
  history.replaceState(history.state, "", address);
}

/** Return the id of the project to open first: the address's, else this browser's last, else none. */
export function lastProject() {
  const named = new URL(location.href).searchParams.get("glance");
  return named || (withStorage((storage) => storage.getItem(LAST_PROJECT), "") ?? "");
}
