import { photographs } from "../adding/pictures.ts";
import { addFolder } from "../adding/run.ts";
import { atMost } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { median } from "../statistics.ts";

/**
 * What was in memory in the second half of a run to that of the first: middle values, since of two peaks that of the
 * longer run is the higher one whatever happens. 3 where all of it grew with the number.
 */
function growthOf(inMemory: readonly number[]): number {
  const half = inMemory.length >> 1;
  return median(inMemory.slice(half)) / median(inMemory.slice(0, half));
}

export const adding: Measure = {
  name: "adding",
  title: "(f) Adding photographs of two megapixels",
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (folder) => {
      const count = quick ? 60 : 1_000;
      tell(`${count} photographs are made …`);
      await photographs(folder, count);
      tell(`${count} photographs are added …`);
      const { ms, peakBytes, inMemory } = await addFolder(folder);
      const picturesPerSecond = count / (ms / 1000);
      const tenths = (value: number) => Math.round(value * 10) / 10;
      return {
        table: {
          columns: ["", "photographs", "seconds", "photographs a second", "peak MB"],
          rows: [
            ["added to the sandbox", count, tenths(ms / 1000), tenths(picturesPerSecond), Math.round(peakBytes / 1e6)],
          ],
        },
        figures: { picturesPerSecond, peakBytes, memoryGrowth: growthOf(inMemory) },
        notes: [
          `In memory after every ten, MB: ${inMemory.map((bytes) => Math.round(bytes / 1e6)).join(", ")}. The sandbox that takes the photographs runs on the same cores.`,
        ],
      };
    }),
  verdicts: ({ measured }, { memoryGrowth = Number.NaN }) => [
    atMost("memory of the second half of the photographs to that of the first", memoryGrowth, measured.memoryGrowth),
  ],
};
