import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { fromAwsError } from "../aws-errors.ts";
import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import { removePauseFor } from "../schedule/pause.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { settleSchedule } from "../schedule/settle.ts";
import { type Connection, readConnection } from "../squares/connection.ts";
import { readStockRow, stockId } from "../squares/stock.ts";
import { type Position, rowsByStatus, type Table } from "../squares/table.ts";
import { doubtOf, importId } from "../squares/table-identity.ts";
import { changeStatus, conditionFailed, isUncountable, type Transition } from "../squares/transition.ts";

export interface Confirmed {
  /** Why nothing was posted from the table, in words; absent where nothing spoke against it. */
  doubt?: string;
  /** Ids of squares that a run had claimed when the copy was made: held for review, since it may have posted them after that. */
  held: string[];
}

/**
 * A person has seen that nothing of this table's queue was posted meanwhile. Ends the pause that the workflow made for it, and
 * can be repeated.
 *
 * @throws Rejected while an import has not come to its end: its remaining rows would be posted without a look. Retryable.
 */
export async function confirmTable({ schedule, clock }: { schedule: Schedule; clock: Clock }): Promise<Confirmed> {
  const { table } = schedule;
  const doubt = doubtOf(await readStockRow(table), table.name);
  // Nobody can claim from a table in doubt: whoever holds a square of it did so in the one that was copied.
  const held = doubt === undefined ? [] : await holdClaims(table, clock());
  await trust(table, doubt === undefined ? undefined : await sharingFrom(table, clock()));
  await removePauseFor(table, errorName.unconfirmed);
  await settleSchedule(schedule, clock);
  return { ...(doubt !== undefined && { doubt }), held };
}

const mostAtOnce = 100;

/** The next run looks for a square that may have been posted; nobody would look for one that was merely claimed then. */
async function holdClaims(table: Table, at: number): Promise<string[]> {
  const now = new Date(at).toISOString();
  const held: string[] = [];
  let after: Position | undefined;
  do {
    const rows = await rowsByStatus(table, { status: "claimed", limit: mostAtOnce, ...(after && { after }) });
    for (const row of rows) {
      const { id, claimedBy } = row;
      const message = `A run had claimed square ${id} when this copy of the table was made, and may have posted it since then: look at the account, then decide with \`2x2 review ${id}\`.`;
      const execution = typeof claimedBy === "string" ? { execution: claimedBy } : {};
      const transition: Transition = {
        id,
        from: "claimed",
        to: "review",
        sortKey: now,
        now,
        set: { lastError: { name: errorName.unknownOutcome, message, at: now, ...execution } },
        restartsVersion: isUncountable(row),
      };
      if ((await changeStatus(table, transition)) === undefined) held.push(id);
    }
    after = rows.length < mostAtOnce ? undefined : rows.at(-1);
  } while (after !== undefined);
  return held;
}

/** A copy does not know what was shared after it was made, and what of it was taken down since: none of that is shared anew. */
async function sharingFrom(table: Table, now: number): Promise<Connection | undefined> {
  const connection = await readConnection(table);
  return connection && { ...connection, since: new Date(now).toISOString() };
}

async function trust({ client, name }: Table, connection: Connection | undefined): Promise<void> {
  const noImport = {
    ConditionCheck: { TableName: name, Key: { id: importId }, ConditionExpression: "attribute_not_exists(id)" },
  };
  const confirmed = {
    Update: {
      TableName: name,
      Key: { id: stockId },
      UpdateExpression: `SET #table = :table${connection ? ", bluesky = :connection" : ""} REMOVE unconfirmed`,
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":table": name, ...(connection && { ":connection": connection }) },
    },
  };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [noImport, confirmed] }));
  } catch (error) {
    if (!conditionFailed(error, 0)) throw fromAwsError(error, "Confirming the table");
    throw new TaskError(
      "rejected",
      "An import into this table is unfinished: run the same import again, then confirm.",
    );
  }
}
