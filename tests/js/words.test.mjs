// The times of words as pure values: taps, ends, moves, snapping, and what stays when the text is changed.
import assert from "node:assert/strict";
import test from "node:test";

import { linesOfText, snapped, tapTargets, timedLines, withMoved, withTaps, withTimesKept } from "../../javascript/lib/core/words.mjs";

const lines = linesOfText("[Verse]\n the river  runs \n\na quiet sea\n[Chorus]\nagain");

test("tags are no lines to be tapped, and stand where the line behind them begins", () => {
  assert.deepEqual(lines.map((line) => line.tag), [true, false, false, true, false]);
  const targets = tapTargets(lines, false);
  assert.deepEqual(targets.map((target) => target.line), [1, 2, 4]);
  const kept = timedLines(withTaps(lines, targets, [1, 2.5, 4], false));
  assert.deepEqual(
    kept.map((line) => [line.text, line.start_s, line.end_s]),
    [["[Verse]", 1, 1], ["the river runs", 1, 2.5], ["a quiet sea", 2.5, 4], ["[Chorus]", 4, 4], ["again", 4, 6]],
  );
});

test("a line ends where a person says, else where the next begins, and never after eight seconds", () => {
  const targets = tapTargets(lines, false);
  const made = withTaps(lines, targets, [1, 20], false, new Map([[2, 21]]));
  assert.deepEqual([made[1].end_s, made[2].end_s], [9, 21]);
});

test("words are tapped one by one, and move with their line", () => {
  const targets = tapTargets(lines, true);
  assert.equal(targets.length, 7);
  const made = withTaps(lines, targets, [1, 1.2, 1.5, 2], true);
  assert.deepEqual(made[1].words.map((word) => word.end_s), [1.2, 1.5, 2]);
  assert.deepEqual(made[2].words, [{ text: "a", start_s: 2, end_s: 4 }]);
  const moved = withMoved(made, 2, 1.75);
  assert.equal(moved[1].end_s, 1.75);
  assert.deepEqual(moved[2].words, [{ text: "a", start_s: 1.75, end_s: 3.75 }]);
  assert.equal(made[1].end_s, 2);
});

test("a move snaps to the nearest onset within reach", () => {
  assert.equal(snapped(2.05, [1, 2, 3], 0.08), 2);
  assert.equal(snapped(2.2, [1, 2, 3], 0.08), 2.2);
});

test("lines that stay the same keep their times when others are written", () => {
  const timed = withTaps(lines, tapTargets(lines, false), [1, 2.5, 4], false);
  const made = withTimesKept("a new line\nthe river runs\nagain\nagain", timed);
  assert.deepEqual(made.map((line) => line.start_s), [null, 1, 4, null]);
});
