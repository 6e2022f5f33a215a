import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/claim";
import { noteMedia, startPosting, tweetBodyOf } from "@twobytwo/core/post";
import { reconcileOpen } from "@twobytwo/core/reconcile-open";
import { holdForReview } from "@twobytwo/core/release";
import { readSquare } from "@twobytwo/core/table";
import { createXClient } from "@twobytwo/core/x-client";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "./table-fixture.ts";

const hour = 60 * 60 * 1000;
const keys = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" };
let opened: Awaited<ReturnType<typeof emptyTable>>;
let fault: ((call: Call) => Promise<Fault | undefined>) | undefined;
let emulator: XEmulator;
/** Ahead of the real time, which the library signs with. */
let shift = 0;
const clock = () => Date.now() + shift;
const x = async () => createXClient({ credentials: keys, baseUrl: emulator.url, clock, deadlineMs: 5_000 });
const jpeg = Buffer.from("ffd8ffe000104a46494600010100000100010000ffc0000b080040004001011100ffd9", "hex");

beforeEach(async () => {
  shift = 0;
  fault = undefined;
  opened = await emptyTable((call) => fault?.(call));
  emulator = await startX({
    clock,
    authClock: Date.now,
    credentials: { consumerKey: "a", consumerSecret: "b", accessToken: "7-c", accessTokenSecret: "d" },
  });
});
afterEach(() => Promise.all([opened.close(), emulator.close()]));

/** A square that a run was about to post, or has posted. */
async function posting(id: string, { sent }: { sent: boolean }) {
  const { table } = opened;
  await putQueued(table, { id, sortKey: id });
  const execution = `run-${id}`;
  await claimNext(table, { execution, squareId: id, now: clock() });
  const client = await x();
  const bytes = Buffer.concat([jpeg, Buffer.from(id)]);
  const media = await client.upload({ chunks: [bytes], size: bytes.length, contentType: "image/jpeg" });
  await noteMedia(table, { id, execution, media, now: clock() });
  const tweetBody = tweetBodyOf({ title: id, caption: undefined }, media.id);
  await startPosting(table, { id, execution, mediaId: media.id, tweetBody, mostPostsADay: 100, now: clock() });
  return sent ? (await client.post(tweetBody)).id : undefined;
}

const look = () => reconcileOpen({ table: opened.table, x, clock });

describe("reconcileOpen", () => {
  it("leaves alone what a run is at work on", async () => {
    await posting("a", { sent: true });
    expect(await look()).toMatchObject([{ id: "a", from: "posting", to: "posting", what: "A run is at work on it." }]);
  });

  it("marks what is out, also where it was held for review, and says under which id", async () => {
    const first = await posting("a", { sent: true });
    const second = await posting("b", { sent: true });
    await holdForReview(opened.table, {
      id: "b",
      execution: "run-b",
      error: { name: "UnknownOutcome", message: "cut" },
      now: clock(),
    });
    shift = 3 * hour;
    expect(await look()).toMatchObject([
      { id: "a", from: "posting", to: "posted", tweetId: first },
      { id: "b", from: "review", to: "posted", tweetId: second },
    ]);
    expect(await readSquare(opened.table, "b")).toMatchObject({ status: "posted", tweetId: second });
    expect((await wholeTable(opened.table)).stock).toEqual({ posted: 2 });
  });

  it("puts back what a dead run had merely claimed, and holds what may be out, however long ago", async () => {
    await posting("a", { sent: false });
    await putQueued(opened.table, { id: "b", sortKey: "b" });
    await claimNext(opened.table, { execution: "run-b", squareId: "b", now: clock() });
    shift = 3 * hour;
    expect(await look()).toMatchObject([
      { id: "a", from: "posting", to: "review" },
      { id: "b", from: "claimed", to: "queued" },
    ]);
    shift = 13 * 24 * hour;
    expect(await look()).toMatchObject([
      { id: "a", from: "review", to: "review", what: expect.stringMatching(/did not show it.*2x2 review a/) },
    ]);
    expect(await readSquare(opened.table, "a")).toMatchObject({
      status: "review",
      lastError: {
        name: "UnknownOutcome",
        message: expect.stringMatching(/^Its run died after it may have been sent/),
      },
    });
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 1, review: 1 });
  });

  it("says of a held square that was never uploaded that a person has to decide", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "a" });
    await claimNext(opened.table, { execution: "run-a", now: clock() });
    await holdForReview(opened.table, {
      id: "a",
      execution: "run-a",
      error: { name: "Rejected", message: "too long" },
      now: clock(),
    });
    expect(await look()).toMatchObject([{ id: "a", to: "review", what: expect.stringContaining("2x2 review") }]);
  });

  it("says how a square is that somebody changed while it was looked for, and not what it would have made of it", async () => {
    await posting("a", { sent: true });
    await posting("b", { sent: false });
    await posting("c", { sent: false });
    const held = { id: "c", execution: "run-c", error: { name: "Retryable", message: "" }, now: clock() };
    await holdForReview(opened.table, held);
    shift = 3 * hour;
    const meanwhile = async () => {
      for (const id of ["a", "b"]) {
        const Item = { ...(await readSquare(opened.table, id)), claimedBy: "run-9" };
        await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
      }
      return x();
    };
    const findings = await reconcileOpen({ table: opened.table, x: meanwhile, clock });
    const what = expect.stringMatching(/^Somebody else has changed it meanwhile/);
    expect(findings.filter(({ id }) => id !== "c")).toMatchObject([
      { id: "a", from: "posting", to: "posting", what },
      { id: "b", from: "posting", to: "posting", what },
    ]);
    expect(findings.every(({ tweetId }) => tweetId === undefined)).toBe(true);
  });

  it("says of a claim that is over only that it is back in the queue where it is", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "a" });
    await claimNext(opened.table, { execution: "run-a", now: clock() });
    shift = 3 * hour;
    fault = async ({ operation }) => {
      if (operation !== "TransactWriteItems") return undefined;
      fault = undefined;
      const Item = { ...(await readSquare(opened.table, "a")), claimedBy: "run-9" };
      await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
      return undefined;
    };
    expect(await look()).toMatchObject([
      { id: "a", to: "claimed", what: expect.stringMatching(/^Somebody else has changed it meanwhile/) },
    ]);
  });
});
