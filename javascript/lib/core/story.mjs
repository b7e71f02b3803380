// The story of the open project: who writes it, and its words put into the scenes.

import { t, translateServerMessage } from "./i18n.mjs";

export class Story {
  /**
   * Who writes; with its key, in this page's memory only.
   * @type {Writer}
   */
  writer = { server: "", model: "", key: "" };

  /**
   * @param {Store} store
   * @param {ProjectSession} session
   * @param {Tasks} tasks
   * @param {Api} api
   */
  constructor(store, session, tasks, api) {
    this.store = store;
    this.session = session;
    this.tasks = tasks;
    this.api = api;
  }

  /** Have the story of the project's theme written into its unlocked scenes; one step of undo. */
  async write() {
    const { store, session } = this;
    const { id } = store.state;
    const before = session.project;
    const ask = { project: before, writer: this.writer };
    const state = await this.tasks.run(() => this.api.post(`/api/projects/${id}/story`, ask));
    if (!state?.result || store.state.id !== id) return;
    const { project, note } = state.result;
    if (session.project.scenes.length !== before.scenes.length)
      store.notify(t("The scenes changed meanwhile; write the story again."));
    else session.edit({ ...session.project, ...storyOf(session.project, project) });
    if (note) store.notify(translateServerMessage(note));
  }

  /** Write the story only where scenes still lack words. */
  async writeIfWanted() {
    if (this.session.project.scenes.some((scene) => !scene.prompt.trim())) await this.write();
  }
}

/**
 * Return the fields of a written story, for a project whose scenes may have been locked meanwhile.
 * @param {Project} project
 * @param {Project} written
 */
function storyOf(project, written) {
  const scenes = project.scenes.map((scene, index) => {
    const { prompt, negative, camera } = written.scenes[index];
    return scene.locked ? scene : { ...scene, prompt, negative, camera };
  });
  const look = { ...project.look, palette: written.look.palette };
  return { scenes, concept: written.concept, writer: written.writer, look };
}
