import { counted } from "../counted.ts";
import { persistently } from "../persistently.ts";
import { takeBack } from "../posting/lease.ts";
import { settleSchedule } from "../schedule/settle.ts";
import { recountStock } from "../squares/recount.ts";
import { statuses } from "../squares/square.ts";
import { readSquare } from "../squares/table.ts";
import { type DoctorPorts, firstOf, problemOf } from "./check.ts";
import { compareObjects, deleteStrays, tryBucket } from "./stray-objects.ts";
import { survey } from "./survey.ts";

/** What was done about one thing. */
export interface Repair {
  /** As the check is called. */
  name: string;
  outcome: "nothing to do" | "repaired" | "failed";
  /** In one sentence. */
  what: string;
  wayOut?: string;
  of?: string[];
}

export const usualAgeMs = 60 * 60 * 1000;

/**
 * Puts right what no person has to decide on: claims that are over, the count of the stock, a schedule that sleeps
 * for no reason, and objects that no square names. Squares in `posting` and `review` stay as they are. What cannot
 * be repaired does not keep the rest from it.
 *
 * @param input.strayAgeMs how old an object has to be: younger ones may be those of an add that is at work.
 */
export async function repair(ports: DoctorPorts, { strayAgeMs = usualAgeMs } = {}): Promise<Repair[]> {
  const done: Repair[] = [];
  // One after the other: what is taken back changes the stock, and the stock says whether the schedule may sleep.
  for (const [name, work] of [
    ["claims", takeBackClaims],
    ["stock", recount],
    ["schedule state", wake],
    ["strays", (all: DoctorPorts) => removeStrays(all, strayAgeMs)],
  ] as const)
    try {
      done.push({ name, ...(await work(ports)) });
    } catch (error) {
      done.push({ name, outcome: "failed", ...problemOf(error) });
    }
  return done;
}

type RepairResult = Omit<Repair, "name">;

async function takeBackClaims(ports: DoctorPorts): Promise<RepairResult> {
  const { table, clock } = ports;
  const { overdue } = await survey(table, clock());
  const back: string[] = [];
  for (const square of overdue) {
    if (square.status !== "claimed") continue;
    await persistently(ports, `Taking back ${square.id}`, () => takeBack(table, square, clock()));
    const status = (await readSquare(table, square.id))?.status;
    if (status === "queued" || status === "dated") back.push(square.id);
  }
  if (back.length === 0) return { outcome: "nothing to do", what: "No claim has expired." };
  return {
    outcome: "repaired",
    what: `${counted(back.length, "square")} back where ${back.length === 1 ? "it was" : "they were"}.`,
    ...firstOf(back),
  };
}

async function recount(ports: DoctorPorts): Promise<RepairResult> {
  const result = await recountStock(ports);
  if (result.outcome === "right") return { outcome: "nothing to do", what: "The stock is right." };
  if (result.outcome === "busy")
    return {
      outcome: "failed",
      what: "The stock cannot be counted while other programs are changing squares.",
      wayOut: "Run this again when nothing is being added.",
    };
  const { from, to } = result;
  return {
    outcome: "repaired",
    what: "The stock matches the table.",
    of: statuses.flatMap((status) =>
      (from[status] ?? 0) === to[status] ? [] : [`${status}: ${String(from[status] ?? 0)} → ${to[status]}`],
    ),
  };
}

async function wake({ schedule, clock, random, sleep }: DoctorPorts): Promise<RepairResult> {
  const settle = () => settleSchedule(schedule, clock);
  const { state, changed } = await persistently({ random, sleep }, "Changing the schedule", settle);
  if (!changed) return { outcome: "nothing to do", what: "The schedule is in the right state." };
  return {
    outcome: "repaired",
    what: state === "enabled" ? "The schedule is awake." : "The schedule is disabled, because posting is paused.",
  };
}

async function removeStrays({ table, bucket, clock, newId }: DoctorPorts, ageMs: number): Promise<RepairResult> {
  // The age is by the bucket's clock: this machine's may be hours ahead.
  const { bucket: now } = await tryBucket(bucket, { clock, nonce: newId() });
  const { strays } = await compareObjects(bucket, (await survey(table, clock())).named);
  // Rows that were written while the bucket was listed.
  const { named } = strays.length === 0 ? { named: new Map() } : await survey(table, clock());
  const unnamed = strays.filter(({ key }) => !named.has(key));
  const deleted = await deleteStrays(bucket, { strays: unnamed, before: now - ageMs });
  const young = unnamed.length - deleted.length;
  const left =
    young === 0 ? "" : ` ${counted(young, "younger one")} left, which may belong to an add that is still running.`;
  if (deleted.length === 0) return { outcome: "nothing to do", what: `There is no object to delete.${left}` };
  return {
    outcome: "repaired",
    what: `${counted(deleted.length, "object")} that belong to no square deleted.${left}`,
    ...firstOf(deleted),
  };
}
