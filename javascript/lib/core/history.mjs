// Undo and redo over whole, unchanging values. Changes with one `key` in a row (a drag, typing in one field) are one step.

/**
 * Return a history that holds `value` and nothing to undo.
 * @template T
 * @param {T} value
 * @returns {Undoable<T>}
 */
export const begin = (value) => ({ past: [], value, future: [], key: "" });

/**
 * Return the history after a change to `value`. An empty key always makes a step of its own.
 * @template T
 * @param {Undoable<T>} history
 * @param {T} value
 * @param {string} key
 * @returns {Undoable<T>}
 */
export function change(history, value, key = "", limit = 500) {
  if (value === history.value) return history;
  const together = key !== "" && key === history.key && history.past.length > 0;
  const past = together ? history.past : [...history.past, history.value].slice(-limit);
  return { past, value, future: [], key };
}

/**
 * Return the history with the running step closed: the next change starts a new one even under the same key.
 * @template T
 * @param {Undoable<T>} history
 * @returns {Undoable<T>}
 */
export const settle = (history) => (history.key ? { ...history, key: "" } : history);

/**
 * @template T
 * @param {Undoable<T>} history
 * @returns {Undoable<T>}
 */
export function undo(history) {
  if (!history.past.length) return history;
  const value = history.past[history.past.length - 1];
  return { past: history.past.slice(0, -1), value, future: [history.value, ...history.future], key: "" };
}

/**
 * @template T
 * @param {Undoable<T>} history
 * @returns {Undoable<T>}
 */
export function redo(history) {
  if (!history.future.length) return history;
  const [value, ...future] = history.future;
  return { past: [...history.past, history.value], value, future, key: "" };
}
