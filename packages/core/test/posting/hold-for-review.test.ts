import { claimNext } from "@twobytwo/core/posting/claim";
import { holdForReview } from "@twobytwo/core/posting/hold-for-review";
import type { GivenUp } from "@twobytwo/core/posting/in-hand";
import { startPosting } from "@twobytwo/core/posting/journal";
import { settleOpenClaims, takeBack } from "@twobytwo/core/posting/lease";
import { releaseSquare } from "@twobytwo/core/posting/release-square";
import { writePause } from "@twobytwo/core/schedule/pause";
import { readSquare } from "@twobytwo/core/squares/table";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const at = "2026-11-24T18:00:00.000Z";
const slot = "2026-11-24T18:00:00Z";
const hour = 60 * 60 * 1000;
let fault: ((call: Call) => Fault | undefined) | undefined;
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  fault = undefined;
  opened = await emptyTable((call) => fault?.(call));
  await putQueued(opened.table, ...["a", "b", "c", "d"].map((id) => ({ id, sortKey: id })));
});
afterEach(() => opened.close());

const run = { execution: "run-1", scheduledTime: slot };
const ports = (later = 0) => ({ table: opened.table, clock: () => now + later });
const caught = (name: string, errorMessage: string) => ({ Error: name, Cause: JSON.stringify({ errorMessage }) });
const given = (name: string, message: string, more: object = {}) => ({
  execution: "run-1",
  input: { scheduledTime: slot },
  error: caught(name, message),
  tweetId: null,
  ...more,
});
const hold = (name: string, message: string, more: object = {}) => holdForReview(ports(), given(name, message, more));
const sends = (execution: string) =>
  startPosting(opened.table, { id: "a", execution, mediaId: "7", tweetBody: "{}", mostPostsADay: 9, now });
const claim = (more: object = {}) => claimNext(opened.table, { ...run, now, ...more });
const statuses = async () =>
  Object.fromEntries((await wholeTable(opened.table)).squares.map(({ id, status }) => [id, status]));
const stopped = (reason: string, error = "Rejected") =>
  writePause(opened.table, { pausedBy: "workflow", pausedAt: at, error, reason, until: at });
const refusal = 'X refuses this post (HTTP 403, "You are not permitted to perform this action.")';

describe("releaseSquare", () => {
  it("finds the square of the execution by what the table knows of it, with a slot or without", async () => {
    await claim();
    await claimNext(opened.table, { execution: "run-2", now });
    expect(await releaseSquare(ports(), given("NoCredits", "buy some"))).toEqual({
      error: "NoCredits",
      message: "buy some",
      squareId: "a",
      squareStatus: "queued",
      concerns: "every square",
      tell: true,
    });
    expect(await releaseSquare(ports(), { ...given("Retryable", "cut"), execution: "run-2", input: {} })).toMatchObject(
      {
        squareId: "b",
        squareStatus: "queued",
        concerns: "this run",
      },
    );
    expect(await readSquare(opened.table, "a")).toMatchObject({
      lastError: { name: "NoCredits", message: "buy some", at, execution: "run-1" },
    });
  });

  it("has nothing to give up where the execution claimed nothing, and still says whom it concerns", async () => {
    const nothing = { squareId: null, squareStatus: null };
    const error = { Error: "States.Timeout", Cause: "" };
    expect(await releaseSquare(ports(), { ...given("", ""), error })).toEqual({
      error: "States.Timeout",
      message: "States.Timeout, without a message",
      ...nothing,
      concerns: "this run",
      tell: true,
    });
    expect(await releaseSquare(ports(), given("Unconfirmed", "another table"))).toMatchObject({
      ...nothing,
      concerns: "every square",
    });
  });
});

