import { atMost } from "../budgets.ts";
import type { Measure, Result, Settings } from "../measure.ts";
import type { MeteredCall } from "../network/dynamodb-meter.ts";
import { photograph } from "../photograph.ts";
import { queueSquares } from "../squares.ts";
import { openWorld, type World } from "../world.ts";

interface Cost {
  readUnits: number;
  writeUnits: number;
  /** Requests, and bytes of their answers. */
  requests: number;
  bytes: number;
}

function costOf(calls: readonly MeteredCall[]): Cost {
  const sum = (key: "readUnits" | "writeUnits" | "bytes") => calls.reduce((total, call) => total + call[key], 0);
  return { readUnits: sum("readUnits"), writeUnits: sum("writeUnits"), requests: calls.length, bytes: sum("bytes") };
}

export interface ReadsAt {
  squares: number;
  ours: Cost;
  baseline: Cost;
  /** Requests to DynamoDB of each of our functions. */
  requestsByFunction: Record<string, number>;
}

/** One post of each kind at each size of the queue; the queue grows from one size to the next. */
export async function readsAt(sizes: readonly number[], tell: Settings["tell"] = () => {}): Promise<ReadsAt[]> {
  const world = await openWorld("meter");
  try {
    const { keys } = await photograph(world.ports, { megapixels: 0.2 });
    // A first post brings in what a row has only once, the day's count for one.
    await queueSquares(world.ports.table, { from: 0, count: 2, keys });
    await world.post();
    await world.postAsBaseline(0);
    const found: ReadsAt[] = [];
    let rows = 2;
    for (const squares of sizes) {
      // What is posted is queued again, so that every size is exact.
      const waiting = found.length === 0 ? 0 : (found.at(-1)?.squares ?? 0) - 2;
      tell(`${squares} squares in the queue …`);
      await queueSquares(world.ports.table, { from: rows, count: squares - waiting, keys });
      rows += squares - waiting;
      found.push(await onePostEach(world, squares));
    }
    return found;
  } finally {
    await world.close();
  }
}

async function onePostEach(world: World, squares: number): Promise<ReadsAt> {
  const taken = () => world.meter?.take() ?? [];
  taken();
  await world.post();
  const ours = taken();
  await world.postAsBaseline(0.5);
  const baseline = taken();
  const requestsByFunction: Record<string, number> = {};
  for (const { caller } of ours) requestsByFunction[caller] = (requestsByFunction[caller] ?? 0) + 1;
  return { squares, ours: costOf(ours), baseline: costOf(baseline), requestsByFunction };
}

const kilobytes = (bytes: number) => Math.round(bytes / 100) / 10;

/** Largest against smallest queue. */
export function figuresOf(reads: readonly ReadsAt[]): Record<string, number> {
  const [least, most] = [reads[0], reads.at(-1)];
  if (least === undefined || most === undefined) throw new RangeError("no sizes to compare");
  return {
    readUnits: most.ours.readUnits,
    writeUnits: most.ours.writeUnits,
    requests: most.ours.requests,
    readUnitsRatio: most.ours.readUnits / least.ours.readUnits,
    bytesRatio: most.ours.bytes / least.ours.bytes,
    baselineReadUnitsRatio: most.baseline.readUnits / least.baseline.readUnits,
    ...Object.fromEntries(Object.entries(most.requestsByFunction).map(([name, count]) => [`requests.${name}`, count])),
  };
}

export const reads: Measure = {
  name: "reads",
  title: "(a) What a post reads and writes in DynamoDB, by squares that wait",
  async run({ quick, tell }): Promise<Result> {
    const found = await readsAt(quick ? [100, 1_000] : [100, 1_000, 10_000, 100_000], tell);
    return {
      table: {
        columns: [
          "squares",
          "read units",
          "write units",
          "requests",
          "kB read",
          "baseline: read units",
          "requests",
          "kB",
        ],
        rows: found.map(({ squares, ours, baseline }) => [
          squares,
          ours.readUnits,
          ours.writeUnits,
          ours.requests,
          kilobytes(ours.bytes),
          baseline.readUnits,
          baseline.requests,
          kilobytes(baseline.bytes),
        ]),
      },
      figures: figuresOf(found),
      notes: ["Units as the sandbox's DynamoDB (dynalite) counts them, by DynamoDB's published rules."],
    };
  },
  verdicts: ({ measured, post }, { readUnits = Number.NaN, writeUnits = Number.NaN, ...ratios }) => [
    atMost("read units a post", readUnits, post.readUnits),
    atMost("write units a post", writeUnits, post.writeUnits),
    atMost(
      "read units with the most squares to the fewest",
      ratios["readUnitsRatio"] ?? Number.NaN,
      measured.levelReads,
    ),
    atMost("bytes read with the most squares to the fewest", ratios["bytesRatio"] ?? Number.NaN, measured.levelReads),
  ],
};
