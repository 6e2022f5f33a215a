import { draftSquare, requeueSquare, type StatusChange, withdrawSquare } from "@twobytwo/core/curating/change-status";
import { TaskError } from "@twobytwo/core/errors";
import { requireSquare } from "@twobytwo/core/squares/list";
import { defineVerb } from "../define-verb.ts";
import type { Deployment } from "../deployment.ts";
import { idOf } from "../square-id.ts";
import type { Terminal } from "../terminal.ts";

/** The result for one square; one that cannot be changed does not stop the others. */
export type StatusResult = StatusChange | { id: string; error: { name: string; message: string } };

const isRefused = (outcome: StatusResult): outcome is Extract<StatusResult, { error: unknown }> => "error" in outcome;

async function each(
  ports: Deployment,
  wanted: readonly string[],
  change: (id: string) => Promise<StatusChange>,
): Promise<StatusResult[]> {
  const outcomes: StatusResult[] = [];
  for (const word of wanted) {
    try {
      outcomes.push(await change(await idOf(ports, word)));
    } catch (error) {
      if (!(error instanceof TaskError) || error.name !== "Rejected") throw error;
      outcomes.push({ id: word, error: { name: error.name, message: error.message } });
    }
  }
  return outcomes;
}

export function printOutcomes(outcomes: readonly StatusResult[], { paint }: Terminal): string {
  return outcomes
    .map((outcome) => {
      if (isRefused(outcome)) return paint("red", `✗ ${outcome.error.message}`);
      const { id, from, to, changed } = outcome;
      return changed ? `✓ ${id}: ${from} → ${to}` : `  ${id} is already ${to}`;
    })
    .join("\n");
}

const shared = {
  operands: { least: 1, most: Number.POSITIVE_INFINITY },
  print: printOutcomes,
  isFailure: (outcomes: readonly StatusResult[]) => outcomes.some(isRefused),
};

export const draft = defineVerb({
  ...shared,
  usage: "ID…",
  options: {},
  async run({ deployment }, { operands }) {
    const ports = await deployment();
    return each(ports, operands, (id) => draftSquare(ports, { id }));
  },
});

export const withdraw = defineVerb({
  ...shared,
  usage: "ID…",
  options: {},
  async run({ deployment }, { operands }) {
    const ports = await deployment();
    return each(ports, operands, (id) => withdrawSquare(ports, { id }));
  },
});

export const requeue = defineVerb({
  ...shared,
  usage: "ID… [--top] [--yes]",
  details: "A posted square will be posted a second time, so it also needs --yes.",
  options: {
    top: { type: "boolean", summary: "post them next, in the order given" },
    yes: { type: "boolean", summary: "also requeue posted squares" },
  },
  async run({ deployment }, { options: { top = false, yes = false }, operands }) {
    const ports = await deployment();
    // The last one moved to the top is first.
    const inOrder = top ? operands.toReversed() : operands;
    const outcomes = await each(ports, inOrder, async (id) => {
      if (!yes) await requireNotPosted(ports, id);
      return requeueSquare(ports, { id, top });
    });
    return top ? outcomes.toReversed() : outcomes;
  },
});

async function requireNotPosted({ table, postUrl }: Deployment, id: string): Promise<void> {
  const { status, tweetId } = await requireSquare(table, id);
  if (status !== "posted") return;
  const where = tweetId === undefined ? "" : ` (${postUrl(tweetId)})`;
  throw new TaskError(
    "rejected",
    `Square ${id} is posted${where} and would be posted a second time: add --yes if you want that.`,
  );
}
