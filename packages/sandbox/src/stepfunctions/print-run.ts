import type { Attempt, StepLine } from "@twobytwo/core/runs/history";
import { visible } from "../terminal-text.ts";

const signs = { succeeded: "✓", caught: "✗", failed: "✗", stopped: "■", running: "…" } as const;
const longestJson = 100;

/** A run for a person at a terminal: states in order, what they took, what failed, and small outputs. */
export function printRun(lines: readonly StepLine[]): string {
  const width = Math.max(0, ...lines.map((line) => line.state.length));
  return lines.flatMap((line) => stepLines(line, width)).join("\n");
}

function stepLines(line: StepLine, width: number): string[] {
  const head = `${signs[line.outcome]} ${line.state.padEnd(width)} ${duration(line.milliseconds)}`;
  return [
    ...retried(line).map((lost) => `↻ ${line.state.padEnd(width)} ${duration(lost.milliseconds)}  ${lostWords(lost)}`),
    `${head}  ${words(line)}`.trimEnd(),
  ];
}

function retried(line: StepLine): Attempt[] {
  return line.attempts.slice(0, -1);
}

function lostWords(lost: Attempt): string {
  return lost.outcome === "interrupted" ? "interrupted, begun anew" : failure(lost);
}

function words(line: StepLine): string {
  switch (line.outcome) {
    case "succeeded":
      if (line.type === "Choice") return "";
      return small(line.type === "Succeed" ? line.output : news(line.input, line.output));
    case "caught":
      return `${failure(line)} → ${line.caughtBy ?? "?"}`;
    case "running":
      return "";
    default:
      return failure(line);
  }
}

function failure({ error, cause }: { error?: string; cause?: string }): string {
  const message = causeMessage(cause);
  return message ? `${error ?? "Failed"}: ${message}` : (error ?? "Failed");
}

/** A Lambda's cause is JSON; only its message is for people. */
function causeMessage(cause: string | undefined): string {
  if (cause === undefined) return "";
  const message = /^\{"errorType":.*?"errorMessage":("(?:[^"\\]|\\.)*")/s.exec(cause)?.[1];
  return short(message === undefined ? cause : String(JSON.parse(message)));
}

/** What a state added or changed; the rest stands in the lines above. */
function news(input: unknown, output: unknown): unknown {
  if (!isObject(input) || !isObject(output)) return output;
  const before = new Map(Object.entries(input).map(([key, value]) => [key, JSON.stringify(value)]));
  const changed = Object.entries(output).filter(([key, value]) => before.get(key) !== JSON.stringify(value));
  return changed.length === 0 ? undefined : Object.fromEntries(changed);
}

function small(value: unknown): string {
  return short(JSON.stringify(value) ?? "");
}

function short(text: string): string {
  // What a function threw may hold anything; a terminal must not obey it.
  const line = visible(text);
  return line.length > longestJson ? `${line.slice(0, longestJson - 1)}…` : line;
}

function duration(ms: number): string {
  const text = ms < 10_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
  return text.padStart(9);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
