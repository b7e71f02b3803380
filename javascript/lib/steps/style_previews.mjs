// Previews of the styles in sight, drawn by what will draw the video; until then the tiles show the painter's examples.

import { h } from "../core/dom.mjs";
import { button, labelled } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

export class StylePreviews {
  /**
   * @param {Context} context
   * @param {Map<string, Tile>} tiles by style
   * @param {() => Record<string, string>} names gives the host's model, sampler and noise schedule
   */
  constructor({ store, session, tasks, api }, tiles, names) {
    this.store = store;
    this.session = session;
    this.tasks = tasks;
    this.api = api;
    this.tiles = tiles;
    this.names = names;
    this.subject = labelled(
      t("Example subject"),
      h("input", { type: "text", maxlength: 300, placeholder: t("a house") }),
      { help: t("What the examples show, in any style") },
    );
    this.draw = button(t("Draw examples with my model"), () => this.start(), {
      kind: "quiet",
      help: t("Draws the styles in sight as your own video would be drawn; kept for the next time"),
    });
    this.stop = button(t("Stop drawing"), () => tasks.stop("styles"), { kind: "quiet" });
    this.words = h("span.hint", { role: "status" });
    this.node = h("div.row", {}, this.subject.node, this.draw, this.stop, this.words);
  }

  /** Draw examples of some styles, by default of those in sight. */
  start(styles = [...this.tiles].filter(([, { node }]) => !node.hidden).map(([id]) => id)) {
    const ask = { project: this.session.project, styles, subject: this.subject.input.value, ...this.names() };
    return this.tasks.run(() => this.api.post(`/api/projects/${this.store.state.id}/styles`, ask));
  }

  /** @param {TaskState | undefined} task */
  show(task) {
    const running = task?.status === "running";
    this.stop.hidden = !running;
    this.draw.disabled = running;
    this.words.textContent = running
      ? t("{done} of {total} drawn", { done: task?.done, total: task?.total })
      : t("Pictures are examples by the painter, until you draw your own.");
    for (const id of task?.drawn ?? []) this.put(id, task?.id ?? "");
  }

  /**
   * @param {string} id
   * @param {string} task
   */
  put(id, task) {
    const tile = this.tiles.get(id);
    if (!tile || tile.node.dataset.of === task) return;
    tile.node.dataset.of = task;
    tile.thumb.style.background = `center/cover url("${this.api.url(`/api/tasks/${task}/styles/${id}.jpg`)}")`;
  }
}
