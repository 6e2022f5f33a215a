import { performance } from "node:perf_hooks";
import { parseArgs } from "node:util";
import { findSquares } from "@twobytwo/web/scan/find-squares";
import { scaled } from "@twobytwo/web/scan/quads";
import { loadPaintings } from "@twobytwo/web/test/scan/paintings";
import { type Photo, renderScene } from "@twobytwo/web/test/scan/render";
import { cornersIn, grounds, type Scene, sceneOf } from "@twobytwo/web/test/scan/scene";
import { compared, type Found, meetsTarget, type Sighting, type Tally, tallyOf } from "@twobytwo/web/test/scan/score";
import sharp from "sharp";
import { openJscanify } from "./jscanify.ts";

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
/** For jscanify, which is led astray by grain: about as small as the frames of a camera that it is made for. */
const smallSide = 480;
const paintings = await loadPaintings(values.paintings === "tuning" ? "tuning" : "heldOut");
const peer = await openJscanify();
const own: Sighting[] = [];
const theirs: Sighting[] = [];
const theirsSmall: Sighting[] = [];
const times = { own: [] as number[], theirs: [] as number[], theirsSmall: [] as number[] };
let strays = 0;

for (const ground of grounds.filter((name) => values.ground?.includes(name) ?? true)) {
  for (let scene = seed; scene < seed + count; scene += 1) {
    const drawn = sceneOf(ground, scene, paintings, size);
    const photo = await renderScene(drawn, scene);
    look(drawn, photo, await smaller(photo), scene);
  }
  if (!values.json) console.error(`${ground}: ${count} scenes`);
}

if (own.length === 0) throw new Error(`--ground is one of ${grounds.join(", ")}`);
const rows = [...new Set(own.map(rowOf))].map((name) => ({
  name,
  own: tallyOf(own.filter((one) => rowOf(one) === name)),
  theirs: tallyOf(theirs.filter((one) => rowOf(one) === name)),
  theirsSmall: tallyOf(theirsSmall.filter((one) => rowOf(one) === name)),
}));
const median = (of: number[]) => of.sort((one, other) => one - other)[of.length >> 1] ?? 0;
const time = { own: median(times.own), theirs: median(times.theirs), theirsSmall: median(times.theirsSmall) };
const isMet = rows.every((row) => meetsTarget(row.own));
if (values.json) console.log(JSON.stringify({ seed, count, rows, strays, time, isMet, sightings: own }, null, 2));
else print();
if (values.check && !isMet) process.exitCode = 1;

async function smaller({ width, height, data }: Photo): Promise<Photo> {
  const { data: pixels, info } = await sharp(data, { raw: { width, height, channels: 4 } })
    .resize(smallSide, smallSide, { fit: "inside" })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data: new Uint8ClampedArray(pixels) };
}

function look(scene: Scene, photo: Photo, small: Photo, number: number): void {
  const several = scene.ground === "several";
  const hasMargin = scene.ground === "white" || scene.ground === "margin";
  const asIs = timed(times.theirs, () => peer(photo));
  const asSmall = timed(times.theirsSmall, () => peer(small));
  const up = photo.width / small.width;
  for (const part of hasMargin ? (["painted", "paper"] as const) : (["painted"] as const)) {
    const truths = scene.sheets.map((sheet) => cornersIn(scene, sheet, part));
    const named = { ground: scene.ground, part, seed: number };
    const record = (into: Sighting[], squares: readonly Found[]) => {
      const result = compared(truths, squares);
      into.push(...result.overlaps.map((overlap) => ({ ...named, ...overlap })));
      return result.strays;
    };
    const { squares } = timed(times.own, () => findSquares(photo, { mode: part, several }));
    strays += record(own, squares);
    record(theirs, asIs === undefined ? [] : [{ corners: asIs, sure: true }]);
    record(theirsSmall, asSmall === undefined ? [] : [{ corners: scaled(asSmall, up, up), sure: true }]);
  }
}

function timed<T>(into: number[], work: () => T): T {
  const start = performance.now();
  const result = work();
  into.push(performance.now() - start);
  return result;
}

function rowOf({ ground, part }: Sighting): string {
  if (ground === "white" || ground === "margin")
    return `${ground}, ${part === "paper" ? "whole paper" : "painted area"}`;
  return ground;
}

function print(): void {
  const share = ({ rightShare }: Tally) => `${(rightShare * 100).toFixed(0)} %`.padStart(5);
  const facts = (tally: Tally) =>
    [
      `${share(tally)} of ${tally.count}`.padEnd(13),
      `least ${tally.least.toFixed(3)}, sure ones ${tally.leastSure.toFixed(3)}`,
      `unsure ${tally.unsure}, false sure ${tally.falseSure}`.padEnd(25),
    ].join("  ");
  console.log(
    `Intersection over union of 0.95 or more: ${count} scenes a ground, seeds ${seed} to ${seed + count - 1}, ${values.paintings} paintings.`,
  );
  console.log(`jscanify 1.4.3 on the whole picture / on one of ${smallSide} pixels; it has no "not sure".`);
  for (const { name, own: ours, theirs: asIs, theirsSmall: asSmall } of rows) {
    const target = meetsTarget(ours) ? "" : "  BELOW TARGET";
    const theirFacts = `${share(asIs)}, false sure ${asIs.falseSure} /${share(asSmall)}, false sure ${asSmall.falseSure}`;
    console.log(`${name.padEnd(21)} ${facts(ours)} | jscanify ${theirFacts}${target}`);
  }
  console.log(`Squares seen where none is: ${strays}.`);
  const ratio = (theirTime: number) => (time.own / theirTime).toFixed(1);
  console.log(
    `Time a picture, median: ${ratio(time.theirs)} of jscanify's on the whole picture, ${ratio(time.theirsSmall)} of its time on the small one.`,
  );
}
