// The stage: the moving preview, and how a render is getting on.

import { context2d, h, resize } from "../core/dom.mjs";
import { button, progressText } from "../core/fields.mjs";
import { setIcon } from "../core/icons.mjs";
import { clock } from "../curve/timing.mjs";
import { finishOf } from "./effect_edits.mjs";
import { MakePanel } from "./make_panel.mjs";
import { canSend, sendToImg2img } from "../webui/webui_link.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

/** Seconds of preview that must be ready before it plays by itself. */
const HEAD_START_S = 2.5;
const KEPT_PICTURES = 400;
/** What draws with what draws the video. */
const DRAWING = ["render", "redo", "keys"];

/** @typedef {TaskState & {first: number, fps: number}} PreviewTask */

export class PreviewView {
  /** The preview's pictures, by frame. @type {Map<number, HTMLImageElement>} */
  pictures = new Map();
  /** @type {PreviewTask | null} */
  preview = null;
  /** Whether the preview plays by itself as soon as enough of it is there. */
  wantsPlay = false;
  /** Whether it was paused because the pictures ran out. */
  waiting = false;
  /** Whether the newest picture is on its way. */
  loading = false;
  /** The same as they were drawn, without effects. @type {Map<number, HTMLImageElement>} */
  plain = new Map();
  /** What decides what effects make of the pictures. */
  finish = "";
  /** Tells pictures that were drawn anew from those of the same frames before. */
  tag = "";
  /** What was stale when it was last looked at. @type {[number, number][]} */
  stale = [];

