import { type Candidates, candidates } from "@twobytwo/core/posting/candidates";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued } from "../squares/table-fixture.ts";
import { hold, jpegOf } from "./held-fixture.ts";

const hour = 60 * 60 * 1000;
const keys = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" };
let opened: Awaited<ReturnType<typeof emptyTable>>;
let emulator: XEmulator;
let x: XClient;
/** Ahead of the real time, which the library signs with. */
let shift = 0;
const clock = () => Date.now() + shift;

beforeEach(async () => {
  shift = 0;
  opened = await emptyTable();
  emulator = await startX({
    clock,
    authClock: Date.now,
    credentials: { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" },
  });
  x = createXClient({ credentials: keys, baseUrl: emulator.url, clock: Date.now, deadlineMs: 5_000 });
});
afterEach(() => Promise.all([opened.close(), emulator.close()]));

const look = (id = "a"): Promise<Candidates> =>
  candidates({ table: opened.table, x: async () => x, clock, postUrl: (post) => `https://x.com/i/status/${post}` }, id);

async function held(id = "a", words: { title?: string; caption?: string } = {}) {
  await putQueued(opened.table, { id, sortKey: id });
  return hold({ table: opened.table, x, now: clock() }, { id, title: `Square ${id}`, caption: undefined, ...words });
}
const say = async (text: string) => (await x.post(JSON.stringify({ text }))).id;

async function withPicture(text: string): Promise<string> {
  const { id } = await x.upload({ chunks: [jpegOf(text)], size: jpegOf(text).length, contentType: "image/jpeg" });
  return (await x.post(JSON.stringify({ text, media: { media_ids: [id] } }))).id;
}

/** A square that the table knows to be posted. */
async function posted(id: string, tweetId: string) {
  await putQueued(opened.table, { id, sortKey: id });
  const at = new Date(clock()).toISOString();
  await changeStatus(opened.table, { id, from: "queued", to: "posted", sortKey: at, now: at, set: { tweetId } });
}

describe("the posts that may be that of a held square", () => {
  it("are those since it was sent, its own picture first, then its words, then the nearest", async () => {
    await say("Long before");
    shift = 3 * hour;
    const { tweetBody } = await held();
    const near = await say("Nearest");
    shift += 60_000;
    const words = await withPicture("Square a");
    const { id } = await x.post(tweetBody);
    shift += 60_000;
    const far = await withPicture("Farther");
    const { candidates: found, ...rest } = await look();
    expect(found.map(({ tweetId }) => tweetId)).toEqual([id, words, near, far]);
    expect(found[0]).toMatchObject({
      sameMedia: true,
      sameWords: true,
      text: "Square a",
      url: `https://x.com/i/status/${id}`,
      pictures: [expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/media\/3_\d+$/)],
    });
    expect(found[1]).toMatchObject({ sameMedia: false, sameWords: true });
    expect(found[2]).toMatchObject({ sameMedia: false, sameWords: false, pictures: [] });
    expect(rest).toMatchObject({ complete: true, leftOut: 0, sentAt: rest.square.sentAt, square: { id: "a" } });
    expect(rest).not.toHaveProperty("why");
  });

  it("have the words that were sent, whatever X makes of them, and not those that were written since", async () => {
    await held("a", { caption: "Ink & <paper>, see 2x2.art" });
    const same = await say("Ink & <paper>, see 2x2.art");
    await say("Square a");
    const { candidates: found } = await look();
    expect(found.map(({ tweetId, sameWords }) => [tweetId, sameWords])[0]).toEqual([same, true]);
    expect(found.map(({ sameWords }) => sameWords)).toEqual([true, false]);
    expect(found[0]?.text).toMatch(/^Ink & <paper>, see /);
  });

  it("that another square has already stand last, with that square", async () => {
    await held();
    const known = await withPicture("Square a");
    await posted("b", known);
    const other = await say("Something else");
    const { candidates: found } = await look();
    expect(found.map(({ tweetId, knownAs }) => [tweetId, knownAs])).toEqual([
      [other, undefined],
      [known, "b"],
    ]);
  });

  it("are twenty at most, and it says how many more there are", async () => {
    await held();
    for (let number = 0; number < 23; number += 1) await say(`Number ${number}`);
    const { candidates: found, leftOut } = await look();
    expect([found.length, leftOut]).toEqual([20, 3]);
  });
});

