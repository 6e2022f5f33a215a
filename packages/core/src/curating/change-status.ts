import { GetCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { claimPost } from "../posting/post-owner.ts";
import { type OrderPorts, rankAt } from "../queue/reorder.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { enableSchedule } from "../schedule/settle.ts";
import { isSquareId, requireSquare } from "../squares/list.ts";
import { type Square, Status } from "../squares/square.ts";
import type { Table } from "../squares/table.ts";
import { changeStatus, claimAttributes, conditionFailed, type Transition } from "../squares/transition.ts";

export interface StatusPorts extends OrderPorts, Pick<Ports, "random" | "sleep"> {
  schedule: Schedule;
}

export interface StatusChange {
  id: string;
  from: Status;
  to: Status;
  /** False where it was so already. */
  changed: boolean;
}

/** Takes a square out of the queue until somebody puts it back. @throws Rejected where its status forbids it. */
export async function draftSquare(ports: StatusPorts, { id }: { id: string }): Promise<StatusChange> {
  return takeOut(ports, { id, to: "draft", allowed: ["queued", "dated", "withdrawn"] });
}

/**
 * Retires a square, with all that is known of it.
 *
 * @param input.onlyInReview Only where it is held for review.
 * @throws Rejected where its status forbids it.
 */
export async function withdrawSquare(
  ports: StatusPorts,
  { id, onlyInReview = false }: { id: string; onlyInReview?: boolean },
): Promise<StatusChange> {
  return takeOut(ports, { id, to: "withdrawn", allowed: ["queued", "dated", "draft", "review"], onlyInReview });
}

/** Asked only where the square is not yet what is wanted: an earlier call may have decided it, and its answer was lost. */
function requireInReview(id: string, status: Status): void {
  if (status === "review") return;
  throw new TaskError(
    "rejected",
    `Square ${id} is ${status}, and you can only decide on a square that is held for review.`,
  );
}

async function takeOut(
  ports: StatusPorts,
  {
    id,
    to,
    allowed,
    onlyInReview = false,
  }: { id: string; to: Status; allowed: readonly Status[]; onlyInReview?: boolean },
): Promise<StatusChange> {
  const { table, clock } = ports;
  const from = await statusOf(table, id);
  if (from === to) return { id, from, to, changed: false };
  if (onlyInReview) requireInReview(id, from);
  if (!allowed.includes(from)) throw refused(id, from);
  const now = new Date(clock()).toISOString();
  await apply(ports, { id, from, to, sortKey: now, now });
  return { id, from, to, changed: true };
}

/**
 * Puts a square into the queue, at its end, at its top, or at a rank that it had, and wakes the schedule. A posted square will be
 * posted a second time: the caller has asked the person.
 *
 * @param input.onlyInReview Only where it is held for review.
 * @throws Rejected where its status forbids it, or its row is no square.
 */
export async function requeueSquare(
  ports: StatusPorts,
  { id, top = false, rank, onlyInReview = false }: { id: string; top?: boolean; rank?: string; onlyInReview?: boolean },
): Promise<StatusChange> {
  const { table, clock } = ports;
  const { status: from } = await requireSquare(table, id);
  if (from === "queued") {
    // An earlier call may have moved it, and failed to wake the schedule.
    await wake(ports);
    return { id, from, to: "queued", changed: false };
  }
  if (onlyInReview) requireInReview(id, from);
  if (from === "claimed" || from === "posting") throw refused(id, from);
  await apply(ports, {
    id,
    from,
    to: "queued",
    sortKey: rank ?? (await rankAt(ports, top ? "top" : "end")),
    now: new Date(clock()).toISOString(),
    remove: [...claimAttributes, "tweetId", "postedAt", "bluesky"],
  });
  await wake(ports);
  return { id, from, to: "queued", changed: true };
}

/** After every transition into the queue, and again where an earlier call was cut off in between. */
export async function wake(ports: Pick<StatusPorts, "schedule" | "clock" | "random" | "sleep">): Promise<void> {
  await persistently(ports, "Waking the schedule", () => enableSchedule(ports.schedule, ports.clock));
}

/**
 * A person has seen the post of a square: of one that is held for review, or of one that waits in a table that does not know of it.
 *
 * @param tweetId digits only
 * @throws Rejected where a run has claimed the square, where it is another post or the post of another square, or the id is none.
 */
export async function confirmPosted(
  ports: StatusPorts,
  { id, tweetId }: { id: string; tweetId: string },
): Promise<StatusChange> {
  const { table, clock } = ports;
  const square = await requireSquare(table, id);
  const { status: from } = square;
  if (from === "posted" && square.tweetId === tweetId) return { id, from, to: "posted", changed: false };
  if (!seeable.includes(from)) throw refused(id, from);
  if (!/^\d{1,19}$/.test(tweetId))
    throw new TaskError(
      "rejected",
      `"${tweetId}" is not the id of a post: it is the digits at the end of the post's address.`,
    );
  const now = clock();
  const postedAt = new Date(timeOfPost(tweetId, now)).toISOString();
  const transition: Transition = {
    id,
    from,
    to: "posted",
    sortKey: postedAt,
    now: new Date(now).toISOString(),
    set: { tweetId, postedAt },
    remove: ["lastError"],
  };
  for (let tries = 0; tries < mostRivals; tries += 1) {
    const mark = await persistently(ports, "Reading whose post it is", () => claimPost(table, { id, tweetId, now }));
    if (await apply(ports, transition, [mark])) return { id, from, to: "posted", changed: true };
  }
  throw new TaskError("retryable", `Others are recording whose post ${tweetId} is at the same time: try again.`);
}

/** Who was slower by a moment looks again, and is told who has it. */
const mostRivals = 5;

/** A run that is at work finds the post itself. */
const seeable: readonly Status[] = ["review", "queued", "dated", "draft", "withdrawn"];

/** Milliseconds at which X began to count the time in its ids. */
const xEpoch = 1_288_834_974_657;

/** X's ids begin with their time. */
function timeOfPost(tweetId: string, now: number): number {
  const time = Number(BigInt(tweetId) >> 22n) + xEpoch;
  return Math.min(time, now);
}

/** Of any row, also of one that is no square: it can still be put aside. */
async function statusOf(table: Table, id: string): Promise<Status> {
  const { Item } = isSquareId(id)
    ? await table.client.send(new GetCommand({ TableName: table.name, Key: { id }, ConsistentRead: true }))
    : {};
  if (Item === undefined) throw new TaskError("rejected", `There is no square ${id}: check the id in the list.`);
  if (v.is(Status, Item["status"])) return Item["status"];
  throw new TaskError("rejected", `Row ${id} of the table has an unknown status: correct the row.`);
}

type Writes = NonNullable<TransactWriteCommandInput["TransactItems"]>;

/** @returns false where one of the conditions of `alsoWritten` did not hold, and nothing was changed. */
export async function apply(ports: StatusPorts, transition: Transition, alsoWritten: Writes = []): Promise<boolean> {
  // Everybody who adds, posts or moves counts the same stock.
  let tries = 0;
  const now = await persistently(ports, `Changing square ${transition.id}`, async () => {
    tries += 1;
    try {
      return await changeStatus(ports.table, transition, alsoWritten);
    } catch (error) {
      // The first two are those of the transition itself.
      if (alsoWritten.some((_, index) => conditionFailed(error, index + 2))) return "refused";
      throw error;
    }
  });
  if (now === "refused") return false;
  if (now === undefined || (tries > 1 && isChanged(now, transition))) return true;
  if (now === "gone") throw new TaskError("rejected", `Square ${transition.id} is no longer in the table.`);
  throw changedMeanwhile(transition.id, transition.from, now);
}

/** What an earlier try has done whose answer was lost; the next run may have claimed it since. */
function isChanged(now: Square | "gone", { to, sortKey, now: at }: Transition): boolean {
  if (now === "gone") return false;
  if (now.status === to) return now.sortKey === sortKey && now.updatedAt === at;
  return (to === "queued" && now.rank === sortKey) || (to === "dated" && now.date === sortKey);
}

const changedMeanwhile = (id: string, seen: Status, { status, deletingSince }: Square) =>
  new TaskError(
    "rejected",
    deletingSince !== undefined
      ? `Square ${id} is being deleted for good, and its files may be gone: delete it once more to finish that, and add its picture again if you want to keep it.`
      : `Somebody else changed square ${id} at the same time (its status from ${seen} to ${status}): look at it again, then repeat the change.`,
  );

const whyNot: Record<Status, string> = {
  queued: "is in the queue",
  dated: "waits for its date: take the date away first (`2x2 edit ID --on none`)",
  claimed: "is about to be posted: wait until the run has ended",
  posting: "is being posted at this moment: wait until the run has ended",
  posted: "is posted, and that cannot be undone here: delete the post at X, or put the square back in the queue",
  review: "is held for review: decide first whether it was posted",
  withdrawn: "is withdrawn: put it back in the queue first",
  draft: "is a draft: put it back in the queue first",
};

export const refused = (id: string, status: Status) => new TaskError("rejected", `Square ${id} ${whyNot[status]}.`);
