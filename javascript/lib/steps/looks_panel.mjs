// Looks: how a video looks, as a thing that can be kept, shared and given to another song.

import { fill, h } from "../core/dom.mjs";
import { fileButton } from "../core/fields.mjs";
import { t, translateServerMessage } from "../core/i18n.mjs";

const ENDING = ".glancelook";

export class LooksPanel {
  /** The parts that are applied. @type {Set<string>} */
  parts;

  /** @param {Context} context */
  constructor({ store, session, api }) {
    this.store = store;
    this.session = session;
    this.api = api;
    const parts = [
      ["styles", t("styles")],
      ["palette", t("palette")],
      ["words", t("words")],
      ["camera", t("camera")],
      ["reactions", t("reactions")],
      ["effects", t("effects")],
    ];
    this.parts = new Set(parts.map(([part]) => part));
    const chips = parts.map(([part, text]) => {
      const chip = h("button.chip", {
        type: "button",
        text,
        "aria-pressed": "true",
        onclick: () => {
          if (this.parts.has(part)) this.parts.delete(part);
          else this.parts.add(part);
          chip.setAttribute("aria-pressed", String(this.parts.has(part)));
        },
      });
      return chip;
    });
    this.notes = h("p.hint", { role: "status", hidden: true });
    const { looks } = store.state.welcome;
    this.node = h(
      "div.panel.wide",
      {
        ondragover: (event) => event.preventDefault(),
        ondrop: (event) => this.dropped(event),
      },
      h("h3", { text: t("Looks") }),
      h("p.hint", { text: t("Styles, colours, camera, reactions and effects in one; drop a {ending} file here, too", { ending: ENDING }) }),
      h("div.row", {}, h("div.chips", { role: "group", "aria-label": t("Parts that are applied") }, chips)),
      h(
        "div.cameras.looks",
        { role: "group", "aria-label": t("Looks") },
        looks.map((look) => this.tile(look)),
      ),
      this.notes,
      h(
        "div.row",
        {},
        fileButton(t("Open a look …"), ENDING, (file) => this.open(file)),
        h("a.button.quiet", {
          href: "#",
          text: t("Save this look"),
          title: t("A file with the look of this video, without its song and scenes, to share or to use again"),
          onclick: (event) => this.save(event),
        }),
      ),
    );
  }

  /** @param {LookCard} look */
  tile(look) {
    const clip = look.clip
      ? h("img.thumb", { src: this.api.url(`/api/looks/${look.name}.webp`), alt: "", loading: "lazy", width: 160, height: 90 })
      : h("span.thumb");
    return h(
      "button.tile-pick.camera",
      { type: "button", title: t(look.about), dataset: { look: look.name }, onclick: () => this.apply({ look: look.name }) },
      clip,
      h("span.tile-name", { text: t(look.label) }),
    );
  }

  /** @param {DragEvent} event */
  dropped(event) {
    const file = event.dataTransfer?.files[0];
    if (!file?.name.toLowerCase().endsWith(ENDING)) return;
    event.preventDefault();
    this.open(file);
  }

  /** @param {File} file */
  async open(file) {
    await this.apply({ file: await file.text() });
  }

  /** @param {{look?: string, file?: string}} asked */
  async apply(asked) {
    const { store, session } = this;
    const { id } = store.state;
    const body = { ...asked, parts: [...this.parts], project: session.project };
    const answer = await store.attempt(() => this.api.post(`/api/projects/${id}/look`, body));
    if (!answer || store.state.id !== id) return;
    session.edit(answer.project);
    store.notify(t("The look is applied. Undo takes it back."), "good");
    this.notes.hidden = !answer.notes.length;
    fill(this.notes, ...answer.notes.flatMap((/** @type {string} */ note) => [translateServerMessage(note), h("br")]));
  }

  /** @param {Event} event */
  async save(event) {
    event.preventDefault();
    const { store, session } = this;
    await session.save(true);
    store.notify(t("Drawing a clip of the look …"));
    const link = h("a", { href: this.api.url(`/api/projects/${store.state.id}/look.glancelook`), download: "" });
    link.click();
  }
}
