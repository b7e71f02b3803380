// What the page knows, in one place. Views read `store.state`, change it through the methods here, and are told what
// changed. The project inside `history` is the only thing that is saved.

import { BeatGrid } from "../curve/beatgrid.mjs";
import { Refusal, floats } from "./api.mjs";
import { debounced } from "./dom.mjs";
import { begin, change, redo, settle, undo } from "./history.mjs";
import { said, t } from "./i18n.mjs";

const SAVE_AFTER_MS = 350;
const LAST_PROJECT = "glance.last-project";

export class Store {
  constructor(api) {
    this.api = api;
    this.watchers = new Set();
    this.sources = new Map();
    this.state = {
      welcome: null,
      id: "",
      history: begin(null),
      analysis: null,
      song: { fps: 12, nFrames: 1, grid: new BeatGrid() },
      curves: {},
      starts: [0],
      problems: [],
      takes: [],
      tasks: {},
      saving: "saved",
      notice: null,
      elsewhere: null,
      kept: null,
      scene: 0,
      channel: "strength",
      playhead: 0,
    };
    this.saveSoon = debounced(() => this.save(), SAVE_AFTER_MS);
    this.saved = null;
    this.running = null;
    // The saved state that this page's project was made from, and a name by which the server knows this page's own saves.
    this.revision = "";
    this.tab = Math.random().toString(36).slice(2);
    // Who writes; with its key, in this page's memory only.
    this.writer = { server: "", model: "", key: "" };
  }

  get project() {
    return this.state.history.value;
  }

