import type { Verdict } from "./budgets.ts";
import type { Machine } from "./machine.ts";
import type { Result, Table } from "./measure.ts";
import { rounded } from "./statistics.ts";

/** A table of Markdown, aligned also for who reads it in a terminal: names to the left, numbers to the right. */
function printTable({ columns, rows }: Table): string {
  const cells = [columns, ...rows].map((row) =>
    row.map((cell) => `${typeof cell === "number" ? grouped(cell) : cell}`),
  );
  const widths = columns.map((_, column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const isNumber = (column: number) =>
    column > 0 && rows.every((row) => typeof row[column] === "number" || !row[column]);
  const line = (row: readonly string[]) =>
    `| ${widths.map((width, column) => (isNumber(column) ? (row[column] ?? "").padStart(width) : (row[column] ?? "").padEnd(width))).join(" | ")} |`;
  const rule = `| ${widths.map((width, column) => (isNumber(column) ? `${"-".repeat(width - 1)}:` : "-".repeat(width))).join(" | ")} |`;
  return [line(cells[0] ?? []), rule, ...cells.slice(1).map(line)].join("\n");
}

const grouped = (value: number) => (Number.isInteger(value) ? value.toLocaleString("en-GB") : `${value}`);

export function printResult(title: string, { table, notes = [] }: Result): string {
  return `\n## ${title}\n\n${printTable(table)}\n${notes.map((note) => `\n${note}`).join("")}`;
}

export function printMachine({ processor, cores, memoryGigabytes, system, node, load }: Machine): string {
  return `${processor}, ${cores} cores, ${memoryGigabytes} GB, ${system}, Node ${node}, load ${load} at the beginning`;
}

export function printVerdicts(verdicts: readonly Verdict[]): string {
  return verdicts
    .map(({ figure, value, limit, passes }) => `${passes ? "✓" : "✗"} ${figure}: ${rounded(value, 3)}, budget ${limit}`)
    .join("\n");
}
