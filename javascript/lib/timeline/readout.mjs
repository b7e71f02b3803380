// The numbers of one frame in words: where it is, and what makes its value.

import { plain } from "../curve/timing.mjs";
import { t } from "../core/i18n.mjs";

/** Smaller differences are roundings of what came over the line. */
const NOTHING = 1e-5;

/**
 * Return the place of a moment and how its value comes about: curve, music, camera, change, result.
 * @param {import("./key_editor.mjs").KeyEditor} editor
 * @param {import("./change_editor.mjs").ChangeEditor} changes
 * @param {number} seconds
 */
export function readoutText(editor, changes, seconds) {
  const frame = editor.frame(seconds);
  const bar = Math.floor(editor.song.grid.barAt(seconds)) + 1;
  const place = [changes.text(seconds), t("bar {n}", { n: bar }), t("frame {n}", { n: frame })];
  return [...place, ...parts(editor, frame)].join(" · ");
}

/**
 * @param {import("./key_editor.mjs").KeyEditor} editor
 * @param {number} frame
 */
function parts({ trees, served, channel }, frame) {
  const base = valueIn(trees.base, frame, NaN);
  if (Number.isNaN(base)) return [];
  const below = valueIn(trees.below, frame, base);
  const final = valueIn(trees.final, frame, below);
  const heard = served?.heard?.[frame] ?? below;
  const drawn = `${t(channel.name)} ${plain(final)}`;
  const made = [
    moved("music {value}", heard - base),
    moved("camera {value}", below - heard),
    Math.abs(final - below) > NOTHING ? t("changed from {value}", { value: plain(below) }) : "",
  ].filter(Boolean);
  return made.length ? [drawn, `= ${t("curve {value}", { value: plain(base) })}`, ...made] : [drawn];
}

/**
 * @param {Pyramid | null | undefined} tree
 * @param {number} frame
 * @param {number} otherwise
 */
const valueIn = (tree, frame, otherwise) => tree?.values[frame] ?? otherwise;

/**
 * @param {string} words
 * @param {number} by
 */
const moved = (words, by) => (Math.abs(by) > NOTHING ? t(words, { value: signed(by) }) : "");

/** @param {number} value */
const signed = (value) => (value < 0 ? `−${plain(-value)}` : `+${plain(value)}`);
