import assert from "node:assert/strict";
import { test } from "node:test";

import { finishOf, hitReaction, moved, steady } from "../../javascript/lib/steps/effect_edits.mjs";

const bloom = { name: "bloom", parameters: ["bloom", "bloom_radius"], hit: { bloom: 1.6 } };
const welcome = { channels: [{ name: "bloom", default: 0.6 }], effects: [bloom] };
const project = {
  seed: 1,
  effects: [{ effect: "bloom", amount: 1 }],
  scenes: [{ start: "0", prompt: "a", effects: {} }],
  curves: { zoom: "1" },
  reactions: [{ channel: "zoom", map: {} }],
};

test("a schedule that never changes is one value, none is none, and every other cannot be set by a slider", () => {
  assert.equal(steady("0:(0.5)"), 0.5);
  assert.equal(steady(" -3 "), -3);
  assert.equal(steady(""), undefined);
  assert.equal(steady(undefined), undefined);
  for (const text of ["0:(0.5), 8bar:(1)", "0:(rms)", "5:(1)", "kick"]) assert.equal(steady(text), null, text);
});

test("an effect that is dragged takes the place it is dropped on", () => {
  assert.deepEqual(moved(["a", "b", "c"], 0, 2), ["b", "c", "a"]);
  assert.deepEqual(moved(["a", "b", "c"], 2, 0), ["c", "a", "b"]);
  assert.equal(moved(["a"], 0, 1), null);
  assert.equal(moved(["a", "b"], 1, 1), null);
});

test("hits bring an effect up from its value, and pressed again they leave it", () => {
  const on = hitReaction({ ...project, curves: { bloom: "0:(0.2)" } }, bloom, welcome);
  const [, added] = on.reactions;
  assert.equal(added.channel, "bloom");
  assert.deepEqual([added.map.silence, added.map.peak], [0.2, 1.6]);
  assert.equal(hitReaction(project, bloom, welcome).reactions[1].map.silence, 0.6);
  assert.deepEqual(hitReaction(on, bloom, welcome).reactions, project.reactions);
});

test("pictures are finished anew for what effects go by, and for nothing else", () => {
  const before = finishOf(project, welcome);
  const same = [
    { ...project, title: "x" },
    { ...project, curves: { zoom: "2" } },
    { ...project, scenes: [{ ...project.scenes[0], prompt: "b" }] },
  ];
  for (const one of same) assert.equal(finishOf(one, welcome), before);
  const others = [
    { ...project, curves: { bloom: "1" } },
    { ...project, effects: [] },
    { ...project, scenes: [{ ...project.scenes[0], effects: { bloom: 0 } }] },
    hitReaction(project, bloom, welcome),
  ];
  for (const one of others) assert.notEqual(finishOf(one, welcome), before);
});
