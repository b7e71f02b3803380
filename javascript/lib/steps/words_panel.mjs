// Words with times: type or load them, play the song, and press a key for each line or word.

import { h, setField } from "../core/dom.mjs";
import { button, choice, fileButton, labelled } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";
import {
  linesOfAnalysis,
  linesOfText,
  tapTargets,
  textOfLines,
  timedLines,
  withTaps,
  withTimesKept,
} from "../core/words.mjs";
import { clock } from "../curve/timing.mjs";
import { WordsLane } from "./words_lane.mjs";

const LYRICS = ".lrc,.srt,.vtt,.txt,.json,.tsv,.csv,.ass,.ssa,.sbv,.smi,.ttml";
/** Seconds of the song that are played before the first line that is tapped again. */
const LEAD_S = 2;
const MOST_UNDO = 200;

export class WordsPanel {
  /** @type {WordLine[]} */
  lines = [];
  /** Earlier states of the lines, for this panel's own undo. @type {WordLine[][]} */
  past = [];
  /** @type {Tapping | null} */
  tapping = null;
  byWord = false;
  /** What the lines were made from, so that the panel's own saves do not reset it. @type {unknown} */
  shown = null;

  /** @param {Context} context */
  constructor(context) {
    const { store, session, player, api } = context;
    this.store = store;
    this.session = session;
    this.player = player;
    this.api = api;
    this.text = labelled(
      t("The song's words, a line each"),
      h("textarea.words-text", { rows: 6, maxlength: 100000, onchange: () => this.typed() }),
      { help: t("[Verse], [Chorus] and the like name parts of the song and are not sung") },
    );
    this.mode = choice(
      t("What each press is for"),
      [
        ["line", t("Lines"), t("One press for each line")],
        ["word", t("Words"), t("One press for each word")],
      ],
      (value) => this.choose(value === "word"),
    );
    this.start = button(t("Tap the lines"), () => (this.tapping ? this.stop() : this.begin()), {
      kind: "primary",
      help: t("Plays the song: press the space bar or Enter as each line begins, Backspace takes one back"),
    });
    this.hit = button(t("Now"), () => {}, { help: t("Press it as the line begins") });
    this.hit.classList.add("tap-now");
    this.hit.addEventListener("pointerdown", (event) => this.tap(event.timeStamp));
    this.hit.hidden = true;
    this.back = button(t("Undo the last change of the words"), () => this.undo(), { kind: "quiet", icon: "undo" });
    this.next = h("p.next-line", { role: "status", "aria-live": "polite" });
    this.list = h("ol.word-lines");
    this.exports = h("span.row");
    this.lane = new WordsLane(context, (lines, done) => this.dragged(lines, done));
    this.file = fileButton(
      t("Lyrics file"),
      LYRICS,
      (file) => this.load(file),
      t("Words with times (.lrc, .srt, .vtt, .json ...): the story then knows what is sung"),
    );
    this.node = h(
      "details.more.words",
      {},
      h("summary", { text: t("Words") }),
      this.text.node,
      h("div.row", {}, this.file, this.mode, this.start, this.hit, this.back, this.exports),
      this.next,
      this.lane.canvas,
      this.list,
    );
    this.onkey = (/** @type {KeyboardEvent} */ event) => this.key(event);
    this.mode.show("line");
    player.listen(() => this.follow());
  }

  /** @param {State} state */
  update({ analysis }) {
    if (!analysis || analysis === this.shown || this.tapping) return;
    this.shown = analysis;
    const heard = linesOfAnalysis(analysis);
    // What was just tapped and kept comes back the same; words that are being typed stay.
    if (heard.length || !this.lines.length) this.take(heard);
  }

  /** @param {WordLine[]} lines */
  take(lines) {
    this.lines = lines;
    setField(this.text.input, textOfLines(lines));
    this.showLines();
  }

