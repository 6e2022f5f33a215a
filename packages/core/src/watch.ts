import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { type Alerts, tell } from "./alerts.ts";
import type { Clock } from "./clock.ts";
import { isBroken, listSquares } from "./list-squares.ts";
import { readRhythm } from "./next-posts.ts";
import { readPause, removeWorkflowPause } from "./pause.ts";
import { type Schedule, settleSchedule } from "./schedule.ts";
import { countUncounted, open, readStock, type Stock } from "./stock.ts";
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
  wokenTold: time,
  silentSince: time,
  lowStock: v.optional(v.number()),
});

/**
 * Wakes a schedule that sleeps beside stock, looks whether squares are posted as they should be, and tells the owner, once,
 * what no metric of AWS knows of. Told first and remembered afterwards: a look that dies in between is told twice
 * rather than never.
 *
 * @returns what was found for the first time.
 */
export async function watch(ports: WatchPorts): Promise<{ told: Finding["about"][] }> {
  const isWoken = await wakeBesideStock(ports);
  const [facts, before] = await Promise.all([readFacts(ports, isWoken), readMemory(ports.table)]);
  const { found, memory } = findings(facts, before);
  if (ports.alerts !== undefined) {
    for (const { subject, message } of found) await tell(ports.alerts, { subject, message });
    if (JSON.stringify(memory) !== JSON.stringify(before)) await remember(ports.table, memory);
  }
  if (facts.stopOver !== undefined) await removeWorkflowPause(ports.table, facts.stopOver);
  return ports.alerts === undefined ? { told: [] } : { told: found.map(({ about }) => about) };
}

/** Whatever ended with a schedule asleep beside stock, and nobody's pause. @returns whether it had to be woken. */
async function wakeBesideStock({ table, schedule, clock }: WatchPorts): Promise<boolean> {
  const [stock, rhythm] = await Promise.all([readStock(table), readRhythm(schedule, clock)]);
  if (rhythm.state === "enabled" || rhythm.pause !== undefined || !(await isStock(table, stock))) return false;
  await settleSchedule(schedule, clock);
  return true;
}

/** Also what another program put there without counting it. */
const isStock = async (table: Table, stock: Stock) => open(stock) > 0 || (await countUncounted(table, stock)) > 0;

async function readFacts({ table, schedule, clock, stage }: WatchPorts, isWoken: boolean): Promise<WatchFacts> {
  const [stock, rhythm, queue, posted, pause] = await Promise.all([
    readStock(table),
    readRhythm(schedule, clock),
    listSquares(table, { status: "queued", limit: 1 }),
    listSquares(table, { status: "posted", limit: 1, backwards: true }),
    readPause(table),
  ]);
  const [next, last] = [queue.squares[0], posted.squares[0]];
  return {
    stage,
    now: clock(),
    open: open(stock),
    queued: stock.queued,
    held: stock.review,
    rhythm,
    isWoken,
    ...(pause?.pausedBy === "workflow" && last && last.sortKey > (pause.pausedAt ?? "") && { stopOver: pause }),
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
