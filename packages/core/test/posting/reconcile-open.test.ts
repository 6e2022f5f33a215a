import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { claimNext } from "@twobytwo/core/posting/claim";
import { putInReview } from "@twobytwo/core/posting/give-up";
import { startPosting, tweetBodyOf } from "@twobytwo/core/posting/journal";
import { reconcileOpen } from "@twobytwo/core/posting/reconcile-open";
import { readSquare } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { createXClient } from "@twobytwo/core/x/client";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

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
  woken = 0;
  fault = undefined;
  opened = await emptyTable((call) => fault?.(call));
  emulator = await startX({
    clock,
    authClock: Date.now,
    credentials: { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" },
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
  const tweetBody = tweetBodyOf({ title: id, caption: undefined }, media.id);
  const sending = { mediaId: media.id, mediaExpiresAt: media.expiresAt, tweetBody };
  await startPosting(table, { id, execution, ...sending, mostPostsADay: 100, now: clock() });
  return sent ? (await client.post(tweetBody)).id : undefined;
}

let woken = 0;
const wake = async () => {
  woken += 1;
};
const look = () => reconcileOpen({ table: opened.table, x, clock, wake });

describe("reconcileOpen", () => {
  it("leaves alone what a run is at work on", async () => {
    await posting("a", { sent: true });
    expect(await look()).toMatchObject([{ id: "a", from: "posting", to: "posting", what: "A run is working on it." }]);
  });

  it("marks what is out, also where it was held for review, and says under which id", async () => {
    const first = await posting("a", { sent: true });
    const second = await posting("b", { sent: true });
    await putInReview(opened.table, {
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
    expect(woken).toBe(1);
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
    await putInReview(opened.table, {
      id: "a",
      execution: "run-a",
      error: { name: "Rejected", message: "too long" },
      now: clock(),
    });
    const before = emulator.calls().length;
    expect(await look()).toMatchObject([
      { id: "a", to: "review", what: "Nothing was uploaded for it. Decide with `2x2 review a`." },
    ]);
    expect(emulator.calls()).toHaveLength(before);
  });

  it("says of a look that was not whole why it says nothing, and holds the square", async () => {
    await posting("a", { sent: true });
    emulator.inject({ kind: "incomplete", how: "errors", operation: "GET /2/users/{id}/tweets" });
    shift = 3 * hour;
    expect(await look()).toMatchObject([
      {
        id: "a",
        from: "posting",
        to: "review",
        what: expect.stringMatching(/could not be read completely: X's answer/),
      },
    ]);
    expect(woken).toBe(0);
  });

  it("holds what is posting in a row of another program, which tells neither the run nor the upload", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "a" });
    await changeStatus(opened.table, { id: "a", from: "queued", to: "posting", sortKey: "2026", now: "2026" });
    expect(await look()).toMatchObject([{ id: "a", from: "posting", to: "review" }]);
  });

  it("leaves everything as it is where X does not let it look, asks once, and says so of each", async () => {
    await posting("a", { sent: true });
    await posting("b", { sent: true });
    await putQueued(opened.table, { id: "c", sortKey: "c" });
    await claimNext(opened.table, { execution: "run-c", squareId: "c", now: clock() });
    emulator.inject({ kind: "unauthorized", times: "always" });
    shift = 3 * hour;
    const reads = () => emulator.calls().filter(({ operation }) => operation === "GET /2/users/{id}/tweets").length;
    expect(await look()).toMatchObject([
      {
        id: "a",
        to: "posting",
        failed: true,
        what: expect.stringMatching(/^The account's posts could not be read: X /),
      },
      { id: "b", to: "posting", failed: true },
      { id: "c", to: "queued" },
    ]);
    expect(reads()).toBe(1);
  });

  const timelineReads = () =>
    emulator.calls().filter(({ operation }) => operation === "GET /2/users/{id}/tweets").length;
  const holdAgain = (id: string) =>
    putInReview(opened.table, {
      id,
      execution: `run-${id}`,
      error: { name: "UnknownOutcome", message: "" },
      now: clock(),
    });

  it("reads the account's posts once for however many squares, and looks at more than a hundred of one status", async () => {
    const first = await posting("a", { sent: true });
    const last = await posting("b", { sent: true });
    await holdAgain("b");
    const seen = await readSquare(opened.table, "b");
    for (let number = 0; number < 120; number += 1) {
      const Item = { ...seen, id: `h${number}`, mediaId: String(number), sortKey: "2026-01-01T00:00:00.000Z" };
      await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
    }
    shift = 3 * hour;
    const findings = await look();
    expect(findings).toHaveLength(122);
    expect(findings.filter(({ to }) => to === "posted")).toMatchObject([
      { id: "a", tweetId: first },
      { id: "b", tweetId: last },
    ]);
    expect(timelineReads()).toBe(1);
  });

  it("leaves as they are the squares for which X was too slow, and says that they are left for the next call", async () => {
    await posting("a", { sent: true });
    await posting("b", { sent: true });
    await holdAgain("b");
    shift = 3 * hour;
    const left = expect.stringMatching(
      /could not be read: X answered too slowly\. .* left for the next `2x2 reconcile`/,
    );
    expect(await reconcileOpen({ table: opened.table, x, clock, wake, leftMs: () => 0 })).toMatchObject([
      { id: "a", from: "posting", to: "posting", failed: true, what: left },
      { id: "b", from: "review", to: "review", failed: true, what: left },
    ]);
    expect(timelineReads()).toBe(0);
    expect((await look()).map(({ to }) => to)).toEqual(["posted", "posted"]);
  });

  it("claims nothing of a square that somebody else decides at the same moment", async () => {
    await posting("a", { sent: true });
    shift = 3 * hour;
    const other = async () => {
      const client = await x();
      const read = client.ownPosts;
      client.ownPosts = async (page) => {
        const now = new Date(clock()).toISOString();
        await changeStatus(opened.table, { id: "a", from: "posting", to: "review", sortKey: now, now });
        return read(page);
      };
      return client;
    };
    const findings = await reconcileOpen({ table: opened.table, x: other, clock, wake });
    expect(findings).toMatchObject([
      { to: "review", what: "Somebody else changed it at the same time: it is review." },
    ]);
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "review" });
  });

  it("marks without a look what X has answered to be out before it was held", async () => {
    await putQueued(opened.table, { id: "a", sortKey: "a" });
    const set = { tweetId: "77" };
    await changeStatus(opened.table, { id: "a", from: "queued", to: "review", sortKey: "2026", now: "2026", set });
    expect(await look()).toMatchObject([{ id: "a", from: "review", to: "posted", tweetId: "77" }]);
    expect(emulator.calls()).toEqual([]);
  });

  it("says how a square is that somebody changed while it was looked for, and not what it would have made of it", async () => {
    await posting("a", { sent: true });
    await posting("b", { sent: false });
    await posting("c", { sent: false });
    const held = { id: "c", execution: "run-c", error: { name: "Retryable", message: "" }, now: clock() };
    await putInReview(opened.table, held);
    shift = 3 * hour;
    const meanwhile = async () => {
      for (const id of ["a", "b"]) {
        const Item = { ...(await readSquare(opened.table, id)), claimedBy: "run-9" };
        await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
      }
      return x();
    };
    const findings = await reconcileOpen({ table: opened.table, x: meanwhile, clock, wake });
    const what = expect.stringMatching(/^Somebody else changed it at the same time/);
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
      { id: "a", to: "claimed", what: expect.stringMatching(/^Somebody else changed it at the same time/) },
    ]);
  });
});
