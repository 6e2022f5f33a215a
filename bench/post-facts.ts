import type { StepLine } from "@twobytwo/core/runs/history";
import type { Call } from "@twobytwo/sandbox/emulator";
import type { Invocation } from "@twobytwo/sandbox/lambda/runtime";
import { functionName as functionNameOf } from "@twobytwo/sandbox/lambdas";
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
  /** By function, those that only warm it up too. */
  invocations: Record<string, number>;
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
    world.takeInvocations();
    world.meter?.take();
    const steps: StepLine[] = await world.post();
    const metered = world.meter?.take() ?? [];
    return {
      readUnits: metered.reduce((sum, call) => sum + call.readUnits, 0),
      writeUnits: metered.reduce((sum, call) => sum + call.writeUnits, 0),
      transitions: steps.length,
      roundTrips: counted(world.takeCalls().map(callerOf)),
      invocations: counted(world.takeInvocations().map(nameOf)),
    };
  } finally {
    await world.close();
  }
}

function callerOf({ service, operation, accessKeyId }: Call): string {
  const caller = service === "x" ? callerOfX[operation] : accessKeyId;
  if (caller === undefined) throw new Error(`Nobody knows which function calls ${service} ${operation}.`);
  return caller;
}

/** As the blueprint calls it. */
export const nameOf = ({ functionName }: Invocation) => functionName.replace(functionNameOf(""), "");

/** In the order of the workflow. */
function counted(names: readonly string[]): Record<string, number> {
  const counts = functions.map(({ name }) => [name, names.filter((one) => one === name).length] as const);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}
