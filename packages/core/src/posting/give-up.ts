import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { errorName } from "../errors.ts";
import type { LastError, Square, Status } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { beforeClaim, changeStatus, type Transition } from "../squares/transition.ts";

export interface GiveUp {
  id: string;
  /** The execution that has claimed the square; if another one has, nothing changes. */
  execution: string;
  error: Omit<LastError, "at" | "execution">;
  /** The tweet, if one is known. */
  tweetId?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Puts a square that was not posted back where it was: at its place in the queue, or on its date. One that is `posting` may have been posted after
 * all, whatever the last error says: it is held for review.
 */
export async function giveBack(table: Table, input: GiveUp): Promise<Status | "gone"> {
  return giveUp(table, input, (square) =>
    square.status === "posting" || input.tweetId !== undefined ? forReview(input) : beforeClaim(square),
  );
}

/**
 * Holds a square for a person to decide, with everything that is known about its post. If its post is known, it is simply
 * marked as posted.
 */
export async function putInReview(
  table: Table,
  input: GiveUp,
  alsoWritten: NonNullable<TransactWriteCommandInput["TransactItems"]> = [],
): Promise<Status | "gone"> {
  return giveUp(table, input, () => forReview(input), alsoWritten);
}

const forReview = ({ now, tweetId }: GiveUp): Goal => {
  const sortKey = new Date(now).toISOString();
  return tweetId === undefined
    ? { to: "review", sortKey, remove: [] }
    : { to: "posted", sortKey, remove: [], set: { postedAt: sortKey } };
};

interface Goal {
  to: Status;
  sortKey: string;
  remove: readonly (keyof Square)[];
  set?: Partial<Square>;
}

async function giveUp(
  table: Table,
  input: GiveUp,
  goal: (square: Square) => Goal,
  alsoWritten: NonNullable<TransactWriteCommandInput["TransactItems"]> = [],
): Promise<Status | "gone"> {
  const square = await readSquare(table, input.id);
  if (square === undefined) return "gone";
  const { status } = square;
  if (square.claimedBy !== input.execution || (status !== "claimed" && status !== "posting")) return status;
  const now = new Date(input.now).toISOString();
  const { to, sortKey, remove, set } = goal(square);
  // The last error does not say so: it may be a rate limit, or keys that do not allow a look.
  const isSilent = status === "posting" && to === "review" && input.error.name !== errorName.unknownOutcome;
  const error = isSilent
    ? { ...input.error, message: `It may have been posted. After that: ${input.error.message}` }
    : input.error;
  const transition: Transition = {
    id: input.id,
    from: status,
    to,
    sortKey,
    now,
    set: {
      lastError: { ...error, at: now, execution: input.execution },
      ...(input.tweetId !== undefined && { tweetId: input.tweetId }),
      ...set,
    },
    remove,
    claimedBy: input.execution,
  };
  const moved = await changeStatus(table, transition, alsoWritten);
  return moved === undefined ? to : moved === "gone" ? "gone" : moved.status;
}
