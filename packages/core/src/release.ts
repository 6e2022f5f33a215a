import { claimedSquareId } from "./claim-mark.ts";
import type { Clock } from "./clock.ts";
import { moveSquare } from "./move.ts";
import type { LastError, Square, Status } from "./square.ts";
import { readSquare, type Table } from "./table.ts";
import { type GiveUpInput, messageOf } from "./workflow.ts";

export interface GiveUp {
  id: string;
  /** The execution that holds the square; of any other, nothing is changed. */
  execution: string;
  error: Omit<LastError, "at" | "execution">;
  /** The tweet, where one is known to be out. */
  tweetId?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Puts a square that was not posted back where it stood in the queue. One that is `posting` may be out after
 * all, whatever the error says that came last: it is held for review.
 */
export async function releaseSquare(table: Table, input: GiveUp): Promise<Status | "gone"> {
  return giveUp(table, input, (square) =>
    square.status === "posting"
      ? forReview(input)
      : { to: "queued", sortKey: square.rank ?? square.sortKey, remove: claimAttributes },
  );
}

/** All that a claim and an attempt to post leave on a square. */
export const claimAttributes = [
  "rank",
  "claimedBy",
  "claimedAt",
  "mediaId",
  "mediaExpiresAt",
  "tweetBody",
  "sentAt",
  "resendUntil",
  "looks",
  "resends",
] as const;

/** Keeps a square, and all that is known of its post, for a person to decide. */
export async function holdForReview(table: Table, input: GiveUp): Promise<Status | "gone"> {
  return giveUp(table, input, () => forReview(input));
}

const forReview = ({ now }: GiveUp): Goal => ({ to: "review", sortKey: new Date(now).toISOString(), remove: [] });

interface Goal {
  to: Status;
  sortKey: string;
  remove: readonly (keyof Square)[];
}

async function giveUp(table: Table, input: GiveUp, goal: (square: Square) => Goal): Promise<Status | "gone"> {
  const square = await readSquare(table, input.id);
  if (square === undefined) return "gone";
  const { status } = square;
  if (square.claimedBy !== input.execution || (status !== "claimed" && status !== "posting")) return status;
  const now = new Date(input.now).toISOString();
  const { to, sortKey, remove } = goal(square);
  const moved = await moveSquare(table, {
    id: input.id,
    from: status,
    to,
    sortKey,
    now,
    set: {
      lastError: { ...input.error, at: now, execution: input.execution },
      ...(input.tweetId !== undefined && { tweetId: input.tweetId }),
    },
    remove,
    heldBy: input.execution,
  });
  return moved === undefined ? to : moved === "gone" ? "gone" : moved.status;
}

/** Where a failed run leaves its square; the input of `Notify` and of `Failed`. */
export interface GivenUp {
  error: string;
  message: string;
  squareId: string | null;
  squareStatus: string | null;
}

/**
 * Ends the claim of an execution. The square is found by what the table knows of the execution: where
 * `Select square` itself was cut off, its answer never reached the state machine.
 */
export async function giveUpClaim(
  { table, clock }: { table: Table; clock: Clock },
  { execution, input, error, tweetId }: GiveUpInput,
  give: typeof releaseSquare,
): Promise<GivenUp> {
  const failure = { name: error.Error, message: messageOf(error) };
  const squareId = await claimedSquareId(table, {
    execution,
    ...(input.scheduledTime !== undefined && { scheduledTime: input.scheduledTime }),
  });
  const squareStatus =
    squareId === undefined
      ? null
      : await give(table, {
          id: squareId,
          execution,
          error: failure,
          now: clock(),
          ...(tweetId !== null && { tweetId }),
        });
  return { error: failure.name, message: failure.message, squareId: squareId ?? null, squareStatus };
}
