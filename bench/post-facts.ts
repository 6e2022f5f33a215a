import type { StepLine } from "@twobytwo/core/runs/history";
import type { Call } from "@twobytwo/sandbox/emulator";
import { functions } from "@twobytwo/stacks/blueprint";
import { photograph } from "./photograph.ts";
import { queueSquares } from "./squares.ts";
import { openWorld } from "./world.ts";

/** What one post costs, whatever time it takes: the same on every machine. */
export interface PostFacts {
  /** Capacity units of DynamoDB. */
  readUnits: number;
  writeUnits: number;
  /** States entered. */
  transitions: number;
  /** Calls to other services by function, where it is warm: DynamoDB, S3, SSM, the scheduler and X. */
  roundTrips: Record<string, number>;
}

/** X's calls are not signed with the function's name. */
const callerOfX: Record<string, string> = {
  "POST /2/media/upload": "fetch-media",
  "POST /2/media/metadata": "fetch-media",
  "POST /2/tweets": "tweet",
};

/** One post of a queued square, when the functions are warm and the day's rows are there. */
export async function postFacts(waiting = 20): Promise<PostFacts> {
  const world = await openWorld("meter");
  try {
    const { keys } = await photograph(world.ports, { megapixels: 0.2 });
    await queueSquares(world.ports.table, { from: 0, count: waiting + 1, keys });
    await world.post();
    world.takeCalls();
    world.meter?.take();
    const steps: StepLine[] = await world.post();
    const metered = world.meter?.take() ?? [];
    return {
      readUnits: metered.reduce((sum, call) => sum + call.readUnits, 0),
      writeUnits: metered.reduce((sum, call) => sum + call.writeUnits, 0),
      transitions: steps.length,
      roundTrips: byCaller(world.takeCalls()),
    };
  } finally {
    await world.close();
  }
}

function byCaller(calls: readonly Call[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const call of calls) {
    const caller = call.service === "x" ? callerOfX[call.operation] : call.accessKeyId;
    if (caller === undefined) throw new Error(`Nobody knows which function calls ${call.service} ${call.operation}.`);
    counts.set(caller, (counts.get(caller) ?? 0) + 1);
  }
  // In the order of the workflow.
  return Object.fromEntries(functions.flatMap(({ name }) => (counts.has(name) ? [[name, counts.get(name) ?? 0]] : [])));
}
