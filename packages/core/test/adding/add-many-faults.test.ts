import { addMany } from "@twobytwo/core/adding/add-many";
import type { Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { seeded } from "../pictures/pictures.ts";
import { expectWhole, inOrder, paintings, upTo } from "./files.ts";
import { openStudio, type Studio } from "./studio.ts";

let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

describe("addMany, when calls fail", () => {
  it("adds all 60 of a folder once, though calls fail at random, and a second run adds none", async () => {
    const random = seeded(120);
    const kinds: Fault[] = [
      { kind: "cut" },
      { kind: "lose-answer" },
      { kind: "refuse", status: 500, code: "InternalServerError", message: "at random" },
    ];
    studio.faults.of = () => (random() < 0.06 ? kinds[Math.floor(random() * kinds.length)] : undefined);
    const first = await addMany(
      studio.ports,
      paintings(upTo(60), () => 48),
      { allowSimilar: true },
    );
    studio.faults.of = undefined;
    expect(first.refused).toEqual([]);
    expect(first.added).toHaveLength(60);
    expect(await inOrder(studio)).toEqual(upTo(60).map((number) => `${number}.jpg`));
    await expectWhole(studio, 60);
    const second = await addMany(
      studio.ports,
      paintings(upTo(60), () => 48),
      { allowSimilar: true },
    );
    expect(second.skipped).toHaveLength(60);
    await expectWhole(studio, 60);
  });

  it("adds all of it once, though the process ends again and again", async () => {
    const random = seeded(9);
    let isDone = false;
    for (let run = 0; !isDone; run += 1) {
      // Every run gets a little further, as each picture is at most added once.
      let left = 40 + run * 30 + Math.floor(random() * 60);
      studio.faults.of = () => {
        left -= 1;
        if (left > 0) return undefined;
        return left === 0 && random() < 0.5 ? { kind: "lose-answer" } : { kind: "cut" };
      };
      const dead = { ...studio.ports, sleep: () => Promise.reject(new Error("the process is gone")) };
      const ended = await addMany(
        dead,
        paintings(upTo(30), () => 48),
        { allowSimilar: true },
      ).then(
        ({ refused, schedule }) => refused.length === 0 && schedule !== "unknown",
        () => false,
      );
      isDone = ended && left > 0;
      studio.faults.of = undefined;
      const squares = await studio.squares();
      expect(await studio.stock()).toEqual(squares.length === 0 ? {} : { queued: squares.length });
    }
    await expectWhole(studio, 30);
    expect(await studio.scheduleState()).toBe("ENABLED");
  });

  it("adds each picture once where three runs add the same folder, and their transactions meet", async () => {
    const runs = await Promise.all(
      [1, 2, 3].map(() =>
        addMany(
          studio.ports,
          paintings(upTo(40), () => 48),
          { allowSimilar: true },
        ),
      ),
    );
    expect(runs.flatMap(({ refused }) => refused)).toEqual([]);
    expect(runs.reduce((sum, { added }) => sum + added.length, 0)).toBe(40);
    expect(runs.reduce((sum, { skipped }) => sum + skipped.length, 0)).toBe(80);
    await expectWhole(studio, 40);
  });

  it("waits longer and longer, by chance, where another program changes the stock at the same time", async () => {
    const pauses: number[] = [];
    let conflicts = 5;
    studio.faults.of = ({ operation }) => {
      if (operation !== "TransactWriteItems" || conflicts === 0) return undefined;
      conflicts -= 1;
      const message = "Transaction cancelled, please refer cancellation reasons [None, None, TransactionConflict]";
      return { kind: "refuse", status: 400, code: "TransactionCanceledException", message };
    };
    const ports = {
      ...studio.ports,
      random: () => 0.5,
      sleep: async (ms: number) => {
        pauses.push(ms);
      },
    };
    const summary = await addMany(ports, paintings(upTo(3)), {});
    expect(summary.added).toHaveLength(3);
    expect(pauses).toEqual([50, 100, 200, 400, 800]);
    await expectWhole(studio, 3);
  });

  it("adds what came before a source that fails, wakes the schedule, and passes the failure on", async () => {
    async function* failing() {
      yield* paintings(upTo(3));
      throw new Error("the folder went away");
    }
    await expect(addMany(studio.ports, failing(), {})).rejects.toThrow("the folder went away");
    await expectWhole(studio, 3);
    expect(await studio.scheduleState()).toBe("ENABLED");
  });

  it("stops at once where the role may not write, with nothing half done", async () => {
    studio.faults.of = ({ operation }) =>
      operation === "PutObject"
        ? { kind: "refuse", status: 403, code: "AccessDenied", message: "Access Denied" }
        : undefined;
    await expect(
      addMany(
        studio.ports,
        paintings(upTo(500), () => 48),
        { allowSimilar: true },
      ),
    ).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("check the permissions"),
    });
    expect(studio.calls.filter(({ operation }) => operation === "PutObject").length).toBeLessThan(100);
    await expectWhole(studio, 0);
  });

  it("says that the squares are there, though the schedule cannot be woken", async () => {
    studio.faults.of = ({ service }) => (service === "scheduler" ? { kind: "cut" } : undefined);
    const summary = await addMany(studio.ports, paintings(upTo(2)), {});
    expect(summary).toMatchObject({
      schedule: "unknown",
      scheduleError: expect.stringContaining("can be tried again"),
    });
    await expectWhole(studio, 2);
    studio.faults.of = undefined;
    expect(await addMany(studio.ports, paintings(upTo(2)), {})).toMatchObject({ schedule: "enabled" });
    expect(await studio.scheduleState()).toBe("ENABLED");
  });
});
