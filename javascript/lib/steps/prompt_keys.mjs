// Prompts with keys of their own, over all scenes, in place of the scenes' own words.

import { h, setField } from "../core/dom.mjs";
import { choice, labelled } from "../core/fields.mjs";
import { problemAt } from "../core/store.mjs";
import { t } from "../core/i18n.mjs";

export class PromptKeys {
  /** @type {Field} */
  text;

  /** @param {Context} context */
  constructor({ store, session }) {
    this.store = store;
    this.session = session;
    this.text = labelled(
      t("Prompts with times of their own"),
      h("textarea.schedule", {
        rows: 4,
        spellcheck: "false",
        placeholder: "0: a house on a hill\n32b: a ship --neg people\n1:23.5: the open sea",
        oninput: () => this.put({ prompts: this.text.input.value }, "prompts"),
        onchange: () => session.settle(),
      }),
      { hidden: true },
    );
    this.blend = choice(
      t("From one prompt to the next"),
      [
        ["hold", t("each holds until the next")],
        ["fade", t("each fades into the next")],
      ],
      (blend) => this.put({ prompts_blend: blend }),
    );
    this.node = h(
      "details.more",
      {},
      h("summary", { text: t("Prompts with times of their own") }),
      h(
        "div.stack",
        {},
        h("p.hint", {
          text: t("One a line: when, a colon, what is seen. They take the place of the scenes’ own words"),
        }),
        this.text.node,
        this.blend,
      ),
    );
  }

  /** @param {Partial<Project>} fields */
  put(fields, key = "") {
    this.session.edit({ ...this.session.project, ...fields }, key);
  }

  /** @param {State} state */
  update(state) {
    const { prompts, prompts_blend: blend } = state.history.value;
    setField(this.text.input, prompts);
    this.blend.show(blend);
    this.blend.hidden = !prompts.trim();
    this.text.problem(problemAt(state, "prompts")?.message);
    if (prompts.trim()) this.node.open = true;
  }
}