describe("holdForReview", () => {
  it("holds the one that X refuses with X's own words, and the slot goes on with the next", async () => {
    await claim();
    expect(await hold("Rejected", refusal)).toMatchObject({
      squareId: "a",
      squareStatus: "review",
      concerns: "this square",
    });
    expect(await readSquare(opened.table, "a")).toMatchObject({ lastError: { name: "Rejected", message: refusal } });
    expect(await claim()).toMatchObject({ outcome: "claimed", square: { id: "b" } });
    expect(await claim({ execution: "run-2" })).toEqual({ outcome: "already-ran" });
  });

  it("says the same when its first answer was lost", async () => {
    await claim();
    fault = ({ operation }) => (operation === "TransactWriteItems" ? { kind: "lose-answer" } : undefined);
    await expect(hold("Rejected", refusal)).rejects.toThrow();
    fault = undefined;
    expect(await hold("Rejected", refusal)).toMatchObject({ squareStatus: "review", concerns: "this square" });
    expect(await claim()).toMatchObject({ square: { id: "b" } });
  });

  it("puts both back where a second one is refused alike: it is not the squares", async () => {
    await claim();
    await hold("Rejected", refusal);
    await claim();
    const both = await hold("Rejected", refusal);
    expect(both).toMatchObject({ squareId: "b", squareStatus: "queued", concerns: "every square" });
    expect(await hold("Rejected", refusal)).toEqual<GivenUp>(both);
    expect(await statuses()).toEqual({ a: "queued", b: "queued", c: "queued", d: "queued" });
    for (const id of ["a", "b"]) expect(await readSquare(opened.table, id)).toMatchObject({ sortKey: id });
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 4 });
  });

  it("tells nobody again of the first of them while the stop lasts", async () => {
    await stopped(refusal);
    await claim();
    expect(await hold("Rejected", refusal)).toMatchObject({ concerns: "this square", tell: false });
    await claim();
    expect(await hold("MediaMissing", "gone")).toMatchObject({ concerns: "this square", tell: true });
  });

  it("knows the stop again though the message names another picture", async () => {
    await stopped("s3://bucket/squares/z1.jpg does not exist: add it again.", "MediaMissing");
    await claim();
    expect(await hold("MediaMissing", "s3://bucket/squares/a.jpg does not exist: add it again.")).toMatchObject({
      tell: false,
    });
  });

  it("tells of each that is refused in other words meanwhile, and wherever the run ends with one", async () => {
    await stopped(refusal);
    await claim();
    expect(await hold("Rejected", 'X refuses this post (HTTP 400, "Text too long")')).toMatchObject({ tell: true });
    await claim();
    expect(await hold("Rejected", refusal)).toMatchObject({ concerns: "this square", tell: false });
    await stopped("X does not accept the picture", "MediaInvalid");
    await claim();
    expect(await hold("MediaInvalid", "X does not accept the picture")).toMatchObject({
      concerns: "this run",
      tell: true,
    });
  });

  it("puts one back of which nothing was sent, and with which nothing is wrong", async () => {
    await claim();
    expect(await hold("Runtime.ExitError", "signal: killed")).toMatchObject({
      squareStatus: "queued",
      concerns: "this run",
    });
  });

  it("takes one more in each trial of a later day: two that X dislikes do not stand before all others for ever", async () => {
    const stopped = (daysAgo: number) =>
      writePause(opened.table, {
        pausedBy: "workflow",
        pausedAt: new Date(now - daysAgo * 24 * hour).toISOString(),
        error: "Rejected",
        reason: refusal,
        until: at,
      });
    await stopped(1);
    for (const id of ["a", "b"]) {
      await claim();
      expect(await hold("Rejected", refusal)).toMatchObject({ squareId: id, squareStatus: "review", tell: false });
    }
    await claim();
    expect(await hold("Rejected", refusal)).toMatchObject({ squareId: "c", concerns: "every square" });
    expect(await statuses()).toEqual({ a: "queued", b: "queued", c: "queued", d: "queued" });
    for (const id of ["a", "b", "c"]) expect(await readSquare(opened.table, id)).toMatchObject({ sortKey: id });
  });

  it("takes a bucket for the reason, and not two pictures, where two are missing", async () => {
    const missing = (id: string) => `s3://bucket/squares/${id}.jpg does not exist: add the picture again.`;
    await claim();
    expect(await hold("MediaMissing", missing("a"))).toMatchObject({ concerns: "this square" });
    await claim();
    expect(await hold("MediaMissing", missing("b"))).toMatchObject({ concerns: "every square" });
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 4 });
  });

  it("holds each of two that are refused for reasons of their own, and three in one run are enough", async () => {
    await claim();
    await hold("Rejected", 'X refuses this post (HTTP 400, "Text too long")');
    await claim();
    expect(await hold("Rejected", refusal)).toMatchObject({ squareStatus: "review", concerns: "this square" });
    await claim();
    expect(await hold("MediaInvalid", "c is a text")).toMatchObject({ squareStatus: "review", concerns: "this run" });
    expect(await statuses()).toEqual({ a: "review", b: "review", c: "review", d: "queued" });
  });

  it("never takes what it finds wrong itself for the account's", async () => {
    const tooLong = (id: string) => `The caption of square ${id} counts as 300 characters, and X accepts 280`;
    await claim();
    await hold("Rejected", tooLong("a"));
    await claim();
    expect(await hold("Rejected", tooLong("b"))).toMatchObject({ squareStatus: "review", concerns: "this square" });
  });

  it("ends the run where the one that was asked for is refused: nobody asked for another", async () => {
    await claim({ squareId: "c" });
    expect(await hold("Rejected", refusal, { input: { scheduledTime: slot, squareId: "c" } })).toMatchObject({
      squareId: "c",
      squareStatus: "review",
      concerns: "this run",
    });
  });

  it("ends the run where another run has taken the square back: nothing was refused", async () => {
    await claim();
    const square = await readSquare(opened.table, "a");
    if (square === undefined) throw new Error("a is lost");
    await takeBack(opened.table, square, now + 3 * hour);
    expect(await hold("Rejected", "Square a is queued, not claimed by run-1.")).toMatchObject({
      squareStatus: "queued",
      concerns: "this run",
    });
    expect(await claim()).toEqual({ outcome: "already-ran" });
  });

  it("ends the run where the square may be out: another would be a second post of the slot", async () => {
    await claim();
    await sends("run-1");
    expect(await hold("UnknownOutcome", "no answer")).toMatchObject({ squareStatus: "review", concerns: "this run" });
    expect(await claim()).toEqual({ outcome: "already-ran" });
  });

  it("goes on with a square of its own where the one in doubt was another run's", async () => {
    await claimNext(opened.table, { execution: "dead", now });
    await sends("dead");
    const later = now + 3 * hour;
    expect((await settleOpenClaims(opened.table, { ...run, now: later })).open).toMatchObject({ kind: "adopted" });
    expect(await readSquare(opened.table, "a")).not.toHaveProperty("resendUntil");
    expect(await hold("UnknownOutcome", "not to be seen")).toMatchObject({
      squareId: "a",
      squareStatus: "review",
      concerns: "this square",
    });
    expect(await claim({ now: later })).toMatchObject({ outcome: "claimed", square: { id: "b" } });
  });

  it("pauses, and holds what may be out, where X takes the keys no more while one looks", async () => {
    await claim();
    await sends("run-1");
    expect(await hold("NotAuthorized", "401")).toMatchObject({ squareStatus: "review", concerns: "every square" });
  });
});
