import { TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import type { Square, Status } from "./square.ts";
import { countTransition } from "./stock.ts";
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

export interface Transition {
  id: string;
  from: Status;
  to: Status;
  /** The rank for `queued`, the date for `dated`, otherwise the ISO time of the transition. */
  sortKey: string;
  /** ISO time. */
  now: string;
  /** Attributes to write beside the status. */
  set?: Partial<Omit<Square, "id" | "status" | "sortKey">>;
  remove?: readonly (keyof Square)[];
  /** The execution that must have claimed the square; null: none may. */
  claimedBy?: string | null;
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

/** Whether a row has a `version` that nothing can be counted up from: its transition begins it anew. */
export const isUncountable = ({ version }: Row) => version !== undefined && typeof version !== "number";

/** The part of a transaction that changes one square's status; the stock is counted by `countTransition`. */
export function statusUpdate(table: Table, transition: Transition) {
  const names: Record<string, string> = { "#status": "status", "#sortKey": "sortKey", "#updatedAt": "updatedAt" };
  const values: Record<string, unknown> = {
    ":from": transition.from,
    ":to": transition.to,
    ":sortKey": transition.sortKey,
    ":now": transition.now,
    ":one": 1,
  };
  const set = ["#status = :to", "#sortKey = :sortKey", "#updatedAt = :now"];
  for (const [name, value] of Object.entries(transition.set ?? {})) {
    if (value === undefined) continue;
    names[`#${name}`] = name;
    values[`:${name}`] = value;
    set.push(`#${name} = :${name}`);
  }
  const remove = (transition.remove ?? []).map((name) => {
    names[`#${name}`] = name;
    return `#${name}`;
  });
  const conditions = ["#status = :from"];
  // What is being deleted may have lost its files.
  conditions.push("attribute_not_exists(#deletingSince)");
  names["#deletingSince"] = "deletingSince";
  if (transition.claimedBy !== undefined) {
    names["#claimedBy"] = "claimedBy";
    // Other programs write null for "none".
    values[":claimant"] = transition.claimedBy ?? "S";
    conditions.push(
      transition.claimedBy === null ? "NOT attribute_type(#claimedBy, :claimant)" : "#claimedBy = :claimant",
    );
  }
  if (transition.postedAs !== undefined) {
    names["#tweetId"] = "tweetId";
    values[":postedAs"] = transition.postedAs;
    conditions.push("#tweetId = :postedAs");
  }
  if (transition.sentOnceAt !== undefined) {
    names["#sentAt"] = "sentAt";
    names["#resends"] = "resends";
    values[":sentOnceAt"] = transition.sentOnceAt;
    conditions.push("#sentAt = :sentOnceAt AND attribute_not_exists(#resends)");
  }
  if (transition.seenVersion !== undefined) {
    values[":seen"] = transition.seenVersion;
    // Rows of other programs have no version yet.
    conditions.push(
      transition.seenVersion === 0 ? "(attribute_not_exists(#version) OR #version = :seen)" : "#version = :seen",
    );
  }
  for (const name of transition.seenFacts === undefined ? [] : postedFacts) {
    const seen = transition.seenFacts?.[name];
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
  const version = transition.restartsVersion ? ", #version = :one" : "";
  const counted = transition.restartsVersion ? "" : " ADD #version :one";
  return {
    Update: {
      TableName: table.name,
      Key: { id: transition.id },
      UpdateExpression: `SET ${set.join(", ")}${version}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""}${counted}`,
      ConditionExpression: conditions.join(" AND "),
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values,
    },
  };
}

/**
 * Changes a square from one status to another and counts the stock, in one transaction.
 *
 * @returns the square as it is now where it was not as `transition` expects, undefined where it was changed.
 */
export async function changeStatus(
  table: Table,
  transition: Transition,
  alsoWritten: NonNullable<TransactWriteCommandInput["TransactItems"]> = [],
): Promise<Square | "gone" | undefined> {
  try {
    await table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          statusUpdate(table, transition),
          countTransition(table, transition.from, transition.to),
          ...alsoWritten,
        ],
      }),
    );
    return undefined;
  } catch (error) {
    if (!conditionFailed(error, 0)) throw error;
    return (await readSquare(table, transition.id)) ?? "gone";
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
  "date",
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

/** Where a square goes back if its claim ends without a post: to its date if it had one, otherwise to its rank. */
export function beforeClaim({ date, rank, sortKey }: Pick<Square, "date" | "rank" | "sortKey">): Pick<
  Transition,
  "sortKey"
> & {
  to: "dated" | "queued";
  remove: readonly (keyof Square)[];
} {
  if (date === undefined) return { to: "queued", sortKey: rank ?? sortKey, remove: claimAttributes };
  return { to: "dated", sortKey: date, remove: claimAttributes.filter((name) => name !== "rank") };
}
