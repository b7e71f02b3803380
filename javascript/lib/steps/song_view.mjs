// Step 1: what was heard. Waveform, beats and parts of the whole song, and the few corrections a musician may want.

import { boundsOf } from "../core/bounds.mjs";
import { canvasOf, h, oncePerFrame, setField } from "../core/dom.mjs";
import {
  drawBeats,
  drawPlayhead,
  drawSections,
  drawWave,
  sectionAt,
  sectionColor,
  themeOf,
} from "../timeline/song_canvas.mjs";
import { button, labelled, progressText, section } from "../core/fields.mjs";
import { setIcon } from "../core/icons.mjs";
import { problemAt } from "../core/store.mjs";
import { doubtfulPassages, surenessWords } from "../core/sureness.mjs";
import { toSeconds } from "../curve/timescale.mjs";
import { clock, plain } from "../curve/timing.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";
import { MaterialPanel } from "./material_panel.mjs";
import { WordsPanel } from "./words_panel.mjs";

const HALVE = { 2: "1", 1: "1/2", "3/2": "2/3", "2/3": "1/2", "1/2": "1/2" };
const DOUBLE = { "1/2": "1", 1: "2", "2/3": "3/2", "3/2": "2", 2: "2" };
const MIN_TAPS = 4;

export class SongView {
  /** @type {HTMLButtonElement} */
  half;
  /** @type {HTMLButtonElement} */
  double;
  /** @type {HTMLButtonElement} */
  tap;
  /** @type {Field} */
  offset;
  /** @type {Field} */
  bpm;
  /** @type {HTMLButtonElement} */
  downbeat;
  /** @type {HTMLButtonElement} */
  reset;
  /** @type {HTMLElement} */
  more;
  /** When somebody tapped along, in seconds. @type {number[]} */
  taps = [];
  tapTimer = 0;

  /** @param {Context} context */
  constructor(context) {
    const { store, session, player } = context;
    this.store = store;
    this.session = session;
    this.player = player;
    this.material = new MaterialPanel(context);
    this.words = new WordsPanel(context);
    this.canvas = h("canvas.wave", {
      role: "img",
      tabindex: "0",
      "aria-label": t("The whole song: click to go there"),
      onpointerdown: (event) => this.jump(event),
      onpointermove: (event) => {
        if (event.buttons) this.jump(event);
      },
    });
    this.legend = h("div.legend");
    this.notes = h("div.notes");
    this.progress = h("p.hint", { role: "status" });
    this.play = button(t("Play"), () => player.toggle(), {
      icon: "play",
      kind: "primary",
      help: t("Play and pause (space bar)"),
    });
    this.time = h("span.time", { text: "0:00.0" });
    this.tempo = h("strong.tempo");
    this.sure = h("p.hint", { role: "note", hidden: true });
    this.buildCorrections();
    this.node = section(
      1,
      t("Song"),
      t("What GLANCE heard. Colours are parts that sound alike."),
      this.progress,
      this.canvas,
      this.legend,
      this.notes,
      h(
        "div.row.transport",
        {},
        this.play,
        this.time,
        this.tempo,
        this.half,
        this.double,
        this.offbeat,
        this.one,
        this.tap,
        this.offset.node,
        this.more,
      ),
      this.sure,
      this.material.asks,
      this.words.node,
      this.material.node,
    );
    this.node.addEventListener("dragover", (event) => event.preventDefault());
    this.node.addEventListener("drop", (event) => this.dropped(event));
    this.draw = oncePerFrame(() => this.paint());
    player.listen(() => this.follow());
    new ResizeObserver(() => this.draw()).observe(this.canvas);
  }

