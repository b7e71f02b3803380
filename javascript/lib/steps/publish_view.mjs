// Step 7: a finished take becomes files for the places where people see it, with words over it.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField } from "../core/dom.mjs";
import { button, choice, duration, labelled, progressText, section, select } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

const LYRICS = /** @type {const} */ (["off", "lines", "words"]);
const TEXTS = /** @type {const} */ (["artist", "credits", "font"]);
const NUMBERS = /** @type {const} */ (["size", "fade_in_s", "fade_out_s"]);
const COLORS = /** @type {const} */ (["color", "sung"]);

export class PublishView {
  /** What is chosen here; no part of the project. */
  target = "youtube";
  part = "whole";
  /** @type {Record<string, Field>} */
  fields = {};

  /** @param {Context} context */
  constructor({ store, session, takes, tasks, api }) {
    this.store = store;
    this.session = session;
    this.takes = takes;
    this.api = api;
    const { targets } = store.state.welcome;
    this.targets = choice(
      t("Where it goes"),
      targets.map(({ name, label, size }) => [name, t(label), size.join(" × ")]),
      (name) => this.choose(name),
    );
    this.parts = choice(t("Which part"), this.partChoices(), (part) => this.choosePart(part));
    this.fps = labelled(
      t("Pictures per second"),
      select(
        [["", t("as drawn")], ...["24", "30", "60"].map((fps) => [fps, fps])],
        () => {},
      ),
      { help: t("More than were drawn are made between them, never across a cut or a hit") },
    );
    this.take = labelled(
      t("Take"),
      select([], () => {}),
    );
    this.go = button(t("Write the file"), () => this.publish(), { kind: "primary" });
    this.stop = button(t("Stop"), () => tasks.stop("publish"), { kind: "quiet" });
    this.progress = h("p.hint", { role: "status" });
    this.told = h("p.hint", { role: "status" });
    this.list = h("ul.published");
    this.node = section(
      7,
      t("Publish"),
      t("Files for the places where people see it. Nothing is drawn again."),
      this.targets,
      this.told,
      this.parts,
      h("div.row", {}, this.take.node, this.fps.node),
      this.lettering(),
      h("div.row", {}, this.go, this.stop),
      this.progress,
      this.list,
    );
  }

  /** Return the choices of parts, as [value, text, help]. */
  partChoices() {
    return [
      ["whole", t("the whole song")],
      ["best-15", t("its best 15 seconds")],
      ["best-30", t("its best 30 seconds")],
      ["best-60", t("its best 60 seconds")],
      ["loop", t("a loop"), t("Whole bars whose end meets their start")],
    ];
  }

