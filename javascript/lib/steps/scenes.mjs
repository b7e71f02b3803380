// Changes to a project's scenes, each a pure function from project to project. A scene starts at `starts[i]` seconds
// (its `start` text, resolved) and ends where the next one starts.

import { carryTexts } from "../curve/text_schedule.mjs";
import { plain } from "../curve/timing.mjs";

/**
 * Return the text of a start: a whole bar or beat where the time lies on one (to 1 ms), else seconds.
 * @param {number} seconds
 * @param {BeatGrid} grid
 */
export function startText(seconds, grid) {
  if (grid.downbeats.length >= 2) {
    const bar = Math.round(grid.barAt(seconds));
    if (bar >= 0 && Math.abs(grid.timeOfBar(bar) - seconds) < 0.001) return `${bar}bar`;
  }
  if (grid.beats.length >= 2) {
    const beat = Math.round(grid.beatAt(seconds));
    if (beat >= 0 && Math.abs(grid.timeOfBeat(beat) - seconds) < 0.001) return `${beat}b`;
  }
  return `${plain(Math.max(0, seconds), 3)}s`;
}

/**
 * @param {Project} project
 * @param {Scene[]} scenes
 */
const withScenes = (project, scenes) => ({ ...project, scenes });

/**
 * Return the project with other scenes, of which scene i was scene `from[i]`; names given to scenes go along.
 * @param {Project} project
 * @param {Scene[]} scenes
 * @param {number[]} from
 */
const rearranged = (project, scenes, from) => carryTexts(project, withScenes(project, scenes), from);

/**
 * Return the project with fields of scene `index` replaced.
 * @param {Project} project
 * @param {number} index
 * @param {Partial<Scene>} fields
 */
export function setScene(project, index, fields) {
  const scenes = project.scenes.map((scene, i) => (i === index ? { ...scene, ...fields } : scene));
  if (!("start" in fields)) return withScenes(project, scenes);
  return rearranged(project, scenes, [...scenes.keys()]);
}

/**
 * Return the project with fields of every unlocked scene replaced.
 * @param {Project} project
 * @param {Partial<Scene>} fields
 */
export function setAllScenes(project, fields) {
  return withScenes(
    project,
    project.scenes.map((scene) => (scene.locked ? scene : { ...scene, ...fields })),
  );
}

/**
 * Cut scene `index` in two at `seconds`; both halves keep its words and look.
 * @param {Project} project
 * @param {number} index
 * @param {number} seconds
 * @param {BeatGrid} grid
 */
export function splitScene(project, index, seconds, grid) {
  const scenes = [...project.scenes];
  const from = [...scenes.keys()];
  scenes.splice(index + 1, 0, { ...scenes[index], start: startText(seconds, grid) });
  from.splice(index + 1, 0, index);
  return rearranged(project, scenes, from);
}

/**
 * Join scene `index` to the one before it, which keeps its words; the first scene takes in the second.
 * @param {Project} project
 * @param {number} index
 */
export function mergeScene(project, index) {
  if (project.scenes.length < 2) return project;
  const gone = Math.max(1, index);
  const from = [...project.scenes.keys()].filter((i) => i !== gone);
  return rearranged(
    project,
    from.map((i) => project.scenes[i]),
    from,
  );
}

/**
 * Write scene `index` again in the second half of its own time, as a scene of its own picture.
 * @param {Project} project
 * @param {number} index
 * @param {number[]} starts
 * @param {number} end
 * @param {BeatGrid} grid
 */
export function duplicateScene(project, index, starts, end, grid) {
  const last = starts[index + 1] ?? end;
  const middle = (starts[index] + last) / 2;
  const bar = grid.snap(middle, "bar");
  const at = bar > starts[index] && bar < last ? bar : middle;
  const next = splitScene(project, index, at, grid);
  return setScene(next, index + 1, { picture: `${project.scenes[index].picture || "scene"} copy`, locked: false });
}

/**
 * Move the start of scene `index` (not the first) to `seconds`, at least `least` seconds from its neighbours.
 * @param {Project} project
 * @param {number} index
 * @param {number} seconds
 * @param {{starts: number[], end: number, grid: BeatGrid, least: number}} options
 */
export function moveBoundary(project, index, seconds, { starts, end, grid, least }) {
  if (index < 1) return project;
  const low = starts[index - 1] + least;
  const high = (starts[index + 1] ?? end) - least;
  if (low > high) return project;
  return setScene(project, index, { start: startText(Math.min(Math.max(seconds, low), high), grid) });
}

/**
 * Return the index of the scene that holds at `seconds`.
 * @param {number[]} starts
 * @param {number} seconds
 */
export function sceneAt(starts, seconds) {
  let index = 0;
  while (index + 1 < starts.length && starts[index + 1] <= seconds) index += 1;
  return index;
}

/**
 * Return whether a scene is drawn as that version is.
 * @param {Scene} scene
 * @param {SceneVersion} version
 */
export const isChosen = (scene, version) =>
  scene.prompt === version.prompt &&
  scene.negative === version.negative &&
  scene.style === version.style &&
  (scene.seed ?? null) === (version.seed ?? null);

/**
 * Return the project without one of a scene's versions.
 * @param {Project} project
 * @param {number} index
 * @param {SceneVersion} version
 */
export const withoutVersion = (project, index, version) =>
  setScene(project, index, { versions: project.scenes[index].versions.filter((one) => one !== version) });
