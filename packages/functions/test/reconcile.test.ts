import { claimNext } from "@twobytwo/core/posting/claim";
import { startPosting, tweetBodyOf } from "@twobytwo/core/posting/journal";
import { readSquare } from "@twobytwo/core/squares/table";
import { emptyTable, putQueued } from "@twobytwo/core/test/squares/table-fixture";
import { expect, it, onTestFinished, vi } from "vitest";
import { silentServer } from "./silent.ts";

it("a look that X does not answer ends before Lambda ends the function, and says so", async () => {
  const { table, close } = await emptyTable();
  onTestFinished(close);
  onTestFinished(() => void vi.unstubAllEnvs());
  const endpoint = await table.client.config.endpoint?.();
  if (endpoint === undefined) throw new Error("The table has no address.");
  for (const [name, value] of Object.entries({
    DB_TABLE_NAME: table.name,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox-secret",
    AWS_ENDPOINT_URL: `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`,
    X_API_URL: await silentServer(),
    CONSUMER_KEY: "a",
    CONSUMER_SECRET: "b",
    ACCESS_TOKEN: "7-c",
    ACCESS_TOKEN_SECRET: "d",
  }))
    vi.stubEnv(name, value);
  vi.stubEnv("X_CREDENTIALS_PARAMETER", "");
  const [execution, now] = ["run-1", Date.now()];
  await putQueued(table, { id: "a", sortKey: "a" });
  await claimNext(table, { execution, now });
  const tweetBody = tweetBodyOf({ title: "a", caption: undefined }, "1");
  await startPosting(table, { id: "a", execution, mediaId: "1", tweetBody, mostPostsADay: 9, now });

  // Only now: it reads its environment at the first use, and another test may have been that.
  const { table: ofFunctions, x } = await import("../src/deps.ts");
  for (const port of [ofFunctions, x]) port.forget();
  const { handler } = await import("../src/reconcile.ts");
  const context = { getRemainingTimeInMillis: () => 8_200 };
  expect(await handler({ execution, squareId: "a", look: 1 }, context)).toEqual({
    outcome: "look again",
    tweetId: null,
    why: "The account's posts could not be read completely: X answered too slowly.",
  });
  expect(await readSquare(table, "a")).toMatchObject({ status: "posting" });
});
