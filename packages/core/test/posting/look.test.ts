import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { errorName, TaskError } from "@twobytwo/core/errors";
import { lookFor, plainText } from "@twobytwo/core/posting/look";
import type { Square } from "@twobytwo/core/squares/square";
import type { XClient } from "@twobytwo/core/x/client";
import type { OwnPost, TimelinePage } from "@twobytwo/core/x/timeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:30Z");
const sent = "2026-11-24T18:00:00.000Z";
const minute = 60_000;
const ago = (minutes: number) => new Date(Date.parse(sent) - minutes * minute).toISOString();
const mediaId = "1860000000000000100";

const square: Square = {
  id: "a",
  status: "posting",
  sortKey: sent,
  sentAt: sent,
  objectKey: "squares/a.jpg",
  title: "Blue & gold",
  attempts: 1,
  version: 3,
  mediaId,
  tweetBody: JSON.stringify({ text: "Blue & gold, see example.com", media: { media_ids: [mediaId] } }),
};

let opened: Awaited<ReturnType<typeof emptyTable>>;
let asked: { limit: number; after?: string }[] = [];
beforeEach(async () => {
  opened = await emptyTable();
  asked = [];
});
afterEach(() => opened.close());

/** A square that the table knows to be posted. */
async function posted(number: number, minutesAgo: number, more: object = {}) {
  const Item = {
    id: `p${number}`,
    status: "posted",
    sortKey: ago(minutesAgo),
    objectKey: `squares/${number}.jpg`,
    tweetId: `${number}`,
    mediaId: `${number}000`,
    ...more,
  };
  await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
}

/** The post of such a square, as the timeline shows it. */
const shown = (number: number, minutesAgo: number, more: Partial<OwnPost> = {}): OwnPost => ({
  id: `${number}`,
  text: "Some square https://t.co/abc",
  createdAt: ago(minutesAgo),
  mediaIds: [`${number}000`],
  pictures: [],
  ...more,
});
const byHand = (id: string, minutesAgo: number, more: Partial<OwnPost> = {}): OwnPost => ({
  id,
  text: "Good morning",
  createdAt: ago(minutesAgo),
  pictures: [],
  ...more,
});

/** A timeline of these pages. */
const look = (...pages: (Partial<TimelinePage> | Error)[]) => lookOf(square, ...pages);

function lookOf(of: Square, ...pages: (Partial<TimelinePage> | Error)[]) {
  const x = {
    async ownPosts(page: { limit: number; after?: string }): Promise<TimelinePage> {
      asked.push(page);
      const answer = pages[page.after === undefined ? 0 : Number(page.after)];
      if (answer instanceof Error) throw answer;
      return { posts: [], ...answer };
    },
  } as unknown as XClient;
  return lookFor({ table: opened.table, x: async () => x }, of, now);
}

