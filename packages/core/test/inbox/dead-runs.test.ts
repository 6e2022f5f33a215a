import { beginTry, mostDeaths } from "@twobytwo/core/inbox/tries";
import { readUpload } from "@twobytwo/core/inbox/uploads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { admit, deliver, send, uploadOf } from "./devices.ts";

const uploadId = "01J00000000000000000000000";
const upload = uploadOf(uploadId, "phone");
const bytes = await painting(5);

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
  await admit(studio.ports.table, "phone");
  await send(studio, { upload, bytes });
});
afterEach(() => studio.close());

const row = () => readUpload(studio.ports.table, uploadId);

/** A run that is gone without a word after it has begun: out of memory, out of time. */
const die = (at: number) => beginTry(studio.ports.table, uploadId, `${at}-dead`);

describe("an upload over which runs have died", () => {
  it("is refused by the next run in words, with its picture kept, and does not wait any longer", async () => {
    const now = Date.now();
    for (let death = 0; death < mostDeaths; death += 1) await die(now - 1_000_000 + death);
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "refused" });
    expect((await row())?.outcome).toMatchObject({
      state: "refused",
      gaveUp: true,
      reason: /^blue\.jpg could not be prepared: .* ended 2 times .* Export it smaller/,
    });
    expect(await studio.squares()).toEqual([]);
    expect(await studio.keys()).toEqual([`refused/web/${uploadId}/blue.jpg`, `refused/web/${uploadId}/blue.jpg.txt`]);
    // The event comes once more.
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "nothing" });
  });

  it("is taken in where only one has died", async () => {
    await die(Date.now() - 1_000_000);
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "added" });
    expect((await row())?.tries).toBeUndefined();
  });

  it("is taken in where runs have failed in good order, however often", async () => {
    for (let failure = 0; failure < 4; failure += 1) {
      studio.faults.of = ({ operation }) =>
        operation === "TransactWriteItems"
          ? { kind: "refuse", status: 500, code: "InternalServerError", message: "busy" }
          : undefined;
      await expect(deliver(studio, upload)).rejects.toMatchObject({ name: "Retryable" });
      studio.faults.of = undefined;
    }
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "added" });
  });

  it("is added where a run that was given up lives all the same", async () => {
    const now = Date.now();
    let isGivenUp = false;
    studio.faults.of = async ({ operation }) => {
      if (isGivenUp || operation !== "TransactWriteItems") return undefined;
      isGivenUp = true;
      await die(now - 1_000_000);
      // So late that the run that is still at work counts as dead as well.
      await deliver(studio, upload, { clock: () => now + 1_000_000 });
      expect((await row())?.outcome).toMatchObject({ state: "refused", gaveUp: true });
      return undefined;
    };
    expect(await deliver(studio, upload)).toMatchObject({ outcome: "added" });
    expect(isGivenUp).toBe(true);
    expect((await row())?.outcome).toMatchObject({ state: "added" });
  });
});

it("an upload whose event is delivered four times at once is one square, and none of them gives it up", async () => {
  const results = await Promise.all([1, 2, 3, 4].map(() => deliver(studio, upload)));
  expect(results.filter(({ outcome }) => outcome === "refused")).toEqual([]);
  const squares = await studio.squares();
  expect(squares).toHaveLength(1);
  expect(await studio.keys()).toEqual(keysIn(squares));
  expect((await row())?.outcome).toMatchObject({ state: "added" });
});
