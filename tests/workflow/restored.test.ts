import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { readPause } from "@twobytwo/core/schedule/pause";
import { stockId } from "@twobytwo/core/squares/stock";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, expect, it } from "vitest";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

it("nothing is posted from a table that was restored under another name, which is told once, until a person confirms it", async () => {
  const square = await stage.add();
  const { client, name: TableName } = stage.ports.table;
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { id: stockId },
      UpdateExpression: "SET #table = :name",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":name": "the-table-of-before" },
    }),
  );
  for (const input of [{}, { scheduledTime: new Date().toISOString() }, { squareId: square.id }])
    expect(await stage.run(input)).toMatchObject({
      status: "FAILED",
      error: "Unconfirmed",
      cause: expect.stringMatching(/is a copy of the-table-of-before/),
    });
  expect(stage.sandbox.x.posts()).toEqual([]);
  expect(stage.sandbox.x.calls()).toEqual([]);
  expect(stage.sandbox.sns.messages()).toHaveLength(1);
  expect(await readPause(stage.ports.table)).toMatchObject({ pausedBy: "workflow", error: "Unconfirmed" });

  await confirmTable({ schedule: stage.ports.schedule, clock: Date.now });
  expect(await readPause(stage.ports.table)).toBeUndefined();
  expect(await stage.run()).toMatchObject({ output: { outcome: "posted", squareId: square.id } });
});
