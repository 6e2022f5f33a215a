import { fileURLToPath } from "node:url";
import { photographs, smallPictures } from "../adding/pictures.ts";
import { type Adding, addFolder, inOwnProcess } from "../adding/run.ts";
import { atMost } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result, Settings } from "../measure.ts";
import { median } from "../statistics.ts";

const megabytes = (bytes: number) => Math.round(bytes / 1e6);
const rate = ({ pictures, ms }: Adding) => pictures / (ms / 1000);
const plainSharp = fileURLToPath(new URL("../adding/plain-sharp.ts", import.meta.url));

function tableOf(rows: readonly { name: string; adding: Adding }[]): Result["table"] {
  return {
    columns: ["", "pictures", "seconds", "pictures a second", "peak MB"],
    rows: rows.map(({ name, adding }) => [
      name,
      adding.pictures,
      Math.round(adding.ms / 100) / 10,
      Math.round(rate(adding) * 10) / 10,
      megabytes(adding.peakBytes),
    ]),
  };
}

export const adding: Measure = {
  name: "adding",
  title: "(f) Adding photographs of two megapixels, against plain sharp on the same cores",
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (folder) => {
      const count = quick ? 60 : 1_000;
      tell(`${count} photographs are made …`);
      await photographs(folder, count);
      tell("plain sharp …");
      const plain = await inOwnProcess<Adding>(plainSharp, [folder]);
      tell("added to the sandbox …");
      const added = await addFolder(folder, "similar");
      return {
        table: tableOf([
          { name: "added", adding: added },
          { name: "plain sharp", adding: plain },
        ]),
        figures: {
          picturesPerSecond: rate(added),
          plainPicturesPerSecond: rate(plain),
          ofPlainSharp: rate(added) / rate(plain),
          peakBytes: added.peakBytes,
        },
        notes: [
          "Plain sharp decodes, cuts, encodes the JPEG and the thumbnail, and keeps nothing. Adding also hashes, compares looks, stores three objects and writes the rows; the sandbox that takes them runs on the same cores.",
        ],
      };
    }),
};

async function addSmall(count: number, tell: Settings["tell"]): Promise<Adding> {
  return inFolder(async (folder) => {
    tell(`${count} small pictures are made …`);
    await smallPictures(folder, count);
    tell(`${count} small pictures are added …`);
    return addFolder(folder, "different");
  });
}

/**
 * What was in memory in the second half of a run to that of the first: middle values, since of two peaks that of the
 * longer run is the higher one whatever happens. 3 where all of it grew with the number.
 */
function growthOf(curve: NonNullable<Adding["curve"]>): number {
  const half = curve.length >> 1;
  const of = (points: typeof curve) => (points.length === 0 ? Number.NaN : median(points.map(({ rss }) => rss)));
  return of(curve.slice(half)) / of(curve.slice(0, half));
}

export const many: Measure = {
  name: "many",
  title: "Adding many small pictures: memory does not grow with their number",
  async run({ quick, tell }): Promise<Result> {
    const [few, tenTimes] = quick ? [100, 1_000] : [1_000, 10_000];
    const [fewer, more] = [await addSmall(few, tell), await addSmall(tenTimes, tell)];
    return {
      table: tableOf([
        { name: "fewer", adding: fewer },
        { name: "ten times as many", adding: more },
      ]),
      figures: {
        picturesPerSecond: rate(more),
        peakBytes: more.peakBytes,
        peakBytesOfFewer: fewer.peakBytes,
        memoryGrowth: growthOf(more.curve ?? []),
      },
      notes: [
        "Chequers of 64 pixels, so that what is measured is all but the picture itself.",
        `In memory after every thousand, MB (of it JavaScript's objects): ${(more.curve ?? [])
          .map(({ rss, heapUsed }) => `${megabytes(rss)} (${megabytes(heapUsed)})`)
          .join(", ")}.`,
      ],
    };
  },
  verdicts: ({ measured }, figures) => [
    atMost(
      "memory of the second half of the pictures to that of the first",
      figures["memoryGrowth"] ?? Number.NaN,
      measured.memoryGrowth,
    ),
  ],
};
