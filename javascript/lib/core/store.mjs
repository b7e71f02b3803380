// What the page knows, in one place. Views read `store.state`, change it through the objects that own its parts
// (session, tasks, story, takes), and are told what changed.

import { BeatGrid } from "../curve/beatgrid.mjs";
import { Refusal } from "./api.mjs";
import { begin } from "./history.mjs";
import { t, translateServerMessage } from "./i18n.mjs";

export class Store {
  /** @type {Set<(state: State, changed: Set<string>) => void>} */
  watchers = new Set();
  /**
   * No view is built before `welcome` is there, and none reads the history's value before a project is open.
   * @type {State}
   */
  state = {
    welcome: /** @type {any} */ (null),
    id: "",
    history: begin(/** @type {any} */ (null)),
    analysis: null,
    song: { fps: 12, nFrames: 1, grid: new BeatGrid() },
    curves: {},
    starts: [0],
    problems: [],
    takes: [],
    keys: [],
    costs: null,
    tasks: {},
    saving: "saved",
    notice: null,
    elsewhere: null,
    outdated: false,
    kept: null,
    theme: "",
    cover: "",
    scene: 0,
    channel: "strength",
    solo: "",
    pinned: [],
    unit: "beat",
    playhead: 0,
  };

  /**
   * Call `watcher(state, changed)` after every change; `changed` is a Set of names. Returns the way to end it.
   * @param {(state: State, changed: Set<string>) => void} watcher
   */
  watch(watcher) {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** @param {Partial<State>} fields */
  set(fields) {
    this.state = { ...this.state, ...fields };
    const changed = new Set(Object.keys(fields));
    for (const watcher of this.watchers) watcher(this.state, changed);
  }

  /**
   * Tell the person something: `kind` is `error`, `note` or `good`.
   * @param {string} text
   * @param {string} kind
   */
  notify(text, kind = "note") {
    this.set({ notice: { text, kind, at: Date.now() } });
  }

  /**
   * Run `action`; a refusal becomes a notice instead of an exception. Returns what `action` returns, or null.
   * @template T
   * @param {() => T | Promise<T>} action
   * @returns {Promise<T | null>}
   */
  async attempt(action) {
    try {
      return await action();
    } catch (error) {
      if (error instanceof Refusal) {
        this.notify(translateServerMessage(error.message), "error");
      } else if (!(error instanceof Error && error.name === "AbortError")) {
        const told = error instanceof Error ? error.message : String(error);
        this.notify(t("Something on this page broke: {error}", { error: told }), "error");
        console.error(error);
      }
      return null;
    }
  }
}

/**
 * Return the message of the problem at `field`, or null.
 * @param {State} state
 * @param {string} field
 */
export function problemAt(state, field) {
  return state.problems.find((problem) => problem.field === field || problem.field.startsWith(`${field}.`)) ?? null;
}
