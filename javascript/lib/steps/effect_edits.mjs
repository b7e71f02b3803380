// What is done to a project's effects: pure functions.

/**
 * Return the one value of a schedule that never changes; null for any other, undefined for none.
 * @param {string | undefined} text
 */
export function steady(text) {
  if (!text?.trim()) return undefined;
  const found = /^\s*(?:0\s*:\s*\(\s*)?(-?\d+(?:\.\d+)?)\s*\)?\s*$/.exec(text);
  return found ? Number(found[1]) : null;
}

/**
 * Return a list with one of its things moved to another place; null where that is no place.
 * @template T
 * @param {T[]} list
 * @param {number} from
 * @param {number} to
 */
export function moved(list, from, to) {
  if (to < 0 || to >= list.length || from === to) return null;
  const rest = list.filter((_, index) => index !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
}

/**
 * Return the project with hits moving an effect, or, where something moves it already, nothing any more.
 * @param {Project} project
 * @param {EffectInfo} effect
 * @param {Welcome} welcome
 */
export function hitReaction(project, effect, welcome) {
  const others = project.reactions.filter((one) => !effect.parameters.includes(one.channel));
  if (others.length < project.reactions.length) return { ...project, reactions: others };
  const added = Object.entries(effect.hit).map(([channel, peak]) => {
    const usual = welcome.channels.find((one) => one.name === channel)?.default ?? 0;
    const silence = steady(project.curves[channel]) ?? usual;
    const map = { envelope: "hit", silence, peak, shape: "linear", curvature: 3, bend: 1.5, gate: 0.35, attack_ms: 0, release_ms: 180 };
    return { channel, map };
  });
  return { ...project, reactions: [...project.reactions, ...added] };
}

/**
 * Return all that decides what effects make of drawn frames, as a text: while it stays, so do the pictures.
 * @param {Project | undefined} project
 * @param {Welcome} welcome
 */
export function finishOf(project, welcome) {
  if (!project?.effects?.length) return "";
  const channels = new Set(welcome.effects.flatMap((one) => one.parameters));
  return JSON.stringify([
    project.effects,
    project.seed,
    project.scenes.map(({ start, effects, reactivity, transition, transition_beats: beats }) => [start, effects, reactivity, transition, beats]),
    Object.entries(project.curves).filter(([name]) => channels.has(name)),
    project.reactions.filter((one) => channels.has(one.channel)),
  ]);
}
