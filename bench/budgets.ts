import { readFile } from "node:fs/promises";
import * as v from "valibot";

const amount = v.pipe(v.number(), v.minValue(0));

/** bench/budgets.json. A limit is the largest value that passes, except where its name says `least`. */
const Budgets = v.strictObject({
  /** Most bytes that a function reads when it starts, by its name. */
  bundles: v.record(v.string(), amount),
  post: v.strictObject({
    /** Capacity units of DynamoDB, for one post of a queued square. */
    readUnits: amount,
    writeUnits: amount,
    /** States entered by a run that posts. */
    transitions: amount,
    /** Calls to other services by function, for one post. */
    roundTrips: v.record(v.string(), amount),
    /** Invocations of each function, warm-ups too. */
    invocations: v.record(v.string(), amount),
  }),
  /** Gzipped JavaScript that the web app's first page loads. */
  web: v.strictObject({ javascriptBytes: amount }),
  measured: v.strictObject({
    /** Capacity of a post with the most squares, divided by that with the fewest. */
    levelReads: amount,
    leastFasterThanBaseline: amount,
    /** The same where every function starts cold. */
    leastFasterCold: amount,
    /** Memory while the second half of many pictures is added, divided by that of the first; middle values. */
    memoryGrowth: amount,
    /** Bytes in memory while small pictures are added, however many. */
    addingBytes: amount,
    /** Photographs of twelve megapixels a second, divided by those of sharp alone. */
    leastOfPlainSharp: amount,
    /** Milliseconds of an answer of the web app's API with the most squares, divided by that with the fewest; p50. */
    levelWebApi: amount,
    /** The same with the most squares, by processor time of `node -e 0`. */
    webApiTimesNode: amount,
    /** Time of a frame of the wall while it is scrolled as by a finger, divided by that of one while it is still; p50. */
    calmFrames: amount,
    squaresInDocument: amount,
    /** Processor time of a command, and the clock's until `npm start` answers and has shown a run, by processor time of `node -e 0`. */
    timesNode: v.strictObject({ help: amount, list: amount, web: amount, run: amount }),
  }),
});
export type Budgets = v.InferOutput<typeof Budgets>;

/** @throws Error naming what is wrong with the file. */
export async function readBudgets(file = new URL("budgets.json", import.meta.url)): Promise<Budgets> {
  const parsed = v.safeParse(Budgets, JSON.parse(await readFile(file, "utf8")));
  if (parsed.success) return parsed.output;
  const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "file"}: ${issue.message}`);
  throw new Error(`bench/budgets.json is not what bench/budgets.ts describes: ${mistakes.join("; ")}.`);
}

/** One figure beside its limit. */
export interface Verdict {
  figure: string;
  value: number;
  limit: number;
  passes: boolean;
}

export const atMost = (figure: string, value: number, limit: number): Verdict => ({
  figure,
  value,
  limit,
  passes: value <= limit,
});

export const atLeast = (figure: string, value: number, limit: number): Verdict => ({
  figure,
  value,
  limit,
  passes: value >= limit,
});