  /** @param {Context} context */
  constructor(context) {
    const { store, session, tasks, takes, player, api } = context;
    this.store = store;
    this.session = session;
    this.player = player;
    this.api = api;
    /** @type {HTMLCanvasElement} */
    this.canvas = h("canvas.screen", {
      width: 512,
      height: 288,
      role: "img",
      "aria-label": t("Preview"),
      onclick: () => player.toggle(),
    });
    this.empty = h("p.empty", { text: t("Press “Preview” to see your video move") });
    this.progress = h("progress", { max: 1, hidden: true });
    this.words = h("p.hint", { role: "status" });
    this.see = button(t("Preview"), () => takes.preview(), {
      kind: "primary",
      help: t("A small, quick version of the whole video, with the song"),
    });
    this.making = new MakePanel(context);
    this.stop = button(
      t("Stop"),
      () => {
        tasks.stop("preview");
        for (const kind of DRAWING) tasks.stop(kind);
      },
      { kind: "danger" },
    );
    this.play = button(t("Play"), () => player.toggle(), { icon: "play" });
    this.time = h("span.time", { text: "0:00.0" });
    this.send = button(t("This frame to img2img"), () => this.sendFrame(), {
      kind: "quiet",
      help: t("With its prompt and settings, to work on it there"),
    });
    this.send.hidden = true;
    this.newest = h("img.newest", { alt: t("The newest picture"), hidden: true });
    /** @type {HTMLInputElement} */
    this.split = h("input", {
      type: "range",
      value: 0,
      "aria-label": t("Before and after"),
      title: t("Before the effects on the left, after them on the right"),
      oninput: () => this.show(player.seconds),
    });
    this.splitting = h("div.split", { hidden: true }, h("span.hint", { text: t("before") }), this.split, h("span.hint", { text: t("after") }));
    this.node = h(
      "aside.stage",
      { "aria-label": t("Preview") },
      h("div.frame", {}, this.canvas, this.newest, this.empty),
      this.splitting,
      this.progress,
      this.words,
      h("div.row", {}, this.play, this.time, this.send),
      h("div.row", {}, this.see, this.stop),
      this.making.node,
    );
    player.listen((seconds) => this.show(seconds));
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("id")) this.forget();
    if (changed.has("analysis") || changed.has("tasks")) this.showTasks(state);
    this.making.update(state, changed);
    if (changed.has("history")) this.shape(state.history.value?.output);
    if (changed.has("saving") || changed.has("solo") || changed.has("history")) this.refinish(state);
  }

  /** @param {Output | undefined} output */
  shape(output) {
    if (output) this.canvas.parentElement?.style.setProperty("--shape", `${output.width} / ${output.height}`);
  }

  /**
   * Show the pictures anew once effects that are changed are saved; nothing is drawn again.
   * @param {State} state
   */
  refinish(state) {
    const project = state.history.value;
    this.splitting.hidden = !project?.effects?.length;
    if (state.saving !== "saved") return;
    const finish = finishOf(project ?? undefined, state.welcome) + state.solo;
    if (finish === this.finish) return;
    this.finish = finish;
    this.pictures.clear();
    if (this.preview?.done) this.show(this.player.seconds);
  }

  /** Return where the frame on the stage lies, as {place: `preview` or take, index}; null where there is none. */
  shownFrame() {
    const { render } = this.store.state.tasks;
    if (render && !this.newest.hidden) return { place: render.take, index: render.newest };
    return this.canvas.dataset.frame ? { place: "preview", index: Number(this.canvas.dataset.frame) } : null;
  }

  async sendFrame() {
    const shown = this.shownFrame();
    if (!shown) return;
    const { place, index } = shown;
    this.player.pause();
    const path = `/api/projects/${this.store.state.id}/pictures/${place}/${index}/to-send`;
    await this.store.attempt(async () => sendToImg2img(await this.api.get(path)));
  }

  showSend() {
    this.send.hidden = !canSend() || !this.shownFrame();
  }

  forget() {
    delete this.canvas.dataset.frame;
    this.send.hidden = true;
    this.pictures.clear();
    this.plain.clear();
    this.finish = "";
    this.preview = null;
    this.wantsPlay = false;
    this.empty.hidden = false;
    this.newest.hidden = true;
    context2d(this.canvas).clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  /** @param {State} state */
  showTasks({ tasks, analysis }) {
    const { preview, render } = tasks;
    const running = [...DRAWING, "preview"].map((kind) => tasks[kind]).find((task) => task?.status === "running");
    this.stop.hidden = !running;
    this.see.disabled = !analysis;
    this.progress.hidden = !running?.total;
    if (running?.total) {
      this.progress.max = running.total;
      this.progress.value = running.done;
    }
    this.words.textContent = running ? this.sentence(running) : lastWord(tasks);
    if (preview?.total) this.takePreview(/** @type {PreviewTask} */ (preview));
    if (tasks.redraw?.stale) this.takeRedrawn(tasks.redraw);
    this.showNewest(render);
  }

  /** @param {TaskState} task */
  sentence(task) {
    const what = title(task);
    const scene = task.newest === undefined || task.kind === "redo" ? "" : t("scene {n}", { n: (task.scene ?? 0) + 1 });
    const frame = task.newest === undefined ? "" : t("frame {n} of {total}", { n: task.done, total: task.total });
    return [
      what,
      scene,
      frame,
      task.start ?? "",
      progressText({ ...task, text: task.newest === undefined ? task.text : "" }),
      translateServerMessage(task.note ?? ""),
    ]
      .filter(Boolean)
      .join(" · ");
  }

  /** @param {TaskState | undefined} render */
  showNewest(render) {
    const drawing = render?.status === "running" && render.newest !== undefined && !this.player.playing;
    this.newest.hidden = !drawing;
    this.showSend();
    this.empty.hidden = drawing || this.player.playing || Boolean(this.canvas.dataset.frame);
    if (!drawing || this.loading) return;
    this.loading = true;
    const done = () => {
      this.loading = false;
    };
    this.newest.onload = this.newest.onerror = done;
    this.newest.src = this.api.url(`/api/projects/${this.store.state.id}/pictures/${render.take}/${render.newest}.jpg`);
  }

  /**
   * Take note of how much of a preview is ready; play it as soon as there is a head start.
   * @param {PreviewTask} task
   */
  takePreview(task) {
    if (this.preview?.id !== task.id) {
      this.pictures.clear();
      this.plain.clear();
      this.wantsPlay = task.status === "running";
    }
    this.preview = task;
    const ready = task.done / task.fps;
    const enough = ready >= HEAD_START_S || task.status !== "running";
    if (this.wantsPlay && enough && task.done > 0) {
      this.wantsPlay = false;
      this.empty.hidden = true;
      const end = (task.first + task.total) / task.fps;
      this.player.play(task.first / task.fps, task.first > 0 || end < this.duration() - 0.5 ? end : Infinity);
    }
    if (this.waiting && this.ahead(this.player.seconds) > 1) {
      this.waiting = false;
      this.player.play(null, this.player.until);
    }
  }

  /**
   * Fetch those pictures again that were drawn anew after a change.
   * @param {TaskState} task
   */
  takeRedrawn({ id, done, stale = [] }) {
    const before = this.stale;
    this.stale = stale;
    const tag = `${id}-${done}`;
    if (tag === this.tag) return;
    this.tag = tag;
    /** @param {[number, number][]} runs @param {number} frame */
    const within = (runs, frame) => runs.some(([first, last]) => frame >= first && frame < last);
    for (const kept of [this.pictures, this.plain])
      for (const frame of [...kept.keys()])
        if (within(before, frame) && !within(stale, frame)) kept.delete(frame);
    if (!this.player.playing) this.show(this.player.seconds);
  }

  duration() {
    return this.store.state.analysis?.duration_s ?? 0;
  }

  /**
   * Return how many seconds of pictures there are from `seconds` on.
   * @param {number} seconds
   */
  ahead(seconds) {
    if (!this.preview) return 0;
    const { first, done, fps } = this.preview;
    return (first + done) / fps - seconds;
  }

  /** @param {number} seconds */
  show(seconds) {
    setIcon(this.play, this.player.playing ? "pause" : "play");
    this.time.textContent = `${clock(seconds, 1)} / ${clock(this.duration())}`;
    const { preview } = this;
    if (!preview?.done) return;
    if (this.player.playing) this.newest.hidden = true;
    this.showSend();
    if (preview.status === "running" && this.player.playing && this.ahead(seconds) < 0.1) {
      this.waiting = true;
      this.player.pause();
    }
    const wanted = Math.floor(seconds * preview.fps + 1e-6);
    const index = Math.min(Math.max(wanted, preview.first), preview.first + preview.done - 1);
    for (let next = index; next < Math.min(index + preview.fps, preview.first + preview.done); next += 1)
      this.fetch(next, this.pictures, this.finish !== "");
    if (this.comparing() && !this.player.playing) this.fetch(index, this.plain, false);
    this.paint(index);
  }

  /** Whether a part of the stage shows the picture without effects. */
  comparing() {
    return !this.splitting.hidden && Number(this.split.value) > 0;
  }

  /**
   * @param {number} index
   * @param {Map<number, HTMLImageElement>} into
   * @param {boolean} finished
   */
  fetch(index, into, finished) {
    if (into.has(index)) return;
    const picture = new Image();
    picture.onload = () => {
      if (!this.player.playing) this.paint(index);
    };
    const { id, solo } = this.store.state;
    const drawn = `/api/projects/${id}/pictures/preview/${index}.jpg?of=${this.preview?.id}${this.tag}`;
    // Another revision is another picture: the browser keeps none that is out of date.
    const effects = finished ? `&effects=${solo}&at=${this.session.revision}` : "";
    picture.src = this.api.url(drawn + effects);
    into.set(index, picture);
    if (into.size > KEPT_PICTURES) into.delete([...into.keys()][0]);
  }

  /**
   * Paint the newest picture at or just before `index` that has arrived.
   * @param {number} index
   */
  paint(index) {
    for (let back = index; back > index - 12; back -= 1) {
      const picture = this.pictures.get(back);
      if (!picture?.complete || !picture.naturalWidth) continue;
      const { canvas } = this;
      resize(canvas, picture.naturalWidth, picture.naturalHeight);
      context2d(canvas).drawImage(picture, 0, 0);
      this.paintBefore(back);
      canvas.dataset.frame = String(back);
      this.showSend();
      this.empty.hidden = true;
      return;
    }
  }

  /**
   * Paint the left part of the stage as it was drawn, up to where the slider stands.
   * @param {number} index
   */
  paintBefore(index) {
    const before = this.plain.get(index);
    if (!this.comparing() || this.player.playing || !before?.complete || !before.naturalWidth) return;
    const { width, height } = this.canvas;
    const until = Math.round((width * Number(this.split.value)) / 100);
    const context = context2d(this.canvas);
    context.drawImage(before, 0, 0, until, height, 0, 0, until, height);
    context.fillStyle = "#fff";
    context.fillRect(until - 1, 0, 1, height);
  }
}

/** @param {TaskState} task */
function title({ kind, take, scene }) {
  if (kind === "render") return t("Making take {n}", { n: take ?? "" });
  if (kind === "keys") return t("Drawing the key pictures");
  return kind === "redo" ? t("Drawing scene {n} again", { n: (scene ?? 0) + 1 }) : t("Drawing the preview");
}

/** @param {State["tasks"]} options */
function lastWord({ render, preview }) {
  if (render?.status === "done") return t("The video is ready below.");
  if (render?.status === "stopped") return t("Stopped. Everything drawn is kept: continue it below.");
  if (preview?.status === "stopped") return t("The preview was stopped.");
  return "";
}
