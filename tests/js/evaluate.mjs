// Evaluates the curves of a JSON file as the page does: for comparison with Python's values.

import { readFileSync } from "node:fs";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import { evaluate, parseSchedule } from "../../javascript/lib/curve/curve.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const values = cases.map(({ text, fps, frames, beats, downbeats }) =>
  Array.from(evaluate(parseSchedule(text), { fps, nFrames: frames, grid: new BeatGrid(beats, downbeats) })),
);
process.stdout.write(JSON.stringify(values));
