import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Square, Status } from "./square.ts";
import { countMove } from "./stock.ts";
import { type Row, readSquare, type Table } from "./table.ts";

/** What of a square is posted, and where it stands. */
export const postedFacts = [
  "title",
  "caption",
  "altText",
  "objectKey",
  "sortKey",
] as const satisfies readonly (keyof Square)[];
export type PostedFact = (typeof postedFacts)[number];

export interface Move {
  id: string;
  from: Status;
  to: Status;
  /** The rank for `queued`, otherwise the ISO time of the move. */
  sortKey: string;
  /** ISO time. */
  now: string;
  /** Attributes to write beside the status. */
  set?: Partial<Omit<Square, "id" | "status" | "sortKey">>;
  remove?: readonly (keyof Square)[];
  /** The execution that must hold the square; null: none may. */
  heldBy?: string | null;
  /** The post that the square must be known to be. */
  postedAs?: string;
  /** When it was sent, once and for the first time: one that was sent again since, or anew, stays. */
  sentOnceAt?: string;
  /** The `version` that was read, and must still be the row's: what was decided was decided of that. */
  seenVersion?: number;
  /** What was read of the row, and must still be in it: who changes a row without counting its version is seen as well. */
  seenFacts?: Partial<Pick<Square, PostedFact>>;
  /** The row's own `version` is none that could be counted up. */
  restartsVersion?: boolean;
}

/** Whether a row has a `version` that nothing can be counted up from: its move begins it anew. */
export const isUncountable = ({ version }: Row) => version !== undefined && typeof version !== "number";

/** The part of a transaction that changes one square's status; the stock is counted by `countMove`. */
export function squareMove(table: Table, move: Move) {
  const names: Record<string, string> = { "#status": "status", "#sortKey": "sortKey", "#updatedAt": "updatedAt" };
  const values: Record<string, unknown> = {
    ":from": move.from,
    ":to": move.to,
    ":sortKey": move.sortKey,
    ":now": move.now,
    ":one": 1,
  };
  const set = ["#status = :to", "#sortKey = :sortKey", "#updatedAt = :now"];
  for (const [name, value] of Object.entries(move.set ?? {})) {
    if (value === undefined) continue;
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    set.push(`#${name} = :${name}`);
  }
  const remove = (move.remove ?? []).map((name) => {
    names[`#${name}`] = name;
    return `#${name}`;
  });
  const conditions = ["#status = :from"];
  if (move.heldBy !== undefined) {
    names["#claimedBy"] = "claimedBy";
    // Other programs write null for "none".
    values[":heldBy"] = move.heldBy ?? "S";
    conditions.push(move.heldBy === null ? "NOT attribute_type(#claimedBy, :heldBy)" : "#claimedBy = :heldBy");
  }
  if (move.postedAs !== undefined) {
    names["#tweetId"] = "tweetId";
    values[":postedAs"] = move.postedAs;
    conditions.push("#tweetId = :postedAs");
  }
  if (move.sentOnceAt !== undefined) {
    names["#sentAt"] = "sentAt";
    names["#resends"] = "resends";
    values[":sentOnceAt"] = move.sentOnceAt;
    conditions.push("#sentAt = :sentOnceAt AND attribute_not_exists(#resends)");
  }
  if (move.seenVersion !== undefined) {
    values[":seen"] = move.seenVersion;
    // Rows of other programs have no version yet.
    conditions.push(
      move.seenVersion === 0 ? "(attribute_not_exists(#version) OR #version = :seen)" : "#version = :seen",
    );
  }
  for (const name of move.seenFacts === undefined ? [] : postedFacts) {
    const seen = move.seenFacts?.[name];
    names[`#${name}`] = name;
    values[`:seen_${name}`] = seen || "";
    // Other programs write null, or nothing, for "none".
    if (!seen) values[":null"] = "NULL";
    conditions.push(
      seen
        ? `#${name} = :seen_${name}`
        : `(attribute_not_exists(#${name}) OR #${name} = :seen_${name} OR attribute_type(#${name}, :null))`,
    );
  }
  names["#version"] = "version";
  const version = move.restartsVersion ? ", #version = :one" : "";
  const counted = move.restartsVersion ? "" : " ADD #version :one";
  return {
    Update: {
      TableName: table.name,
      Key: { id: move.id },
      UpdateExpression: `SET ${set.join(", ")}${version}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""}${counted}`,
      ConditionExpression: conditions.join(" AND "),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
  };
}

/**
 * Moves a square from one status to another and counts the stock, in one transaction.
 *
 * @returns the square as it is now where it was not as `move` expects, undefined where it was moved.
 */
export async function moveSquare(
  table: Table,
  move: Move,
  alsoWritten: NonNullable<TransactWriteCommandInput["TransactItems"]> = [],
): Promise<Square | "gone" | undefined> {
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [squareMove(table, move), countMove(table, move.from, move.to), ...alsoWritten],
      }),
    );
    return undefined;
  } catch (error) {
    if (!conditionFailed(error, 0)) throw error;
    return (await readSquare(table, move.id)) ?? "gone";
  }
}

/** Whether a transaction was cancelled because the condition of its item at `index` did not hold. */
export function conditionFailed(error: unknown, index: number): boolean {
  const failure = error as { name?: string; CancellationReasons?: { Code?: string }[] };
  return (
    failure?.name === "TransactionCanceledException" &&
    failure.CancellationReasons?.[index]?.Code === "ConditionalCheckFailed"
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
  "lookedAt",
  "resends",
] as const;