  /** Call `watcher(state, changed)` after every change; `changed` is a Set of names. Returns the way to end it. */
  watch(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  set(fields) {
    this.state = { ...this.state, ...fields };
    const changed = new Set(Object.keys(fields));
    for (const watcher of this.watchers) watcher(this.state, changed);
  }

  /** Change the project. Changes under one `key` in a row are one step of undo. */
  edit(project, key = "") {
    if (!project || project === this.project) return;
    this.set({ history: change(this.state.history, project, key), saving: "waiting" });
    this.saveSoon();
  }

  settle() {
    this.set({ history: settle(this.state.history) });
  }

  undo() {
    this.travel(undo(this.state.history));
  }

  redo() {
    this.travel(redo(this.state.history));
  }

  travel(history) {
    if (history === this.state.history) return;
    this.set({ history, saving: "waiting" });
    this.saveSoon();
  }

  /** Tell the person something: `kind` is `error`, `note` or `good`. */
  notify(text, kind = "note") {
    this.set({ notice: { text, kind, at: Date.now() } });
  }

  /** Run `action`; a refusal becomes a notice instead of an exception. Returns what `action` returns, or null. */
  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      if (error.name === "AbortError") return null;
      this.notify(
        error instanceof Refusal ? said(error.message) : t("Something on this page broke: {error}", { error: error.message }),
        "error",
      );
      if (!(error instanceof Refusal)) console.error(error);
      return null;
    }
  }

  async welcome() {
    const welcome = await this.attempt(() => this.api.get("/api/welcome"));
    if (!welcome) return welcome;
    this.set({ welcome });
    for (const note of welcome.notes) this.notify(said(note));
    return welcome;
  }

  /** Open a project of the shelf and hear its song. */
  async open(id) {
    const opened = await this.attempt(() => this.api.get(`/api/projects/${id}`));
    if (!opened) return false;
    this.set({
      id,
      history: begin(opened.project),
      takes: opened.takes,
      analysis: null,
      curves: {},
      problems: [],
      tasks: {},
      scene: 0,
      playhead: 0,
      saving: "saved",
      elsewhere: null,
      starts: [0],
      notice: null,
    });
    this.saved = opened.project;
    this.revision = opened.revision;
    remember(id);
    for (const task of opened.tasks) if (task.kind !== "listen") this.follow(task);
    const heard = await this.listen();
    if (!heard && this.state.id === id && !this.state.analysis) this.set({ id: "" });
    if (heard && this.state.kept) await this.startFrom(this.state.kept);
    return heard;
  }

  /** Let the video start from a picture; without a video, keep it for the one that is opened next. */
  async startFrom(picture) {
    const { id } = this.state;
    if (!id) {
      this.set({ kept: picture });
      return;
    }
    const answer = await this.attempt(() => this.api.upload(`/api/projects/${id}/files`, picture));
    if (!answer || this.state.id !== id) return;
    this.set({ kept: null });
    this.edit({ ...this.project, look: { ...this.project.look, start_image: answer.path } });
    this.notify(t("The video now starts from this picture. Undo takes it back."), "good");
  }

  async listen() {
    const id = this.state.id;
    const state = await this.run("listen", () => this.api.post(`/api/projects/${id}/listen`));
    if (!state || state.status !== "done" || this.state.id !== id) return false;
    if (!this.project.scenes.length) {
      this.set({ history: begin(state.result.project) });
      this.revision = state.result.revision;
    }
    this.saved = this.project;
    await this.hear();
    await this.save(true);
    return true;
  }

  /** Fetch what was heard, corrected as the saved project says. */
  async hear() {
    const analysis = await this.attempt(() => this.api.get(`/api/projects/${this.state.id}/analysis`));
    if (!analysis) return;
    const grid = new BeatGrid(analysis.beats_s, analysis.downbeats_s);
    this.set({ analysis, song: { ...this.state.song, grid } });
  }

  /** Save the project now, and fetch its problems and the shown curves. One save at a time; the newest project wins. */
  async save(always = false) {
    if (this.running) {
      await this.running;
      if (!always && this.saved === this.project) return;
    }
    if (!this.state.id || !this.state.analysis || this.state.elsewhere) return;
    this.running = this.saveNow();
    await this.running;
    this.running = null;
    if (this.saved !== this.project && this.state.saving !== "failed" && !this.state.elsewhere) this.saveSoon();
  }

  async saveNow() {
    const { id, channel } = this.state;
    const project = this.project;
    const corrected = this.saved?.song !== project.song;
    this.set({ saving: "saving" });
    try {
      const { revision, tab } = this;
      const answer = await this.api.post(`/api/projects/${id}/save`, { project, channels: [channel], revision, tab });
      if (this.state.id !== id) return;
      this.revision = answer.revision;
      this.saved = project;
      this.set({ saving: this.project === project ? "saved" : "waiting", problems: answer.problems });
      if (answer.timeline) this.takeTimeline(answer.timeline);
      if (corrected) await this.hear();
    } catch (error) {
      if (error.newest) return this.set({ saving: "elsewhere", elsewhere: error.newest });
      const problem = { field: error.field ?? "", message: error.message, column: -1, length: 0 };
      this.set({ saving: error.status ? "refused" : "failed", problems: [problem] });
      if (!error.status) setTimeout(() => this.saveSoon(), 3000);
    }
  }

  /** Go on after another tab saved the project: with this page's own state, or with theirs. Undo brings back the other. */
  settleConflict(mine) {
    const { elsewhere, history } = this.state;
    if (!elsewhere) return;
    this.revision = elsewhere.revision;
    const own = this.project;
    const theirs = change(history, elsewhere.project);
    this.set({ elsewhere: null, saving: "waiting", history: mine ? change(theirs, own) : theirs });
    this.save(true);
  }

  /** Put the contents of an opened project file in the place of the project; undo brings it back. */
  async adopt(file) {
    const { id } = this.state;
    const query = `revision=${encodeURIComponent(this.revision)}&tab=${this.tab}`;
    try {
      const answer = await this.api.upload(`/api/projects/${id}/adopt?${query}`, new Blob([await file.text()]), file.name);
      if (this.state.id !== id) return;
      this.revision = answer.revision;
      this.edit(answer.project);
    } catch (error) {
      if (error.newest) this.set({ saving: "elsewhere", elsewhere: error.newest });
      else
        await this.attempt(() => {
          throw error;
        });
    }
  }

  takeTimeline({ fps, n_frames: nFrames, n_drawn: nDrawn, starts, channels }) {
    const curves = {};
    for (const [name, series] of Object.entries(channels)) {
      curves[name] = Object.fromEntries(Object.entries(series).map(([part, packed]) => [part, floats(packed)]));
    }
    this.set({ song: { ...this.state.song, fps, nFrames, nDrawn }, starts, curves: { ...this.state.curves, ...curves } });
  }

  /** Show another channel and fetch its curve. */
  choose(channel) {
    this.set({ channel });
    this.save(true);
  }

  /** Start a task by `begin` (a call that answers with it) and follow it to its end. */
  async run(kind, start) {
    const task = await this.attempt(start);
    return task ? this.follow(task) : null;
  }

  /** Follow a task's states until it ends; they appear as `state.tasks[kind]`. */
  follow(task) {
    const show = (state) => this.set({ tasks: { ...this.state.tasks, [state.kind]: state } });
    show(task);
    this.sources.get(task.kind)?.close();
    return new Promise((resolve) => {
      const source = new EventSource(this.api.url(`/api/tasks/${task.id}/events`));
      this.sources.set(task.kind, source);
      source.onmessage = ({ data }) => {
        const state = JSON.parse(data);
        if (state.project !== this.state.id) {
          source.close();
          resolve(null);
          return;
        }
        show(state);
        if (state.status === "running") return;
        source.close();
        if (state.status === "error") this.notify(said(state.text), "error");
        resolve(state);
      };
    });
  }

  stop(kind) {
    const task = this.state.tasks[kind];
    if (task?.status === "running") this.attempt(() => this.api.post(`/api/tasks/${task.id}/stop`));
  }

  /** Have the story of the project's theme written into its unlocked scenes; one step of undo. */
  async writeStory() {
    const { id } = this.state;
    const before = this.project;
    const ask = { project: before, writer: this.writer };
    const state = await this.run("story", () => this.api.post(`/api/projects/${id}/story`, ask));
    if (!state?.result || this.state.id !== id) return;
    if (this.project.scenes.length !== before.scenes.length)
      this.notify(t("The scenes changed meanwhile; write the story again."));
    else this.edit({ ...this.project, ...storyOf(this.project, state.result.project) });
    if (state.result.note) this.notify(said(state.result.note));
  }

  /** Have the movement of the project directed anew; one step of undo. */
  async directMovement() {
    const { id } = this.state;
    const answer = await this.attempt(() => this.api.post(`/api/projects/${id}/movement`, { project: this.project }));
    if (!answer || this.state.id !== id) return;
    this.edit(answer.project);
    this.notify(t("The movement follows the song anew. Undo takes it back."), "good");
  }

  /** Write the story only where scenes still lack words. */
  async writeStoryIfWanted() {
    if (this.project.scenes.some((scene) => !scene.prompt.trim())) await this.writeStory();
  }

  /** Draw the quick preview, of the whole song or of `span` = [start, end] in seconds. */
  preview(span = null) {
    return this.run("preview", () =>
      this.api.post(`/api/projects/${this.state.id}/preview`, { project: this.project, span }),
    );
  }

  /** Draw a new take of the project, or of a variation of it. */
  async make(project = this.project) {
    const started = this.attempt(() => this.api.post(`/api/projects/${this.state.id}/make`, { project }));
    return this.drawn(await started);
  }

  async resume(take) {
    return this.drawn(await this.attempt(() => this.api.post(`/api/projects/${this.state.id}/takes/${take}/resume`)));
  }

  /** Make a finished take's video anew, of frames enlarged by `upscaler`. */
  async enlarge(take, upscaler, scale) {
    const path = `/api/projects/${this.state.id}/takes/${take}/upscale`;
    return this.drawn(await this.attempt(() => this.api.post(path, { upscaler, scale })));
  }

  async drawn(task) {
    if (!task) return;
    this.refreshTakes();
    await this.follow(task);
    await this.refreshTakes();
  }

  async refreshTakes() {
    const answer = await this.attempt(() => this.api.get(`/api/projects/${this.state.id}/takes`));
    if (answer) this.set({ takes: answer.takes });
  }
}

/** Return the fields of a written story, for a project whose scenes may have been locked meanwhile. */
function storyOf(project, told) {
  const scenes = project.scenes.map((scene, index) => {
    const { prompt, negative, camera } = told.scenes[index];
    return scene.locked ? scene : { ...scene, prompt, negative, camera };
  });
  return { scenes, concept: told.concept, writer: told.writer, look: { ...project.look, palette: told.look.palette } };
}

/** Return the message of the problem at `field`, or null. */
export function problemAt(state, field) {
  return state.problems.find((problem) => problem.field === field || problem.field.startsWith(`${field}.`)) ?? null;
}

function remember(id) {
  const address = new URL(location.href);
  address.searchParams.set("glance", id);
  history.replaceState(history.state, "", address);
  try {
    localStorage.setItem(LAST_PROJECT, id);
  } catch {
    // A browser that keeps nothing still has the address.
  }
}

/** Return the id of the project to open first: the address's, else this browser's last, else none. */
export function lastProject() {
  const named = new URL(location.href).searchParams.get("glance");
  if (named) return named;
  try {
    return localStorage.getItem(LAST_PROJECT) ?? "";
  } catch {
    return "";
  }
}