  showLines() {
    this.lane.show(this.lines);
    const now = this.tapping?.targets[this.tapping.taps.length];
    this.list.replaceChildren(
      ...this.lines.map((line, index) =>
        h(
          line.tag ? "li.tag" : "li",
          {
            "aria-current": now?.line === index ? "true" : null,
            title: line.confidence === null ? null : t("A guess, {share} % sure", { share: Math.round(100 * line.confidence) }),
            onclick: () => {
              if (line.start_s !== null && !this.tapping) this.player.seek(line.start_s);
            },
          },
          h("span.time", { text: line.start_s === null ? "–" : clock(line.start_s, 2) }),
          h(line.confidence === null ? "span" : "span.guess", { text: line.text }),
        ),
      ),
    );
    const timed = this.lines.some((line) => !line.tag && line.start_s !== null);
    const { id } = this.store.state;
    this.exports.replaceChildren(
      ...(timed && id
        ? ["lrc", "srt", "ass"].map((form) =>
            h("a.button.quiet", {
              href: this.api.url(`/api/projects/${id}/words.${form}`),
              download: "",
              text: form.toUpperCase(),
              title: t("Keep the words with their times as a file"),
            }),
          )
        : []),
    );
    this.back.disabled = !this.past.length && !this.tapping?.taps.length;
    this.list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  typed() {
    this.remember();
    this.lines = withTimesKept(this.text.input.value, this.lines);
    this.showLines();
    this.keep();
  }

  /** @param {boolean} byWord */
  choose(byWord) {
    this.byWord = byWord;
    this.mode.show(byWord ? "word" : "line");
    this.start.textContent = byWord ? t("Tap the words") : t("Tap the lines");
  }

  begin() {
    if (!this.lines.length) this.lines = linesOfText(this.text.input.value);
    // From the line at the playhead on, where the lines before it have times already.
    const at = this.player.seconds;
    const before = this.lines.filter((line) => line.start_s !== null && line.start_s < at - LEAD_S);
    const first = at > LEAD_S && before.length ? this.lines.indexOf(before[before.length - 1]) + 1 : 0;
    const targets = tapTargets(this.lines, this.byWord, first);
    if (!targets.length) {
      this.store.notify(t("Write the song's words first, a line each."));
      return;
    }
    this.remember();
    this.tapping = { targets, taps: [], ends: new Map(), base: this.lines, byWord: this.byWord };
    this.start.textContent = t("Done");
    this.hit.hidden = false;
    document.addEventListener("keydown", this.onkey, true);
    this.player.play();
    this.showNext();
    this.showLines();
  }

  stop() {
    const { tapping } = this;
    if (!tapping) return;
    document.removeEventListener("keydown", this.onkey, true);
    this.tapping = null;
    this.hit.hidden = true;
    this.player.pause();
    this.choose(this.byWord);
    this.next.textContent = "";
    if (!tapping.taps.length) this.past.pop();
    this.showLines();
    if (tapping.taps.length) this.keep();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement | null} */ (event.target);
    if (event.repeat || target?.closest("textarea, input, select")) return;
    const action = {
      " ": () => this.tap(event.timeStamp),
      Enter: () => this.tap(event.timeStamp),
      Backspace: () => this.undo(),
      ".": () => this.endLine(event.timeStamp),
      Escape: () => this.stop(),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  /**
   * The song's time at an event, which is a moment ago.
   * @param {number} timeStamp
   */
  momentOf(timeStamp) {
    const late = this.player.playing ? Math.max(0, performance.now() - timeStamp) / 1000 : 0;
    return Math.max(0, this.player.seconds - Math.min(late, 0.5));
  }

  /** @param {number} timeStamp */
  tap(timeStamp) {
    const { tapping } = this;
    if (!tapping) return;
    const seconds = this.momentOf(timeStamp);
    const last = tapping.taps[tapping.taps.length - 1] ?? -1;
    if (tapping.taps.length >= tapping.targets.length || seconds <= last) return;
    tapping.taps.push(seconds);
    this.tapsChanged();
    if (tapping.taps.length === tapping.targets.length) this.stop();
  }

  /** @param {number} timeStamp */
  endLine(timeStamp) {
    const { tapping } = this;
    if (!tapping?.taps.length) return;
    tapping.ends.set(tapping.targets[tapping.taps.length - 1].line, this.momentOf(timeStamp));
    this.tapsChanged();
  }

  tapsChanged() {
    const { tapping } = this;
    if (!tapping) return;
    this.lines = withTaps(tapping.base, tapping.targets, tapping.taps, tapping.byWord, tapping.ends);
    this.showNext();
    this.showLines();
  }

  showNext() {
    const { tapping } = this;
    const target = tapping?.targets[tapping.taps.length];
    if (!tapping || !target) return;
    const { text } = tapping.base[target.line];
    this.next.textContent = tapping.byWord ? text.split(" ").slice(target.word).join(" ") : text;
  }

  undo() {
    if (this.tapping?.taps.length) {
      const { line } = this.tapping.targets[this.tapping.taps.length - 1];
      this.tapping.taps.pop();
      this.tapping.ends.delete(line);
      this.tapsChanged();
      return;
    }
    const before = this.past.pop();
    if (!before || this.tapping) return;
    this.take(before);
    this.keep();
  }

  remember() {
    this.past.push(this.lines);
    if (this.past.length > MOST_UNDO) this.past.shift();
  }

  /**
   * @param {WordLine[]} lines
   * @param {boolean} done
   */
  dragged(lines, done) {
    if (done) {
      this.remember();
      this.lines = lines;
      this.showLines();
      this.keep();
    }
  }

  /** Keep the lines with the project: those that have times, else the text, whose times are guessed. */
  async keep() {
    const { id } = this.store.state;
    const lines = timedLines(this.lines);
    const sung = lines.some((line) => line.end_s !== line.start_s);
    const { saving } = this.store.state;
    this.store.set({ saving: "saving" });
    const plain = new File([textOfLines(this.lines)], "words.txt", { type: "text/plain" });
    const answer = await this.store.attempt(() =>
      sung
        ? this.api.post(`/api/projects/${id}/words`, { lines })
        : this.api.upload(`/api/projects/${id}/files`, plain),
    );
    if (this.store.state.id !== id) return;
    if (answer) this.use(answer.path);
    else this.store.set({ saving });
  }

  /** @param {string} lyrics */
  use(lyrics) {
    const { project } = this.session;
    this.session.edit({ ...project, song: { ...project.song, lyrics } });
  }

  /** @param {File} file */
  async load(file) {
    const answer = await this.store.attempt(() => this.api.upload(`/api/projects/${this.store.state.id}/files`, file));
    if (answer) this.use(answer.path);
  }

  follow() {
    if (this.node.open) this.lane.draw();
  }
}
