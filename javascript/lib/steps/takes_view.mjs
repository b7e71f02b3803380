// Step 6: the videos made so far, side by side.

import { h } from "../core/dom.mjs";
import { megabytes } from "../core/takes.mjs";
import { button, section } from "../core/fields.mjs";
import { SideBySide } from "./side_by_side.mjs";
import { setAllScenes } from "./scenes.mjs";
import { clock, frameAt, parseFps } from "../curve/timing.mjs";
import { canSend, sendToImg2img } from "../webui/webui_link.mjs";
import { currentLanguage, t, translateServerMessage } from "../core/i18n.mjs";

export class TakesView {
  /** The buttons that go on with a take; they wait while one is drawn. @type {HTMLButtonElement[]} */
  goOns = [];
  /** What the takes would be enlarged to. */
  sizes = "";
  /** Numbers of the takes that are compared side by side. @type {number[]} */
  compared = [];

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
    this.side = new SideBySide(api);
    this.room = h("p.hint", { hidden: true });
    this.node = section(
      6,
      t("Video"),
      t("Every take is kept, to compare."),
      h("div.row", {}, this.make, this.seed, this.style),
      this.empty,
      this.side.node,
      this.list,
      this.room,
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
    const busy = !state.analysis || ["render", "redo", "keys"].some((kind) => state.tasks[kind]?.status === "running");
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
    this.room.hidden = takes.length < 2;
    const bytes = takes.reduce((sum, take) => sum + take.frees, 0);
    this.room.textContent = t("Deleting a take frees only what no other take shows: {size} of these in all.", {
      size: megabytes(bytes),
    });
    this.compared = this.compared.filter((number) => takes.some((take) => take.number === number));
    this.side.show(takes, this.compared, id);
    this.list.replaceChildren(...takes.map((take) => this.card(take, id, history.value?.title || "video")));
  }

  /**
   * @param {Take} take
   * @param {string} id
   * @param {string} title
   */
  card(take, id, title) {
    const path = `/api/projects/${id}/takes/${take.number}/video`;
    const video = this.video(take, id);
    const player = video ?? this.unfinished(take, id);
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
      !take.done && take.so_far ? h("p.hint", { text: t("{count} frames drawn", { count: take.n_ready }) }) : null,
      h("p.hint", { text: this.facts(take).filter(Boolean).join(" · ") }),
      take.sync.text ? h("p.sync", { text: translateServerMessage(take.sync.text) }) : null,
      h(
        "div.row",
        {},
        act,
        this.finishing(take),
        this.enlarging(take),
        this.sending(take, video),
        this.comparing(take),
        this.deleting(take),
        this.folder(take),
      ),
    );
  }

  /** @param {Take} take */
  facts(take) {
    return [
      take.draft ? t("draft") : "",
      take.span ? `${clock(take.span[0], 1)} – ${clock(take.span[1], 1)}` : "",
      take.upscaler ? `${take.size.join("×")} → ${take.video_size.join("×")}` : take.size.join("×"),
      t("{fps} per second", { fps: take.fps }),
      t("seed {n}", { n: take.seed }),
      this.styleNames(take.styles),
      megabytes(take.n_bytes),
      take.frames_kept ? "" : t("its frames are deleted, so it cannot be continued or enlarged"),
    ];
  }

  /**
   * Return a take's video, or what there was of it when it was stopped; null where nothing can be played.
   * @param {Take} take
   * @param {string} id
   */
  video(take, id) {
    if (!take.done && !take.so_far) return null;
    const path = `/api/projects/${id}/takes/${take.number}/${take.done ? "video" : "so-far"}`;
    return h("video", {
      src: this.api.url(path),
      controls: true,
      preload: "none",
      poster: take.newest >= 0 ? this.picture(take, middleOf(take), id) : null,
      playsinline: true,
      style: { "aspect-ratio": take.size.join(" / ") },
    });
  }

  /**
   * @param {Take} take
   * @param {string} id
   */
  unfinished(take, id) {
    const shown = take.newest >= 0 ? `url("${this.picture(take, take.newest, id)}")` : "none";
    return h(
      "div.unfinished",
      { style: { "background-image": shown } },
      h("span", { text: t("{count} frames drawn", { count: take.n_ready }) }),
    );
  }

  /**
   * @param {Take} take
   * @param {number} index
   * @param {string} id
   */
  picture(take, index, id) {
    return this.api.url(`/api/projects/${id}/pictures/${take.number}/${index}.jpg`);
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
   * Return the button that puts a take beside another one; null where there is nothing to play.
   * @param {Take} take
   */
  comparing(take) {
    if (!take.done) return null;
    const pick = button(t("Compare"), () => this.compare(take.number), {
      kind: "quiet",
      help: t("Shows two takes side by side, at the same moment"),
    });
    pick.setAttribute("aria-pressed", String(this.compared.includes(take.number)));
    pick.dataset.take = String(take.number);
    return pick;
  }

  /** @param {number} number */
  compare(number) {
    const { compared } = this;
    this.compared = compared.includes(number)
      ? compared.filter((one) => one !== number)
      : [...compared, number].slice(-2);
    for (const pick of this.list.querySelectorAll("[data-take]"))
      pick.setAttribute("aria-pressed", String(this.compared.includes(Number(/** @type {HTMLElement} */ (pick).dataset.take))));
    const { takes, id } = this.store.state;
    this.side.show(takes, this.compared, id);
  }

  /**
   * Return the button that deletes a take, once it is pressed twice.
   * @param {Take} take
   */
  deleting(take) {
    const size = megabytes(take.frees);
    const go = button(
      t("Delete"),
      () => {
        if (go.dataset.sure) {
          this.takes.remove(take.number);
          return;
        }
        go.dataset.sure = "yes";
        go.textContent = t("Delete, free {size}", { size });
      },
      { kind: "quiet", help: t("Deletes its video and its frames, and frees {size}", { size }) },
    );
    go.addEventListener("blur", () => {
      delete go.dataset.sure;
      go.textContent = t("Delete");
    });
    return this.goOn(go, false);
  }

  /**
   * Take note of a button that goes on with a take, or deletes it: it waits while one is drawn.
   * @param {HTMLButtonElement} go
   */
  goOn(go, marked = true) {
    if (marked) go.classList.add("go-on");
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
      const fps = parseFps(take.fps);
      const index = video ? firstOf(take) + frameAt(video.currentTime, fps) : take.newest;
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

/**
 * Return the number of a take's first frame in the song.
 * @param {Take} take
 */
const firstOf = ({ span, fps }) => (span ? Math.max(0, frameAt(span[0], parseFps(fps))) : 0);

/**
 * Return the number of a frame from the middle of what is drawn of a take.
 * @param {Take} take
 */
const middleOf = (take) => Math.floor((firstOf(take) + take.newest) / 2);
