import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import {
  evaluate,
  formatSchedule,
  keyFrame,
  parseSchedule,
  setKey,
  timeLike,
} from "../../javascript/lib/curve/curve.mjs";

const song = { fps: 12, nFrames: 121, grid: new BeatGrid([0.5, 1, 1.5, 2, 2.5], [0.5, 2.5]) };

test("a schedule's text becomes keys and the same text again", () => {
  const text = "0:(0.65), 12b:(0.4, ease_out_sine), 9bar:(0.75 - 0.4*kick), 1:23.5:(1), max_f:(min(1, 2))";
  assert.deepEqual(parseSchedule(text)[2], { time: "9bar", value: "0.75 - 0.4*kick", easing: "" });
  assert.equal(formatSchedule(parseSchedule(text)), text);
});

test("a value alone holds for the whole song", () => {
  assert.deepEqual(parseSchedule("0.65"), [{ time: "0", value: "0.65", easing: "" }]);
  assert.equal(evaluate(parseSchedule("0.65"), song)[120], 0.65);
});

test("brackets may be left away, and commas inside calls belong to the value", () => {
  assert.deepEqual(parseSchedule("0: 1, 30:2,"), [
    { time: "0", value: "1", easing: "" },
    { time: "30", value: "2", easing: "" },
  ]);
  assert.equal(parseSchedule("0:(clip(low, 0, 1))")[0].value, "clip(low, 0, 1)");
});

test("a text that is no schedule is refused, not guessed at", () => {
  for (const text of ["", "0:", "0:()", "0:(1, ease_wrong)", ":(1)"]) assert.equal(parseSchedule(text), null, text);
});

test("key times in frames, seconds, clock times, beats and bars land on their frames", () => {
  const frames = ["30.9", "2.5s", "1:02.5", "1b", "1bar", "max_f", "max_f/2"].map((time) => keyFrame(time, song));
  assert.deepEqual(frames, [30, 30, 750, 12, 30, 120, 60]);
});

test("between two numbers the curve is straight, outside the keys it holds", () => {
  const values = evaluate(parseSchedule("12:(1), 24:(2)"), song);
  assert.deepEqual([values[0], values[12], values[18], values[24], values[120]], [1, 1, 1.5, 2, 2]);
});

test("a hold steps at the next key, and of two keys in one frame the later text counts", () => {
  const values = evaluate(parseSchedule("0:(1, hold), 10:(5), 10:(3)"), song);
  assert.deepEqual([values[9], values[10]], [1, 3]);
});

test("a formula's frames come from the server, a number's do not", () => {
  const server = new Float64Array(song.nFrames).fill(0.25);
  const values = evaluate(parseSchedule("0:(1), 10:(kick), 20:(2)"), song, server);
  assert.deepEqual([values[0], values[10], values[19], values[20]], [1, 0.25, 0.25, 2]);
  assert.ok(Number.isNaN(evaluate(parseSchedule("0:(kick)"), song)[0]));
});

test("a key keeps its unit when it is moved, and typing a value at a frame changes the key that is there", () => {
  assert.equal(timeLike("1b", 1.5, song), "2b");
  assert.equal(timeLike("3.5s", 1.25, song), "1.25s");
  assert.equal(timeLike("30", 1.5, song), "18");
  const keys = setKey(parseSchedule("0:(1), 1b:(2)"), "12", "9", song);
  assert.equal(formatSchedule(keys), "0:(1), 1b:(9)");
  assert.equal(formatSchedule(setKey(keys, "6", "4", song)), "0:(1), 6:(4), 1b:(9)");
});

test("a stem named in quotation marks may have any signs in its name", () => {
  const value = `1 + 0.1*stem("lead (vox), 2: x")`;
  assert.deepEqual(parseSchedule(`0:(${value}), 10:(2, linear)`), [
    { time: "0", value, easing: "" },
    { time: "10", value: "2", easing: "linear" },
  ]);
  assert.equal(parseSchedule(`0:(stem("a)b"))`)[0].value, `stem("a)b")`);
});
