// The page as a whole: which parts it has, and how they hear of changes.

import { Api } from "./core/api.mjs";
import { fill, h, withStorage } from "./core/dom.mjs";
import { HeaderView } from "./steps/header_view.mjs";
import { setIcon } from "./core/icons.mjs";
import { LookView } from "./steps/look_view.mjs";
import { MotionView } from "./steps/motion_view.mjs";
import { Player } from "./core/player.mjs";
import { SongView } from "./steps/song_view.mjs";
import { PublishView } from "./steps/publish_view.mjs";
import { PreviewView } from "./steps/preview_view.mjs";
import { ProjectSession, forgetAddress, lastProject } from "./core/session.mjs";
import { Store } from "./core/store.mjs";
import { Story } from "./core/story.mjs";
import { Redraw } from "./core/redraw.mjs";
import { Takes } from "./core/takes.mjs";
import { Tasks } from "./core/tasks.mjs";
import { StoryView } from "./steps/story_view.mjs";
import { TakesView } from "./steps/takes_view.mjs";
import { TimelineView } from "./timeline/timeline_view.mjs";
import { listenToGalleries, showOwnTab } from "./webui/webui_link.mjs";
import { WelcomeView } from "./steps/welcome_view.mjs";
import { MARK, t, useLanguage } from "./core/i18n.mjs";

const LANGUAGE = "glance.language";
const KOREAN = "ko_KR";

