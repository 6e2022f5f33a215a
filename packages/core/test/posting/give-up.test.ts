import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/posting/claim";
import { type GiveUp, giveBack, putInReview } from "@twobytwo/core/posting/give-up";
import { readSquare } from "@twobytwo/core/squares/table";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const at = "2026-11-24T18:00:00.000Z";
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable();
});
afterEach(() => opened.close());

const error = { name: "Rejected", message: "no" };
const input = (more: Partial<GiveUp> = {}): GiveUp => ({ id: "a", execution: "run-1", error, now, ...more });

/** A square that `run-1` has claimed out of the middle of the queue, with what an attempt leaves on it. */
async function claimed(more: object = {}) {
  const { table } = opened;
  await putQueued(table, { id: "a", sortKey: "m" });
  await claimNext(table, { execution: "run-1", now: now - 60_000 });
  const Item = { ...(await readSquare(table, "a")), mediaId: "7", mediaExpiresAt: at, ...more };
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: Object.fromEntries(Object.entries(Item).filter(([, value]) => value !== undefined)),
    }),
  );
}
const posting = async () => {
  await claimed({ status: "posting", tweetBody: "{}" });
  const { table } = opened;
  await table.client.send(new PutCommand({ TableName: table.name, Item: { id: "#stock", posting: 1 } }));
};

describe("giveBack", () => {
  it("puts a claimed square back at its rank, without what the attempt left, and says why", async () => {
    await claimed();
    expect(await giveBack(opened.table, input())).toBe("queued");
    const square = await readSquare(opened.table, "a");
    expect(square).toMatchObject({
      status: "queued",
      sortKey: "m",
      attempts: 1,
      version: 2,
      updatedAt: at,
      lastError: { name: "Rejected", message: "no", at, execution: "run-1" },
    });
    for (const left of ["rank", "claimedBy", "claimedAt", "mediaId", "mediaExpiresAt", "tweetId"])
      expect(square).not.toHaveProperty(left);
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 1 });
  });

  it("puts a square without a rank where it stands", async () => {
    await claimed({ rank: undefined, sortKey: "x" });
    await giveBack(opened.table, input());
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "queued", sortKey: "x" });
  });

  it("holds one for review that may be out, with all that is known of its post", async () => {
    await posting();
    expect(await giveBack(opened.table, input())).toBe("review");
    expect(await readSquare(opened.table, "a")).toMatchObject({
      status: "review",
      sortKey: at,
      rank: "m",
      tweetBody: "{}",
      mediaId: "7",
      claimedBy: "run-1",
      lastError: { name: "Rejected", message: "It may have been posted. After that: no" },
    });
    expect((await wholeTable(opened.table)).stock).toEqual({ review: 1 });
  });

  it("never puts one back whose post is known, whatever the row says", async () => {
    await claimed();
    expect(await giveBack(opened.table, input({ tweetId: "77" }))).toBe("posted");
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "posted", tweetId: "77", postedAt: at });
  });

  it("changes nothing of a square that another execution holds, or that is in no run's hands", async () => {
    await claimed();
    expect(await giveBack(opened.table, input({ execution: "run-2" }))).toBe("claimed");
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "claimed", version: 1 });
    await claimed({ status: "posted" });
    expect(await giveBack(opened.table, input())).toBe("posted");
    expect(await readSquare(opened.table, "a")).not.toHaveProperty("lastError");
  });

  it("knows a square that is no longer there", async () => {
    expect(await giveBack(opened.table, input({ id: "zz" }))).toBe("gone");
  });
});

describe("putInReview", () => {
  it("keeps a claimed square as well", async () => {
    await claimed();
    expect(await putInReview(opened.table, input())).toBe("review");
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "review", claimedBy: "run-1" });
  });
});
