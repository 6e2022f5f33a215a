import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { leaseMs } from "../posting/lease.ts";
import { noteTold, type Pause, readPause, removeWorkflowPause } from "../schedule/pause.ts";
import { readRhythm } from "../schedule/rhythm.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { settleSchedule } from "../schedule/settle.ts";
import { overdue } from "../sharing/due.ts";
import { giveUpShare } from "../sharing/journal.ts";
import { readConnection } from "../squares/connection.ts";
import { isBroken, type Listed, listSquares } from "../squares/list.ts";
import { correctPhantoms } from "../squares/recount.ts";
import type { Square } from "../squares/square.ts";
import { countUncounted, open, readStock, type Stock } from "../squares/stock.ts";
import type { Table } from "../squares/table.ts";
import { type Alerts, tell } from "./alerts.ts";
import { type Finding, findings, type Named, type WatchFacts, type WatchMemory, watchId } from "./findings.ts";

export interface WatchPorts {
  table: Table;
  schedule: Schedule;
  /** Undefined if nobody is to be told. */
  alerts: Alerts | undefined;
  clock: Clock;
  stage: string;
}

const time = v.optional(v.pipe(v.string(), v.isoTimestamp()));
const Memory = v.object({
  waitingSince: time,
  sleptAt: time,
  wokenTold: time,
  silentSince: time,
  lowStock: v.optional(v.number()),
});

/**
 * Corrects the stock and the schedule, checks whether squares are posted as they should be, and tells the owner once what no
 * AWS metric shows. It tells first and remembers afterwards: if it dies in between, the owner is told twice rather than
 * never.
 *
 * @returns what was found for the first time.
 */
export async function watch(ports: WatchPorts): Promise<{ told: Finding["about"][] }> {
  const { table, alerts, clock } = ports;
  const before = await heal(ports, await readMemory(table));
  const overdueShares = await readOverdue(ports);
  const facts = await readFacts(ports, before, overdueShares);
  const { found, memory } = findings(facts, before);
  if (alerts !== undefined) {
    for (const { subject, message } of found) await tell(alerts, { subject, message });
    for (const square of overdueShares) await giveUpShare(table, square.square, square.account, clock());
    if (JSON.stringify(memory) !== JSON.stringify(before)) await remember(table, memory);
    const { untold } = facts;
    if (untold !== undefined)
      await noteTold(table, { execution: untold.execution, at: new Date(clock()).toISOString() });
  }
  // The pause also set the time at which the schedule starts again.
  if (facts.stopOver !== undefined && (await removeWorkflowPause(table, facts.stopOver)))
    await settleSchedule(ports.schedule, clock);
  return alerts === undefined ? { told: [] } : { told: found.map(({ about }) => about) };
}

/**
 * Repairs what ended half-way: a stock that does not match the rows, and a schedule that is not in the state that pause and
 * stock require. If a schedule is disabled although there is stock and nobody paused, the owner must be told. That is
 * remembered before the schedule is enabled, because afterwards nobody could see it.
 *
 * @returns what the memory is now.
 */
async function heal({ table, schedule, alerts, clock }: WatchPorts, before: WatchMemory): Promise<WatchMemory> {
  await correctPhantoms(table, await readStock(table));
  const [stock, rhythm] = await Promise.all([readStock(table), readRhythm(schedule, clock)]);
  // Including squares that another program added without counting them.
  const isStock = open(stock) > 0 || (await countUncounted(table, stock)) > 0;
  const sleeps = isStock && rhythm.state === "disabled" && rhythm.pause === undefined;
  const memory = sleeps ? { ...before, sleptAt: new Date(clock()).toISOString() } : before;
  if (sleeps && alerts !== undefined) await remember(table, memory);
  await settleSchedule(schedule, clock);
  return memory;
}

interface OverdueShare {
  square: Square;
  account: string;
}

async function readOverdue({ table, clock }: WatchPorts): Promise<OverdueShare[]> {
  const connection = await readConnection(table);
  if (connection === undefined) return [];
  return (await overdue(table, connection, clock())).map((square) => ({ square, account: connection.account }));
}

async function readFacts(
  { table, schedule, clock, stage }: WatchPorts,
  { sleptAt }: WatchMemory,
  overdueShares: readonly OverdueShare[],
): Promise<WatchFacts> {
  const [stock, rhythm, queue, posted, pause] = await Promise.all([
    readStock(table),
    readRhythm(schedule, clock),
    listSquares(table, { status: "queued", limit: 1 }),
    listSquares(table, { status: "posted", limit: 1, backwards: true }),
    readPause(table),
  ]);
  const { due, later } = await datedNow(table, stock, clock());
  const [next, last] = [due[0] ?? queue.squares[0], posted.squares[0]];
  const stop = stopOf(pause, { now: clock(), postedAt: last?.sortKey });
  return {
    stage,
    now: clock(),
    open: open(stock) - later,
    dated: later,
    queued: stock.queued,
    inReview: stock.review,
    rhythm,
    isWoken: sleptAt !== undefined,
    unshared: overdueShares.map(({ square }) => ({
      ...named(square),
      ...(square.bluesky?.lastError && { why: square.bluesky.lastError.message }),
    })),
    ...stop,
    ...(next && { next: named(next) }),
    // Even for a broken row, the sort key of the index has the time.
    ...(last && { last: { ...named(last), postedAt: last.sortKey } }),
  };
}

const mostDue = 100;

/** Squares whose date has come, and how many wait for theirs. */
async function datedNow(table: Table, { dated }: Stock, now: number): Promise<{ due: Listed[]; later: number }> {
  if (dated <= 0) return { due: [], later: 0 };
  const { squares } = await listSquares(table, { status: "dated", limit: mostDue });
  const due = squares.filter(({ sortKey }) => sortKey <= new Date(now).toISOString());
  return { due, later: Math.max(0, dated - due.length) };
}

/** What there is to tell about a pause of the workflow. */
function stopOf(
  pause: Pause | undefined,
  { now, postedAt }: { now: number; postedAt: string | undefined },
): Pick<WatchFacts, "stopOver" | "untold"> {
  if (pause?.pausedBy !== "workflow") return {};
  if (postedAt !== undefined && postedAt > (pause.pausedAt ?? "")) return { stopOver: pause };
  // The run that stopped tells the owner itself, and has ended by now.
  const isUntold = pause.toldAt === undefined && now >= Date.parse(pause.pausedAt ?? "") + leaseMs;
  return isUntold ? { untold: pause } : {};
}

const named = (listed: Listed): Named => ({
  id: listed.id,
  title: isBroken(listed) ? "a row that is not a valid square" : listed.title,
});

async function readMemory(table: Table): Promise<WatchMemory> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: watchId }, ConsistentRead: true }),
  );
  const parsed = v.safeParse(Memory, Item ?? {});
  // If the memory cannot be read, things are told again, which is better than never.
  return parsed.success ? (withoutUndefined(parsed.output) as WatchMemory) : {};
}

async function remember(table: Table, memory: WatchMemory): Promise<void> {
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...memory, id: watchId } }));
}

const withoutUndefined = (values: object) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
