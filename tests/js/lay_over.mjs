// Lays the changes of a JSON file over values as the page does: for comparison with Python's values.

import { readFileSync } from "node:fs";

import { BeatGrid } from "../../javascript/lib/curve/beatgrid.mjs";
import { layOver } from "../../javascript/lib/curve/override.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const values = cases.map(({ below, overrides, channel, fps, beats, downbeats }) => {
  const song = { fps, nFrames: below.length, nDrawn: 0, grid: new BeatGrid(beats, downbeats) };
  return Array.from(layOver(Float64Array.from(below), overrides, song, channel));
});
process.stdout.write(JSON.stringify(values));