describe("a look", () => {
  it("finds the post by its media, on whatever page and whatever else is wrong with it", async () => {
    await posted(1, 24 * 60);
    const ours = byHand("99", -1, { mediaIds: ["5", mediaId] });
    expect(await look({ posts: [ours] })).toEqual({ outcome: "found", tweetId: "99" });
    expect(await look({ posts: [ours], flaw: "errors" })).toEqual({ outcome: "found", tweetId: "99" });
    expect(await look({ posts: [byHand("100", -2)], next: "1" }, { posts: [ours] })).toMatchObject({ tweetId: "99" });
    expect(asked.slice(-2)).toEqual([{ limit: 20 }, { limit: 100, after: "1" }]);
  });

  it("has not seen it where it went back beyond the sending and was shown what the table knows", async () => {
    await posted(1, 24 * 60);
    expect(await look({ posts: [byHand("9", -1), shown(1, 24 * 60)], next: "1" })).toEqual({ outcome: "unseen" });
    expect(asked).toHaveLength(1);
    expect(await look({ posts: [byHand("9", -1)], next: "1" }, { posts: [shown(1, 24 * 60)] })).toEqual({
      outcome: "unseen",
    });
  });

  it("goes back an hour further than the sending, since clocks differ", async () => {
    await posted(1, 10);
    await look({ posts: [shown(1, 10), byHand("8", 59)], next: "1" }, { posts: [byHand("7", 70)], next: "2" });
    expect(asked).toHaveLength(2);
  });

  it.each<[string, (Partial<TimelinePage> | Error)[], RegExp]>([
    [
      "says itself that it is not whole",
      [{ posts: [shown(1, 300)], flaw: "it has errors" }],
      /incomplete \(it has errors\)/,
    ],
    ["is empty though there are posts", [{ posts: [] }], /did not show any of the latest posts/],
    ["shows no attachments", [{ posts: [shown(1, 300, { mediaIds: undefined as never })] }], /did not show any/],
    ["shows other attachments", [{ posts: [shown(1, 300, { mediaIds: ["4"] })] }], /did not show any/],
    ["is cut short", [{ posts: [byHand("9", -1)] }], /did not show any/],
    ["has the known post alone left out", [{ posts: [byHand("9", -1), byHand("8", 500)] }], /did not show any/],
    [
      "breaks off at the second page",
      [{ posts: [byHand("9", -1)], next: "1" }, { flaw: "half" }],
      /incomplete \(half\)/,
    ],
    ["cannot be reached", [new TaskError("retryable", "HTTP 503 <b>")], /could not be asked: HTTP 503 b/],
    ["is refused", [new TaskError("rejected", "HTTP 400")], /could not be asked: HTTP 400/],
    ["is rate limited", [new TaskError("rateLimited", "next try at <2026>")], /could not be asked/],
  ])("says nothing where the timeline %s", async (_, pages, why) => {
    await posted(1, 300);
    expect(await look(...pages)).toEqual({ outcome: "unknown", why: expect.stringMatching(why) });
  });

  it("asks X nothing where no upload is recorded: nothing would show which post is the square's", async () => {
    const { mediaId: _, ...without } = square;
    expect(await lookOf(without, { posts: [] })).toEqual({
      outcome: "unknown",
      why: expect.stringMatching(/no upload is recorded/),
    });
    expect(asked).toEqual([]);
  });

  it("asks for no further page once all is older than what the table knows, and none of it was shown", async () => {
    await posted(1, 300);
    await posted(2, 400);
    const pages = [{ posts: [byHand("9", -1), byHand("8", 420)], next: "1" }, { posts: [], next: "2" }, { posts: [] }];
    expect(await look(...pages)).toMatchObject({ why: expect.stringMatching(/did not show any/) });
    // Clocks differ by up to an hour.
    expect(asked).toHaveLength(3);
    asked = [];
    const older = [{ posts: [byHand("9", -1), byHand("8", 461)], next: "1" }, { posts: [shown(1, 300)] }];
    expect(await look(...older)).toMatchObject({ why: expect.stringMatching(/did not show any/) });
    expect(asked).toHaveLength(1);
  });

  it("wants a known post from before the sending, so that nothing is cut off in between", async () => {
    await posted(1, 300);
    await posted(2, -1);
    expect(await look({ posts: [shown(2, -1)] })).toMatchObject({ outcome: "unknown" });
    expect(await look({ posts: [shown(2, -1), shown(1, 300)] })).toEqual({ outcome: "unseen" });
  });

  it("wants it also where more than five were posted since: a timeline that ends at those may be cut off", async () => {
    await posted(1, 300);
    for (const number of [2, 3, 4, 5, 6, 7]) await posted(number, -number);
    const newest = [7, 6, 5, 4, 3, 2].map((number) => shown(number, -number));
    expect(await look({ posts: newest })).toMatchObject({ outcome: "unknown" });
    expect(await look({ posts: [...newest, shown(1, 300)] })).toEqual({ outcome: "unseen" });
  });

  it("is content with one of the latest five: an artist may have taken down the others", async () => {
    for (const number of [1, 2, 3, 4, 5, 6]) await posted(number, number * 100);
    expect(await look({ posts: [shown(5, 500)] })).toEqual({ outcome: "unseen" });
    expect(await look({ posts: [shown(6, 600)] })).toMatchObject({ outcome: "unknown" });
  });

  it("has nothing to prove where the table knows no post", async () => {
    expect(await look({ posts: [] })).toEqual({ outcome: "unseen" });
    expect(await look({ posts: [byHand("9", -1), byHand("8", 500)] })).toEqual({ outcome: "unseen" });
  });

  it("reads on to the moment of the sending where the table knows no post", async () => {
    const ours = byHand("7", 1, { mediaIds: [mediaId] });
    expect(await look({ posts: [byHand("9", -1)], next: "1" }, { posts: [ours] })).toEqual({
      outcome: "found",
      tweetId: "7",
    });
  });

  it("says nothing where a post of that time has the very words, and X keeps quiet on its picture", async () => {
    const words = "Blue &amp; gold, see https://t.co/x https://t.co/y";
    expect(await look({ posts: [byHand("9", -1, { text: words })] })).toMatchObject({
      outcome: "unknown",
      why: expect.stringMatching(/post 9 has its text/),
    });
    expect(await look({ posts: [byHand("9", 100, { text: words })] })).toEqual({ outcome: "unseen" });
    await posted(1, 300);
    expect(await look({ posts: [byHand("9", -1, { text: words, mediaIds: ["4"] }), shown(1, 300)] })).toEqual({
      outcome: "unseen",
    });
  });

  it("says nothing where its words stand under another picture, and no post has shown that X gives uploads back under their ids", async () => {
    const words = "Blue &amp; gold, see https://t.co/x";
    const other = byHand("9", -1, { text: words, mediaIds: ["4"] });
    expect(await look({ posts: [other] })).toMatchObject({
      outcome: "unknown",
      why: expect.stringMatching(/post 9 has its text/),
    });
    await posted(1, 300, { mediaId: undefined });
    expect(await look({ posts: [other, shown(1, 300)] })).toMatchObject({ outcome: "unknown" });
    expect(await look({ posts: [byHand("9", 100, { text: words, mediaIds: ["4"] }), shown(1, 300)] })).toEqual({
      outcome: "unseen",
    });
    // Two squares may well have one caption.
    await posted(2, 50, { mediaId: undefined });
    expect(await look({ posts: [shown(2, 50, { text: words }), shown(1, 300)] })).toEqual({ outcome: "unseen" });
    await posted(3, 40);
    expect(await look({ posts: [other, shown(3, 40), shown(1, 300)] })).toEqual({ outcome: "unseen" });
  });

  it("takes an empty list of pictures for a silence", async () => {
    await posted(1, 300);
    const silent = byHand("9", -1, { text: "Blue &amp; gold, see https://t.co/x", mediaIds: [] });
    expect(await look({ posts: [silent, shown(1, 300)] })).toMatchObject({ outcome: "unknown" });
  });

  it("takes the post for it, and not a retweet of it", async () => {
    const [retweet, post] = [byHand("99", -5, { mediaIds: [mediaId] }), byHand("98", -1, { mediaIds: [mediaId] })];
    expect(await look({ posts: [retweet, post] })).toEqual({ outcome: "found", tweetId: "98" });
  });

  it("knows its words again where they are entities themselves", async () => {
    expect(plainText("&amp;lt;3 &amp; more")).toBe(plainText("&lt;3 & more"));
  });

  it("knows its words again where letters of another script stand directly beside a link", async () => {
    expect(plainText("作品はhttps://t.co/abcにあります")).toBe(plainText("作品はexample.comにあります"));
  });

  it("tells by the ids what is older where X does not tell the time, and goes on where it cannot", async () => {
    const timeless = (id: string): OwnPost => ({ id, text: "", pictures: [], mediaIds: [] });
    await posted(1, 300);
    await look({ posts: [shown(1, 300), timeless("1850000000000000000")], next: "1" }, {});
    expect(asked).toHaveLength(1);
    await look({ posts: [shown(1, 300), timeless("1870000000000000000")], next: "1" }, {});
    expect(asked).toHaveLength(3);
  });

  it("reads ten pages and no more, and says so", async () => {
    await posted(1, 24 * 60);
    const pages = Array.from({ length: 30 }, (_, index) => ({ posts: [byHand("9", -1)], next: String(index + 1) }));
    expect(await look(...pages)).toEqual({ outcome: "unknown", why: expect.stringMatching(/920 posts were read/) });
    expect(asked).toHaveLength(10);
  });

  describe("that may not take for ever", () => {
    const never = new Promise<never>(() => {});
    /** Pages that come with so many milliseconds left before each, the last one never. */
    const lookWithin = (left: number[], ...pages: Partial<TimelinePage>[]) => {
      const ownPosts = async (page: { limit: number; after?: string }): Promise<TimelinePage> => {
        asked.push(page);
        const answer = pages[page.after === undefined ? 0 : Number(page.after)];
        return answer === undefined ? never : { posts: [], ...answer };
      };
      const x = async () => ({ ownPosts });
      return lookFor({ table: opened.table, x, leftMs: () => left.shift() ?? 0 }, square, now);
    };
    const tooSlow = { outcome: "unknown", why: "X answered too slowly", slow: true };

    it("says so of a page that does not come in time", async () => {
      await posted(1, 300);
      expect(await lookWithin([1])).toEqual(tooSlow);
      expect(await lookWithin([60_000, 1], { posts: [byHand("9", -1)], next: "1" })).toEqual(tooSlow);
    });

    it("asks for nothing once the time is up", async () => {
      await posted(1, 300);
      expect(await lookWithin([60_000, 0], { posts: [byHand("9", -1)], next: "1" })).toEqual(tooSlow);
      expect(asked).toHaveLength(1);
    });

    it("says what it saw in time", async () => {
      await posted(1, 300);
      const first = { posts: [byHand("9", -1)], next: "1" };
      expect(await lookWithin([60_000, 60_000], first, { posts: [shown(1, 300)] })).toEqual({ outcome: "unseen" });
      expect(await lookWithin([60_000], { posts: [byHand("9", -1, { mediaIds: [mediaId] })] })).toMatchObject({
        outcome: "found",
      });
    });
  });

  it("is none at all where X takes no keys or has no credits", async () => {
    for (const kind of ["notAuthorized", "noCredits", "wrongAddress"] as const)
      await expect(look(new TaskError(kind, "no"))).rejects.toMatchObject({ name: errorName[kind] });
  });
});
