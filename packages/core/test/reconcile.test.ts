import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { markPosted, noteMedia, startPosting, tweetBodyOf } from "@twobytwo/core/post";
import { findPost, reconcile, settleAbsent } from "@twobytwo/core/reconcile";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { execution, now, openPosting, type Posting } from "./posting-fixture.ts";
import { wholeTable } from "./table-fixture.ts";

let posting: Posting;
beforeEach(async () => {
  posting = await openPosting();
});
afterEach(() => posting.close());

const hour = 3_600_000;
const expiresAt = new Date(now + 24 * hour).toISOString();

/** Written down as about to be sent, at 18:00. */
async function written(): Promise<{ mediaId: string; tweetBody: string }> {
  const { table } = posting;
  const mediaId = await posting.upload();
  const tweetBody = tweetBodyOf({ title: "Blue", caption: undefined }, mediaId);
  await noteMedia(table, { id: "a", execution, media: { id: mediaId, expiresAt }, now });
  await startPosting(table, { id: "a", execution, mediaId, tweetBody, mostPostsADay: 5, now });
  return { mediaId, tweetBody };
}

const look = (more: { execution?: string; squareId?: string } = {}, later = 0) =>
  reconcile(
    { table: posting.table, x: async () => posting.client, clock: () => now + later },
    { execution, squareId: "a", ...more },
  );

const setMediaExpiry = (value: string | undefined) =>
  posting.table.client.send(
    new UpdateCommand({
      TableName: posting.table.name,
      Key: { id: "a" },
      UpdateExpression: value === undefined ? "REMOVE mediaExpiresAt" : "SET mediaExpiresAt = :value",
      ...(value !== undefined && { ExpressionAttributeValues: { ":value": value } }),
    }),
  );

describe("reconcile", () => {
  it("finds the post by its media among the account's own", async () => {
    const { mediaId, tweetBody } = await written();
    await posting.client.post(tweetBodyOf({ title: "Another", caption: undefined }, await posting.upload(2)));
    const { id } = await posting.client.post(tweetBody);
    await posting.client.post(JSON.stringify({ text: "No picture" }));
    expect(await look()).toEqual({ outcome: "found", tweetId: id });
    expect(await findPost(posting.client, { mediaId })).toBe(id);
    expect(await findPost(posting.client, {})).toBeUndefined();
  });

  it("asks X nothing about a square that is posted, or of which nothing was written down", async () => {
    expect(await look()).toEqual({ outcome: "resend", tweetId: null });
    await written();
    await markPosted(posting.table, { id: "a", execution, tweetId: "77", now });
    const before = posting.x.calls().length;
    expect(await look({ execution: "run-9" })).toEqual({ outcome: "found", tweetId: "77" });
    expect(posting.x.calls()).toHaveLength(before);
  });

  it("refuses a square that another execution holds, or that is gone", async () => {
    await written();
    await expect(look({ execution: "run-2" })).rejects.toMatchObject({
      name: "Rejected",
      message: "Square a is posting, and not held by run-2.",
    });
    await expect(look({ squareId: "zz" })).rejects.toThrow("Square zz is gone, and not held by run-1.");
  });

  it("may send again while X is sure to refuse a second one, and knows nothing after that", async () => {
    await written();
    expect(await look()).toEqual({ outcome: "resend", tweetId: null });
    expect(await look({}, 11.5 * hour - 1)).toMatchObject({ outcome: "resend" });
    expect(await look({}, 11.5 * hour)).toEqual({ outcome: "unsure", tweetId: null });
    expect(await look({}, 12 * hour - 1)).toMatchObject({ outcome: "unsure" });
    expect((await posting.square()).status).toBe("posting");
  });

  it("puts a square back at its rank that would be in the timeline by now", async () => {
    await written();
    expect(await look({}, 12 * hour)).toEqual({ outcome: "requeued", tweetId: null });
    const square = await posting.square();
    expect(square).toMatchObject({ status: "queued", sortKey: "m", updatedAt: "2026-11-25T06:00:00.000Z" });
    for (const left of ["rank", "claimedBy", "claimedAt", "mediaId", "mediaExpiresAt", "tweetBody"])
      expect(square).not.toHaveProperty(left);
    expect((await wholeTable(posting.table)).stock).toEqual({ queued: 1 });
  });

  it("does not send again without the body, or with media that X has forgotten", async () => {
    await written();
    const { tweetBody: _, ...without } = await posting.square();
    expect(await settleAbsent(posting.table, without, now)).toBe("unsure");
    await setMediaExpiry(new Date(now).toISOString());
    expect(await look()).toMatchObject({ outcome: "unsure" });
    await setMediaExpiry(undefined);
    expect(await look()).toMatchObject({ outcome: "unsure" });
  });
});