describe("a look that a person asked for", () => {
  it("goes back page by page to the time at which it was sent, and no farther", async () => {
    for (let number = 0; number < 30; number += 1) await say(`Before ${number}`);
    shift = 3 * hour;
    const { tweetBody } = await held();
    const { id } = await x.post(tweetBody);
    shift += hour;
    for (let number = 0; number < 30; number += 1) await say(`After ${number}`);
    const before = emulator.calls().length;
    expect((await look()).candidates[0]).toMatchObject({ tweetId: id, sameMedia: true });
    expect(emulator.calls().length - before).toBe(2);
  });

  it("is complete with nothing found, where the account's posts begin before it was sent", async () => {
    await posted("b", await say("Known"));
    shift = 3 * hour;
    await held();
    expect(await look()).toMatchObject({ candidates: [], complete: true });
  });

  const atTimeline = { operation: "GET /2/users/{id}/tweets" } as const;

  it.each([
    ["errors", /X's answer was incomplete/],
    ["some-errors", /X's answer was incomplete/],
    ["empty", /did not show any of the posts of that time/],
    ["hidden", /did not show any of the posts of that time/],
    ["no-attachments", /did not say which pictures/],
  ] as const)("is not complete where a post of that time is known, and X answers with %s", async (how, why) => {
    await held();
    await posted("b", await withPicture("Known"));
    expect(await look()).toMatchObject({ complete: true });
    emulator.inject({ kind: "incomplete", how, ...atTimeline });
    expect(await look()).toMatchObject({ complete: false, why: expect.stringMatching(why) });
  });

  it.each(["empty", "cut-short"] as const)(
    "is not complete where an older post is known, and X's list does not reach it: %s",
    async (how) => {
      await posted("b", await withPicture("Known"));
      shift = 3 * hour;
      await held();
      await say("Something else");
      expect(await look()).toMatchObject({ complete: true });
      emulator.inject({ kind: "incomplete", how, ...atTimeline });
      expect(await look()).toMatchObject({
        complete: false,
        why: expect.stringMatching(/^X's list does not reach back/),
      });
    },
  );

  it("shows what it has where X stops answering in the middle, and fails where it has nothing", async () => {
    await held();
    for (let number = 0; number < 25; number += 1) await say(`Number ${number}`);
    const read = x.ownPosts;
    const limited = { kind: "rate-limited", ...atTimeline } as const;
    let pages = 0;
    x.ownPosts = (page) => {
      pages += 1;
      if (pages === 2) emulator.inject(limited);
      return read(page);
    };
    expect(await look()).toMatchObject({
      complete: false,
      why: expect.stringMatching(/^X stopped answering: /),
      candidates: expect.objectContaining({ length: 20 }),
    });
    emulator.inject(limited);
    await expect(look()).rejects.toMatchObject({ name: "RateLimited" });
  });

  it("reads no further page where X answers slowly, and says so", async () => {
    await held();
    for (let number = 0; number < 25; number += 1) await say(`Number ${number}`);
    const read = x.ownPosts;
    x.ownPosts = async (page) => {
      const answer = await read(page);
      shift += 9_000;
      return answer;
    };
    const { candidates: found, why } = await look();
    expect([found.length, why]).toEqual([20, "X answered too slowly to read further"]);
  });

  it("is only of a square that is held, and asks X nothing about any other", async () => {
    await putQueued(opened.table, { id: "q", sortKey: "q" });
    const before = emulator.calls().length;
    await expect(look("q")).rejects.toThrow(
      "Square q is queued, and there is something to find out only about a square that is held for review",
    );
    await expect(look("none")).rejects.toThrow("There is no square none");
    expect(emulator.calls()).toHaveLength(before);
  });
});
