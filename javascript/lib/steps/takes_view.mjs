// Step 6: the videos made so far, side by side.

import { h } from "../core/dom.mjs";
import { button, section } from "../core/fields.mjs";
import { setAllScenes } from "./scenes.mjs";
import { frameAt, parseFps } from "../curve/timing.mjs";
import { canSend, sendToImg2img } from "../webui/webui_link.mjs";
import { currentLanguage, t, translateServerMessage } from "../core/i18n.mjs";

export class TakesView {
  /** The buttons that go on with a take; they wait while one is drawn. @type {HTMLButtonElement[]} */
  goOns = [];
  /** What the takes would be enlarged to. */
  sizes = "";

  /** @param {Context} context */
  constructor({ store, session, takes, api }) {
    this.store = store;
    this.session = session;
    this.takes = takes;
    this.api = api;
    this.list = h("div.takes");
    this.make = button(t("Make the video"), () => takes.make(), { kind: "primary" });
    this.seed = button(t("Another take"), () => this.another({}), {
      help: t("The same project with another seed: the same idea, other pictures"),
    });
    this.style = button(t("Another take in another style"), () => this.another({ style: true }), {
      help: t("All scenes in one style, chosen by chance"),
    });
    this.empty = h("p.hint", { text: t("Nothing made yet.") });
    this.node = section(
      6,
      t("Video"),
      t("Every take is kept, to compare."),
      h("div.row", {}, this.make, this.seed, this.style),
      this.empty,
      this.list,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    const resized = this.sizesChanged(state);
    if (resized || changed.has("takes") || changed.has("id")) this.showTakes(state);
    if (!changed.has("tasks") && !changed.has("analysis")) return;
    const busy = state.tasks.render?.status === "running" || !state.analysis;
    this.make.disabled = this.seed.disabled = this.style.disabled = busy;
    for (const go of this.goOns) go.disabled = busy;
  }

  /**
   * Return whether what the takes would be enlarged to was changed.
   * @param {State} state
   */
  sizesChanged({ history }) {
    const { upscaler, upscale } = history.value?.output ?? {};
    const key = `${upscaler} ${upscale}`;
    const changed = key !== this.sizes;
    this.sizes = key;
    return changed;
  }

  /** @param {State} state */
  showTakes({ takes, id, history }) {
    this.empty.hidden = takes.length > 0;
    this.goOns = [];
    this.list.replaceChildren(...takes.map((take) => this.card(take, id, history.value?.title || "video")));
  }

  /**
   * @param {Take} take
   * @param {string} id
   * @param {string} title
   */
  card(take, id, title) {
    const root = `/api/projects/${id}`;
    const path = `${root}/takes/${take.number}/video`;
    const facts = [
      take.upscaler ? `${take.size.join("×")} → ${take.video_size.join("×")}` : take.size.join("×"),
      t("{fps} per second", { fps: take.fps }),
      t("seed {n}", { n: take.seed }),
      this.styleNames(take.styles),
      take.frames_kept ? "" : t("its frames are deleted, so it cannot be continued or enlarged"),
    ];
    const poster =
      take.newest >= 0 ? this.api.url(`${root}/pictures/${take.number}/${Math.floor(take.newest / 2)}.jpg`) : null;
    const video = take.done
      ? h("video", {
          src: this.api.url(path),
          controls: true,
          preload: "none",
          poster,
          playsinline: true,
          style: { "aspect-ratio": take.size.join(" / ") },
        })
      : null;
    const player =
      video ??
      h(
        "div.unfinished",
        {
          style: {
            "background-image":
              take.newest >= 0
                ? `url("${this.api.url(`${root}/pictures/${take.number}/${take.newest}.jpg`)}")`
                : "none",
          },
        },
        h("span", { text: t("{count} frames drawn", { count: take.n_ready }) }),
      );
    const name = `${title} take ${take.number}.mp4`;
    const act = take.done
      ? h("a.button", {
          href: this.api.url(`${path}?download=${encodeURIComponent(name)}`),
          download: name,
          text: t("Download"),
        })
      : this.goOn(button(t("Continue"), () => this.takes.resume(take.number), { kind: "primary" }));
    return h(
      "article.take",
      {},
      h("h3", { text: t("Take {n}", { n: take.number }) }),
      player,
      h("p.hint", { text: facts.filter(Boolean).join(" · ") }),
      take.sync.text ? h("p.sync", { text: translateServerMessage(take.sync.text) }) : null,
      h("div.row", {}, act, this.finishing(take), this.enlarging(take), this.sending(take, video), this.folder(take)),
    );
  }

  /**
   * Return the button that makes a finished take's video anew, of enlarged frames; null where it is as large already.
   * @param {Take} take
   */
  enlarging(take) {
    const { upscalers } = this.store.state.welcome.choices;
    if (!take.done || !take.frames_kept || take.upscaler || !upscalers.length) return null;
    const { upscaler, upscale } = this.session.project.output;
    const [by, scale] = [upscaler || upscalers[0], upscale];
    const go = button(t("Enlarge"), () => this.takes.upscale(take.number, by, scale), {
      kind: "quiet",
      help: t("{scale} times as wide and high, by {upscaler}; nothing is drawn again. Choose others under Format", {
        scale,
        upscaler: by,
      }),
    });
    return this.goOn(go);
  }

  /**
   * Return the button that gives a finished take the project's effects; null where its frames are gone.
   * @param {Take} take
   */
  finishing(take) {
    if (!take.done || !take.frames_kept) return null;
    const go = button(t("Effects as they are now"), () => this.takes.refinish(take.number), {
      kind: "quiet",
      help: t("Makes this video anew with the effects of the Look step; nothing is drawn again"),
    });
    return this.goOn(go);
  }

  /**
   * Take note of a button that goes on with a take.
   * @param {HTMLButtonElement} go
   */
  goOn(go) {
    go.classList.add("go-on");
    go.disabled = this.make.disabled;
    this.goOns.push(go);
    return go;
  }

  /**
   * Return the button that hands the frame on show to img2img; null without a WebUI, or without frames.
   * @param {Take} take
   * @param {HTMLVideoElement | null} video
   */
  sending(take, video) {
    if (!canSend() || !take.frames_kept || take.newest < 0) return null;
    const send = () => {
      const index = video ? frameAt(video.currentTime, parseFps(take.fps)) : take.newest;
      const path = `/api/projects/${this.store.state.id}/pictures/${take.number}/${Math.min(index, take.newest)}/to-send`;
      return this.store.attempt(async () => sendToImg2img(await this.api.get(path)));
    };
    return button(t("This frame to img2img"), send, {
      kind: "quiet",
      help: t("With its prompt and settings, to work on it there"),
    });
  }

  /**
   * Return the take's folder as a button: it opens it, or, from another computer, copies its name.
   * @param {Take} take
   */
  folder(take) {
    const { folder, number } = take;
    const copy = () =>
      navigator.clipboard
        ?.writeText(folder)
        .then(() => this.store.notify(t("The folder's name is copied: {folder}", { folder }), "good"));
    if (!this.store.state.welcome.opens_folders)
      return h("button.link.folder", {
        type: "button",
        text: folder,
        title: t("Where it lies on the computer that runs GLANCE; press to copy"),
        onclick: copy,
      });
    const path = `/api/projects/${this.store.state.id}/takes/${number}/open`;
    return button(t("Open folder"), () => this.store.attempt(() => this.api.post(path)), {
      kind: "quiet",
      help: folder,
    });
  }

  /** @param {string[]} ids */
  styleNames(ids) {
    const { styles } = this.store.state.welcome;
    const korean = currentLanguage() === "ko_KR" ? 1 : 0;
    return ids.map((id) => styles.find((style) => style.id === id)?.name[korean] ?? id).join(", ");
  }

  another({ style = false }) {
    let project = { ...this.session.project, seed: this.session.project.seed + this.store.state.takes.length + 1 };
    if (style) {
      const { styles } = this.store.state.welcome;
      project = setAllScenes(project, { style: styles[Math.floor(Math.random() * styles.length)].id });
    }
    return this.takes.make(project);
  }
}
