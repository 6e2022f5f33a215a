import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "./clock.ts";
import { errorName } from "./errors.ts";
import { readPause, removeWorkflowPause } from "./pause.ts";
import { type Schedule, settleSchedule } from "./schedule.ts";
import { readStockRow, stockId } from "./stock.ts";
import { doubtOf } from "./table-identity.ts";

/**
 * A person has seen that nothing of this table's queue was posted meanwhile. Ends the pause that the workflow made for it, and
 * can be repeated.
 *
 * @returns the doubt that was there; undefined where there was none.
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
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: stockId },
      UpdateExpression: "SET #table = :table REMOVE unconfirmed",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":table": table.name },
    }),
  );
  const pause = await readPause(table);
  if (pause?.error === errorName.unconfirmed) await removeWorkflowPause(table, pause);
  await settleSchedule(schedule, clock);
  return doubt;
}
