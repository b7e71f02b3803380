// The chosen channel's curve as text, and what is wrong with it.

import { parseSchedule } from "./curve.mjs";
import { h, setField } from "../core/dom.mjs";
import { problemAt } from "../core/store.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

export class CurveText {
  /** @param {Context} context */
  constructor({ store, session }) {
    this.store = store;
    this.session = session;
    this.input = h("textarea.schedule", {
      rows: 3,
      spellcheck: "false",
      "aria-label": t("The same curve as text"),
      oninput: () => this.typed(),
      onchange: () => session.settle(),
    });
    this.fault = h("p.fault", { role: "alert", hidden: true });
    const title = h("summary", { text: t("The same curve as text") });
    this.node = h("details.more", { open: true }, title, this.input, this.fault);
  }

  /** @param {string} text */
  show(text) {
    setField(this.input, text);
  }

  /**
   * Put a text into the project; an empty one gives the channel back to its default.
   * @param {string} text
   */
  put(text, key = "") {
    const { channel } = this.store.state;
    const curves = { ...this.session.project.curves };
    if (text.trim()) curves[channel] = text;
    else delete curves[channel];
    this.session.edit({ ...this.session.project, curves }, key);
  }

  typed() {
    const text = this.input.value;
    this.fault.hidden = Boolean(parseSchedule(text)) || !text.trim();
    this.fault.textContent = t("This is no curve yet. A curve looks like 0:(0.65), 32b:(0.4)");
    this.put(text, `text-${this.store.state.channel}`);
  }

  /** Show what the server said about this channel's text, or nothing. */
  showProblem() {
    const problem = problemAt(this.store.state, `curves.${this.store.state.channel}`);
    this.fault.hidden = !problem;
    this.input.setAttribute("aria-invalid", String(Boolean(problem)));
    if (!problem) return;
    const at = this.input.value.slice(problem.column, problem.column + problem.length);
    const told = translateServerMessage(problem.message);
    this.fault.textContent = at ? `${told} — ${t("at “{text}”", { text: at })}` : told;
  }
}
