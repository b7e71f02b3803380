import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import { formatSchedule, parseSchedule, placed } from "../../javascript/lib/curve/curve.mjs";
import { extent, pyramid, simplify } from "../../javascript/lib/curve/minmax_pyramid.mjs";
import { nearestEdge, nearestPoint, pointsInBox } from "../../javascript/lib/curve/hit_test.mjs";
import { begin, change, redo, settle, undo } from "../../javascript/lib/core/history.mjs";
import { addKey, bakeKeys, copyKeys, dropPoints, movePoints, pasteKeys } from "../../javascript/lib/curve/key_edit.mjs";
import {
  duplicateScene,
  mergeScene,
  moveBoundary,
  sceneAt,
  setAllScenes,
  splitScene,
  startText,
} from "../../javascript/lib/steps/scenes.mjs";
import { clock, frameAt, frameCount, parseFps, plain } from "../../javascript/lib/curve/timing.mjs";
import { doubtfulPassages, surenessWords } from "../../javascript/lib/core/sureness.mjs";
import { clampView, pan, reveal, ticks, toSeconds, toX, zoomAt } from "../../javascript/lib/curve/timescale.mjs";
import { t, useLanguage } from "../../javascript/lib/core/i18n.mjs";

const grid = new BeatGrid([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5], [0.5, 2.5, 4.5]);
const song = { fps: 10, nFrames: 101, grid };
const limits = { low: 0, high: 1, nFrames: 101 };

test("what the hearing is unsure of is said, marked, and can be put right", () => {
  const passages = [
    { start_s: 0, end_s: 10, beat: 0.9, octave: 0.9, bar: 0.9 },
    { start_s: 10, end_s: 20, beat: 0.2, octave: 0.9, bar: 0.9 },
  ];
  const sure = { beat: 0.91, octave: 0.95, bar: 0.9, passages: passages.slice(0, 1) };
  assert.equal(surenessWords(sure), "Sure of the beat 91 %, of the tempo 95 %, of the bars 90 %.");
  assert.deepEqual(doubtfulPassages(sure), []);
  assert.deepEqual(doubtfulPassages({ ...sure, passages }), [passages[1]]);
  assert.match(surenessWords({ ...sure, passages }), /Tap/);
  assert.match(surenessWords({ ...sure, octave: 0.3 }), /2×/);
  for (const nothing of [null, undefined, { beat: 0, octave: 0, bar: 0, passages: [] }]) {
    assert.equal(surenessWords(nothing), "");
    assert.deepEqual(doubtfulPassages(nothing), []);
  }
});

test("seconds and pixels are each other's inverse at any zoom", () => {
  for (const view of [
    { start: 0, end: 600, width: 900 },
    { start: 12.3, end: 12.9, width: 333 },
  ]) {
    for (const x of [0, 17, 333]) assert.ok(Math.abs(toX(view, toSeconds(view, x)) - x) < 1e-6);
  }
});

test("zooming keeps the moment under the pointer and never leaves the song", () => {
  const view = { start: 10, end: 20, width: 1000 };
  const closer = zoomAt(view, 250, 4, 60, 0.5);
  assert.ok(Math.abs(toSeconds(closer, 250) - toSeconds(view, 250)) < 1e-9);
  assert.equal(zoomAt(view, 250, 1e9, 60, 0.5).end - zoomAt(view, 250, 1e9, 60, 0.5).start, 0.5);
  const whole = zoomAt(view, 250, 1e-9, 60, 0.5);
  assert.deepEqual([whole.start, whole.end], [0, 60]);
  assert.equal(pan(view, 1e9, 60).end, 60);
  assert.equal(clampView({ start: -5, end: 5, width: 1 }, 60).start, 0);
});

test("a playhead that leaves the view is brought back into it", () => {
  const view = { start: 0, end: 10, width: 100 };
  const moved = reveal(view, 30, 60);
  assert.ok(moved.start < 30 && moved.end > 30);
  assert.equal(reveal(view, 5, 60), view);
});

