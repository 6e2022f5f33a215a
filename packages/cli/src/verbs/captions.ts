import { captionSquare, readSeriesSquares } from "@twobytwo/core/curating/caption-series";
import {
  cleanTemplate,
  type PlannedCaption,
  planCaptions,
  templateOf,
  usualTemplate,
} from "@twobytwo/core/curating/caption-template";
import { TaskError } from "@twobytwo/core/errors";
import { persistently } from "@twobytwo/core/persistently";
import { readConnection } from "@twobytwo/core/squares/connection";
import { readSeries } from "@twobytwo/core/squares/series";
import type { Square } from "@twobytwo/core/squares/square";
import type { Table } from "@twobytwo/core/squares/table";
import { maxWeightedLength, weightedLength } from "@twobytwo/core/squares/weighted-length";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { defineVerb } from "../define-verb.ts";
import { nearest } from "../suggest.ts";
import { type Colour, counted, table } from "../terminal.ts";

type Planned = PlannedCaption<Square>;

const colours: Partial<Record<Planned["outcome"], Colour>> = { changes: "green", left: "dim", refused: "red" };

export const captions = defineVerb({
  usage: "SERIES [TEMPLATE] [--dry-run]",
  details: [
    `TEMPLATE is a caption with {title}, {series} and {n}, for example '${usualTemplate} #oilpainting'. Without it, the one that was`,
    "applied last is applied again, for example after squares were added. An empty one takes the captions away.",
    "",
    "{n} numbers the squares of the series in the order in which they were added. A number stays with its square.",
    "Captions that were written by hand, and those of squares that are posted, held or withdrawn, are left as they are.",
  ].join("\n"),
  options: { "dry-run": { type: "boolean", summary: "say what would be changed, and change nothing" } },
  operands: { least: 1, most: 2 },
  async run({ deployment, tell }, { options: { "dry-run": dryRun = false }, operands: [series = "", written] }) {
    const given = written === undefined ? undefined : cleanTemplate(written);
    const ports = await deployment();
    const { table: squaresTable, clock } = ports;
    const squares = await readSeriesSquares(squaresTable, series);
    if (squares.length === 0) throw await noSeries(squaresTable, series);
    const template = given ?? templateOf(series, squares);
    if (template === undefined)
      throw new TaskError(
        "rejected",
        `The series “${visible(series)}” has no template yet: write one, for example '${usualTemplate}'.`,
      );
    const plan = { series, template, onBluesky: (await readConnection(squaresTable)) !== undefined };
    const planned: Planned[] = [];
    for (const one of planCaptions(squares, plan)) {
      const { square, number, outcome, warnings } = one;
      for (const warning of warnings) tell(warning);
      if (dryRun || outcome !== "changes" || number === undefined) planned.push(one);
      else {
        const input = { ...plan, id: square.id, version: square.version, number, now: clock() };
        const done = await persistently(ports, `Writing square ${square.id}`, () => captionSquare(squaresTable, input));
        // What was written before its answer was lost is as it should be.
        planned.push(done.outcome === "stays" ? one : { ...one, ...done });
      }
    }
    return { template, dryRun, planned };
  },
  json: ({ template, dryRun, planned }) => ({
    template,
    dryRun,
    squares: planned.map(({ square: { id }, ...rest }) => ({ id, ...rest })),
  }),
  print({ template, dryRun, planned }, terminal) {
    const shown = table<Planned>(
      terminal,
      [
        { heading: "N", text: ({ number }) => `${number ?? ""}` },
        { heading: "ID", text: ({ square }) => square.id },
        { heading: "CAPTION", text: ({ caption }) => caption, flexible: true },
        { heading: "LENGTH", text: ({ caption }) => `${weightedLength(caption)} of ${maxWeightedLength}` },
        {
          heading: "RESULT",
          text: (one) => describeOutcome(one, dryRun),
          colour: ({ outcome }) => colours[outcome],
          flexible: true,
        },
      ],
      planned,
    );
    const changed = planned.filter(({ outcome }) => outcome === "changes").length;
    const refused = planned.filter(({ outcome }) => outcome === "refused").map(({ why }) => `\n${visible(why ?? "")}`);
    return `${shown}\n\nTemplate: ${visible(template)}\n${counted(changed, "caption")} ${dryRun ? "would be changed" : "changed"}.${refused.join("")}`;
  },
  isFailure: ({ planned }) => planned.some(({ outcome }) => outcome === "refused"),
});

function describeOutcome({ outcome, why }: Planned, dryRun: boolean): string {
  if (outcome === "changes") return dryRun ? "would change" : "changed";
  if (outcome === "stays") return "as before";
  return outcome === "left" ? `left, ${why}` : "refused";
}

async function noSeries(squaresTable: Table, series: string): Promise<TaskError> {
  const names = await readSeries(squaresTable);
  const near = nearest(
    series,
    names.map((name) => name.toLowerCase()),
  );
  const meant = names.find((name) => name.toLowerCase() === near);
  const wayOut = meant === undefined ? "`2x2 list` shows the series." : `did you mean “${visible(meant)}”?`;
  return new TaskError("rejected", `There is no square in the series “${visible(series)}”: ${wayOut}`);
}
