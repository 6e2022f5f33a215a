import { Agent } from "node:http";
import { ApiPartialResponseError, ApiRequestError, ApiResponseError, type TweetV2, TwitterApi } from "twitter-api-v2";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startX, type XEmulator } from "../../src/x/server.ts";
import { credentials, duplicateBody, invalidMediaBody, png } from "./account.ts";

// The library signs with the real time, so this X runs on it as well.
let x: XEmulator;
let client: TwitterApi;
const agent = new Agent({ keepAlive: false });

beforeAll(async () => {
  x = await startX({ credentials });
  client = connect(credentials);
});
beforeEach(() => x.reset());
afterAll(() => x.close());

function connect(keys: typeof credentials): TwitterApi {
  return new TwitterApi(
    {
      appKey: keys.CONSUMER_KEY,
      appSecret: keys.CONSUMER_SECRET,
      accessToken: keys.ACCESS_TOKEN,
      accessSecret: keys.ACCESS_TOKEN_SECRET,
    },
    {
      httpAgent: agent,
      plugins: [
        {
          onBeforeRequestConfig: ({ params }) => {
            params.url = params.url.replace("https://api.x.com", x.url);
          },
        },
      ],
    },
  );
}

/** What the library throws. */
async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => {
      throw new Error("the call did not fail");
    },
    (error: unknown) => error,
  );
}

describe("twitter-api-v2", () => {
  it("uploads in one shot, describes, posts, reads and deletes", async () => {
    const bytes = png(8, 8, Buffer.from(Array.from({ length: 256 }, (_, index) => index)));
    const body = { media: bytes, media_category: "tweet_image" };
    const upload = await client.v2.post("media/upload", body, { forceBodyMode: "form-data" });
    const { id, media_key } = upload.data;
    expect((await x.media(id))?.bytes.equals(bytes)).toBe(true);

    await client.v2.createMediaMetadata(id, { alt_text: { text: "a square: größe, 文, 🟦" } });
    const posted = await client.v2.tweet("Größe & 文 🟦!", { media: { media_ids: [id] } });
    expect(posted.data.text).toMatch(/^Größe &amp; 文 🟦! https:\/\/t\.co\/\w{10}$/);

    expect((await client.v2.me()).data).toEqual({ id: "4242", name: "Sandbox artist", username: "sandbox_artist" });
    const timeline = await client.v2.userTimeline("4242", {
      max_results: 5,
      expansions: ["attachments.media_keys"],
      "tweet.fields": ["created_at", "attachments"],
      "media.fields": ["media_key", "type", "url", "alt_text"],
    });
    const [shown] = timeline.tweets as [TweetV2];
    expect(shown).toMatchObject({ id: posted.data.id, attachments: { media_keys: [media_key] } });
    expect(timeline.includes.media[0]).toMatchObject({ media_key, alt_text: "a square: größe, 文, 🟦" });
    expect(timeline.rateLimit).toMatchObject({ limit: 900, remaining: 899 });

    expect((await client.v2.deleteTweet(posted.data.id)).data).toEqual({ deleted: true });
    expect(x.posts()).toEqual([]);
  });

  it("uploads in chunks, every byte at its place", async () => {
    const bytes = png(64, 64, Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7) % 256)));
    const id = await client.v2.uploadMedia(bytes, { media_type: "image/png" as never }, 1000);
    expect((await x.media(id))?.bytes.equals(bytes)).toBe(true);
    const paths = x.calls().map((call) => call.operation);
    expect(new Set(paths)).toEqual(
      new Set([
        "POST /2/media/upload/initialize",
        "POST /2/media/upload/{id}/append",
        "POST /2/media/upload/{id}/finalize",
      ]),
    );
    expect(x.calls().every((call) => call.status === 200)).toBe(true);
  });

  it("pages through the timeline with its own paginator", async () => {
    for (let index = 0; index < 7; index += 1) await client.v2.tweet(`post ${index}`);
    const timeline = await client.v2.userTimeline("4242", { max_results: 5 });
    expect(timeline.tweets).toHaveLength(5);
    await timeline.fetchNext();
    expect(timeline.tweets.map((tweet) => tweet.text)).toEqual([6, 5, 4, 3, 2, 1, 0].map((index) => `post ${index}`));
    expect(timeline.done).toBe(true);
  });

  it("gets errors as it knows them, with their bodies", async () => {
    await client.v2.tweet("words");
    const duplicate = await failure(client.v2.tweet("words"));
    expect(duplicate).toBeInstanceOf(ApiResponseError);
    expect(duplicate).toMatchObject({ code: 403, data: duplicateBody, rateLimit: { limit: 100, remaining: 98 } });
    const media = await failure(client.v2.tweet("words", { media: { media_ids: ["1"] } }));
    expect(media).toMatchObject({ code: 400, data: invalidMediaBody("1") });

    x.inject({ kind: "rate-limited", resetAfterSecs: 60 }, { kind: "server-error", status: 503 });
    expect(await failure(client.v2.tweet("more"))).toMatchObject({ code: 429, rateLimitError: true });
    expect(await failure(client.v2.tweet("more"))).toMatchObject({ code: 503, data: "Service Unavailable" });
    const stranger = connect({ ...credentials, CONSUMER_SECRET: "wrong" });
    expect(await failure(stranger.v2.me())).toMatchObject({ code: 401, isAuthError: true });
  });

  it("gets cuts as requests and answers that failed", async () => {
    x.inject({ kind: "cut" }, { kind: "lost-answer" }, { kind: "cut-answer" }, { kind: "malformed" });
    expect(await failure(client.v2.tweet("one"))).toBeInstanceOf(ApiRequestError);
    expect(x.posts()).toHaveLength(0);
    expect(await failure(client.v2.tweet("two"))).toBeInstanceOf(ApiRequestError);
    expect(x.posts()).toHaveLength(1);
    expect(await failure(client.v2.tweet("three"))).toBeInstanceOf(ApiPartialResponseError);
    expect(await failure(client.v2.tweet("four"))).toBeInstanceOf(ApiPartialResponseError);
    expect(x.posts()).toHaveLength(3);
  });

  it("gives up on an answer that never comes, after its own timeout", async () => {
    x.inject({ kind: "hang", operation: "POST /2/tweets" });
    const gaveUp = await failure(client.v2.post("tweets", { text: "words" }, { timeout: 50 }));
    expect(gaveUp).toBeInstanceOf(ApiRequestError);
    x.release();
    expect(x.posts()).toEqual([]);
  });
});
