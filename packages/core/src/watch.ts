import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { type Alerts, tell } from "./alerts.ts";
import type { Clock } from "./clock.ts";
import { isBroken, listSquares } from "./list-squares.ts";
import { readRhythm } from "./next-posts.ts";
import type { Schedule } from "./schedule.ts";
import { open, readStock } from "./stock.ts";
import type { Table } from "./table.ts";
import { type Finding, findings, type Named, type WatchFacts, type WatchMemory, watchId } from "./watch-findings.ts";

export interface WatchPorts {
  table: Table;
  schedule: Schedule;
  /** Undefined where nobody is to be told. */
  alerts: Alerts | undefined;
  clock: Clock;
  stage: string;
}

const time = v.optional(v.pipe(v.string(), v.isoTimestamp()));
const Memory = v.object({
  waitingSince: time,
  asleepSince: time,
  asleepTold: time,
  silentSince: time,
  lowStock: v.optional(v.number()),
  pauseTold: time,
});

/**
 * Looks whether squares are posted as they should be and tells the owner, once, what no metric of AWS knows of.
 * Told first and remembered afterwards: a look that dies in between is told twice rather than never.
 *
 * @returns what was found for the first time.
 */
export async function watch(ports: WatchPorts): Promise<{ told: Finding["about"][] }> {
  const [facts, before] = await Promise.all([readFacts(ports), readMemory(ports.table)]);
  const { found, memory } = findings(facts, before);
  if (ports.alerts === undefined) return { told: [] };
  for (const { subject, message } of found) await tell(ports.alerts, { subject, message });
  if (JSON.stringify(memory) !== JSON.stringify(before)) await remember(ports.table, memory);
  return { told: found.map(({ about }) => about) };
}

async function readFacts({ table, schedule, clock, stage }: WatchPorts): Promise<WatchFacts> {
  const [stock, rhythm, queue, posted] = await Promise.all([
    readStock(table),
    readRhythm(schedule, clock),
    listSquares(table, { status: "queued", limit: 1 }),
    listSquares(table, { status: "posted", limit: 1, backwards: true }),
  ]);
  const [next, last] = [queue.squares[0], posted.squares[0]];
  return {
    stage,
    now: clock(),
    open: open(stock),
    queued: stock.queued,
    rhythm,
    ...(next && { next: named(next) }),
    // Of a row that is broken, the order of the index still tells the time.
    ...(last && { last: { ...named(last), postedAt: last.sortKey } }),
  };
}

const named = (listed: Parameters<typeof isBroken>[0]): Named => ({
  id: listed.id,
  title: isBroken(listed) ? "a row that is no square" : listed.title,
});

async function readMemory(table: Table): Promise<WatchMemory> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: watchId }, ConsistentRead: true }),
  );
  const parsed = v.safeParse(Memory, Item ?? {});
  // What cannot be read is told again, which is better than never.
  return parsed.success ? (withoutUndefined(parsed.output) as WatchMemory) : {};
}

async function remember(table: Table, memory: WatchMemory): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...memory, id: watchId } }));
}

const withoutUndefined = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
