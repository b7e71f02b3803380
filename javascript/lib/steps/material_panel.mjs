// The musician's own material: files are added or dropped, and this says where beats, bars and parts come from.

import { fill, h } from "../core/dom.mjs";
import { button, select } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";
import { plain } from "../curve/timing.mjs";

const KINDS = {
  beats: () => t("Beats"),
  bars: () => t("Bars"),
  sections: () => t("Parts of the song"),
};
/** What a stem may be, in the order in which people look for it; the server names the rest. */
const ROLES = [
  ...["vocals", "lead_vocals", "backing_vocals", "instrumental", "drums", "kick", "snare", "hat", "toms", "cymbals"],
  ...["percussion", "bass", "guitar", "piano", "keys", "synth", "strings", "brass", "woodwinds", "fx", "other"],
];

export class MaterialPanel {
  /** @param {Context} context */
  constructor({ store, session, api }) {
    this.store = store;
    this.session = session;
    this.api = api;
    this.input = h("input", {
      type: "file",
      multiple: true,
      hidden: true,
      "aria-hidden": "true",
      tabindex: "-1",
      onchange: () => {
        this.add([...(this.input.files ?? [])]);
        this.input.value = "";
      },
    });
    this.busy = h("span.hint", { role: "status" });
    this.asks = h("div.asks");
    this.sources = h("div.time-sources");
    this.stems = h("div.stem-names");
    this.cover = h("span");
    this.node = h(
      "details.more.material",
      {},
      h("summary", { text: t("Your own material") }),
      h("p.hint", {
        text: t("MIDI, a project of Reaper or Ableton, a collection of rekordbox or Traktor, labels, stems, words, or a zip of them: drop them here"),
      }),
      h(
        "div.row",
        {},
        button(t("Add files"), () => this.input.click(), { kind: "quiet" }),
        this.input,
        this.cover,
        this.busy,
      ),
      this.sources,
      this.stems,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (!state.analysis || !(changed.has("analysis") || changed.has("history") || changed.has("id"))) return;
    this.showAsks(state.analysis);
    this.showSources(state.analysis);
    this.showStems(state);
    this.showCover(state);
  }

  /**
   * Ask what shall be done with a file whose times lie beside the sound.
   * @param {Analysis} analysis
   */
  showAsks({ sources }) {
    const waiting = new Map(sources.filter((one) => one.waits).map((one) => [one.source, one]));
    fill(
      this.asks,
      [...waiting.values()].map((one) =>
        h(
          "div.row.ask",
          { role: "alert" },
          h("span", {
            text: t("{file} lies beside the sound by {ms} ms. What was heard is used until you decide.", {
              file: one.label,
              ms: plain(one.shift_ms, 1),
            }),
          }),
          button(t("Move it by {ms} ms", { ms: plain(one.shift_ms, 1) }), () => this.place(one, one.shift_ms), {
            kind: "primary",
          }),
          button(t("Keep it as it is"), () => this.place(one, 0), { kind: "quiet" }),
        ),
      ),
    );
  }

  /**
   * @param {TimeSource} source
   * @param {number} shift
   */
  place({ source, stretch }, shift) {
    const moved = shift ? stretch : 1;
    this.edit({ time: { ...this.time, [`${source}_ms`]: shift, [`${source}_stretch`]: moved } });
  }

  /** @returns {Record<string, unknown>} */
  get time() {
    return /** @type {any} */ (this.session.project.song.time ?? {});
  }

  /** @param {Analysis} analysis */
  showSources({ sources }) {
    fill(
      this.sources,
      Object.entries(KINDS).flatMap(([kind, label]) => {
        const known = sources.filter((one) => one.of === kind);
        if (known.length < 2) return [];
        const used = known.find((one) => one.used);
        const options = known.map((one) => [one.source, sourceText(one)]);
        const field = select([["", t("The best there is")], ...options], (value) =>
          this.edit({ time: { ...this.time, [kind]: value } }),
        );
        field.value = String(this.time[kind] ?? "");
        field.setAttribute("aria-label", label());
        return [h("div.row", {}, h("strong", { text: label() }), field, h("span.hint", { text: used ? sourceText(used) : "" }))];
      }),
    );
  }

  /** @param {State} state */
  showStems({ analysis, history }) {
    const stems = Object.entries(analysis?.envelopes.stems ?? {});
    const chosen = history.value.song.stem_names ?? {};
    const left = Object.entries(chosen).filter(([, name]) => name === "-");
    fill(
      this.stems,
      [...stems, ...left].map(([label, name]) => {
        const names = [...new Set([name, ...ROLES])].filter((one) => one !== "-");
        const field = select([...names.map((one) => [one, one]), ["-", t("leave it out")]], (value) =>
          this.edit({ stem_names: { ...chosen, [label]: value } }),
        );
        field.value = name;
        field.setAttribute("aria-label", label);
        return h("div.row", {}, h("span.stem-file", { text: label }), field);
      }),
    );
  }

  /** @param {State} state */
  showCover({ cover, history }) {
    const { look } = history.value;
    const offered = cover && look.start_image !== cover;
    fill(
      this.cover,
      offered
        ? button(t("Start from the cover"), () => this.startFrom(cover), {
            kind: "quiet",
            help: t("The video begins with the picture that came with the song"),
          })
        : null,
    );
  }

  /** @param {string} cover */
  startFrom(cover) {
    const { project } = this.session;
    this.session.edit({ ...project, look: { ...project.look, start_image: cover } });
  }

  /** @param {Record<string, unknown>} fields */
  edit(fields) {
    const { project } = this.session;
    this.session.edit({ ...project, song: { ...project.song, ...fields } });
  }

  /**
   * Bring files in: sounds among them are stems of one folder.
   * @param {File[]} files
   */
  async add(files) {
    const { id } = this.store.state;
    const group = Math.random().toString(36).slice(2, 10);
    /** @type {Record<string, unknown>} */
    const fields = {};
    for (const file of files) {
      this.busy.textContent = t("Bringing {name} in …", { name: file.name });
      const address = `/api/projects/${id}/material?group=${group}`;
      const answer = await this.store.attempt(() => this.api.upload(address, file));
      if (answer) Object.assign(fields, answer.song);
    }
    this.busy.textContent = "";
    if (!Object.keys(fields).length || this.store.state.id !== id) return;
    // Another file lies elsewhere in time than the one before it.
    const time = { ...this.time };
    for (const source of ["midi", "markers"]) {
      if (source in fields) Object.assign(time, { [`${source}_ms`]: null, [`${source}_stretch`]: 1 });
    }
    this.busy.textContent = t("Listening …");
    this.edit({ ...fields, time, ...("stems" in fields ? { stem_names: {} } : {}) });
    await this.session.save(true);
    this.busy.textContent = "";
    /** @type {HTMLDetailsElement} */ (this.node).open = true;
  }
}

/** @param {TimeSource} source */
function sourceText({ source, fit, shift_ms: shift, waits }) {
  const names = {
    midi: t("MIDI file"),
    markers: t("DAW project or markers"),
    tags: t("tags in the words"),
    drums: t("the drums' stem"),
    heard: t("heard"),
  };
  const name = names[/** @type {keyof typeof names} */ (source)] ?? source;
  const parts = [name, t("fits {share} %", { share: Math.round(100 * fit) })];
  if (shift) parts.push(t("{ms} ms beside the sound", { ms: plain(shift, 1) }));
  if (waits) parts.push(t("waits for you"));
  return parts.join(" · ");
}
