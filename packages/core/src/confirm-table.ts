import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { importId } from "./archive.ts";
import { fromAwsError } from "./aws-errors.ts";
import type { Clock } from "./clock.ts";
import { errorName, TaskError } from "./errors.ts";
import { conditionFailed } from "./move.ts";
import { removePauseFor } from "./pause.ts";
import { type Schedule, settleSchedule } from "./schedule.ts";
import { readStockRow, stockId } from "./stock.ts";
import type { Table } from "./table.ts";
import { doubtOf } from "./table-identity.ts";

/**
 * A person has seen that nothing of this table's queue was posted meanwhile. Ends the pause that the workflow made for it, and
 * can be repeated.
 *
 * @returns the doubt that was there; undefined where there was none.
 * @throws Rejected while an import has not come to its end: its remaining rows would be posted without a look. Retryable.
 */
export async function confirmTable({
  schedule,
  clock,
}: {
  schedule: Schedule;
  clock: Clock;
}): Promise<string | undefined> {
  const { table } = schedule;
  const doubt = doubtOf(await readStockRow(table), table.name);
  await trust(table);
  await removePauseFor(table, errorName.unconfirmed);
  await settleSchedule(schedule, clock);
  return doubt;
}

async function trust({ client, name }: Table): Promise<void> {
  const noImport = {
    ConditionCheck: { TableName: name, Key: { id: importId }, ConditionExpression: "attribute_not_exists(id)" },
  };
  const confirmed = {
    Update: {
      TableName: name,
      Key: { id: stockId },
      UpdateExpression: "SET #table = :table REMOVE unconfirmed",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":table": name },
    },
  };
  try {
    await client.send(new TransactWriteCommand({ TransactItems: [noImport, confirmed] }));
  } catch (error) {
    if (!conditionFailed(error, 0)) throw fromAwsError(error, "Confirming the table");
    throw new TaskError(
      "rejected",
      "An import into this table has not come to its end: run the same import again, then confirm.",
    );
  }
}
