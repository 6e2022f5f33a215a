import path from "node:path";
import type { AddSummary } from "@twobytwo/core/adding/add-many";
import { describeLeftAlone, type LeftAlone } from "@twobytwo/core/adding/left-alone";
import { describeRun } from "@twobytwo/core/runs/history";
import type { Stock } from "@twobytwo/core/squares/stock";
import * as v from "valibot";
import type { Sandbox } from "./sandbox.ts";
import { printRun } from "./stepfunctions/print-run.ts";
import { visible } from "./terminal-text.ts";
import { username } from "./x/state.ts";

const RunOutput = v.object({
  outcome: v.string(),
  squareId: v.nullable(v.string()),
  tweetId: v.nullable(v.string()),
  remaining: v.number(),
  schedule: v.string(),
});

/** A run as a person reads it: its states one by one, then what came of it. */
export function describeExecution({ stepFunctions, endpoints, x }: Sandbox, executionArn: string): string {
  const { name, status, input, output, error, cause } = stepFunctions.describe(executionArn);
  const states = printRun(describeRun(stepFunctions.history(executionArn)));
  const head = `Run ${name}${input === "{}" ? "" : ` ${input}`}`;
  if (status !== "SUCCEEDED")
    return `${head}\n\n${states}\n\n✗ ${status}: ${visible(error ?? "")} ${visible(cause ?? "")}`.trimEnd();
  const run = v.parse(RunOutput, JSON.parse(output ?? "null"));
  const post = x.posts().find(({ id }) => id === run.tweetId);
  const came =
    run.outcome === "posted"
      ? `✓ Posted “${visible(post?.text ?? run.squareId ?? "")}”\n  ${endpoints.x}/${username}/status/${run.tweetId}`
      : { empty: "✓ Nothing to post: the queue is empty.", "already-ran": "✓ This slot has already run." }[run.outcome];
  return `${head}\n\n${states}\n\n${came}\n  output ${JSON.stringify(run)}`;
}

export function describeAdded(
  { added, skipped, similar, refused }: AddSummary,
  leftAlone: readonly LeftAlone[],
): string {
  const lines = [`Added ${added.length} ${added.length === 1 ? "square" : "squares"}.`];
  for (const { warnings } of added) for (const warning of warnings) lines.push(`  warning: ${visible(warning)}`);
  for (const { name, message } of skipped) lines.push(`  skipped ${visible(path.basename(name))}: ${visible(message)}`);
  for (const { name, message } of similar)
    lines.push(`  not added ${visible(path.basename(name))}: ${visible(message)}`);
  for (const { message } of refused) lines.push(`  refused: ${visible(message)}`);
  lines.push(...describeLeftAlone(leftAlone).map(visible));
  return lines.join("\n");
}

export function describeStock(stock: Stock): string {
  const parts = Object.entries(stock).flatMap(([status, count]) => (count > 0 ? [`${count} ${status}`] : []));
  return `Squares: ${parts.join(", ") || "none"}.`;
}
