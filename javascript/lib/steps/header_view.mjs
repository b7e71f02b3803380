// The bar at the top: the project's name, undo and redo, open and save, the language, and the one big button.

import { h, setField } from "../core/dom.mjs";
import { button, fileButton, select } from "../core/fields.mjs";
import { HistoryPanel } from "./history_panel.mjs";
import { currentLanguage, t } from "../core/i18n.mjs";

export class HeaderView {
  /** @type {HTMLInputElement} */
  title;

  /** @param {Context} context */
  constructor(context) {
    const { store, session, story, takes, api, app } = context;
    this.store = store;
    this.session = session;
    this.story = story;
    this.takes = takes;
    this.api = api;
    this.title = h("input.title", {
      type: "text",
      maxlength: 120,
      "aria-label": t("Name of this video"),
      oninput: () => session.edit({ ...session.project, title: this.title.value }, "title"),
      onchange: () => session.settle(),
    });
    this.saving = h("span.saving", { role: "status" });
    this.undo = button(t("Undo"), () => session.undo(), { icon: "undo", kind: "quiet", help: t("Undo (Ctrl+Z)") });
    this.redo = button(t("Redo"), () => session.redo(), {
      icon: "redo",
      kind: "quiet",
      help: t("Redo (Ctrl+Shift+Z)"),
    });
    this.recent = select(
      [],
      (id) => {
        if (id) session.open(id);
        else session.close();
      },
      { "aria-label": t("Your videos") },
    );
    this.keep = h("a.button.quiet", { text: t("Save a copy"), title: t("Keep this project as a file"), download: "" });
    this.adopt = fileButton(
      t("Open a copy"),
      ".json",
      (file) => session.importContents(file),
      t("Use the scenes, curves and look of a project file with this song"),
    );
    this.make = button(t("Make my video"), () => this.makeAll(), {
      kind: "primary",
      help: t("Writes the story if there is none, draws every frame, and puts the song under it"),
    });
    const language = select(
      [
        ["en", "English"],
        ["ko_KR", "한국어"],
      ],
      (name) => app.switchLanguage(name),
      { "aria-label": "Language" },
    );
    language.value = currentLanguage();
    this.past = new HistoryPanel(context);
    this.tools = h("div.tools", {}, this.undo, this.redo, this.past.node, this.keep, this.adopt);
    this.node = h(
      "header.top",
      {},
      h("strong.brand", { text: "GLANCE" }),
      this.title,
      this.saving,
      h("div.spacer"),
      this.tools,
      this.recent,
      language,
      this.make,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("welcome") || changed.has("id")) this.listRecent(state);
    if (changed.has("history") || changed.has("id")) this.showHistory(state.history);
    if (changed.has("id")) {
      this.tools.hidden = this.title.hidden = this.make.hidden = !state.id;
      this.keep.href = this.api.url(`/api/projects/${state.id}/project.glance.json`);
    }
    if (changed.has("saving") || changed.has("problems")) this.showSaving(state);
    if (changed.has("tasks") || changed.has("analysis")) {
      const busy = ["render", "redo", "keys"].some((kind) => state.tasks[kind]?.status === "running");
      this.make.disabled = !state.analysis || busy;
    }
  }

  /** @param {State["history"]} history */
  showHistory({ value, past, future }) {
    setField(this.title, value?.title ?? "");
    this.undo.disabled = !past.length;
    this.redo.disabled = !future.length;
  }

  /** @param {State} state */
  showSaving({ saving, id }) {
    const words = {
      saved: t("Saved"),
      saving: t("Saving …"),
      waiting: t("Saving …"),
      failed: t("Not saved: no connection"),
      refused: t("Not saved: something needs fixing"),
      elsewhere: t("Not saved: changed in another tab"),
    };
    this.saving.textContent = id ? words[saving] : "";
    this.saving.classList.toggle("bad", ["failed", "refused", "elsewhere"].includes(saving));
  }

  /** @param {State} state */
  listRecent({ welcome, id, history }) {
    const entries = [...(welcome?.recent ?? [])];
    if (id && !entries.some((entry) => entry.id === id)) entries.unshift({ id, title: history.value?.title ?? id });
    const options = [["", t("New video …")], ...entries.map((entry) => [entry.id, entry.title])];
    this.recent.replaceChildren(...options.map(([value, text]) => h("option", { value, text })));
    this.recent.value = id;
    this.recent.hidden = !entries.length;
  }

  /** Story (where none was written for this theme yet), then every frame. */
  async makeAll() {
    await this.story.writeIfWanted();
    await this.takes.make();
  }
}
