// What strength means for the loaded model: measured with twelve pictures, so that .6 changes as much as with any other.

import { h } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

export class StrengthCalibration {
  /** @param {Context} context */
  constructor({ store, session, tasks, api }) {
    this.store = store;
    this.session = session;
    this.tasks = tasks;
    this.api = api;
    this.begin = button(t("Calibrate this model"), () => this.measure(), {
      kind: "quiet",
      help: t("Draws 12 pictures, about a minute: then a strength changes as much with this model as with any other"),
    });
    this.stop = button(t("Stop"), () => tasks.stop("measure"), { kind: "quiet" });
    this.stop.hidden = true;
    this.words = h("span.hint", { role: "status" });
    this.node = h("div.row", { hidden: !store.state.welcome.choices.samplers.length }, this.begin, this.stop, this.words);
  }

  measure() {
    const ask = { project: this.session.project };
    return this.tasks.run(() => this.api.post(`/api/projects/${this.store.state.id}/measure`, ask));
  }

  /** @param {TaskState | undefined} task */
  show(task) {
    const running = task?.status === "running";
    this.begin.disabled = running;
    this.stop.hidden = !running;
    this.words.textContent = task ? words(task) : "";
  }
}

/** @param {TaskState} task */
function words({ status, done, total, result }) {
  if (status === "running") return t("{done} of {total} drawn", { done, total });
  if (status === "done") return t("Strength is calibrated for {model}; new videos follow it.", { model: result.model });
  return status === "stopped" ? t("Stopped; strength stays as it was.") : "";
}
