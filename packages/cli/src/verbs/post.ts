import { setTimeout as sleep } from "node:timers/promises";
import { TaskError } from "@twobytwo/core/errors";
import { followRun, outcomeOf, type Run, startRun } from "@twobytwo/core/runs/runs";
import { requireSquare } from "@twobytwo/core/squares/list";
import { printRun } from "@twobytwo/sandbox/stepfunctions/print-run";
import { defineVerb } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { idOf } from "../square-id.ts";

/** As wide as the longest state name, so that steps printed one by one line up. */
const stateWidth = 22;

export const post = defineVerb({
  usage: "ID",
  details:
    "Its place in the queue, its date and the schedule make no difference. The steps are printed as they happen.",
  options: {},
  operands: { least: 1, most: 1 },
  async run({ deployment, tell, signal }, { operands: [wanted = ""] }) {
    const ports = await deployment({ runs: true });
    const { table, stateMachine, newId, postUrl, pollMs } = ports;
    const square = await requireSquare(table, await idOf(ports, wanted));
    if (square.status !== "queued" && square.status !== "dated")
      throw new TaskError(
        "rejected",
        `Square ${square.id} is ${square.status}, and only a queued or dated square can be posted: \`2x2 requeue ${square.id}\` puts it in the queue.`,
      );
    const arn = await startRun(stateMachine, { name: `post-now-${newId()}`, input: { squareId: square.id } });
    const name = arn.split(":").at(-1);
    tell(`Posting ${nameOf(square)}, run ${name}`);
    signal.addEventListener("abort", () => tell(`The run continues: \`2x2 run ${name}\` shows how it ends.`), {
      once: true,
    });
    const run = await followRun(stateMachine, arn, {
      pause: () => sleep(pollMs, undefined, { signal }),
      onStep: (step) => tell(printRun([{ ...step, state: step.state.padEnd(stateWidth) }])),
    });
    const outcome = outcomeOf(run);
    return { ...run, ...(outcome?.tweetId && { url: postUrl(outcome.tweetId) }) };
  },
  isFailure: (run: Run) => outcomeOf(run)?.outcome !== "posted",
  print(run: Run & { url?: string }, { paint }) {
    const outcome = outcomeOf(run);
    if (outcome?.outcome === "posted") return `${paint("green", "✓ Posted")} ${run.url ?? ""}`.trimEnd();
    if (outcome !== undefined) return paint("yellow", `Not posted: the run ended with "${outcome.outcome}".`);
    return paint("red", `✗ ${run.status}: \`2x2 run ${run.name}\` shows what happened.`);
  },
});
