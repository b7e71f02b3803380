// The page without a song: one place to drop it, one sentence to say what the video is about.

import { h, withStorage } from "../core/dom.mjs";
import { button } from "../core/fields.mjs";
import { t } from "../core/i18n.mjs";

// What people have; a file of another name is taken as well, and judged by its content.
const SONGS = "audio/*,video/*,.flac,.opus,.m4a,.m4b,.aac,.aif,.caf,.wv,.ape,.mka,.mkv,.mov,.weba,.oga";

/** Under this name the browser keeps a theme that was typed and not used yet. */
const TYPED = "glance.typed-theme";

export class WelcomeView {
  /** @type {HTMLInputElement} */
  input;
  /** @type {HTMLElement} */
  drop;
  /** @type {HTMLTextAreaElement} */
  theme;
  /** Where the browser keeps the picture that the next video starts from. @type {string | null} */
  keptAddress = null;

  /** @param {Context} context */
  constructor({ store, session, story, api }) {
    this.store = store;
    this.session = session;
    this.story = story;
    this.api = api;
    this.input = h("input", {
      type: "file",
      accept: SONGS,
      hidden: true,
      "aria-hidden": "true",
      tabindex: "-1",
      onchange: () => {
        const [file] = this.input.files ?? [];
        if (file) this.take(file);
        this.input.value = "";
      },
    });
    this.theme = h("textarea.theme", {
      rows: 2,
      maxlength: 2000,
      id: "glance-first-theme",
      placeholder: t("for example: a lighthouse that remembers the sea"),
      oninput: () => this.keepTheme(this.theme.value),
    });
    // It outlives a reload, and an address whose project is gone.
    this.theme.value = store.state.theme || (withStorage((storage) => storage.getItem(TYPED), "") ?? "");
    this.drop = h(
      "div.drop",
      {
        ondragover: (event) => {
          event.preventDefault();
          this.drop.classList.add("over");
        },
        ondragleave: () => this.drop.classList.remove("over"),
        ondrop: (event) => this.dropped(event),
      },
      h("p.drop-mark", { text: "♪", "aria-hidden": "true" }),
      h("p.drop-text", { text: t("Drop your song here") }),
      button(t("Choose a song"), () => this.input.click(), { kind: "primary" }),
      this.input,
      h("p.hint", { text: t("mp3, wav, flac, ogg, m4a — it stays on the computer that runs GLANCE") }),
    );
    this.demo = button(t("Try the demo song"), () => this.take(null), {
      help: t("Forty seconds of music that came with GLANCE"),
    });
    this.kept = h("div.kept", { hidden: true, role: "status" });
    this.recent = h("div.recent");
    this.busy = h("p.hint", { role: "status" });
    this.node = h(
      "main.welcome",
      {},
      h("h1", { text: t("Your song becomes a music video") }),
      h("p.lead", {
        text: t("GLANCE listens to it, finds its beats and parts, and draws pictures that move with it."),
      }),
      this.kept,
      this.drop,
      h("label", { for: "glance-first-theme", text: t("What is it about? (you can leave this empty)") }),
      this.theme,
      h("div.row", {}, this.demo),
      this.busy,
      this.recent,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("kept")) this.showKept(state.kept);
    if (!changed.has("welcome") && !changed.has("id")) return;
    const entries = state.welcome?.recent ?? [];
    this.recent.replaceChildren(
      ...(entries.length
        ? [
            h("h2", { text: t("Go on with") }),
            h(
              "div.row",
              {},
              entries
                .slice(0, 8)
                .map((entry) => button(entry.title, () => this.session.open(entry.id), { kind: "quiet" })),
            ),
          ]
        : []),
    );
  }

  /** @param {string} theme */
  keepTheme(theme) {
    withStorage((storage) => storage.setItem(TYPED, theme), undefined);
  }

  /**
   * Show the picture that the next video will start from.
   * @param {File | null} picture
   */
  showKept(picture) {
    this.kept.hidden = !picture;
    if (this.keptAddress) URL.revokeObjectURL(this.keptAddress);
    this.keptAddress = picture ? URL.createObjectURL(picture) : null;
    if (!picture) return;
    this.kept.replaceChildren(
      h("img", { src: this.keptAddress, alt: "" }),
      h("span", { text: t("The video that you open next starts from this picture.") }),
      button(t("Without"), () => this.store.set({ kept: null }), { kind: "quiet" }),
    );
  }

  /** @param {DragEvent} event */
  dropped(event) {
    event.preventDefault();
    this.drop.classList.remove("over");
    const { dataTransfer } = event;
    const file = dataTransfer?.files[0];
    if (file) this.take(file);
    else if (dataTransfer?.getData("text/uri-list") || dataTransfer?.getData("text/plain"))
      this.store.notify(t("GLANCE reads files, no web addresses: download the song and drop the file"));
  }

  /**
   * Upload a song (or ask for the demo song), open it, and write its story where a theme was given.
   * @param {File | null} file
   */
  async take(file) {
    this.busy.textContent = file ? t("Bringing {name} in …", { name: file.name }) : t("Composing the demo song …");
    const made = await this.store.attempt(() =>
      file ? this.api.upload("/api/projects", file) : this.api.post("/api/demo"),
    );
    this.busy.textContent = "";
    const theme = this.theme.value.trim();
    this.store.set({ theme });
    if (!made || !(await this.session.open(made.id))) {
      this.store.set({ theme: "" });
      return;
    }
    this.theme.value = "";
    this.keepTheme("");
    if (theme) this.session.edit({ ...this.session.project, theme });
    this.store.set({ theme: "" });
    if (theme) await this.story.write();
  }
}