test("ruler ticks are round numbers that do not crowd", () => {
  const { step, times } = ticks({ start: 0, end: 60, width: 600 }, 70);
  assert.equal(step, 10);
  assert.deepEqual(times, [0, 10, 20, 30, 40, 50, 60]);
});

test("beats go on before the first and after the last one, and times snap to them", () => {
  assert.equal(grid.timeOfBeat(-1), 0);
  assert.equal(grid.timeOfBeat(10), 5.5);
  assert.equal(grid.snap(1.3, "beat"), 1.5);
  assert.equal(grid.snap(1.3, "bar"), 0.5);
  assert.equal(grid.snap(1.3, ""), 1.3);
  assert.equal(new BeatGrid().timeOfBeat(2), 1);
});

test("frame rates and times are read and written as people write them", () => {
  assert.ok(Math.abs(parseFps("29.97") - 30000 / 1001) < 1e-12);
  assert.ok(Math.abs(parseFps("24000/1001") - 23.976023976) < 1e-6);
  assert.ok(Number.isNaN(parseFps("0")) && Number.isNaN(parseFps("")) && Number.isNaN(parseFps("fast")));
  assert.deepEqual([frameAt(0.25, 10), frameAt(0.05, 10), frameCount(3.01, 10)], [3, 1, 31]);
  assert.deepEqual([clock(83.5, 1), clock(59.99), clock(3, 2)], ["1:23.5", "1:00", "0:03.00"]);
  assert.deepEqual([plain(0.5), plain(-0.00001), plain(120), plain(0.123456)], ["0.5", "0", "120", "0.1235"]);
});

test("least and greatest value of any stretch are found through the pyramid", () => {
  const values = Float32Array.from({ length: 1001 }, (_, i) => Math.sin(i * 0.37) * (i % 13));
  const tree = pyramid(values);
  for (const [from, to] of [
    [0, 1001],
    [5, 6],
    [17, 400],
    [999, 1001],
    [500, 513],
  ]) {
    const part = values.slice(from, to);
    assert.deepEqual(extent(tree, from, to), [Math.min(...part), Math.max(...part)]);
  }
  assert.deepEqual(extent(pyramid(Float32Array.of(3)), 0, 1), [3, 3]);
});

test("a simplified line stays within its tolerance", () => {
  const points = Array.from({ length: 300 }, (_, x) => [x, Math.sin(x / 20)]);
  const few = simplify(points, 0.01);
  assert.ok(few.length < 100);
  for (const [x, y] of points) {
    const after = few.findIndex(([right]) => right >= x);
    const [[x0, y0], [x1, y1]] = [few[Math.max(0, after - 1)], few[after]];
    const there = x1 === x0 ? y1 : y0 + ((x - x0) / (x1 - x0)) * (y1 - y0);
    assert.ok(Math.abs(there - y) <= 0.0101);
  }
});

test("the nearest key within reach is hit, and a box takes what lies in it", () => {
  const points = [
    [0, 0],
    [10, 5],
    [11, 50],
    [40, 5],
  ];
  assert.equal(nearestPoint(points, 12, 6, 9), 1);
  assert.equal(nearestPoint(points, 25, 6, 9), -1);
  assert.deepEqual(pointsInBox(points, [41, 10], [5, 0]), [1, 3]);
  assert.equal(nearestEdge([0, 100, 200], 104, 9), 1);
  assert.equal(nearestEdge([0, 100, 200], 150, 9), -1);
});

test("undo goes back step by step, a drag is one step, redo is lost after a new change", () => {
  let history = begin(0);
  history = change(history, 1);
  history = change(history, 2, "drag");
  history = change(history, 3, "drag");
  assert.equal(undo(history).value, 1);
  assert.equal(undo(undo(history)).value, 0);
  assert.equal(redo(undo(history)).value, 3);
  assert.equal(change(undo(history), 9).future.length, 0);
  history = change(settle(history), 4, "drag");
  assert.equal(undo(history).value, 3);
  assert.equal(undo(begin(7)).value, 7);
});

