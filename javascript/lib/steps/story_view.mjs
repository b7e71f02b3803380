// Step 2: the story. One card per scene, along the song.

import { h, setField } from "../core/dom.mjs";
import { sectionAt, sectionColor } from "../timeline/song_canvas.mjs";
import { button, labelled, section } from "../core/fields.mjs";
import { loraList } from "./lora_picker.mjs";
import { PromptKeys } from "./prompt_keys.mjs";
import { SceneCard } from "./scene_card.mjs";
import { t } from "../core/i18n.mjs";
import { WriterPanel } from "./writer_panel.mjs";

export class StoryView {
  /** @type {Field} */
  theme;
  /** @type {SceneCard[]} */
  list = [];

  /** @param {Context} context */
  constructor(context) {
    const { store, session, tasks } = context;
    this.context = context;
    this.session = session;
    this.story = context.story;
    this.theme = labelled(
      t("What the video is about"),
      h("textarea", {
        rows: 2,
        maxlength: 2000,
        placeholder: t("for example: a lighthouse that remembers the sea"),
        oninput: () => session.edit({ ...session.project, theme: this.theme.input.value }, "theme"),
        onchange: () => session.settle(),
      }),
      { help: t("One sentence is enough; any language") },
    );
    this.write = button(t("Write my story"), () => this.writeStory(), {
      kind: "primary",
      help: t("Writes a prompt for every scene that is not locked. You can change or undo all of it"),
    });
    this.other = button(t("Another story"), () => this.another(), {
      kind: "quiet",
      help: t("The same theme, told another way"),
    });
    this.concept = h("p.concept");
    this.panel = new WriterPanel(context);
    this.prompts = new PromptKeys(context);
    this.writing = h("p.hint.writing", { role: "status", hidden: true });
    this.stop = button(t("Stop writing"), () => tasks.stop("story"), { kind: "quiet" });
    this.cards = h("div.cards");
    this.node = section(
      2,
      t("Story"),
      t("What is seen while each part of the song plays."),
      h("div.row.theme-row", {}, this.theme.node, h("div.stack", {}, this.write, this.other)),
      this.panel.node,
      h("div.row", {}, this.writing, this.stop),
      this.concept,
      loraList(store.state.welcome.choices.loras),
      this.cards,
      this.prompts.node,
    );
  }

  /**
   * @param {State} state
   * @param {Set<string>} changed
   */
  update(state, changed) {
    if (changed.has("history") || changed.has("theme")) {
      setField(this.theme.input, state.history.value?.theme || state.theme);
      this.concept.textContent = state.history.value?.concept ?? "";
      this.concept.hidden = !this.concept.textContent;
    }
    if (state.history.value && ["history", "problems"].some((name) => changed.has(name))) this.prompts.update(state);
    if (changed.has("tasks")) this.showWriting(state.tasks.story);
    if (["history", "starts", "analysis", "problems", "scene", "id", "keys", "tasks"].some((name) => changed.has(name)))
      this.showCards(state);
  }

  /** @param {State} state */
  showCards(state) {
    const scenes = state.analysis ? (state.history.value?.scenes ?? []) : [];
    for (const card of this.list.splice(scenes.length)) card.node.remove();
    scenes.forEach((scene, index) => {
      if (!this.list[index]) {
        this.list[index] = new SceneCard(this.context, index);
        this.cards.append(this.list[index].node);
      }
      this.list[index].show(scene, state, this.whereIs(index, state));
    });
  }

  /**
   * @param {number} index
   * @param {State} state
   */
  whereIs(index, { starts, analysis }) {
    const start = starts[index] ?? 0;
    const end = starts[index + 1] ?? analysis?.duration_s ?? start;
    const part = sectionAt(analysis?.sections ?? [], start + 0.05);
    return { start, end, color: part ? sectionColor(part.label) : "gray", role: part ? t(part.role) : "" };
  }

  /** @param {TaskState | undefined} task */
  showWriting(task) {
    const running = task?.status === "running";
    this.write.disabled = this.other.disabled = running;
    this.writing.hidden = this.stop.hidden = !running;
    this.writing.textContent = task?.tail ?? t("Writing …");
  }

  async writeStory() {
    if (await this.panel.ready()) await this.story.write();
  }

  another() {
    this.session.edit({ ...this.session.project, seed: this.session.project.seed + 1 });
    return this.writeStory();
  }
}
