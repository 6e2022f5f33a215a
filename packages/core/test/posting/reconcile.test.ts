import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { putInReview } from "@twobytwo/core/posting/give-up";
import { startPosting, tweetBodyOf } from "@twobytwo/core/posting/journal";
import { markPosted } from "@twobytwo/core/posting/mark-posted";
import { reconcile } from "@twobytwo/core/posting/reconcile";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at, execution, now, openPosting, type Posting } from "./posting-fixture.ts";

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
  const sending = { mediaId, mediaExpiresAt: expiresAt, tweetBody };
  await startPosting(table, { id: "a", execution, ...sending, mostPostsADay: 5, now });
  return { mediaId, tweetBody };
}

const look = (number = 1, more: { execution?: string; squareId?: string } = {}, later = 0) =>
  reconcile(
    { table: posting.table, x: async () => posting.client, clock: () => now + later },
    { execution, squareId: "a", look: number, ...more },
  );

const change = (UpdateExpression: string, values: Record<string, unknown> = {}) =>
  posting.table.client.send(
    new UpdateCommand({
      TableName: posting.table.name,
      Key: { id: "a" },
      UpdateExpression,
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    }),
  );

describe("reconcile", () => {
  it("finds the post by its media among the account's own", async () => {
    const { tweetBody } = await written();
    await posting.client.post(tweetBodyOf({ title: "Another", caption: undefined }, await posting.upload(2)));
    const { id } = await posting.client.post(tweetBody);
    await posting.client.post(JSON.stringify({ text: "No picture" }));
    expect(await look()).toEqual({ outcome: "found", tweetId: id, why: "" });
  });

  it("asks X nothing about a square that is posted, or of which nothing was written down", async () => {
    expect(await look()).toEqual({ outcome: "resend", tweetId: null, why: "" });
    await written();
    await markPosted(posting.table, { id: "a", execution, tweetId: "77", now });
    const before = posting.x.calls().length;
    expect(await look(1, { execution: "run-9" })).toMatchObject({ outcome: "found", tweetId: "77" });
    expect(posting.x.calls()).toHaveLength(before);
  });

  it("refuses a square that another execution holds, that is held for review, or that is gone", async () => {
    await written();
    await expect(look(1, { execution: "run-2" })).rejects.toMatchObject({
      name: "Rejected",
      message: "Square a is posting, and not claimed by run-2.",
    });
    await expect(look(1, { squareId: "zz" })).rejects.toThrow("Square zz is gone, and not claimed by run-1.");
    await putInReview(posting.table, { id: "a", execution, error: { name: "Retryable", message: "" }, now });
    await expect(look()).rejects.toThrow("Square a is review, and not claimed by run-1.");
  });

  it("allows to send again after three complete looks, and says before that it does not know yet", async () => {
    await written();
    expect(await look(1)).toMatchObject({ outcome: "look again", why: expect.stringMatching(/did not show it/) });
    expect(await look(2)).toMatchObject({ outcome: "look again" });
    expect(await look(3)).toEqual({ outcome: "resend", tweetId: null, why: "" });
    expect(await posting.square()).toMatchObject({ status: "posting", looks: 3, lookedAt: at });
  });

  it.each([1, 2, 3])("allows nothing where look %i of the round was not complete", async (broken) => {
    await written();
    for (const number of [1, 2, 3]) {
      if (number === broken)
        posting.x.inject({ kind: "server-error", status: 503, body: "text", operation: "GET /2/users/{id}/tweets" });
      const findings = await look(number);
      expect(findings.outcome).toBe(number < 3 ? "look again" : "unsure");
    }
    expect(await look(3)).toMatchObject({
      outcome: "unsure",
      why: expect.stringMatching(
        /^The post of square a was sent at 2026-11-24T18:00:00.000Z, .* decide with `2x2 review a`\.$/,
      ),
    });
    expect((await posting.square()).status).toBe("posting");
  });

  it("allows nothing where a look of an older definition counts no looks", async () => {
    await written();
    for (const _ of [1, 2, 3, 4]) expect(await look(0)).toMatchObject({ outcome: "look again" });
    expect(await posting.square()).not.toHaveProperty("looks");
  });

  it.each([
    ["sent it more than two hours ago", 0, 2 * hour + 1],
    ["has no leave to send it again", "REMOVE resendUntil", 0],
    ["has sent it twice again", "SET resends = :two", 0],
    ["has media that X has forgotten", "REMOVE mediaExpiresAt", 0],
    ["has no body", "REMOVE tweetBody", 0],
  ])(
    "leaves it to a person where the run %s, and puts nothing back, however long ago",
    async (_, expression, later) => {
      await written();
      if (expression !== 0) await change(String(expression), String(expression).includes(":two") ? { ":two": 2 } : {});
      for (const number of [1, 2]) await look(number, {}, later);
      expect(await look(3, {}, later)).toMatchObject({ outcome: "unsure" });
      expect(await look(3, {}, 30 * 24 * hour)).toMatchObject({ outcome: "unsure" });
      expect((await posting.square()).status).toBe("posting");
    },
  );

  it("needs one complete look alone where it was sent long ago", async () => {
    await written();
    expect(await look(0, {}, 3 * hour)).toMatchObject({
      outcome: "unsure",
      why: expect.stringMatching(/The account's posts did not show it\. It may have been posted/),
    });
    posting.x.inject({ kind: "server-error", status: 503, body: "text", operation: "GET /2/users/{id}/tweets" });
    expect(await look(0, {}, 3 * hour)).toMatchObject({ outcome: "look again" });
  });
});
