import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import { type Doubt, type Guard, stockId } from "./stock.ts";
import type { Table } from "./table.ts";

/**
 * Whether this table is the one in which squares were counted and claimed before. DynamoDB restores a backup as a table of another
 * name, and an archive fills one that was empty: either may know nothing of the latest posts, and would post them again.
 *
 * @returns why not, in words; undefined where nothing speaks against it.
 */
export function doubtOf({ table, unconfirmed }: Doubt, tableName: string): string | undefined {
  // A claim demands that nothing is written there: what is no text keeps squares from being posted as well.
  if (unconfirmed !== undefined)
    return isText(unconfirmed)
      ? unconfirmed
      : `The table ${tableName} is marked as unconfirmed, without giving a reason`;
  if (table === undefined || table === tableName) return undefined;
  return isText(table)
    ? `The table ${tableName} is a copy of ${table}, and does not know what was posted after it was made`
    : `In the table ${tableName}, the row ${stockId} does not say which table it belongs to`;
}

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** @throws Unconfirmed with the way out. */
export function requireConfirmed(row: Doubt, tableName: string): void {
  const doubt = doubtOf(row, tableName);
  if (doubt !== undefined) throw unconfirmed(doubt);
}

export const unconfirmed = (doubt: string): TaskError =>
  new TaskError(
    "unconfirmed",
    `${doubt}. Nothing is posted until a person has checked: \`2x2 doctor --account\` shows how the account and the table differ; then run \`2x2 confirm\`.`,
  );

/** What a claim adds to the stock's update, so that no table is posted from that was put in the place of another meanwhile. */
export const identityGuard: Guard = {
  set: "#table = :table",
  condition: "(attribute_not_exists(#table) OR #table = :table) AND attribute_not_exists(unconfirmed)",
};

/** Nothing is posted from this table until a person says so. @param why In words, without a full stop. */
export async function markUnconfirmed(table: Table, why: string): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: "SET unconfirmed = :why",
      ExpressionAttributeValues: { ":why": why },
    }),
  );
}

/** The row that marks an import that has not come to its end. */
export const importId = "#import";
