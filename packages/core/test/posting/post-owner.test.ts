import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { claimPost } from "@twobytwo/core/posting/post-owner";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const tweetId = "1860000000000000100";
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable();
});
afterEach(() => opened.close());

const put = (Item: object) => opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
const row = (id: string, status: string, more: object = {}) =>
  put({ id, status, sortKey: "m", objectKey: `squares/${id}.jpg`, title: `Square ${id}`, tweetId, ...more });
const claim = (id: string) => claimPost(opened.table, { id, tweetId, now });
const write = async (part: Awaited<ReturnType<typeof claim>>) =>
  opened.table.client.send(new TransactWriteCommand({ TransactItems: [part] }));

describe("a post", () => {
  it.each(["posted", "review", "withdrawn", "draft"])(
    "of a square that is %s is not another's, which is named",
    async (status) => {
      await row("a", status);
      await expect(claim("b")).rejects.toMatchObject({
        name: "Rejected",
        message: expect.stringContaining(`is already recorded as the post of “Square a” (a), which is ${status}.`),
      });
      await write(await claim("a"));
    },
  );

  it("of a row that is no square is not another's either", async () => {
    await row("a", "posted", { objectKey: 7 });
    await expect(claim("b")).rejects.toThrow("the post of square a, which is posted.");
  });

  it("that was given to a square a moment ago is not another's, though the index does not show it yet", async () => {
    await write(await claim("a"));
    // What waits is not looked for in the index: here it stands for a row that the index shows as it was.
    await row("a", "queued");
    await expect(claim("b")).rejects.toThrow("the post of “Square a” (a)");
  });

  it("goes to one of two squares at the same moment", async () => {
    const [one, other] = [await claim("a"), await claim("b")];
    await write(one);
    await expect(write(other)).rejects.toMatchObject({ name: "TransactionCanceledException" });
  });

  it("is free again once its square has lost it", async () => {
    await write(await claim("a"));
    await row("a", "queued", { tweetId: "7" });
    await write(await claim("b"));
    await row("b", "posted");
    await expect(claim("a")).rejects.toThrow("the post of “Square b” (b)");
  });
});
