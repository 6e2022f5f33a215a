import { listRuns, outcomeOf, type RunLine } from "@twobytwo/core/runs/runs";
import { wholeNumber } from "../command-line.ts";
import { onTheWall } from "../dates.ts";
import { defineVerb } from "../define-verb.ts";
import { type Colour, type Column, table } from "../terminal.ts";

const usual = 20;

const statusColour: Record<string, Colour> = { SUCCEEDED: "green", RUNNING: "yellow" };

function tookMs({ startedAt, endedAt }: RunLine): string {
  if (endedAt === undefined) return "";
  return `${((Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

function whatCame(run: RunLine): string {
  const outcome = outcomeOf(run);
  if (outcome !== undefined) return [outcome.outcome, outcome.squareId].filter(Boolean).join(" ");
  return [run.error, run.cause].filter(Boolean).join(": ");
}

export const runs = defineVerb({
  usage: "[--limit N]",
  options: { limit: { type: "string", value: "N", summary: `how many runs to list at most (default: ${usual})` } },
  operands: { least: 0, most: 0 },
  async run({ deployment }, { options }) {
    const limit = wholeNumber(options.limit ?? String(usual), "--limit");
    const { stateMachine } = await deployment();
    return listRuns(stateMachine, limit);
  },
  print(lines, terminal) {
    if (lines.length === 0) return "Nothing has run yet.";
    const columns: Column<RunLine>[] = [
      { heading: "RUN", text: ({ name }) => name },
      { heading: "STARTED", text: ({ startedAt }) => onTheWall(startedAt, terminal.timeZone) },
      { heading: "STATUS", text: ({ status }) => status, colour: ({ status }) => statusColour[status] ?? "red" },
      { heading: "TOOK", text: tookMs },
      { heading: "RESULT", text: whatCame, flexible: true },
    ];
    return table(terminal, columns, lines);
  },
});
