import { tidOf } from "@twobytwo/core/bluesky/tid";
import { describe, expect, it } from "vitest";
import type { Created } from "./bluesky/account.ts";
import { type Stop, told } from "./judge/mails.ts";
import { outOfOrder, type Posted, postedTwice, slotsUsedTwice, wrongWords } from "./judge/posts.ts";
import { flawOf } from "./judge/schedule.ts";
import { type SharedRow, sharedTwice, sharedWrongly, sharesKept } from "./judge/shares.ts";
import { ends, heldForNothing, miscounted, overlooked, unexplained } from "./judge/squares.ts";

const post = (at: number, more: Partial<Posted> = {}): Posted => ({
  at,
  id: `post-${at}`,
  shows: "painting 1",
  execution: `run-${at}`,
  text: "words",
  altText: undefined,
  picture: "bytes",
  ...more,
});

describe("the judge", () => {
  it("sees a picture that is out twice, also where the first was deleted, and not where a person asked for it", () => {
    expect(postedTwice([post(1), post(2)], [])).toHaveLength(1);
    expect(postedTwice([post(1), post(3)], [{ at: 2, shows: "painting 1" }])).toEqual([]);
    expect(postedTwice([post(1), post(3), post(4)], [{ at: 2, shows: "painting 1" }])).toHaveLength(1);
    expect(postedTwice([post(2), post(3)], [{ at: 1, shows: "painting 1" }])).toHaveLength(1);
    expect(postedTwice([post(1), post(2, { shows: "painting 2" })], [])).toEqual([]);
  });

  it("sees a slot that posts twice, by one run or by two", () => {
    expect(slotsUsedTwice([post(1), post(2)], () => "06:00")).toHaveLength(1);
    expect(slotsUsedTwice([post(1), post(2, { execution: "run-1" })], () => undefined)).toHaveLength(1);
    expect(slotsUsedTwice([post(1), post(2)], (run) => run)).toEqual([]);
  });

  it("sees other words, another description and another picture than the row's", () => {
    const claimed = { text: "words", altText: undefined, picture: "bytes" };
    expect(wrongWords(post(1), claimed)).toEqual([]);
    expect(wrongWords(post(1), { ...claimed, text: "other" })).toHaveLength(1);
    expect(wrongWords(post(1), { ...claimed, altText: "what it shows" })).toHaveLength(1);
    expect(wrongWords(post(1), { ...claimed, picture: "others" })).toHaveLength(1);
    expect(wrongWords(post(1), undefined)).toHaveLength(1);
  });

  it("sees a claim that passes by the head of the queue, and forgives what an index may not have seen", () => {
    const waiting = [
      { id: "a", place: "1", since: 0 },
      { id: "b", place: "2", since: 0 },
    ];
    expect(outOfOrder({ at: 150, id: "a", places: ["1"] }, waiting, 60)).toEqual([]);
    expect(outOfOrder({ at: 150, id: "b", places: ["2"] }, waiting, 60)).toHaveLength(1);
    // As an index shows it that lags: it stood in front, or nothing stood before it, a moment ago.
    expect(outOfOrder({ at: 150, id: "b", places: ["2", "0"] }, waiting, 60)).toEqual([]);
    expect(outOfOrder({ at: 50, id: "b", places: ["2"] }, waiting, 60)).toEqual([]);
  });

  it("sees a status that nothing explains", () => {
    expect(unexplained({ id: "a", from: "claimed", to: "queued", role: "release-square", at: 0 })).toEqual([]);
    expect(unexplained({ id: "a", from: "posting", to: "queued", role: "select-square", at: 0 })).toHaveLength(1);
    expect(unexplained({ id: "a", from: "claimed", to: "withdrawn", role: "release-square", at: 0 })).toHaveLength(1);
    expect(unexplained({ id: "a", from: "posted", to: undefined, role: "person", at: 0 })).toHaveLength(1);
  });

  it("sees a square that is held for nothing, or does not say for what", () => {
    const lastError = { name: "UnknownOutcome", message: "It may be out." };
    const none = { unclear: false, refused: false, missing: false, bad: false };
    expect(heldForNothing({ id: "a", lastError, reasons: { ...none, unclear: true } })).toEqual([]);
    expect(heldForNothing({ id: "a", lastError, reasons: none })).toHaveLength(1);
    expect(heldForNothing({ id: "a", lastError: undefined, reasons: { ...none, refused: true } })).toHaveLength(1);
  });

  it("sees a square that is held although the look had its post before its eyes", () => {
    expect(overlooked("a", { from: 10, isWhole: true }, 5)).toHaveLength(1);
    expect(overlooked("a", { from: 10, isWhole: true }, 15)).toEqual([]);
    expect(overlooked("a", { from: 10, isWhole: false }, 5)).toEqual([]);
  });

  it("sees what is left behind, what is posted as nothing, and what is out without a row", () => {
    const square = { id: "a", status: "posted", tweetId: "1", shows: "painting 1" };
    const out = { id: "1", shows: "painting 1", isForgotten: false };
    expect(ends([square], [out], false)).toEqual([]);
    expect(ends([{ ...square, status: "queued", tweetId: undefined }], [], false)).toHaveLength(1);
    expect(ends([{ ...square, tweetId: "2" }], [{ ...out, isForgotten: true }], false)).toHaveLength(1);
    expect(ends([square], [out, { ...out, id: "2" }], false)).toHaveLength(1);
  });

  it("sees a stock that counts something else than there is", () => {
    expect(miscounted({ queued: 1 }, { queued: 1, posted: 0 })).toEqual([]);
    expect(miscounted({ queued: 1 }, { queued: 2, posted: 0 })).toHaveLength(1);
  });

  it("sees a schedule that sleeps or waits beside stock, and one that is awake though a person paused", () => {
    const well = { now: 10, open: 1, pausedBy: undefined, until: undefined, isEnabled: true, startDate: undefined };
    expect(flawOf(well)).toBeUndefined();
    expect(flawOf({ ...well, isEnabled: false })).toContain("sleeps");
    expect(flawOf({ ...well, startDate: 20 })).toContain("waits");
    expect(flawOf({ ...well, pausedBy: "person" })).toContain("awake");
    expect(flawOf({ ...well, pausedBy: "person", until: 20, startDate: 20 })).toBeUndefined();
    expect(flawOf({ ...well, open: 0, isEnabled: false })).toBeUndefined();
  });

  it("sees an owner who is told nothing, the same twice, or of the same stop again", () => {
    const stop = (at: number): Stop => ({
      from: at - 1,
      at,
      execution: `run-${at}`,
      error: "NoCredits",
      pauses: true,
      tells: true,
      isStruck: false,
    });
    const mail = (at: number) => ({ at, subject: "NoCredits", by: `run-${at}` });
    expect(told([stop(10), stop(20)], [mail(10)], [])).toEqual([]);
    expect(told([stop(10)], [], [])).toHaveLength(1);
    expect(told([stop(10)], [mail(10), mail(10)], [])).toHaveLength(1);
    expect(told([stop(10), stop(20)], [mail(10), mail(20)], [])).toHaveLength(1);
    expect(told([stop(10), stop(20)], [mail(10), mail(20)], [{ at: 15 }])).toEqual([]);
    expect(told([stop(10), stop(20)], [mail(10)], [{ at: 15 }])).toHaveLength(1);
    const watch = { at: 15, subject: "2x2 simulated: posting has stopped", by: "watch" };
    expect(told([stop(20)], [watch], [])).toEqual([]);
    expect(told([stop(20)], [watch], [{ at: 17 }])).toHaveLength(1);
    expect(told([stop(20)], [{ ...watch, subject: "2x2 simulated: the queue is low" }], [])).toHaveLength(1);
    const own = { at: 9.5, execution: "run-10" };
    expect(told([stop(10), stop(20)], [mail(10)], [own])).toEqual([]);
    // What others did while it was under way, it may have seen, or not.
    const during = { at: 9.5, execution: "run-9" };
    expect(told([stop(10), stop(20)], [mail(10)], [during])).toEqual([]);
    expect(told([stop(10), stop(20)], [mail(10), mail(20)], [during])).toEqual([]);
    expect(told([stop(10), stop(20)], [mail(10)], [{ at: 10.5, execution: "run-9" }])).toHaveLength(1);
    expect(told([stop(10)], [], [{ at: 11 }])).toEqual([]);
    expect(told([stop(10)], [], [{ at: 11 * 3_600_000 }])).toHaveLength(1);
  });
});