test("dragged keys keep their shape and stay within the song and the channel", () => {
  const keys = parseSchedule("0:(0.2), 10:(0.4), 20:(0.6)");
  const moved = movePoints(placed(keys, song), new Set([1, 2]), 500, 0.7, limits);
  assert.deepEqual(
    moved.map((point) => point.frame),
    [0, 90, 100],
  );
  assert.deepEqual(
    moved.map((point) => point.number),
    [0.2, 1, 1],
  );
});

test("a dropped key replaces the one it lands on, and keeps unit and easing", () => {
  const keys = parseSchedule("0:(0.2), 1b:(0.4, hold), 20:(0.6)");
  const { keys: next, selected } = dropPoints(
    keys,
    movePoints(placed(keys, song), new Set([1]), 10, 0.1, limits),
    song,
  );
  assert.equal(formatSchedule(next), "0:(0.2), 3b:(0.5, hold)");
  assert.deepEqual([...selected], [1]);
});

test("the first key of an empty curve keeps the old level at the start", () => {
  const keys = addKey([], "1bar", 0.3, { base: 0.8, song });
  assert.equal(formatSchedule(keys), "0:(0.8), 1bar:(0.3)");
});

test("copied keys land at the playhead with their distances", () => {
  const keys = parseSchedule("0:(0.2), 10:(0.4, hold), 20:(0.6)");
  const { keys: next } = pasteKeys(keys, copyKeys(keys, new Set([1, 2]), song), 5, song);
  assert.equal(formatSchedule(next), "0:(0.2), 10:(0.4, hold), 20:(0.6), 50:(0.4, hold), 60:(0.6)");
});

test("baking needs few keys for a straight line and follows a hit", () => {
  const values = new Float64Array(101).fill(0.8);
  values[40] = 0.3;
  assert.deepEqual(
    bakeKeys(values, 0.01).map((key) => key.time),
    ["0", "39", "40", "41", "100"],
  );
});

test("scenes are split, joined, duplicated and moved without touching the others", () => {
  const project = {
    scenes: [
      { start: "0", prompt: "a", picture: "A" },
      { start: "1bar", prompt: "b", picture: "B", locked: true },
    ],
  };
  const split = splitScene(project, 0, 1.5, grid);
  assert.deepEqual(
    split.scenes.map((scene) => scene.start),
    ["0", "2b", "1bar"],
  );
  assert.equal(mergeScene(split, 1).scenes.length, 2);
  assert.equal(mergeScene(split, 0).scenes[0].prompt, "a");
  assert.equal(duplicateScene(project, 0, [0, 2.5], 6, grid).scenes[1].picture, "A copy");
  const moved = moveBoundary(project, 1, 99, { starts: [0, 2.5], end: 6, grid, least: 0.2 });
  assert.equal(moved.scenes[1].start, "5.8s");
  assert.equal(moveBoundary(project, 0, 3, { starts: [0, 2.5], end: 6, grid, least: 0.2 }), project);
  assert.deepEqual(
    setAllScenes(project, { style: "ink" }).scenes.map((scene) => scene.style),
    ["ink", undefined],
  );
  assert.deepEqual([sceneAt([0, 2.5], 2.4), sceneAt([0, 2.5], 2.5)], [0, 1]);
  assert.deepEqual([startText(2.5, grid), startText(1, grid), startText(1.234, grid)], ["1bar", "1b", "1.234s"]);
});

test("words are looked up behind GLANCE's own mark, and fall back to English", () => {
  useLanguage("ko_KR", { "GLANCE|Take {n}": "테이크 {n}", Stop: "wrong" });
  assert.equal(t("Take {n}", { n: 3 }), "테이크 3");
  assert.equal(t("Stop"), "Stop");
});
