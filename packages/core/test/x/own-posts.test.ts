import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let emulator: XEmulator;
let client: XClient;

beforeAll(async () => {
  emulator = await startX({
    credentials: { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" },
  });
  const credentials = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" };
  client = createXClient({ credentials, baseUrl: emulator.url, clock: Date.now, deadlineMs: 20_000 });
  for (let number = 1; number <= 7; number += 1) await client.post(JSON.stringify({ text: `Square ${number}` }));
});
afterAll(() => emulator.close());

describe("the account's own posts", () => {
  it("come page by page, each once, and the last page names none behind it", async () => {
    const ids: string[] = [];
    const pages: number[] = [];
    for (let after: string | undefined, more = true; more; more = after !== undefined) {
      const page = await client.ownPosts({ limit: 5, ...(after && { after }) });
      expect(page.flaw).toBeUndefined();
      ids.push(...page.posts.map(({ id }) => id));
      pages.push(page.posts.length);
      after = page.next;
    }
    expect(pages).toEqual([5, 2]);
    expect(ids).toEqual(
      emulator
        .posts()
        .map(({ id }) => id)
        .reverse(),
    );
  });

  it("are no more than were asked for, the newest first, since each that is read is charged", async () => {
    const [newest] = emulator.posts().slice(-1);
    const { posts } = await client.ownPosts({ limit: 6 });
    expect(posts.map(({ id }) => id)).toHaveLength(6);
    expect(posts[0]?.id).toBe(newest?.id);
  });

  it("are asked for in a number that X takes, five to a hundred", async () => {
    expect((await client.ownPosts({ limit: 1 })).posts).toHaveLength(5);
    expect((await client.ownPosts({ limit: 500 })).posts).toHaveLength(7);
  });
});