describe("the judge of what is shared", () => {
  const id = String(1_700_000_000_000n << 22n);
  const record = (more: Partial<Created> = {}): Created => ({
    at: 1,
    rkey: tidOf(id),
    text: "words",
    altText: "",
    cid: "a",
    isPictureShared: false,
    ...more,
  });

  it("sees a record that comes back, unless its picture was never gone", () => {
    expect(sharedTwice([record(), record({ at: 2 })])).toHaveLength(1);
    expect(sharedTwice([record(), record({ at: 2, rkey: "another" })])).toEqual([]);
    expect(sharedTwice([record(), record({ at: 2, isPictureShared: true })])).toEqual([]);
  });

  it("sees a record that belongs to no post of X, or says something else", () => {
    const onX = { id, text: "words", altText: undefined };
    expect(sharedWrongly([record()], [onX])).toEqual([]);
    expect(sharedWrongly([record()], [])).toHaveLength(1);
    expect(sharedWrongly([record({ text: "others" })], [onX])).toHaveLength(1);
    expect(sharedWrongly([record({ altText: "A ridge" })], [onX])).toHaveLength(1);
  });

  it("sees a row that claims what is not there, and a square that had its turn and is not shared", () => {
    const hour = 3_600_000;
    const look = (share: SharedRow["share"], more: object = {}, knownAt = hour) =>
      sharesKept({
        rows: [{ id: "a", status: "posted", tweetId: id, postedAt: new Date(hour).toISOString(), knownAt, share }],
        isThere: () => false,
        wasDeleted: () => false,
        since: new Date(0).toISOString(),
        lastShareAt: 2 * hour,
        patienceMs: 72 * hour,
        ...more,
      });
    expect(look({ id: "x", sharedAt: "now" })).toHaveLength(1);
    expect(look({ id: "x", sharedAt: "now" }, { wasDeleted: () => true })).toEqual([]);
    expect(look(undefined)).toHaveLength(1);
    expect(look({ id: "x", givenUpAt: "now" })).toEqual([]);
    expect(look(undefined, { lastShareAt: undefined })).toEqual([]);
    expect(look(undefined, { since: undefined })).toEqual([]);
    expect(look(undefined, { lastShareAt: 80 * hour })).toEqual([]);
    // A person said only later that it had been posted.
    expect(look(undefined, {}, 3 * hour)).toEqual([]);
  });
});
