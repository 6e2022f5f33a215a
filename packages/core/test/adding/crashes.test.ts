import { addSquare } from "@twobytwo/core/adding/add-square";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { describe, expect, it } from "vitest";
import { painting } from "../pictures/pictures.ts";
import { keysIn, openStudio, type Studio } from "./studio.ts";

const faults: Record<string, Fault> = {
  "its request is cut off": { kind: "cut" },
  "its answer is lost": { kind: "lose-answer" },
};

/** The process ends after one call: its answer is lost, and nothing goes out any more. */
async function addUntil(studio: Studio, at: number): Promise<Call | undefined> {
  let call = 0;
  let hit: Call | undefined;
  studio.faults.of = (what) => {
    call += 1;
    if (call === at) hit = what;
    if (call < at) return undefined;
    return { kind: call === at ? "lose-answer" : "cut" };
  };
  const dead = { ...studio.ports, sleep: () => Promise.reject(new Error("the process is gone")) };
  const ended = await addSquare(dead, await input()).then(
    () => "done",
    () => "failed",
  );
  expect(ended).toBe(hit === undefined ? "done" : "failed");
  studio.faults.of = undefined;
  return hit;
}

const input = async () => ({ name: "blue.jpg", bytes: await painting(5), title: "Blue" });

describe("addSquare, ended at each of its calls and run again", () => {
  // Where a request is cut off instead, AWS is as it was after the call before.
  it("adds one square and leaves nothing behind", async () => {
    const reached: string[] = [];
    for (let at = 1; ; at += 1) {
      const studio = await openStudio({ seed: at });
      try {
        const hit = await addUntil(studio, at);
        if (hit === undefined) break;
        reached.push(hit.operation);
        const stockAfterCrash = await studio.stock();
        const squaresAfterCrash = await studio.squares();
        expect(stockAfterCrash).toEqual(squaresAfterCrash.length === 0 ? {} : { queued: 1 });

        const again = await addSquare(studio.ports, await input());
        const [square, ...more] = await studio.squares();
        expect(more).toEqual([]);
        expect(again.added ? again.square.id : again.equals.id).toBe(square?.id);
        expect(again.added).toBe(squaresAfterCrash.length === 0);
        expect(await studio.stock()).toEqual({ queued: 1 });
        expect(await studio.keys()).toEqual(keysIn(square === undefined ? [] : [square]));
        expect(await studio.scheduleState()).toBe("ENABLED");
      } finally {
        await studio.close();
      }
    }
    expect(reached).toEqual(
      expect.arrayContaining(["GetItem", "BatchGetItem", "PutObject", "Query", "TransactWriteItems", "UpdateSchedule"]),
    );
    expect(reached.filter((operation) => operation === "PutObject")).toHaveLength(3);
  });

  it.each(Object.entries(faults))("goes on by itself, when %s once", async (_, fault) => {
    for (let at = 1; ; at += 1) {
      const studio = await openStudio({ seed: at });
      try {
        let call = 0;
        studio.faults.of = () => {
          call += 1;
          return call === at ? fault : undefined;
        };
        const added = await addSquare(studio.ports, await input());
        if (call < at) break;
        expect(added.added, `call ${at}`).toBe(true);
        expect(await studio.squares()).toHaveLength(1);
        expect(await studio.stock()).toEqual({ queued: 1 });
      } finally {
        await studio.close();
      }
    }
  });
});
