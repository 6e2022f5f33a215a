import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { pauseByWorkflow } from "@twobytwo/core/breaker";
import { claimNext } from "@twobytwo/core/claim";
import { confirmTable } from "@twobytwo/core/confirm-table";
import { checkAccount, checkIdentity } from "@twobytwo/core/doctor-account";
import { settleOpenClaims } from "@twobytwo/core/lease";
import { readPause } from "@twobytwo/core/pause";
import { readStockRow, stockId } from "@twobytwo/core/stock";
import { markUnconfirmed } from "@twobytwo/core/table-identity";
import type { XClient } from "@twobytwo/core/x-client";
import type { OwnPost } from "@twobytwo/core/x-timeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "./schedule-fixture.ts";
import { putQueued } from "./table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
let opened: Awaited<ReturnType<typeof sleepingSchedule>>;
beforeEach(async () => {
  opened = await sleepingSchedule({ clock: () => now });
  await putQueued(opened.table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
});
afterEach(() => opened.close());

/** As a backup of another table is restored: its rows under another name. */
const restoredFrom = (name: string) =>
  opened.table.client.send(
    new UpdateCommand({
      TableName: opened.table.name,
      Key: { id: stockId },
      UpdateExpression: "SET #table = :name",
      ExpressionAttributeNames: { "#table": "table" },
      ExpressionAttributeValues: { ":name": name },
    }),
  );
const claim = (execution: string) => claimNext(opened.table, { execution, now });
const settle = () => settleOpenClaims(opened.table, { execution: "run-9", now });
const refusal = { name: "Unconfirmed", message: expect.stringMatching(/doctor --account.*2x2 confirm/) };

describe("a table", () => {
  it("is known by its name from the first claim on", async () => {
    await claim("run-1");
    expect(await readStockRow(opened.table)).toMatchObject({ table: opened.table.name });
    expect(await claim("run-2")).toMatchObject({ outcome: "claimed" });
  });

  it("is not posted from where it is a copy of another, until a person has looked", async () => {
    await restoredFrom("twobytwo-before");
    await expect(settle()).rejects.toMatchObject(refusal);
    await expect(claim("run-1")).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/is a copy of twobytwo-before/),
    });
    expect((await readStockRow(opened.table)).stock).toMatchObject({ queued: 2, claimed: 0 });
    expect(await confirmTable(opened)).toMatch(/copy of twobytwo-before/);
    expect(await settle()).toBeUndefined();
    expect(await claim("run-1")).toMatchObject({ outcome: "claimed" });
  });

  it("is not posted from where an import began between the look and the claim", async () => {
    await settle();
    await markUnconfirmed(opened.table, "This table was filled by an import");
    await expect(claim("run-1")).rejects.toMatchObject(refusal);
    await expect(claimNext(opened.table, { execution: "run-2", squareId: "b", now })).rejects.toMatchObject(refusal);
  });

  it("that is confirmed ends the pause that was made for it, and no other, and can be confirmed again", async () => {
    await restoredFrom("twobytwo-before");
    const stop = (error: string) =>
      pauseByWorkflow(opened.schedule, { error, reason: "…", execution: "run-1", clock: opened.clock });
    await stop("Unconfirmed");
    await confirmTable(opened);
    expect(await readPause(opened.table)).toBeUndefined();
    expect(await opened.state()).toBe("ENABLED");
    await stop("NoCredits");
    expect(await confirmTable(opened)).toBeUndefined();
    expect(await readPause(opened.table)).toMatchObject({ error: "NoCredits" });
  });
});

describe("what the account has and the table does not", () => {
  const post = (id: string, text: string, more: Partial<OwnPost> = {}): OwnPost => ({
    id,
    text: `${text} https://t.co/abc`,
    createdAt: `2026-11-2${id}T18:00:00.000Z`,
    mediaIds: [`${id}00`],
    pictures: [],
    ...more,
  });
  const x =
    (posts: OwnPost[], more: object = {}) =>
    async () =>
      ({ ownPosts: async () => ({ posts, ...more }) }) as unknown as XClient;
  const posted = (id: string, day: number) =>
    opened.table.client.send(
      new PutCommand({
        TableName: opened.table.name,
        Item: {
          id: `p${id}`,
          status: "posted",
          sortKey: `2026-11-2${day}T18:00:00.000Z`,
          objectKey: "k",
          title: `Posted ${id}`,
          tweetId: id,
        },
      }),
    );

  it("is named, that first which would be posted again", async () => {
    await posted("1", 1);
    await posted("2", 2);
    const posts = [post("4", "By hand"), post("3", "Square a"), post("1", "Posted 1")];
    const found = await checkAccount({ table: opened.table, x: x(posts) });
    expect(found).toMatchObject({
      state: "warning",
      what: "2 posts the table does not know, and 1 posted square not to be seen on the account; 3 posts of the account read.",
      wayOut: expect.stringContaining("2x2 review ID --posted POST"),
    });
    expect(found.of).toEqual([
      "post 3 of 2026-11-23T18:00:00.000Z has the words of “Square a” a, which is still in the queue",
      "post 4 of 2026-11-24T18:00:00.000Z",
      "“Posted 2” p2 is posted as 2, which is not to be seen",
    ]);
  });

  it("is nothing where they agree, and that is no proof where the answer was not whole", async () => {
    await posted("1", 1);
    const agreeing = [post("4", "Words alone", { mediaIds: [] }), post("1", "Posted 1")];
    expect(await checkAccount({ table: opened.table, x: x(agreeing) })).toMatchObject({ state: "ok" });
    expect(await checkAccount({ table: opened.table, x: x(agreeing, { flaw: "it has errors" }) })).toMatchObject({
      state: "warning",
      what: expect.stringMatching(/not all that there are: X's answer was not whole \(it has errors\)/),
    });
  });

  it("is asked for in words where the table is in doubt", async () => {
    expect(await checkIdentity(opened)).toMatchObject({ state: "ok" });
    await restoredFrom("twobytwo-before");
    expect(await checkIdentity(opened)).toMatchObject({
      state: "wrong",
      what: expect.stringMatching(/copy of twobytwo-before/),
      wayOut: expect.stringContaining("2x2 confirm"),
    });
  });
});
