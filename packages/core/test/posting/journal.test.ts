import { claimNext } from "@twobytwo/core/posting/claim";
import { giveBack, putInReview } from "@twobytwo/core/posting/give-up";
import { startPosting, stepBack, tweetBodyOf } from "@twobytwo/core/posting/journal";
import { settleOpenClaims } from "@twobytwo/core/posting/lease";
import { markPosted } from "@twobytwo/core/posting/mark-posted";
import { forgetLooks, noteLook } from "@twobytwo/core/posting/resend";
import { readSquare } from "@twobytwo/core/squares/table";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const later = now + 5_000;
const sentAt = new Date(later).toISOString();
const mine = { id: "a", execution: "run-1", now: later, mostPostsADay: 2 };
const media = { id: "1880028106020515840", expiresAt: "2026-11-25T18:00:00.000Z" };
const tweetBody = tweetBodyOf({ title: "Blue", caption: undefined }, media.id);
const sending = { mediaId: media.id, mediaExpiresAt: media.expiresAt, tweetBody };
const error = { name: "Retryable", message: "X could not be reached" };
let opened: Awaited<ReturnType<typeof emptyTable>>;

beforeEach(async () => {
  opened = await emptyTable();
  await putQueued(opened.table, { id: "a", sortKey: "g" });
  await claimNext(opened.table, { execution: "run-1", now });
});
afterEach(() => opened.close());

describe("a square on its way", () => {
  it("is written down with its media and exact body before it is posted, and keeps the stock right in every status", async () => {
    const { table } = opened;
    expect(await startPosting(table, { ...mine, ...sending })).toEqual({
      turn: "first",
      tweetBody,
      sentAt,
    });
    expect(await readSquare(table, "a")).toMatchObject({
      status: "posting",
      mediaId: media.id,
      mediaExpiresAt: media.expiresAt,
      tweetBody: '{"text":"Blue","media":{"media_ids":["1880028106020515840"]}}',
    });
    expect((await wholeTable(table)).stock).toEqual({ posting: 1 });
    await markPosted(table, { ...mine, tweetId: "77" });
    expect(await readSquare(table, "a")).toMatchObject({
      status: "posted",
      tweetId: "77",
      postedAt: "2026-11-24T18:00:05.000Z",
    });
    expect((await wholeTable(table)).stock).toEqual({ posted: 1 });
  });

  it("gives the body that was written down when it is to be sent a second time, whatever the words are by now", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    const other = tweetBodyOf({ title: "Other words", caption: undefined }, "2");
    expect(await startPosting(table, { ...mine, mediaId: "2", tweetBody: other })).toEqual({ turn: "look" });
    for (const look of [1, 2, 3]) await noteLook(table, { ...mine, look });
    expect(await startPosting(table, { ...mine, mediaId: "2", tweetBody: other })).toEqual({
      turn: "again",
      tweetBody,
      resends: 1,
    });
    expect(await readSquare(table, "a")).toMatchObject({ mediaId: media.id, tweetBody });
  });

  it("may be sent again only after looks in a row: one that was not complete begins the row anew", async () => {
    const { table } = opened;
    const again = { ...mine, mediaId: media.id, tweetBody };
    await startPosting(table, again);
    await noteLook(table, { ...mine, look: 1 });
    await noteLook(table, { ...mine, look: 3 });
    expect(await readSquare(table, "a")).toMatchObject({ looks: 1 });
    await noteLook(table, { ...mine, look: 2 });
    await noteLook(table, { ...mine, look: 2 });
    await forgetLooks(table, mine);
    await noteLook(table, { ...mine, look: 3 });
    expect(await readSquare(table, "a")).not.toHaveProperty("looks");
    expect(await startPosting(table, again)).toEqual({ turn: "look" });
    for (const look of [1, 2, 3]) await noteLook(table, { ...mine, execution: "run-2", look });
    expect(await startPosting(table, again)).toEqual({ turn: "look" });
  });

  it("is one of a day's posts, and one more than the day allows is refused before it is sent", async () => {
    const { table } = opened;
    const post = { mediaId: media.id, tweetBody };
    await startPosting(table, { ...mine, ...post });
    await stepBack(table, { ...mine, sentAt });
    await startPosting(table, { ...mine, ...post });
    await markPosted(table, { ...mine, tweetId: "1" });
    await putQueued(table, { id: "b", sortKey: "b" }, { id: "c", sortKey: "c" });
    await claimNext(table, { execution: "run-2", now });
    await startPosting(table, { ...mine, ...post, id: "b", execution: "run-2" });
    await claimNext(table, { execution: "run-3", now });
    const third = { ...mine, ...post, id: "c", execution: "run-3" };
    await expect(startPosting(table, third)).rejects.toMatchObject({
      name: "NoCredits",
      message: expect.stringMatching(
        /2 posts were made today \(UTC\), and MAX_POSTS_PER_DAY .* next try at <2026-11-25T00:00:00.000Z>/,
      ),
    });
    expect((await readSquare(table, "c"))?.status).toBe("claimed");
    expect(await startPosting(table, { ...third, now: now + 24 * 3600_000 })).toMatchObject({ turn: "first" });
  });

  it("is claimed again after X said that nothing was posted", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    await stepBack(table, { ...mine, sentAt });
    expect(await readSquare(table, "a")).toMatchObject({ status: "claimed", claimedBy: "run-1" });
    expect((await readSquare(table, "a"))?.tweetBody).toBeUndefined();
    expect((await wholeTable(table)).stock).toEqual({ claimed: 1 });
  });

  it("is marked posted once, and the same mark again changes nothing", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    await markPosted(table, { ...mine, tweetId: "77" });
    await markPosted(table, { ...mine, tweetId: "77", now: later + 1 });
    expect(await readSquare(table, "a")).toMatchObject({ postedAt: "2026-11-24T18:00:05.000Z" });
    await expect(markPosted(table, { ...mine, tweetId: "78" })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/Square a is already posted.* its post: 78\.$/),
    });
    expect((await wholeTable(table)).stock).toEqual({ posted: 1 });
  });

  it.each(["posting", "review"] as const)(
    "is posted once the run that sent it has X's word for it, though another has taken it over and it is in %s",
    async (status) => {
      const { table } = opened;
      await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
      const theirs = { execution: "run-2", now: now + 3 * 3600_000 };
      await settleOpenClaims(table, theirs);
      if (status === "review") await putInReview(table, { id: "a", error, ...theirs });
      expect(await readSquare(table, "a")).toMatchObject({ status, claimedBy: "run-2" });
      await markPosted(table, { ...mine, tweetId: "77" });
      await markPosted(table, { ...mine, tweetId: "77" });
      expect(await readSquare(table, "a")).toMatchObject({ status: "posted", tweetId: "77" });
      expect((await wholeTable(table)).stock).toEqual({ posted: 1 });
      // What the other has found out by now is the same.
      await markPosted(table, { ...mine, ...theirs, tweetId: "77" });
    },
  );

  it("is nobody else's to change", async () => {
    const { table } = opened;
    const theirs = { ...mine, execution: "run-2" };
    await expect(startPosting(table, { ...theirs, mediaId: media.id, tweetBody })).rejects.toMatchObject({
      name: "Rejected",
    });
    await expect(markPosted(table, { ...theirs, tweetId: "1" })).rejects.toMatchObject({ name: "Rejected" });
    expect(await giveBack(table, { ...theirs, error })).toBe("claimed");
    expect(await putInReview(table, { ...theirs, error })).toBe("claimed");
    expect((await wholeTable(table)).stock).toEqual({ claimed: 1 });
  });
});

