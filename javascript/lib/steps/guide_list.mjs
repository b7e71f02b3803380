// Pictures pinned to moments of the song: the video is drawn towards each of them around its moment.

import { boundsOf } from "../core/bounds.mjs";
import { h, setField } from "../core/dom.mjs";
import { button, fileButton, select } from "../core/fields.mjs";
import { startText } from "./scenes.mjs";
import { problemAt } from "../core/store.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

const FIELDS = /** @type {const} */ (["at", "amount", "shape", "reach_s"]);

export class GuideList {
  /** @type {{node: HTMLElement, at: Input, amount: Input, shape: Input, reach_s: Input}[]} */
  lines = [];
  /** What the rows were built for. */
  key = "";

  /** @param {Context} context */
  constructor({ store, session, player, api }) {
    this.store = store;
    this.session = session;
    this.player = player;
    this.api = api;
    this.rows = h("div.reactions");
    this.fault = h("p.fault", { role: "alert", hidden: true });
    const add = fileButton(
      t("Pin a picture to this moment"),
      "image/*,.heic,.heif,.avif",
      (file) => this.add(file),
      t("The video is drawn towards it around the playhead's moment"),
    );
    this.node = h(
      "div.stack",
      {},
      h("span.label", { text: t("Pictures pinned to the song") }),
      this.rows,
      this.fault,
      add,
    );
  }

  /**
   * @param {Guide[]} guides
   * @param {State} state
   */
  show(guides, state) {
    const key = guides.map((guide) => guide.picture).join();
    if (key !== this.key) {
      this.key = key;
      this.lines = guides.map((guide, index) => this.row(guide, index, state.id));
      this.rows.replaceChildren(...this.lines.map((line) => line.node));
    }
    guides.forEach((guide, index) => {
      for (const name of FIELDS) setField(this.lines[index][name], guide[name]);
      this.lines[index].reach_s.hidden = guide.shape === "hold";
    });
    const problem = guides.map((_, index) => problemAt(state, `look.guides[${index}]`)).find(Boolean);
    this.fault.hidden = !problem;
    this.fault.textContent = problem ? translateServerMessage(problem.message) : "";
  }

  /**
   * @param {Guide} guide
   * @param {number} index
   * @param {string} id
   */
  row(guide, index, id) {
    const picture = h("span.swatch", {
      style: { background: `center/cover url("${this.api.url(`/api/projects/${id}/files/${guide.picture}`)}")` },
    });
    /** @param {Partial<Guide>} fields */
    const put = (fields) => this.put(index, fields);
    /** @type {HTMLInputElement} */
    const at = h("input.short", {
      type: "text",
      "aria-label": t("moment"),
      title: t("For example 8bar, 32b, 12.5s or 1:23"),
      onchange: () => put({ at: at.value }),
    });
    /**
     * @param {string} name
     * @param {string} label
     */
    const number = (name, label) => {
      /** @type {HTMLInputElement} */
      const input = h("input.short", {
        type: "number",
        ...boundsOf(this.store, `look.guides[].${name}`),
        step: 0.1,
        "aria-label": label,
        title: label,
        onchange: () => put({ [name]: Number(input.value) }),
      });
      return input;
    };
    const amount = number("amount", t("how strongly it pulls, 0 to 1"));
    const reach = number("reach_s", t("seconds before and after in which it is felt"));
    const shape = select(
      [
        ["swell", t("comes and goes")],
        ["hold", t("until the next picture")],
      ],
      (value) => put({ shape: value }),
      { "aria-label": t("how it pulls") },
    );
    const remove = button(t("Remove"), () => this.remove(index), { icon: "close", kind: "quiet" });
    return {
      node: h("div.row.reaction", {}, picture, at, amount, shape, reach, remove),
      at,
      amount,
      shape,
      reach_s: reach,
    };
  }

  /** @param {Guide[]} guides */
  change(guides) {
    this.session.edit({ ...this.session.project, look: { ...this.session.project.look, guides } });
  }

  /**
   * @param {number} index
   * @param {Partial<Guide>} fields
   */
  put(index, fields) {
    this.change(this.session.project.look.guides.map((guide, i) => (i === index ? { ...guide, ...fields } : guide)));
  }

  /** @param {number} index */
  remove(index) {
    this.change(this.session.project.look.guides.filter((_, i) => i !== index));
  }

  /** @param {File} file */
  async add(file) {
    const at = startText(this.player.seconds, this.store.state.song.grid);
    const answer = await this.store.attempt(() => this.api.upload(`/api/projects/${this.store.state.id}/files`, file));
    if (!answer) return;
    const guide = { at, picture: answer.path, amount: 0.5, shape: "swell", reach_s: 2 };
    this.change([...this.session.project.look.guides, guide]);
  }
}