  /** Return the fields of the words over the video. */
  lettering() {
    /** @param {typeof TEXTS[number]} name @param {string} label */
    const text = (name, label, help = "", tag = "input") =>
      (this.fields[name] = labelled(
        label,
        h(/** @type {"input"} */ (tag), { type: "text", onchange: () => this.put({ [name]: this.fields[name].input.value }) }),
        { help },
      ));
    /** @param {typeof NUMBERS[number]} name @param {string} label @param {number} step */
    const number = (name, label, step) =>
      (this.fields[name] = labelled(
        label,
        h("input.short", {
          type: "number",
          ...boundsOf(this.store, `lettering.${name}`),
          step,
          onchange: () => this.put({ [name]: Number(this.fields[name].input.value) }),
        }),
      ));
    /** @param {typeof COLORS[number]} name @param {string} label */
    const color = (name, label) =>
      (this.fields[name] = labelled(
        label,
        h("input", { type: "color", onchange: () => this.put({ [name]: this.fields[name].input.value }) }),
      ));
    const words = { off: t("none"), lines: t("line by line"), words: t("word by word") };
    this.lyrics = choice(
      t("Lyrics"),
      LYRICS.map((name) => [name, words[name]]),
      (lyrics) => this.put({ lyrics }),
    );
    this.title = h("input", { type: "checkbox", onchange: () => this.put({ title: this.title.checked }) });
    this.place = labelled(
      t("Where the lyrics stand"),
      select(
        [
          ["bottom", t("bottom")],
          ["middle", t("middle")],
          ["top", t("top")],
        ],
        (place) => this.put({ place }),
      ),
    );
    return h(
      "details.more.lettering",
      {},
      h("summary", { text: t("Words over the video") }),
      h("p.hint", { text: t("They lie over finished pictures, so changing them draws nothing anew.") }),
      h("div.row", {}, h("span.label", { text: t("Lyrics") }), this.lyrics),
      h("label.check", {}, this.title, " ", t("Title and artist at the beginning")),
      h(
        "div.pair",
        {},
        text("artist", t("Artist")).node,
        text("font", t("Font"), t("Part of the name of a font on this machine; empty for one that suits the style")).node,
        text("credits", t("Credits at the end"), "", "textarea").node,
        this.place.node,
        number("size", t("Letter height"), 0.005).node,
        color("color", t("Color of the letters")).node,
        color("sung", t("Color of what was sung")).node,
        number("fade_in_s", t("Out of black, in seconds"), 0.5).node,
        number("fade_out_s", t("Into black, in seconds"), 0.5).node,
      ),
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    const finished = state.takes.filter((take) => take.done);
    this.node.hidden = !finished.length;
    if (changed.has("takes") || changed.has("id")) this.showTakes(state, finished);
    if (changed.has("history") || changed.has("problems")) this.showLettering(state);
    const task = state.tasks.publish;
    const busy = task?.status === "running";
    this.go.disabled = busy || !finished.length;
    this.stop.hidden = !busy;
    this.progress.textContent = busy ? progressText(task) : "";
    this.targets.show(this.target);
    this.parts.show(this.part);
    this.told.textContent = this.told.textContent || this.facts();
  }

  /** @param {State} state @param {Take[]} finished */
  showTakes(state, finished) {
    const input = /** @type {HTMLSelectElement} */ (this.take.input);
    const before = input.value;
    input.replaceChildren(
      ...finished.map(({ number }) => h("option", { value: String(number), text: t("Take {n}", { n: number }) })),
    );
    if (finished.some(({ number }) => String(number) === before)) input.value = before;
    const files = finished.flatMap((take) => take.published.map((file) => this.file(state.id, take, file)));
    this.list.replaceChildren(...files);
  }

  /**
   * @param {string} id
   * @param {Take} take
   * @param {{name: string, bytes: number}} file
   */
  file(id, take, { name, bytes }) {
    const title = this.session.project?.title || "video";
    const path = `/api/projects/${id}/takes/${take.number}/published/${encodeURIComponent(name)}`;
    const kept = `${title} ${name}`;
    return h(
      "li",
      {},
      h("a", { href: this.api.url(`${path}?download=${encodeURIComponent(kept)}`), download: kept, text: name }),
      h("span.hint", {
        text: ` ${t("Take {n}", { n: take.number })} · ${t("{size} MB", { size: (bytes / 1e6).toFixed(1) })}`,
      }),
    );
  }

  /** @param {State} state */
  showLettering(state) {
    const lettering = state.history.value?.lettering;
    if (!lettering) return;
    this.lyrics?.show(lettering.lyrics);
    if (this.title) this.title.checked = lettering.title;
    if (this.place) setField(this.place.input, lettering.place);
    for (const name of [...TEXTS, ...NUMBERS, ...COLORS]) {
      setField(this.fields[name].input, lettering[name]);
      this.fields[name].problem(problemAt(state, `lettering.${name}`)?.message);
    }
  }

  /** @param {string} name */
  choose(name) {
    this.target = name;
    const target = this.store.state.welcome.targets.find((one) => one.name === name);
    if (target?.loops) this.part = "loop";
    else if (this.part === "loop") this.part = "whole";
    this.targets.show(name);
    this.parts.show(this.part);
    this.told.textContent = this.facts();
  }

  /** @param {string} part */
  choosePart(part) {
    this.part = part;
    this.parts.show(part);
    this.told.textContent = this.facts();
  }

  /** Return what the chosen place is like, in words. */
  facts() {
    const target = this.store.state.welcome.targets.find((one) => one.name === this.target);
    if (!target) return "";
    const told = [target.size.join(" × ")];
    if (target.longest_s) told.push(t("at most {time}", { time: duration(target.longest_s) }));
    if (target.silent) told.push(t("without sound"));
    const long = target.longest_s && (this.store.state.analysis?.duration_s ?? 0) > target.longest_s;
    if (long && this.part === "whole") told.push(t("the best part of the song is taken"));
    return told.join(" · ");
  }

  /** @param {Record<string, unknown>} fields */
  put(fields) {
    const { project } = this.session;
    this.session.edit({ ...project, lettering: { ...project.lettering, ...fields } });
  }

  async publish() {
    const [kind, seconds] = this.part.split("-");
    const result = await this.takes.publish(Number(this.take.input.value), {
      target: this.target,
      fps: this.fps.input.value,
      best_s: kind === "best" ? Number(seconds) : 0,
      loop_bars: kind === "loop" ? -1 : 0,
    });
    if (result?.notes?.length) this.told.textContent = result.notes.map(translateServerMessage).join(" ");
  }
}
