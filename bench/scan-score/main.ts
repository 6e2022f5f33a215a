import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import type { Corners } from "@twobytwo/core/pictures/homography";
import { findSquares } from "@twobytwo/web/scan/find-squares";
import type { Raster } from "@twobytwo/web/scan/planes";
import { loadPaintings } from "@twobytwo/web/test/scan/paintings";
import { loadPhotographs } from "@twobytwo/web/test/scan/photographs";
import { renderScene } from "@twobytwo/web/test/scan/render";
import { cornersIn, grounds, sceneOf } from "@twobytwo/web/test/scan/scene";
import { compared, meetsTarget, type Sighting, tallyOf } from "@twobytwo/web/test/scan/score";
import { median } from "../statistics.ts";

const { values } = parseArgs({
  options: {
    scenes: { type: "string", default: "40" },
    seed: { type: "string", default: "3000" },
    ground: { type: "string", multiple: true },
    paintings: { type: "string", default: "heldOut" },
    json: { type: "boolean", default: false },
    check: { type: "boolean", default: false },
  },
});
const count = Number(values.scenes);
const seed = Number(values.seed);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed) || seed < 0)
  throw new Error("--scenes and --seed are whole numbers: npm run bench:scan -- --scenes 40 --seed 3000");

/** Like a photograph that the phone has made smaller; the detector itself works on 512 pixels and refines on 1600. */
const size = { width: 960, height: 1280 };
const paintings = await loadPaintings(values.paintings === "tuning" ? "tuning" : "heldOut");
/** Real ones, of sheets on tables. */
const photographs = "photographs";
const sightings: Sighting[] = [];
const times: number[] = [];
let strays = 0;

for (const ground of grounds.filter((name) => values.ground?.includes(name) ?? true)) {
  for (let scene = seed; scene < seed + count; scene += 1) {
    const drawn = sceneOf(ground, scene, paintings, size);
    const photo = await renderScene(drawn, scene);
    const hasMargin = ground === "white" || ground === "margin";
    for (const part of hasMargin ? (["painted", "paper"] as const) : (["painted"] as const)) {
      const truths = drawn.sheets.map((sheet) => cornersIn(drawn, sheet, part));
      look({ ground, part, seed: scene }, photo, truths);
    }
  }
  if (!values.json) console.error(`${ground}: ${count} scenes`);
}

if (values.ground?.includes(photographs) ?? true) {
  for (const [index, { photo, truth }] of (await loadPhotographs()).entries()) {
    look({ ground: photographs, part: "paper", seed: index }, photo, [truth]);
    // Nobody has painted on them: whatever is sure beside the sheet is wrong.
    strays += compared([truth], findSquares(photo, { several: true }).squares).strays;
  }
}

if (sightings.length === 0) throw new Error(`--ground is one of ${[...grounds, photographs].join(", ")}`);
const rows = [...new Set(sightings.map(rowOf))].map((name) => ({
  name,
  tally: tallyOf(sightings.filter((one) => rowOf(one) === name)),
}));
const isMet = rows.every(({ tally }) => meetsTarget(tally));
if (values.json)
  console.log(JSON.stringify({ seed, count, rows, strays, medianMs: median(times), isMet, sightings }, null, 2));
else print();
if (values.check && !isMet) process.exitCode = 1;

function look(scene: Pick<Sighting, "ground" | "part" | "seed">, photo: Raster, truths: readonly Corners[]): void {
  const startedAt = performance.now();
  const { squares } = findSquares(photo, { mode: scene.part, several: scene.ground === "several" });
  times.push(performance.now() - startedAt);
  const result = compared(truths, squares);
  sightings.push(...result.overlaps.map((overlap) => ({ ...scene, ...overlap })));
  strays += result.strays;
}

function rowOf({ ground, part }: Sighting): string {
  if (ground === "white" || ground === "margin")
    return `${ground}, ${part === "paper" ? "whole paper" : "painted area"}`;
  return ground;
}

function print(): void {
  console.log(
    `Intersection over union of 0.95 or more: ${count} scenes a ground, seeds ${seed} to ${seed + count - 1}, ${values.paintings} paintings.`,
  );
  for (const { name, tally } of rows) {
    const { rightShare, least, leastSure, unsure, falseSure } = tally;
    const facts = [
      `${`${(rightShare * 100).toFixed(0)} %`.padStart(5)} of ${tally.count}`.padEnd(13),
      `least ${least.toFixed(3)}, sure ones ${leastSure.toFixed(3)}`,
      `unsure ${unsure}, false sure ${falseSure}`,
    ];
    console.log(`${name.padEnd(21)} ${facts.join("  ")}${meetsTarget(tally) ? "" : "  BELOW TARGET"}`);
  }
  console.log(`Squares seen where none is: ${strays}.`);
  console.log(`Time a picture, median: ${Math.round(median(times))} ms.`);
}
