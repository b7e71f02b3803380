// Who writes the story: GLANCE itself, or a language model; and what a model would be sent, before it is.

import { h } from "../core/dom.mjs";
import { button, labelled, select } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

const OWN = "own";

export class WriterPanel {
  /** @param {Context} context */
  constructor({ store, session, story, api }) {
    this.store = store;
    this.session = session;
    this.story = story;
    this.api = api;
    const names = store.state.welcome.writers;
    const options = [
      ["", t("GLANCE itself (offline)")],
      ...names.map((name) => [name, name]),
      [OWN, t("another server …")],
    ];
    this.server = labelled(
      t("Writer"),
      select(options, () => this.choose()),
      { help: t("A language model writes freer stories; the offline writer is always there") },
    );
    /**
     * @param {string} type
     * @param {string} placeholder
     */
    const text = (type, placeholder) =>
      h("input", { type, placeholder, autocomplete: "off", oninput: () => this.choose() });
    this.url = labelled(t("Address of the server"), text("url", "http://localhost:8080/v1"));
    this.model = labelled(t("Name of the model"), text("text", t("the server’s first")));
    this.key = labelled(t("Key"), text("password", ""), { help: t("Stays in this page: it is never saved") });
    this.patience = labelled(t("Seconds to wait"), text("text", "120"), {
      help: t("How long the model may take for a story; loading a large one takes minutes"),
    });
    this.look = button(t("Show what will be sent"), () => this.show(), { kind: "quiet" });
    this.sent = h("pre.sent", { hidden: true, tabindex: "0" });
    this.fields = h(
      "div.stack",
      { hidden: true },
      h("div.pair", {}, this.url.node, this.model.node, this.key.node, this.patience.node),
      h("div.row", {}, this.look),
      this.sent,
    );
    this.offer(store.state.welcome.defaults, names);
    this.node = h(
      "details.more",
      {},
      h("summary", { text: t("Who writes") }),
      h("div.stack", {}, this.server.node, this.fields),
    );
  }

  /**
   * Choose the server that was set in the host for all projects.
   * @param {{writer: string, model: string}} options
   * @param {string[]} names
   */
  offer({ writer, model }, names) {
    if (!writer) return;
    this.server.input.value = names.includes(writer) ? writer : OWN;
    this.url.input.value = names.includes(writer) ? "" : writer;
    this.model.input.value = model;
    this.choose();
  }

  choose() {
    const server = this.server.input.value;
    this.fields.hidden = !server;
    this.url.node.hidden = server !== OWN;
    this.story.writer = {
      server: server === OWN ? this.url.input.value : server,
      model: this.model.input.value,
      key: this.key.input.value,
      patience: this.patience.input.value.trim(),
    };
    this.sent.hidden = true;
  }

  /** Show the whole first request, to the server it would go to. */
  async show() {
    const ask = { project: this.session.project, writer: this.story.writer };
    const answer = await this.store.attempt(() =>
      this.api.post(`/api/projects/${this.store.state.id}/story/request`, ask),
    );
    if (!answer) return;
    this.sent.textContent = answer.text;
    this.sent.hidden = false;
    this.seen = this.story.writer.server;
  }

  /** Return whether the story may be written now: a model's first request is shown before it is sent. */
  async ready() {
    const { server } = this.story.writer;
    if (!server || this.seen === server) return true;
    this.node.open = true;
    await this.show();
    if (this.seen === server) this.store.notify(t("This is what will be sent. Press the button again to send it."));
    return false;
  }
}
