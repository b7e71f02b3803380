// The chosen channel's curve as text, and what is wrong with it.

import { parseSchedule } from "./curve.mjs";
import { beyondRange, readPasted } from "./pasted_text.mjs";
import { plain } from "./timing.mjs";
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
    this.note = h("p.hint.beyond", { role: "status", hidden: true });
    const title = h("summary", { text: t("The same curve as text") });
    this.node = h("details.more", { open: true }, title, this.input, this.fault, this.note);
  }

  /** @param {string} text */
  show(text) {
    setField(this.input, text);
    this.showBeyond(text);
  }

  /**
   * Say which numbers lie beyond the channel's range: nothing is refused for it, it is drawn at the range's end.
   * @param {string} text
   */
  showBeyond(text) {
    const { welcome, channel } = this.store.state;
    const known = welcome.channels.find((one) => one.name === channel);
    const [first] = known && text.trim() ? beyondRange(parseSchedule(text) ?? [], known) : [];
    this.note.hidden = !first;
    if (first)
      this.note.textContent = t("{value} at {time} is beyond this channel's range; {drawn} is drawn", {
        value: plain(first.value),
        time: first.time,
        drawn: plain(first.drawn),
      });
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
    const { welcome } = this.store.state;
    const names = welcome.channels.map(({ name }) => name);
    const { channel, text } = readPasted(this.input.value, names);
    if (channel && channel !== this.store.state.channel) {
      // A schedule of another channel goes where it belongs.
      this.session.edit({ ...this.session.project, curves: { ...this.session.project.curves, [channel]: text } });
      this.input.blur();
      this.session.choose(channel);
      return;
    }
    if (channel && parseSchedule(text)) this.input.value = text;
    this.showBeyond(text);
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
