import { DeleteCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { checkAccount, checkIdentity } from "@twobytwo/core/doctor/account";
import { claimNext } from "@twobytwo/core/posting/claim";
import { settleOpenClaims } from "@twobytwo/core/posting/lease";
import { readPause } from "@twobytwo/core/schedule/pause";
import { pauseSchedule } from "@twobytwo/core/schedule/pause-schedule";
import { readConnection, writeConnection } from "@twobytwo/core/squares/connection";
import { readStockRow, stockId } from "@twobytwo/core/squares/stock";
import { readSquare } from "@twobytwo/core/squares/table";
import { importId, markUnconfirmed } from "@twobytwo/core/squares/table-identity";
import type { XClient } from "@twobytwo/core/x/client";
import type { OwnPost } from "@twobytwo/core/x/timeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "../schedule/schedule-fixture.ts";
import { putQueued } from "./table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
let opened: Awaited<ReturnType<typeof sleepingSchedule>>;
beforeEach(async () => {
  opened = await sleepingSchedule({ clock: () => now });
  await putQueued(opened.table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
});
afterEach(() => opened.close());

const stockSays = (attribute: "table" | "unconfirmed", value: unknown) =>
  opened.table.client.send(
    new UpdateCommand({
      TableName: opened.table.name,
      Key: { id: stockId },
      UpdateExpression: "SET #attribute = :value",
      ExpressionAttributeNames: { "#attribute": attribute },
      ExpressionAttributeValues: { ":value": value },
    }),
  );
/** As a backup of another table is restored: its rows under another name. */
const restoredFrom = (name: string) => stockSays("table", name);
const claim = (execution: string) => claimNext(opened.table, { execution, now });
const settle = async () => (await settleOpenClaims(opened.table, { execution: "run-9", now })).open;
const refusal = { name: "Unconfirmed", message: expect.stringMatching(/doctor --account.*2x2 confirm/) };

describe("a table", () => {
  it("is known by its name from the first claim on", async () => {
    await claim("run-1");
    expect(await readStockRow(opened.table)).toMatchObject({ table: opened.table.name });
    expect(await claim("run-2")).toMatchObject({ outcome: "claimed" });
  });

  it("holds for review what a run had claimed when the copy was made, since that run may have posted it after that", async () => {
    await claim("run-1");
    await restoredFrom("twobytwo-before");
    const [held] = (await confirmTable(opened)).held;
    const square = await readSquare(opened.table, held ?? "");
    expect(square).toMatchObject({ status: "review", lastError: { name: "UnknownOutcome", execution: "run-1" } });
    expect((await confirmTable(opened)).held).toEqual([]);
  });

  it("holds it too where the row is no square any more, and comes to its end", async () => {
    const { table } = opened;
    await claim("run-1");
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: "a" },
        UpdateExpression: "SET version = :version",
        ExpressionAttributeValues: { ":version": "3" },
      }),
    );
    await restoredFrom("twobytwo-before");
    expect((await confirmTable(opened)).held).toEqual(["a"]);
    expect(await readSquare(table, "a")).toMatchObject({ status: "review", lastError: { name: "UnknownOutcome" } });
    expect((await readStockRow(table)).stock).toMatchObject({ queued: 1, claimed: 0, review: 1 });
    expect(await settle()).toBeUndefined();
  });

  it("leaves alone what a run has claimed where nothing speaks against the table", async () => {
    await claim("run-1");
    expect(await confirmTable(opened)).toEqual({ held: [] });
    expect((await readStockRow(opened.table)).stock).toMatchObject({ claimed: 1 });
  });

  it("is not posted from where it is a copy of another, until a person has looked", async () => {
    await restoredFrom("twobytwo-before");
    await expect(settle()).rejects.toMatchObject(refusal);
    await expect(claim("run-1")).rejects.toMatchObject({
      ...refusal,
      message: expect.stringMatching(/is a copy of twobytwo-before/),
    });
    expect((await readStockRow(opened.table)).stock).toMatchObject({ queued: 2, claimed: 0 });
    expect((await confirmTable(opened)).doubt).toMatch(/copy of twobytwo-before/);
    expect(await settle()).toBeUndefined();
    expect(await claim("run-1")).toMatchObject({ outcome: "claimed" });
  });

  it("shares nothing on Bluesky that was posted before a person confirmed it, if it is a copy", async () => {
    const { table } = opened;
    const connection = { account: "did:a", username: "artist.test", since: "2020-01-01T00:00:00.000Z" };
    await claim("run-1");
    await writeConnection(table, connection);
    await confirmTable(opened);
    expect(await readConnection(table)).toEqual(connection);
    await restoredFrom("twobytwo-before");
    await confirmTable(opened);
    expect(await readConnection(table)).toEqual({ ...connection, since: new Date(opened.clock()).toISOString() });
  });

  it("is not posted from where an import began between the look and the claim", async () => {
    await settle();
    await markUnconfirmed(opened.table, "This table was filled by an import");
    await expect(claim("run-1")).rejects.toMatchObject(refusal);
    await expect(claimNext(opened.table, { execution: "run-2", squareId: "b", now })).rejects.toMatchObject(refusal);
  });

  it.each([
    ["unconfirmed", null, /is marked as unconfirmed, without giving a reason/],
    ["unconfirmed", false, /is marked as unconfirmed, without giving a reason/],
    ["unconfirmed", " ", /is marked as unconfirmed, without giving a reason/],
    ["unconfirmed", { why: "of old" }, /is marked as unconfirmed, without giving a reason/],
    ["table", null, /does not say which table it belongs to/],
    ["table", 7, /does not say which table it belongs to/],
  ] as const)("is not posted from, and says so, where the stock's %s is %j", async (attribute, value, message) => {
    await settle();
    await stockSays(attribute, value);
    for (const step of [settle, () => claim("run-1")])
      await expect(step()).rejects.toMatchObject({ ...refusal, message: expect.stringMatching(message) });
    expect((await confirmTable(opened)).doubt).toMatch(message);
    expect(await claim("run-1")).toMatchObject({ outcome: "claimed" });
  });

  it("is not confirmed while an import has not come to its end, whose remaining squares nobody has looked at", async () => {
    await markUnconfirmed(opened.table, "This table was filled from an archive");
    const mark = { id: importId, sha256: "0" };
    await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item: mark }));
    await expect(confirmTable(opened)).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/import.*run the same import again, then confirm/),
    });
    await expect(claim("run-1")).rejects.toMatchObject(refusal);
    await opened.table.client.send(new DeleteCommand({ TableName: opened.table.name, Key: { id: importId } }));
    expect((await confirmTable(opened)).doubt).toBe("This table was filled from an archive");
    expect(await claim("run-1")).toMatchObject({ outcome: "claimed" });
  });

  it("that is confirmed ends the pause that was made for it, and no other, and can be confirmed again", async () => {
    await restoredFrom("twobytwo-before");
    const stop = (error: string) =>
      pauseSchedule(opened.schedule, { error, reason: "…", execution: "run-1", clock: opened.clock });
    await stop("Unconfirmed");
    await confirmTable(opened);
    expect(await readPause(opened.table)).toBeUndefined();
    expect(await opened.state()).toBe("ENABLED");
    await stop("NoCredits");
    expect(await confirmTable(opened)).toEqual({ held: [] });
    expect(await readPause(opened.table)).toMatchObject({ error: "NoCredits" });
  });
});

