// Channels that hold a name, such as the model's: their schedules as keys, and as one name for each scene.
//
// A name given to a scene is a key at the scene's start. It goes along when the scene is moved, split or joined, as long
// as every key of the channel stands at a scene's start; a schedule written by hand otherwise is left as it is.

export const SCENE_CHANNELS = ["checkpoint", "vae"];

const WORD = /^\s*(?:"((?:[^"]|"")*)"|([^":(),]+))\s*$/;
const ENTRY = /\s*([^"(),]+?)\s*:\s*(?:\(\s*"((?:[^"]|"")*)"\s*\)|"((?:[^"]|"")*)"|\(([^()"]*)\))\s*(?:,|$)/y;

/**
 * Return [{time, value}] of a text channel's schedule; null where it is none that can be read here.
 * @param {string} text
 * @returns {TextKey[] | null}
 */
export function parseTexts(text) {
  if (!text.trim()) return [];
  const alone = WORD.exec(text);
  if (alone) return [{ time: "0", value: single(alone[1] ?? alone[2].trim()) }];
  /** @type {TextKey[]} */
  const keys = [];
  ENTRY.lastIndex = 0;
  while (ENTRY.lastIndex < text.length) {
    const found = ENTRY.exec(text);
    if (!found) return null;
    const [, time, inner, quoted, plain] = found;
    keys.push({ time, value: single(inner ?? quoted ?? plain.trim()) });
  }
  return keys;
}

/**
 * Return the schedule of [{time, value}].
 * @param {TextKey[]} keys
 */
export function formatTexts(keys) {
  return keys.map(({ time, value }) => `${time}:("${value.replaceAll('"', '""')}")`).join(", ");
}

/**
 * Return the name that holds in each scene, or null where the schedule does not keep to the scenes.
 * @param {string} schedule
 * @param {Scene[]} scenes
 */
export function sceneTexts(schedule, scenes) {
  const keys = parseTexts(schedule);
  if (!keys) return null;
  const starts = scenes.map((scene, index) => (index ? scene.start.trim() : "0"));
  if (keys.some(({ time }) => !starts.includes(time))) return null;
  let value = "";
  return starts.map((start) => {
    value = keys.find(({ time }) => time === start)?.value ?? value;
    return value;
  });
}

/**
 * Return the project with one name for each scene on a channel.
 * @param {Project} project
 * @param {string} channel
 * @param {string[]} names
 */
export function setSceneTexts(project, channel, names) {
  /** @type {TextKey[]} */
  const keys = [];
  names.forEach((value, index) => {
    if (value !== (names[index - 1] ?? ""))
      keys.push({ time: index ? project.scenes[index].start.trim() : "0", value });
  });
  const curves = { ...project.curves };
  if (keys.length) curves[channel] = formatTexts(keys);
  else delete curves[channel];
  return { ...project, curves };
}

/**
 * Return `after`, whose scene i was scene `from[i]` of `before`, with the names of the scenes gone along.
 * @param {Project} before
 * @param {Project} after
 * @param {number[]} from
 */
export function carryTexts(before, after, from) {
  let project = after;
  for (const channel of SCENE_CHANNELS) {
    const names = before.curves?.[channel] ? sceneTexts(before.curves[channel], before.scenes) : null;
    if (names)
      project = setSceneTexts(
        project,
        channel,
        from.map((index) => names[index]),
      );
  }
  return project;
}

/** @param {string} value */
const single = (value) => value.replaceAll('""', '"');
