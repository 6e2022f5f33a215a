import { readRhythm } from "@twobytwo/core/schedule/rhythm";
import { type Listed, listSquares } from "@twobytwo/core/squares/list";
import { type Status, statuses } from "@twobytwo/core/squares/square";
import type { Position } from "@twobytwo/core/squares/table";
import { wholeNumber } from "../command-line.ts";
import { defineVerb } from "../define-verb.ts";
import { squareColumns } from "../describe-squares.ts";
import { counted, table } from "../terminal.ts";

const usual = 50;
const pageSize = 100;
/** What needs attention and what waits comes before what is done. */
const order = ["review", "posting", "claimed", "dated", "queued", "draft", "posted", "withdrawn"] as const;

export const list = defineVerb({
  usage: "[--status STATUS] [--series SERIES] [--limit N] [--all]",
  details:
    "The queue is listed in posting order, squares with a date by their date, everything else newest first. Squares without a caption or alt text are flagged.",
  options: {
    status: { type: "string", value: "STATUS", values: statuses, summary: "only squares with this status" },
    series: { type: "string", value: "SERIES", summary: "only squares of this series" },
    limit: { type: "string", value: "N", summary: `how many squares to list at most (default: ${usual})` },
    all: { type: "boolean", summary: "list all squares" },
  },
  operands: { least: 0, most: 0 },
  async run({ deployment }, { options }) {
    const limit = wholeNumber(options.limit ?? String(usual), "--limit");
    const wanted = options.all ? Number.POSITIVE_INFINITY : limit;
    const { table: squaresTable, schedule, clock } = await deployment();
    const squares: Listed[] = [];
    for (const status of options.status === undefined ? order : [options.status as Status]) {
      let after: Position | undefined;
      do {
        const page = await listSquares(squaresTable, {
          status,
          // One more than requested shows whether there are more.
          limit: Math.min(pageSize, wanted + 1 - squares.length),
          backwards: status !== "queued" && status !== "dated",
          ...(options.series !== undefined && { series: options.series }),
          ...(after && { after }),
        });
        squares.push(...page.squares);
        after = page.next;
      } while (after !== undefined && squares.length <= wanted);
      if (squares.length > wanted) break;
    }
    const isDated = squares.some(({ status }) => status === "dated");
    const scheduleZone = isDated ? (await readRhythm(schedule, clock)).timeZone : "UTC";
    return { squares: squares.slice(0, wanted), isMore: squares.length > wanted, scheduleZone };
  },
  json: ({ squares }) => squares,
  print({ squares, isMore, scheduleZone }, terminal) {
    if (squares.length === 0) return "No squares. `2x2 add PICTURES` adds some.";
    const more = isMore ? ", and there are more: --all lists them" : "";
    return `${table(terminal, squareColumns(terminal, scheduleZone), squares)}\n\n${counted(squares.length, "square")}${more}`;
  },
});