export class App {
  /** @type {(() => void) | null} */
  unwatch = null;
  noticeTimer = 0;
  notice = h("div.notice", { role: "status", "aria-live": "polite", hidden: true });
  store = new Store();
  player = new Player();

  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const base = location.pathname.replace(/\/[^/]*$/, "");
    this.api = new Api(`${base}/${root.dataset.prefix}`);
    this.api.onUpdate = () => this.store.set({ outdated: true });
    this.tasks = new Tasks(this.store, this.api);
    this.session = new ProjectSession(this.store, this.tasks, this.api);
    this.story = new Story(this.store, this.session, this.tasks, this.api);
    this.takes = new Takes(this.store, this.session, this.tasks, this.api, this.player);
    this.redraw = new Redraw(this.store, this.tasks, this.api, this.player);
  }

  async start() {
    await this.chooseLanguage(chosenLanguage());
    if (!(await this.session.welcome())) {
      this.apologize(this.store.state.notice?.text ?? "");
      return;
    }
    this.build();
    const last = lastProject();
    const known = this.store.state.welcome.recent.some((recent) => recent.id === last);
    if ((known || (last && location.search.includes(last))) && !(await this.session.open(last))) forgetAddress();
    this.root.addEventListener("dragover", (event) => event.preventDefault());
    this.root.addEventListener("drop", (event) => this.dropped(event));
    document.addEventListener("keydown", (event) => this.shortcut(event));
    listenToGalleries((picture, tab) => this.received(picture, tab));
    document.addEventListener("visibilitychange", () => this.session.saveSoon.flush());
    window.addEventListener("beforeunload", () => this.session.saveSoon.flush());
  }

  /**
   * Say why there is no page, and offer to try again.
   * @param {string} reason
   */
  apologize(reason) {
    const again = h("button.button.primary", { type: "button", text: t("Try again"), onclick: () => this.start() });
    fill(this.root, h("div.glance-wait", { role: "alert" }, h("p", { text: reason }), again));
  }

  build() {
    const { store, session, tasks, story, takes, redraw, player, api } = this;
    const context = { store, session, tasks, story, takes, redraw, player, api, app: this };
    const header = new HeaderView(context);
    const welcome = new WelcomeView(context);
    const steps = [SongView, StoryView, LookView, MotionView, TimelineView, TakesView, PublishView].map((View) => new View(context));
    const stage = new PreviewView(context);
    const elsewhere = h(
      "div.notice.error.elsewhere",
      { role: "alert", hidden: true },
      h("span", { text: t("This video was changed in another tab or window. Nothing was overwritten.") }),
      h("button.button", { type: "button", text: t("Take theirs"), onclick: () => this.session.settleConflict(false) }),
      h("button.button", { type: "button", text: t("Keep mine"), onclick: () => this.session.settleConflict(true) }),
    );
    const outdated = h(
      "div.outdated",
      { role: "alert", hidden: true },
      h("span", { text: t("GLANCE was updated since this page was opened. Reload the page to go on with the new one.") }),
      h("button.button", { type: "button", text: t("Reload"), onclick: () => location.reload() }),
    );
    const work = h(
      "div.work",
      {},
      h(
        "div.steps",
        {},
        steps.map((step) => step.node),
      ),
      stage.node,
    );
    fill(this.root, header.node, outdated, elsewhere, this.notice, welcome.node, work);
    /** @type {View[]} */
    const views = [header, welcome, ...steps, stage];
    this.unwatch?.();
    this.unwatch = this.store.watch((state, changed) => {
      welcome.node.hidden = Boolean(state.id);
      work.hidden = !state.id;
      if (changed.has("id") && state.id) this.player.load(this.api.url(`/api/projects/${state.id}/song`));
      for (const view of views) view.update(state, changed);
      if (changed.has("notice")) this.showNotice(state.notice);
      if (changed.has("elsewhere")) elsewhere.hidden = !state.elsewhere;
      if (changed.has("outdated")) outdated.hidden = !state.outdated;
    });
    this.store.set({ ...this.store.state });
  }

  /** @param {Notice | null} notice */
  showNotice(notice) {
    clearTimeout(this.noticeTimer);
    this.notice.hidden = !notice;
    if (!notice) return;
    this.notice.className = `notice ${notice.kind}`;
    const close = h("button.close", {
      type: "button",
      "aria-label": t("Close"),
      onclick: () => this.store.set({ notice: null }),
    });
    setIcon(close, "close");
    fill(this.notice, h("span", { text: notice.text }), close);
    if (notice.kind !== "error") this.noticeTimer = setTimeout(() => this.store.set({ notice: null }), 6000);
  }

  /**
   * A frame of an earlier video, dropped anywhere on the page, brings back the project it was made from.
   * @param {DragEvent} event
   */
  async dropped(event) {
    if (event.defaultPrevented) return;
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    if (file.type !== "image/png") {
      this.store.notify(t("Drop a song on the start page, or a frame (.png) of an earlier video here."));
      return;
    }
    const found = await this.store.attempt(() => this.api.upload("/api/origin", file));
    if (!found || !(await this.session.open(found.id))) return;
    this.session.edit(found.project);
    this.store.notify(t("This is the project that the frame was made from. Undo brings back the newest one."), "good");
  }

  /**
   * A picture was sent from one of the WebUI's galleries: the video starts from it.
   * @param {File | null} picture
   * @param {string} tab
   */
  received(picture, tab) {
    showOwnTab();
    if (picture) this.session.startFrom(picture);
    else this.store.notify(t("There is no picture in {tab} yet; draw one there first.", { tab }));
  }

  /**
   * Undo and redo anywhere but in a text being typed; the space bar plays.
   * @param {KeyboardEvent} event
   */
  shortcut(event) {
    if (!this.root.isConnected || !this.root.offsetParent || !this.store.state.id) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest("input:not([type=range]), textarea, select, [contenteditable]")) return;
    const action = this.actionOf(event, target);
    if (!action) return;
    event.preventDefault();
    action();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {Element | null} target
   */
  actionOf(event, target) {
    const key = event.key.toLowerCase();
    if (key === " " && !target?.closest("button, a, summary")) return () => this.player.toggle();
    if (!event.ctrlKey && !event.metaKey) return null;
    if (key === "y" || (key === "z" && event.shiftKey)) return () => this.session.redo();
    return key === "z" ? () => this.session.undo() : null;
  }

  /**
   * Fetch a language's words and use them from now on.
   * @param {string} language
   */
  async chooseLanguage(language) {
    useLanguage(language, await this.words(language));
    this.root.lang = language === KOREAN ? "ko" : "en";
  }

  /** @param {string} language */
  async words(language) {
    if (language !== KOREAN) return {};
    return this.api.get(`/api/words/${KOREAN}`).catch(() => ({}));
  }

  /** @param {string} language */
  async switchLanguage(language) {
    // Where nothing is kept, the choice holds until the page is closed.
    withStorage((storage) => storage.setItem(LANGUAGE, language), undefined);
    await this.chooseLanguage(language);
    this.build();
  }
}

function chosenLanguage() {
  const kept = withStorage((storage) => storage.getItem(LANGUAGE), "");
  // A WebUI that is set to Korean has our words among its own.
  const korean = `${MARK}Song` in (window.localization ?? {}) || navigator.language.startsWith("ko");
  return kept || (korean ? KOREAN : "en");
}
