// The range of a number in the project, as the server says it: nobody here has numbers of their own.

/**
 * `min`, `max` and, where only multiples will do, `step` of the field at a path such as `scenes[].motion`.
 * @param {import("./store.mjs").Store} store
 * @param {string} path
 */
export function boundsOf(store, path) {
  const { min, max, step } = store.state.welcome.fields[path];
  return step ? { min, max, step } : { min, max };
}