describe("a square given up", () => {
  it("goes back to where it stood in the queue, with the error noted", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, ...sending });
    await stepBack(table, { ...mine, sentAt });
    expect(await readSquare(table, "a")).toMatchObject({ status: "claimed", mediaExpiresAt: media.expiresAt });
    expect(await giveBack(table, { ...mine, error })).toBe("queued");
    expect(await giveBack(table, { ...mine, error })).toBe("queued");
    const square = await readSquare(table, "a");
    expect(square).toMatchObject({
      status: "queued",
      sortKey: "g",
      attempts: 1,
      lastError: { ...error, execution: "run-1" },
    });
    for (const gone of ["rank", "claimedBy", "mediaId", "mediaExpiresAt", "tweetBody"] as const)
      expect(square?.[gone]).toBeUndefined();
    expect((await wholeTable(table)).stock).toEqual({ queued: 1 });
  });

  it("never goes back to the queue once it may be out", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    expect(await giveBack(table, { ...mine, error })).toBe("review");
    expect(await readSquare(table, "a")).toMatchObject({
      status: "review",
      mediaId: media.id,
      tweetBody,
      lastError: { ...error, message: "It may have been posted. After that: X could not be reached" },
    });
    expect((await wholeTable(table)).stock).toEqual({ review: 1 });
  });

  it("is held for review with all that is known of its post", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    expect(await putInReview(table, { ...mine, error: { name: "UnknownOutcome", message: "cut" } })).toBe("review");
    expect(await readSquare(table, "a")).toMatchObject({
      status: "review",
      mediaId: media.id,
      tweetBody,
      sentAt: "2026-11-24T18:00:05.000Z",
      rank: "g",
      claimedBy: "run-1",
    });
    expect((await wholeTable(table)).stock).toEqual({ review: 1 });
  });

  it("is posted where its post is known: there is nothing for a person to decide", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    expect(await putInReview(table, { ...mine, error, tweetId: "77" })).toBe("posted");
    expect(await readSquare(table, "a")).toMatchObject({ status: "posted", tweetId: "77", lastError: error });
    expect((await wholeTable(table)).stock).toEqual({ posted: 1 });
  });

  it("is left alone when it is posted already, or gone", async () => {
    const { table } = opened;
    await startPosting(table, { ...mine, mediaId: media.id, tweetBody });
    await markPosted(table, { ...mine, tweetId: "77" });
    expect(await giveBack(table, { ...mine, error })).toBe("posted");
    expect(await giveBack(table, { ...mine, id: "nothing", error })).toBe("gone");
  });
});
