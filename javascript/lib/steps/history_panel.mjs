// The project as it was at earlier times, kept by the server while somebody worked on it.

import { fill, h } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { currentLanguage, t } from "../core/i18n.mjs";

/** @typedef {{name: string, saved_s: number, scenes: number, theme: string}} Kept */

export class HistoryPanel {
  /** @type {HTMLDetailsElement} */
  node;

  /** @param {Context} context */
  constructor({ store, session, api }) {
    this.store = store;
    this.session = session;
    this.api = api;
    this.list = h("ul.kept-list");
    this.node = h(
      "details.more.history",
      { ontoggle: () => this.node.open && this.fetch() },
      h("summary", { text: t("Earlier versions"), title: t("This project as it was, kept by itself while you work") }),
      this.list,
    );
  }

  async fetch() {
    const answer = await this.store.attempt(() => this.api.get(`/api/projects/${this.store.state.id}/history`));
    /** @type {Kept[]} */
    const kept = answer?.kept ?? [];
    fill(
      this.list,
      kept.length ? kept.map((one) => this.entry(one)) : h("li.hint", { text: t("Nothing kept yet: work on for a minute.") }),
    );
  }

  /** @param {Kept} kept */
  entry({ name, saved_s: seconds, scenes, theme }) {
    const language = currentLanguage() === "ko_KR" ? "ko" : "en";
    const when = new Date(1000 * seconds).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
    const facts = [t("{n} scenes", { n: scenes }), theme].filter(Boolean).join(" · ");
    return h(
      "li.row",
      {},
      h("span", {}, h("strong", { text: when }), " ", h("span.hint", { text: facts })),
      button(t("Go back to it"), () => this.restore(name), { kind: "quiet" }),
    );
  }

  /** @param {string} name */
  async restore(name) {
    const { id } = this.store.state;
    const answer = await this.store.attempt(() => this.api.get(`/api/projects/${id}/history/${name}`));
    if (!answer || this.store.state.id !== id) return;
    this.session.edit(answer.project);
    this.node.open = false;
    this.store.notify(t("The project is as it was then. Undo brings back the newest one."), "good");
  }
}
