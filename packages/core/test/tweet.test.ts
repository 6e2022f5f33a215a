import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { tweet } from "@twobytwo/core/tweet";
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
const send = (caption = "Blue no. 12") =>
  tweet(
    { table: posting.table, x: async () => posting.client, clock: () => now, mostPostsADay: 5 },
    { execution, square: inHand(caption), mediaId },
  );
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

  it("sends the very same body again, and a refusal then says nothing of the first try", async () => {
    posting.x.inject({ kind: "cut", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "UnknownOutcome" });
    posting.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
    await expect(send("Other words")).rejects.toMatchObject({
      name: "UnknownOutcome",
      message: expect.stringMatching(/^An earlier try may have been posted, and now: X has no credits left/),
    });
    expect(await posting.square()).toMatchObject({ status: "posting" });
    posting.x.inject({ kind: "rate-limited", operation: "POST /2/tweets" });
    await expect(send()).rejects.toMatchObject({ name: "RateLimited" });
    expect(await posting.square()).toMatchObject({ status: "posting" });
    const { tweetId } = await send("Other words");
    expect(posting.x.posts()).toMatchObject([{ id: tweetId, text: expect.stringContaining("Blue no. 12") }]);
  });
});
