import assert from "node:assert/strict";
import { test } from "node:test";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import { drawnSize, videoSize } from "../../javascript/lib/steps/format_panel.mjs";
import { addPromptStyle } from "../../javascript/lib/steps/prompt_styles.mjs";
import { mergeScene, moveBoundary, setScene, splitScene } from "../../javascript/lib/steps/scenes.mjs";
import { formatTexts, parseTexts, sceneTexts, setSceneTexts } from "../../javascript/lib/curve/text_schedule.mjs";

const grid = new BeatGrid([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 4.5], [0.5, 2.5, 4.5]);
const scenes = [{ start: "0" }, { start: "1bar" }, { start: "2bar" }];
const project = (checkpoint) => ({ scenes, curves: { checkpoint, zoom: "1" } });
const models = (made) => sceneTexts(made.curves.checkpoint ?? "", made.scenes);

test("names are read in all forms that a text channel knows, and written back as they were", () => {
  assert.deepEqual(parseTexts('0:("a (v2).ckpt"), 1:23.5:("say ""hi"""), 8bar:(plain one)'), [
    { time: "0", value: "a (v2).ckpt" },
    { time: "1:23.5", value: 'say "hi"' },
    { time: "8bar", value: "plain one" },
  ]);
  assert.deepEqual(parseTexts('"Euler a"'), [{ time: "0", value: "Euler a" }]);
  assert.deepEqual(parseTexts(""), []);
  assert.equal(parseTexts("0:(never closed"), null);
  const text = '0:("a"), 8bar:("b ""c""")';
  assert.equal(formatTexts(parseTexts(text)), text);
});

test("a model given to one scene holds there, and the others keep theirs", () => {
  const one = setSceneTexts(project('"a"'), "checkpoint", ["a", "b", "a"]);
  assert.equal(one.curves.checkpoint, '0:("a"), 1bar:("b"), 2bar:("a")');
  assert.deepEqual(models(one), ["a", "b", "a"]);
  const none = setSceneTexts(one, "checkpoint", ["", "", ""]);
  assert.deepEqual(none.curves, { zoom: "1" });
});

test("a schedule with keys beside the scenes' starts is left to whoever wrote it", () => {
  assert.equal(sceneTexts('0:("a"), 12.5s:("b")', scenes), null);
  const moved = setScene(project('0:("a"), 12.5s:("b")'), 1, { start: "5s" });
  assert.equal(moved.curves.checkpoint, '0:("a"), 12.5s:("b")');
});

test("models go along with their scenes when those are moved, split and joined", () => {
  const before = project('1bar:("b"), 2bar:("c")');
  const moved = moveBoundary(before, 1, 3, { starts: [0, 2.5, 4.5], end: 9, grid, least: 0.2 });
  assert.equal(moved.curves.checkpoint, '5b:("b"), 2bar:("c")');
  const split = splitScene(before, 1, 3, grid);
  assert.deepEqual(models(split), ["", "b", "b", "c"]);
  assert.deepEqual(models(mergeScene(before, 1)), ["", "c"]);
});

test("a WebUI's style goes around the words where it says so, else behind them", () => {
  const look = { prompt_prefix: "", prompt_suffix: "sharp", negative: "blurry" };
  const film = { prompt: "film still of {prompt}, grain", negative: "digital" };
  assert.deepEqual(addPromptStyle(look, film), {
    prompt_prefix: "film still of {prompt}, grain",
    negative: "blurry, digital",
  });
  const twice = addPromptStyle({ ...look, prompt_prefix: "oil painting" }, film);
  assert.equal(twice.prompt_prefix, "film still of oil painting, {prompt}, grain");
  const behind = addPromptStyle(look, { prompt: ", oil on canvas", negative: "not {prompt}" });
  assert.deepEqual(behind, { prompt_suffix: "sharp, oil on canvas", negative: "not blurry" });
});

test("the video's size is what comes out of enlarging", () => {
  assert.deepEqual(videoSize({ width: 512, height: 288, upscaler: "", upscale: 2 }), [512, 288]);
  assert.deepEqual(videoSize({ width: 512, height: 288, upscaler: "Lanczos", upscale: 1.5 }), [768, 432]);
  assert.deepEqual(videoSize({ width: 200, height: 104, upscaler: "Lanczos", upscale: 1.3 }), [256, 128]);
});

test("a size that the host rounds is told with what is drawn and what would not be cut", () => {
  const told = drawnSize({ width: 512, height: 288 }, 64);
  assert.deepEqual(told, { drawn: "512×320", less: "512×256", more: "512×320" });
  assert.equal(drawnSize({ width: 512, height: 320 }, 64), null);
  assert.equal(drawnSize({ width: 512, height: 288 }, 8), null);
  assert.equal(drawnSize({ width: 512, height: 288 }), null);
});
