import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { Call } from "@twobytwo/sandbox/emulator";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Run, RunLine } from "../../src/contract-runs.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

const calls: Call[] = [];
let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage({ intercept: (call) => void calls.push(call) });
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
});
afterAll(() => stage.close());

const runs = async () => (await browser.ask<{ runs: RunLine[] }>("GET", "/api/runs")).runs;
/** What a request asks of the table. */
async function operationsOf(request: () => Promise<unknown>): Promise<string[]> {
  calls.length = 0;
  await request();
  return calls.flatMap(({ service, operation }) => (service === "dynamodb" ? [operation] : [])).sort();
}

it("reads the squares of a page of runs in one call, and none where nothing was posted", async () => {
  await stage.run();
  // That somebody is signed in is read for every request, and with it the device once it is known.
  await browser.ask("GET", "/api/session");
  const session = await operationsOf(() => browser.ask("GET", "/api/session"));
  expect(await operationsOf(runs)).toEqual(session);

  for (const title of ["One", "Two", "Three"]) {
    const { id } = await stage.add(undefined, { unlike: title, title });
    await stage.run({ squareId: id });
  }
  expect(await operationsOf(runs)).toEqual(["BatchGetItem", ...session].sort());
  const summaries = (await runs()).map(({ summary }) => summary);
  expect(summaries).toEqual(["Posted Three", "Posted Two", "Posted One", "The queue was empty"]);
});

it("names a square by its id where its row has no title that can be read", async () => {
  const [last] = await runs();
  const { client, name: TableName } = stage.ports.table;
  await client.send(
    new UpdateCommand({
      TableName,
      Key: { id: last?.squareId },
      UpdateExpression: "SET title = :number",
      ExpressionAttributeValues: { ":number": 7 },
    }),
  );
  expect((await runs())[0]?.summary).toBe(`Posted square ${last?.squareId}`);
  const run = await browser.ask<Run>("GET", `/api/runs/${last?.name}`);
  expect(run.summary).toBe(`Posted square ${last?.squareId}`);
});
