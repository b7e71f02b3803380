// What tells scenes apart in little room: the part of the song they show, and the words that only they have.

import { t } from "../core/i18n.mjs";
import { sectionAt } from "./song_canvas.mjs";

/**
 * Return a label for each scene: its number, the part of the song, and its prompt from the first word on that is not the
 * same as in the scenes around it.
 * @param {Scene[]} scenes
 * @param {number[]} starts
 * @param {Section[]} sections
 */
export function sceneLabels(scenes, starts, sections) {
  const words = scenes.map(({ prompt }) => prompt.split(/[,\s]+/).filter(Boolean));
  const common = commonWords(words);
  return scenes.map(({ locked, picture }, index) => {
    const part = sectionAt(sections, (starts[index] ?? 0) + 0.05);
    const own = words[index].filter((word) => !common.has(word)).join(" ");
    const name = [part?.role ? t(part.role) : "", own || picture].filter(Boolean).join(": ");
    return `${index + 1}${locked ? " ·" : ""} ${name}`;
  });
}

/**
 * Return the words that more than half of all scenes have.
 * @param {string[][]} words
 */
function commonWords(words) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  for (const scene of words) for (const word of new Set(scene)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count > 1 && count > words.length / 2).map(([word]) => word));
}
