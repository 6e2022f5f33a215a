import type { Check } from "@twobytwo/core/doctor/check";
import { visible } from "@twobytwo/sandbox/terminal-text";
import type { Colour, Terminal } from "./terminal.ts";

/** Of a check that could not be made, `unknown`. */
type State = Check["state"] | "unknown";

const signs: Record<State, readonly [sign: string, colour: Colour]> = {
  ok: ["✓", "green"],
  info: ["i", "cyan"],
  warning: ["!", "yellow"],
  unknown: ["?", "yellow"],
  wrong: ["✗", "red"],
};

export const widest = "automation label".length;

export function describeCheck(
  { name, state, ...rest }: Omit<Check, "state"> & { state: State },
  terminal: Terminal,
): string {
  const [sign, colour] = signs[state];
  return inLines(`${terminal.paint(colour, sign)} ${name.padEnd(widest)}`, rest);
}

export function inLines(head: string, { what, wayOut, of = [] }: Pick<Check, "what" | "wayOut" | "of">): string {
  const indent = " ".repeat(widest + 4);
  const further = [...firstLines(of).map((line) => `· ${line}`), ...(wayOut === undefined ? [] : [`→ ${wayOut}`])];
  return [`${head}  ${visible(what)}`, ...further.map((line) => `${indent}${visible(line)}`)].join("\n");
}

/** Core's own lists end after five and a line that says so. */
const mostLines = 6;

function firstLines(of: readonly string[]): readonly string[] {
  if (of.length <= mostLines) return of;
  const shown = of.slice(0, mostLines - 1);
  return [...shown, `… and ${of.length - shown.length} more (all with --json)`];
}

/** @param doubt Of the table, as `doubtOf` gives it. */
export const describeDoubt = (doubt: string) =>
  `Nothing is posted yet. ${visible(doubt)}. \`2x2 doctor --account\` shows how the account and the table differ; \`2x2 confirm\` allows posting.`;