  buildCorrections() {
    this.half = button("½×", () => this.factor(HALVE), {
      kind: "quiet",
      help: t("The beats are twice too fast: halve them"),
    });
    this.double = button("2×", () => this.factor(DOUBLE), {
      kind: "quiet",
      help: t("The beats are twice too slow: double them"),
    });
    this.tap = button(t("Tap"), () => this.tapped(), {
      kind: "quiet",
      help: t("Play the song and tap along with its beat, four times or more"),
    });
    this.tap.classList.add("tap");
    this.offbeat = button("+½", () => this.shiftBeats(), {
      kind: "quiet",
      help: t("The beats are heard on the off-beat: move them by half a beat"),
    });
    this.one = button("1 → 2", () => this.shiftBars(), {
      kind: "quiet",
      help: t("The bars start one beat too early: start them one beat later"),
    });
    this.offset = labelled(
      t("Beats later by (ms)"),
      h("input.short", {
        type: "number",
        step: 5,
        ...boundsOf(this.store, "song.corrections.offset_ms"),
        onchange: () => this.correct({ offset_ms: Number(this.offset.input.value) || 0 }),
      }),
      { help: t("Moves all beats, where flashes come a little early or late") },
    );
    this.bpm = labelled(
      t("Fixed tempo (BPM)"),
      h("input.short", {
        type: "number",
        step: 0.01,
        ...boundsOf(this.store, "song.corrections.fixed_bpm"),
        onchange: () => this.correct({ fixed_bpm: Number(this.bpm.input.value) || null }),
      }),
      { help: t("For songs made to a click: one tempo from start to end. Empty follows the playing") },
    );
    this.downbeat = button(
      t("The bar starts here"),
      () => this.correct({ downbeat_s: Number(this.player.seconds.toFixed(3)), bar_shift: 0 }),
      { kind: "quiet", help: t("Put the playhead on the first beat of any bar, then press this") },
    );
    this.reset = button(
      t("As heard"),
      () =>
        this.correct({
          offset_ms: 0,
          tempo_factor: "1",
          fixed_bpm: null,
          taps_s: [],
          downbeat_s: null,
          shift_beats: 0,
          bar_shift: 0,
        }),
      { kind: "quiet", help: t("Forget all corrections of the beats") },
    );
    this.more = h(
      "details.more",
      {},
      h("summary", { text: t("More") }),
      h("div.row", {}, this.bpm.node, this.downbeat, this.reset),
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("tasks")) this.showProgress(state.tasks.listen);
    if (!state.analysis) return;
    this.material.update(state, changed);
    if (changed.has("analysis")) this.words.update(state);
    if (changed.has("analysis") || changed.has("history")) this.showFacts(state);
    if (changed.has("analysis")) this.follow();
    if (changed.has("problems")) this.offset.problem(problemAt(state, "song.corrections")?.message);
    if (["analysis", "history", "starts", "playhead"].some((name) => changed.has(name))) this.draw();
  }

  /** @param {TaskState | undefined} task */
  showProgress(task) {
    const running = task?.status === "running";
    this.progress.hidden = !running;
    if (running) this.progress.textContent = `${t("Listening …")} ${progressText(task)}`;
  }

  /** @param {State} state */
  showFacts({ analysis, history }) {
    if (!analysis) return;
    const { corrections } = history.value.song;
    this.tempo.textContent = analysis.tempo_bpm
      ? t("{bpm} BPM", { bpm: plain(analysis.tempo_bpm, 1) })
      : t("no steady beat");
    this.showSureness(analysis.confidence);
    setField(this.offset.input, corrections.offset_ms);
    setField(this.bpm.input, corrections.fixed_bpm ?? "");
    this.notes.replaceChildren(...analysis.notes.map((note) => h("p.hint", { text: translateServerMessage(note) })));
    const seen = new Map(analysis.sections.map((part) => [part.label, part]));
    this.legend.replaceChildren(
      ...[...seen.values()].map((part) =>
        h(
          "span.part",
          {},
          h("i", { style: { background: sectionColor(part.label) } }),
          `${part.label} · ${t(part.role)}`,
        ),
      ),
    );
  }