describe("what the account has and the table does not", () => {
  const post = (id: string, text: string, more: { mediaIds?: string[] } = {}): OwnPost => ({
    id,
    text: `${text} https://t.co/abc`,
    createdAt: `2026-11-2${id}T18:00:00.000Z`,
    mediaIds: [`${id}00`],
    pictures: [],
    ...more,
  });
  /** As X gives a post without attachments, or one whose attachments it leaves out. */
  const bare = (id: string, text: string): OwnPost => {
    const { mediaIds: _, ...rest } = post(id, text);
    return rest;
  };
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

  const aside = (id: string, status: string, title: string, more: object = {}) =>
    opened.table.client.send(
      new PutCommand({
        TableName: opened.table.name,
        Item: { id, status, sortKey: "2026-11-20T18:00:00.000Z", objectKey: "k", title, ...more },
      }),
    );
  const look = (posts: OwnPost[], more: object = {}) => checkAccount({ table: opened.table, x: x(posts, more) });

  it("is named, that first which would be posted again", async () => {
    await posted("1", 1);
    await posted("2", 2);
    const found = await look([post("4", "By hand"), post("3", "Square a"), post("1", "Posted 1")]);
    expect(found).toMatchObject({
      state: "warning",
      what: "2 posts that the table does not know, and 1 posted square whose post X does not show; 3 posts of the account read.",
      wayOut: expect.stringContaining("2x2 review ID --posted POST"),
    });
    expect(found.of).toEqual([
      "post 3 of 2026-11-23T18:00:00.000Z has the text of “Square a” a, which is still in the queue",
      "post 4 of 2026-11-24T18:00:00.000Z",
      "“Posted 2” p2 is posted as 2, which X does not show",
    ]);
  });

  it("is named whole, and by the words of whatever is not posted", async () => {
    await aside("w", "withdrawn", "Later");
    await aside("d", "draft", "Later");
    await aside("h", "review", "Held", { tweetBody: '{"text":"As it was sent"}' });
    const byHand = ["1", "2", "3", "4"].map((id) => post(id, "By hand"));
    const { of } = await look([
      ...byHand,
      post("5", "Later"),
      bare("6", "As it was sent"),
      bare("7", "Text alone"),
      post("8", "Square b"),
    ]);
    expect(of).toHaveLength(7);
    expect(of?.slice(0, 3)).toEqual([
      "post 8 of 2026-11-28T18:00:00.000Z has the text of “Square b” b, which is still in the queue",
      "post 6 of 2026-11-26T18:00:00.000Z has the text of “Held” h, which is held for review; X does not say whether it has a picture",
      "post 5 of 2026-11-25T18:00:00.000Z has the text of “Later” d, which is a draft, and of 1 more square",
    ]);
  });

  it("is not told by words where there are none", async () => {
    await aside("w", "queued", "");
    expect((await look([post("1", ""), bare("2", "")])).of).toEqual([
      "post 1 of 2026-11-21T18:00:00.000Z has no text: compare its picture",
    ]);
  });

  it("leaves out what the first version posted, whose ids nobody wrote down, unless a square that waits has its words", async () => {
    for (const [id, title] of [
      ["old", "Posted 3"],
      ["wordless", ""],
      ["twin", "Square a"],
    ] as const)
      await aside(id, "posted", title);
    expect((await look([post("3", "Posted 3"), post("2", "Square a"), post("1", "")])).of).toEqual([
      "post 2 of 2026-11-22T18:00:00.000Z has the text of “Square a” a, which is still in the queue",
      "post 1 of 2026-11-21T18:00:00.000Z has no text: compare its picture",
    ]);
  });

  it("is told as well where two squares have one post", async () => {
    await posted("1", 1);
    await aside("twin", "posted", "Twin", { tweetId: "1", sortKey: "2026-11-24T18:00:00.000Z" });
    const found = await look([post("1", "Posted 1")]);
    expect(found).toMatchObject({
      state: "warning",
      what: "1 post that more than one square claims; 1 post of the account read.",
      wayOut: expect.stringContaining("2x2 requeue ID"),
    });
    expect(found.of).toEqual(["“Twin” twin and “Posted 1” p1 have the same post, 1, but it shows only one of them"]);
  });

  it("is nothing where they agree", async () => {
    await posted("1", 1);
    await posted("0", 4);
    const agreeing = [post("4", "Words alone", { mediaIds: [] }), post("1", "Posted 1")];
    const found = await look(agreeing);
    expect(found).toMatchObject({
      state: "ok",
      what: "The account and the table agree; 2 posts of the account read.",
    });
    expect(found).not.toHaveProperty("wayOut");
  });

  it("is not what an answer that is not whole does not show", async () => {
    await posted("1", 1);
    await posted("2", 2);
    for (const posts of [[], [post("2", "Posted 2"), post("0", "By hand")]]) {
      const found = await look(posts, { flaw: "it has errors" });
      expect(found).toMatchObject({
        state: "warning",
        what: expect.stringMatching(/X's answer was incomplete \(it has errors\), so posts may be missing from it\./),
        wayOut: expect.stringMatching(/Run this again/),
      });
      expect(found.of ?? []).toHaveLength(posts.length > 0 ? 1 : 0);
      expect(found.of?.join() ?? "").not.toMatch(/p1/);
    }
  });

  it("is not what an answer does not show that shows nothing of what is known to be there", async () => {
    await posted("1", 1);
    await posted("2", 2);
    for (const posts of [[], [post("3", "Another account's"), post("0", "Another account's")]]) {
      const found = await look(posts);
      expect(found).toMatchObject({
        state: "warning",
        what: expect.stringMatching(/X showed none of the posts that the table knows \(2\)/),
        wayOut: expect.stringMatching(/2x2 credentials check/),
      });
      expect(found.of?.join() ?? "").not.toMatch(/Posted/);
    }
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
