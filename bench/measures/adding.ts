import { photographs } from "../adding/pictures.ts";
import { addFolder, plainSharp } from "../adding/run.ts";
import { atLeast } from "../budgets.ts";
import { inFolder } from "../in-folder.ts";
import type { Measure, Result } from "../measure.ts";
import { alternate, median, rounded } from "../statistics.ts";

export const adding: Measure = {
  name: "adding",
  title: "(f) Adding photographs of twelve megapixels, against plain sharp on the same cores",
  run: ({ quick, tell }): Promise<Result> =>
    inFolder(async (folder) => {
      const count = quick ? 4 : 40;
      tell(`${count} photographs are made …`);
      await photographs(folder, count);
      tell("plain sharp and adding, in turn …");
      const { plain, added } = await alternate(quick ? 1 : 3, {
        plain: () => plainSharp(folder),
        added: () => addFolder(folder),
      });
      const each = (values: readonly number[]) => median(values) / count;
      const ofSharp = each(plain.map(({ processorMs }) => processorMs));
      const ofAdding = each(added.map(({ processorMs }) => processorMs));
      const ofSandbox = each(added.map(({ sandbox }) => sandbox.processorMs));
      const rates = { plain: 1_000 / each(plain.map(({ ms }) => ms)), added: 1_000 / each(added.map(({ ms }) => ms)) };
      const ofPlainSharp = median(added.map(({ ms }, turn) => (plain[turn]?.ms ?? Number.NaN) / ms));
      return {
        table: {
          columns: ["", "photographs a second", "processor ms each", "of it the sandbox"],
          rows: [
            ["plain sharp", rounded(rates.plain, 1), Math.round(ofSharp), ""],
            ["added to the sandbox", rounded(rates.added, 1), Math.round(ofAdding + ofSandbox), Math.round(ofSandbox)],
          ],
        },
        figures: {
          picturesPerSecond: rates.added,
          ofPlainSharp,
          ofPlainSharpWithoutSandbox: ofSharp / ofAdding,
          peakBytes: median(added.map(({ peakBytes }) => peakBytes)),
        },
        notes: [
          `Adding is ${rounded(ofPlainSharp, 2)} as fast as plain sharp with the sandbox on the same cores, and by processor time ${rounded(ofSharp / ofAdding, 2)} without it.`,
          "Plain sharp decodes, cuts, encodes the JPEG and the thumbnail, and keeps nothing. Adding also hashes, looks for look-alikes, stores three objects and writes the rows.",
        ],
      };
    }),
  verdicts: ({ measured }, { ofPlainSharp = Number.NaN }) => [
    atLeast("adding, as fast as plain sharp", ofPlainSharp, measured.leastOfPlainSharp),
  ],
};