  /** @param {Confidence | null} confidence */
  showSureness(confidence) {
    const words = surenessWords(confidence);
    this.sure.hidden = !words;
    this.sure.textContent = words;
  }

  paint() {
    const { analysis, song, starts } = this.store.state;
    if (!analysis || !this.canvas.isConnected) return;
    const { context, width, height } = canvasOf(this.canvas);
    if (!width) return;
    const theme = themeOf(this.canvas);
    const view = { start: 0, end: analysis.duration_s, width };
    const box = { top: 0, height };
    drawSections(context, view, analysis.sections, { ...box, alpha: 0.28 });
    drawBeats(context, view, song.grid, { ...box, faint: theme.faint, strong: theme.line });
    drawWave(context, view, analysis, { ...box, color: theme.wave });
    context.fillStyle = theme.hot;
    for (const { start_s, end_s } of doubtfulPassages(analysis.confidence)) {
      context.fillRect((start_s / view.end) * width, 0, ((end_s - start_s) / view.end) * width, 2);
    }
    context.fillStyle = theme.text;
    for (const start of starts.slice(1)) context.fillRect((start / view.end) * width, height - 8, 2, 8);
    drawPlayhead(context, view, this.player.seconds, { ...box, color: theme.hot });
  }

  follow() {
    const { analysis, song } = this.store.state;
    if (!analysis) return;
    setIcon(this.play, this.player.playing ? "pause" : "play");
    const seconds = this.player.seconds;
    const part = sectionAt(analysis.sections, seconds);
    const bar = Math.floor(song.grid.barAt(seconds));
    this.time.textContent = `${clock(seconds, 1)} / ${clock(analysis.duration_s)} · ${t("bar {n}", { n: bar + 1 })} · ${part ? t(part.role) : ""}`;
    this.draw();
  }

  /** @param {PointerEvent} event */
  jump(event) {
    const { analysis } = this.store.state;
    if (!analysis) return;
    const { left, width } = this.canvas.getBoundingClientRect();
    const seconds = toSeconds({ start: 0, end: analysis.duration_s, width }, event.clientX - left);
    this.player.seek(Math.min(Math.max(seconds, 0), analysis.duration_s - 0.01));
  }

  /** @param {DragEvent} event */
  dropped(event) {
    const files = [...(event.dataTransfer?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    this.material.add(files);
  }

  /** @param {Partial<Corrections>} fields */
  correct(fields) {
    const { project } = this.session;
    const corrections = { ...project.song.corrections, ...fields };
    this.session.edit({ ...project, song: { ...project.song, corrections } });
  }

  /** @param {Record<string, string>} table */
  factor(table) {
    const { tempo_factor: now } = this.session.project.song.corrections;
    this.correct({ tempo_factor: table[now] });
  }

  shiftBeats() {
    this.correct({ shift_beats: this.session.project.song.corrections.shift_beats ? 0 : 0.5 });
  }

  shiftBars() {
    const { bar_shift: now = 0 } = this.session.project.song.corrections;
    const { analysis } = this.store.state;
    if (analysis) this.correct({ bar_shift: (now + 1) % analysis.beats_per_bar });
  }

  tapped() {
    if (!this.player.playing) {
      this.taps = [];
      this.player.play();
      return;
    }
    this.taps.push(Number(this.player.seconds.toFixed(3)));
    clearTimeout(this.tapTimer);
    this.tap.textContent = t("Tap: {count}", { count: this.taps.length });
    this.tapTimer = setTimeout(() => this.tapsDone(), 1500);
  }

  tapsDone() {
    const taps = [...new Set(this.taps)].sort((a, b) => a - b);
    this.taps = [];
    this.tap.textContent = t("Tap");
    if (taps.length < MIN_TAPS) this.store.notify(t("Tap at least four times along with the song."));
    else this.correct({ taps_s: taps });
  }
}
