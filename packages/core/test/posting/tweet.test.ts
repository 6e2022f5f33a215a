import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { stepBack } from "@twobytwo/core/posting/journal";
import { countResend, noteLook, uncountResend } from "@twobytwo/core/posting/resend";
import { tweet } from "@twobytwo/core/posting/tweet";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { at, execution, now, openPosting, type Posting } from "./posting-fixture.ts";

let posting: Posting;
let mediaId: string;
beforeEach(async () => {
  posting = await openPosting();
  mediaId = await posting.upload();
});
afterEach(() => posting.close());

const inHand = (caption: string) => ({ id: "a", title: "Blue", caption, altText: null, objectKey: "squares/a.jpg" });
const minute = 60_000;
const mediaExpiresAt = new Date(now + 24 * 60 * minute).toISOString();
const send = (caption = "Blue no. 12", at = now) =>
  tweet(
    { table: posting.table, x: async () => posting.client, clock: () => at, mostPostsADay: 5 },
    { execution, square: inHand(caption), mediaId, mediaExpiresAt },
  );
/** A whole round of looks that did not see it. */
async function looked(at = now) {
  for (const look of [1, 2, 3]) await noteLook(posting.table, { id: "a", execution, look, now: at });
}
const postsOfTheDay = async () =>
  (await posting.table.client.send(new GetCommand({ TableName: posting.table.name, Key: { id: "#day#2026-11-24" } })))
    .Item?.["posts"];

describe("tweet", () => {
  it("writes down what it sends, and gives the id of the post", async () => {
    const { squareId, tweetId } = await send();
    expect(squareId).toBe("a");
    expect(posting.x.posts()).toMatchObject([{ id: tweetId, text: expect.stringContaining("Blue no. 12") }]);
    expect(await posting.square()).toMatchObject({
      status: "posting",
      sortKey: at,
      mediaId,
      mediaExpiresAt,
      tweetBody: JSON.stringify({ text: "Blue no. 12", media: { media_ids: [mediaId] } }),
    });
    expect(await postsOfTheDay()).toBe(1);
  });

  it("refuses words that X would refuse before it writes anything", async () => {
    await expect(send("x".repeat(281))).rejects.toMatchObject({ name: "Rejected" });
    expect(await posting.square()).toMatchObject({ status: "claimed", version: 1 });
  });

  it("steps back where X said for certain that it was not posted, and the day has one post less", async () => {
    posting.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "NoCredits" });
    expect(await posting.square()).toMatchObject({ status: "claimed" });
    expect(await posting.square()).not.toHaveProperty("tweetBody");
    expect(await postsOfTheDay()).toBe(0);
  });

  it("stays where it is where the post may be out", async () => {
    posting.x.inject({ kind: "lost-answer", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "UnknownOutcome" });
    expect(await posting.square()).toMatchObject({ status: "posting" });
  });

  it("sends nothing a second time before a whole round of looks has not seen it", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "UnknownOutcome" });
    const asked = posting.x.calls().length;
    for (const look of [1, 2, 3]) {
      await expect(send()).rejects.toMatchObject({
        name: "UnknownOutcome",
        message: expect.stringMatching(/look before/),
      });
      await noteLook(posting.table, { id: "a", execution, look, now });
    }
    expect(posting.x.calls()).toHaveLength(asked);
    const { tweetId } = await send("Other words");
    expect(posting.x.posts()).toMatchObject([{ id: tweetId, text: expect.stringContaining("Blue no. 12") }]);
    expect(await posting.square()).toMatchObject({ resends: 1 });
  });

  it("is sent twice again at the most, and by nobody else, nor later", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets", times: 9 });
    await expect(send()).rejects.toThrow();
    for (const resend of [1, 2]) {
      await looked();
      await expect(send()).rejects.toMatchObject({
        message: expect.stringMatching(/gave no proper answer to the post/),
      });
      expect(await posting.square()).toMatchObject({ resends: resend });
    }
    await looked();
    await expect(send()).rejects.toMatchObject({ message: expect.stringMatching(/look before/) });
  });

  it.each([
    ["the look was too long ago", now + 6 * minute, now],
    ["it was sent more than two hours ago", now + 121 * minute, now + 121 * minute],
  ])("is not sent again where %s", async (_, sentAgainAt, lookedAt) => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toThrow();
    await looked(lookedAt);
    await expect(send(undefined, sentAgainAt)).rejects.toMatchObject({ message: expect.stringMatching(/look before/) });
  });

  it("is not sent again once X has said that it has it", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toThrow();
    await looked();
    posting.x.inject({ kind: "duplicate", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "UnknownOutcome", message: expect.stringMatching(/duplicate/) });
    await looked();
    await expect(send()).rejects.toMatchObject({ message: expect.stringMatching(/look before/) });
  });

  it("may be out all the same where X refuses it the second time; what a limit kept back counts as not sent", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toThrow();
    await looked();
    posting.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({
      name: "UnknownOutcome",
      message: expect.stringMatching(/^An earlier attempt may have posted it. Now: X has no credits left/),
    });
    expect(await posting.square()).toMatchObject({ status: "posting", resends: 1 });
    await looked();
    posting.x.inject({ kind: "rate-limited", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "RateLimited" });
    expect(await posting.square()).toMatchObject({ status: "posting", resends: 1 });
  });

  it("holds at a first sending to what X says of duplicates: nothing was sent before", async () => {
    posting.x.inject({ kind: "duplicate", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/duplicate content/),
    });
    expect(await posting.square()).toMatchObject({ status: "claimed" });
  });

  it("counts a sending that a limit kept back as none once, however often the answer of that is lost", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toThrow();
    await looked();
    const resends = await countResend(posting.table, { id: "a", execution, now });
    expect(resends).toBe(1);
    for (const _ of [1, 2]) await uncountResend(posting.table, { id: "a", execution, now, resends: 1 });
    expect(await posting.square()).toMatchObject({ resends: 0 });
  });

  it("steps back from its own sending alone: a later one of the same run may be out", async () => {
    await send();
    const mine = { id: "a", execution, sentAt: at, now };
    await stepBack(posting.table, { ...mine, sentAt: "2026-11-24T17:59:00.000Z" });
    expect(await posting.square()).toMatchObject({ status: "posting", sentAt: at });
    await looked();
    await countResend(posting.table, { id: "a", execution, now });
    await stepBack(posting.table, mine);
    expect(await posting.square()).toMatchObject({ status: "posting", resends: 1 });
    expect(await postsOfTheDay()).toBe(1);
  });

  it("takes a post that was not made from the day that it was counted to", async () => {
    const midnight = Date.parse("2026-11-25T00:00:00Z");
    posting.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
    const times = [midnight - 1, midnight + 1];
    const sending = tweet(
      { table: posting.table, x: async () => posting.client, clock: () => times.shift() as number, mostPostsADay: 5 },
      { execution, square: inHand("Blue"), mediaId },
    );
    await expect(sending).rejects.toMatchObject({ name: "NoCredits" });
    expect(await postsOfTheDay()).toBe(0);
  });
});
