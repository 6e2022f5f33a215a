import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "./errors.ts";
import { type Doubt, stockId } from "./stock.ts";
import type { Table } from "./table.ts";

/**
 * Whether this table is the one in which squares were claimed before. DynamoDB restores a backup as a table of another
 * name, and an archive fills one that was empty: either may know nothing of the latest posts, and would post them again.
 *
 * @returns why not, in words; undefined where nothing speaks against it.
 */
export function doubtOf(row: Doubt, tableName: string): string | undefined {
  if (row.unconfirmed !== undefined) return row.unconfirmed;
  if (row.table === undefined || row.table === tableName) return undefined;
  return `The table ${tableName} is a copy of ${row.table}: what was posted since it was made, it does not know`;
}

/** @throws Unconfirmed with the way out. */
export function requireConfirmed(row: Doubt, tableName: string): void {
  const doubt = doubtOf(row, tableName);
  if (doubt !== undefined) throw unconfirmed(doubt);
}

export const unconfirmed = (doubt: string): TaskError =>
  new TaskError(
    "unconfirmed",
    `${doubt}. Nothing is posted until a person has looked: \`2x2 doctor --account\` shows how the account and the table differ, then \`2x2 confirm\`.`,
  );

/** What a claim adds to the stock's update, so that no table is posted from that was put in the place of another meanwhile. */
export const identityGuard = (table: Table) => ({
  set: "#table = :table",
  condition: "(attribute_not_exists(#table) OR #table = :table) AND attribute_not_exists(unconfirmed)",
  names: { "#table": "table" },
  values: { ":table": table.name },
});

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
