import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import { evaluate, formatSchedule, keyFrame, parseSchedule } from "../../javascript/lib/curve/curve.mjs";
import { EASINGS } from "../../javascript/lib/curve/easing.mjs";
import { layOver, overrideFrames } from "../../javascript/lib/curve/override.mjs";
import { beyondRange, readPasted } from "../../javascript/lib/curve/pasted_text.mjs";
import { hitFrames, hitNear, hitsOf, sectionsLike } from "../../javascript/lib/curve/hits.mjs";
import { copyCurve, guardedKeys, pasteCurve } from "../../javascript/lib/curve/range_keys.mjs";
import { changeParts, timedParts, timesAmount } from "../../javascript/lib/curve/reaction_range.mjs";
import { timeIn, unitTicks } from "../../javascript/lib/curve/ruler_units.mjs";

const beats = Array.from({ length: 81 }, (_, k) => k / 2);
const grid = new BeatGrid(
  beats,
  beats.filter((_, k) => k % 4 === 0),
);
const song = { fps: 24, nFrames: 960, nDrawn: 0, grid };
const strength = { name: "strength", low: 0, high: 1, kind: "number" };
const override = { channel: "strength", start: "4b", end: "6b", mode: "set", value: 0.2, curve: "", shape: "flat" };

/** Whole numbers from 0, the same every time. */
function chance(seed) {
  let state = seed;
  return (below) => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return Math.floor((state / 2147483648) * below);
  };
}

test("a change holds in its own frames, and later changes lie over earlier ones", () => {
  const below = new Float32Array(song.nFrames).fill(0.5);
  const values = layOver(below, [override, { ...override, mode: "scale", value: 0.5, end: "5b" }], song, strength);
  assert.deepEqual([values[47], values[48], values[60], values[71], values[72]], [0.5, 0.1, 0.2, 0.2, 0.5]);
  assert.deepEqual(overrideFrames({ ...override, end: "" }, song), [48, 49]);
  assert.equal(overrideFrames({ ...override, end: "3b" }, song), null);
});

test("what a change asks beyond the channel's range is clipped, at the end", () => {
  const below = new Float32Array(song.nFrames).fill(0.5);
  const much = { ...override, mode: "add", value: 3 };
  assert.equal(layOver(below, [much], song, strength)[48], 1);
  assert.equal(layOver(below, [much, { ...override, mode: "scale", value: 0.1 }], song, strength)[48].toFixed(9), "0.350000000");
});

test("a copied stretch lands on another one beat by beat, and every frame outside is as it was", () => {
  const easings = ["", "", "", "hold", ...Object.keys(EASINGS)];
  for (let seed = 1; seed <= 200; seed += 1) {
    const random = chance(seed);
    const texts = Array.from({ length: random(8) }, () => {
      const easing = easings[random(easings.length)];
      return `${random(320) / 4}b:(${(random(100) / 100).toFixed(2)}${easing ? `, ${easing}` : ""})`;
    });
    const keys = parseSchedule(texts.join(", ")) ?? [];
    const values = keys.length ? evaluate(keys, song) : new Float64Array(song.nFrames).fill(0.65);
    const [from, to, length] = [random(40), random(60), 1 + random(16)];
    const span = { start: grid.timeOfBeat(from), end: grid.timeOfBeat(from + length) };
    const copied = copyCurve(keys, span, song, values);
    const made = pasteCurve(keys, copied, grid.timeOfBeat(to), { song, values, unit: "beat" });
    const after = evaluate(made.keys, song);
    const [first, last] = [to * 12, Math.min(song.nFrames, (to + length) * 12)];
    for (let frame = 0; frame < song.nFrames; frame += 1) {
      const inside = frame >= first && frame < last;
      const expected = inside ? values[from * 12 + frame - first] : values[frame];
      const told = `seed ${seed}, frame ${frame}: ${formatSchedule(keys)} -> ${formatSchedule(made.keys)}`;
      assert.ok(Math.abs(after[frame] - expected) < 2e-4, told);
    }
  }
});

test("formulas go along when they are copied, and go on behind what was pasted over them", () => {
  const keys = parseSchedule("0:(0.5 + 0.1*kick), 40b:(0.3)");
  const values = new Float64Array(song.nFrames).fill(0.5);
  const copied = copyCurve(keys, { start: 0, end: 4 }, song, values);
  assert.deepEqual(copied.keys, [{ beats: 0, value: "0.5 + 0.1*kick", easing: "" }]);
  const flat = { beats: 4, keys: [{ beats: 0, value: "0.9", easing: "" }] };
  const { keys: made } = pasteCurve(keys, flat, 4, { song, values, unit: "bar" });
  assert.equal(formatSchedule(made), "0:(0.5 + 0.1*kick), 2bar:(0.9), 3bar:(0.5 + 0.1*kick), 40b:(0.3)");
});

