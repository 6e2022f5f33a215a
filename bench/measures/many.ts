import { smallPictures } from "../adding/pictures.ts";
import { addFolder } from "../adding/run.ts";
import { atMost } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { median } from "../statistics.ts";

/** Chequers, so that what is measured is all but the picture itself. 100,000 by hand: TWOBYTWO_BENCH_MANY=100000. */
const wanted = Number(process.env["TWOBYTWO_BENCH_MANY"] || 4_000);
const megabytes = (bytes: number) => Math.round(bytes / 1e6);

/** Middle values. */
function halves(values: readonly number[]): [number, number] {
  const half = values.length >> 1;
  return [median(values.slice(0, half)), median(values.slice(half))];
}

export const many: Measure = {
  name: "many",
  title: "(f) Memory of adding, many small pictures",
  minutes: 10 + wanted / 1_000,
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (folder) => {
      const count = quick ? 100 : wanted;
      tell(`${count} small pictures are made …`);
      await smallPictures(folder, count);
      tell(`${count} small pictures are added …`);
      const { ms, peakBytes, inMemory, sandbox } = await addFolder(folder);
      const all = halves(inMemory.map(({ all }) => all));
      const objects = halves(inMemory.map(({ objects }) => objects));
      return {
        table: {
          columns: ["", "pictures", "a second", "MB, first half", "second half", "peak"],
          rows: [
            ["added", count, Math.round(count / (ms / 1000)), ...[...all, peakBytes].map(megabytes)],
            ["of it JavaScript's objects", "", "", ...objects.map(megabytes), ""],
            ["the sandbox", "", "", ...[...halves(sandbox.inMemory), sandbox.peakBytes].map(megabytes)],
          ],
        },
        figures: { peakBytes, memoryGrowth: all[1] / all[0] },
        notes: [
          "Of the process that adds, and of the sandbox that takes the pictures, another one: it keeps the facts of every object in memory.",
          `In memory, MB, after every fiftieth part: ${inMemory.map(({ all }) => megabytes(all)).join(", ")}.`,
        ],
      };
    }),
  // Middle values of halves: of two peaks that of the longer run is the higher one whatever happens. 3 where all of it grew with the number.
  verdicts: ({ measured }, { memoryGrowth = Number.NaN, peakBytes = Number.NaN }) => [
    atMost("memory of the second half of the pictures to that of the first", memoryGrowth, measured.memoryGrowth),
    atMost("peak bytes of adding small pictures", peakBytes, measured.addingBytes),
  ],
};