test("a guarded value is the curve's in its stretch alone", () => {
  const keys = parseSchedule("0:(0.2), 40b:(0.8)");
  const values = evaluate(keys, song);
  const made = guardedKeys(keys, { start: 5, end: 6 }, "0.95", { song, values, unit: "beat" });
  const after = evaluate(made.keys, song);
  assert.equal(keyFrame(made.keys[[...made.selected][0]].time, song), 120);
  after.forEach((value, frame) => {
    assert.ok(Math.abs(value - (frame >= 120 && frame < 144 ? 0.95 : values[frame])) < 1e-5, String(frame));
  });
});

test("the music is muted in a stretch and is as it was before and after", () => {
  const options = { song, timeText: (seconds) => timeIn("beat", seconds, song) };
  const part = { at: "0", amount: 1, attack_ms: null, release_ms: null, bend: null, gate: 0.1, accent: 0, every_bars: 0 };
  const reaction = { channel: "strength", map: {}, parts: [part, { ...part, at: "8bar", amount: 0.5, accent: 1 }] };
  const muted = changeParts(reaction, { start: 14, end: 18 }, timesAmount(0), options);
  assert.deepEqual(
    timedParts(muted, song).map(({ part: one, seconds }) => [seconds, one.amount, one.accent, one.gate]),
    [
      [0, 1, 0, 0.1],
      [14, 0, 0, 0.1],
      [16, 0, 1, 0.1],
      [18, 0.5, 0, 0.1],
    ],
  );
  const bare = changeParts({ channel: "zoom", map: {} }, { start: 0, end: 40 }, timesAmount(2), options);
  assert.deepEqual(
    bare.parts.map(({ at, amount }) => [at, amount]),
    [["0", 2]],
  );
});

test("schedules are taken as manuals and settings files write them", () => {
  const known = ["strength", "zoom", "cfg", "noise"];
  assert.deepEqual(readPasted("strength = 0:(0.65), 32b:(0.4)", known), {
    channel: "strength",
    text: "0:(0.65), 32b:(0.4)",
  });
  assert.deepEqual(readPasted('    "zoom_schedule": "0:(1.02)",', known), { channel: "zoom", text: "0:(1.02)" });
  assert.deepEqual(readPasted("cfg_scale_schedule: 0: (7)", known), { channel: "cfg", text: "0: (7)" });
  for (const text of ["0:(0.65)", "max_f-1:(2)", "0.5 + kick", "other = 0:(1)"])
    assert.deepEqual(readPasted(text, known), { channel: "", text });
});

test("numbers beyond a channel's range are told with what is drawn instead", () => {
  assert.deepEqual(beyondRange(parseSchedule("0:(1.5), 4b:(0.3), 8b:(2*kick), 9b:(-1)"), strength), [
    { time: "0", value: 1.5, drawn: 1 },
    { time: "9b", value: -1, drawn: 0 },
  ]);
});

test("the ruler counts in one unit, and its ticks keep their distance", () => {
  assert.deepEqual(
    ["beat", "bar", "second", "frame"].map((unit) => timeIn(unit, 17, song)),
    ["34b", "8.5bar", "17s", "408"],
  );
  assert.equal(timeIn("beat", 409 / 24, song), "34.1b");
  for (let frame = 0; frame < song.nFrames; frame += 1)
    for (const unit of ["beat", "bar", "second"])
      assert.equal(keyFrame(timeIn(unit, frame / song.fps, song), song), frame);
  const ticks = unitTicks({ start: 0, end: 40, width: 400 }, "bar", song);
  assert.deepEqual(
    ticks.map(({ text }) => text),
    ["0bar", "4bar", "8bar", "12bar", "16bar", "20bar"],
  );
});

test("a hit is found near a frame, and lasts until the music has let go of the channel or strikes again", () => {
  const base = new Float64Array(40).fill(0.9);
  const below = base.slice();
  below.set([0.5, 0.6, 0.8, 0.88, 0.9], 10);
  below.set([0.4, 0.7, 0.3, 0.9], 20);
  assert.equal(hitNear(below, base, 12, 6), 10);
  assert.deepEqual(hitFrames(below, base, 10), [10, 13]);
  assert.deepEqual(hitFrames(below, base, 20), [20, 22]);
  assert.equal(hitNear(below, base, 33, 4), -1);
});

test("the hits of a sound are its jumps, and parts of one name are found together", () => {
  const values = new Float64Array(200);
  for (const at of [20, 60, 61, 120]) values[at] = at === 61 ? 0.3 : 0.8;
  assert.deepEqual(
    hitsOf(values, 100).map(({ seconds }) => seconds),
    [0.2, 0.6, 1.2],
  );
  const sections = [
    { label: "A", role: "verse", start_s: 0, end_s: 8 },
    { label: "B", role: "chorus", start_s: 8, end_s: 16 },
    { label: "C", role: "verse", start_s: 16, end_s: 24 },
  ];
  assert.deepEqual(sectionsLike(sections, sections[2]), [
    { start: 0, end: 8 },
    { start: 16, end: 24 },
  ]);
});
