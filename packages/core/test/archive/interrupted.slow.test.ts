import { readFile, truncate, writeFile } from "node:fs/promises";
import { exportSquares } from "@twobytwo/core/archive/export";
import { importSquares } from "@twobytwo/core/archive/import";
import { readStockRow } from "@twobytwo/core/squares/stock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Studio } from "../adding/studio.ts";
import { addPaintings, empty, type Kept, keep, objectsOf, rowsOf } from "./keep.ts";

let kept: Kept;
let file: string;
let wanted: { rows: unknown; objects: unknown };
beforeEach(async () => {
  kept = await keep();
  file = kept.file("all.tar");
  const from = await kept.studio(1);
  await addPaintings(from, ["Blue", "Red"]);
  await exportSquares(from.ports, { file });
  wanted = { rows: await rowsOf(from), objects: await objectsOf(from) };
});
afterEach(() => kept.close());

/** The process ends after one call: its answer is lost, and nothing goes out any more. @returns the operation, if it came to it. */
async function importUntil(to: Studio, at: number): Promise<string | undefined> {
  let call = 0;
  let hit: string | undefined;
  to.faults.of = ({ operation }) => {
    call += 1;
    if (call < at) return undefined;
    hit ??= operation;
    return { kind: call === at ? "lose-answer" : "cut" };
  };
  const dead = { ...to.ports, sleep: () => Promise.reject(new Error("the process is gone")) };
  const ended = await importSquares(dead, { file }).then(
    () => "done",
    () => "failed",
  );
  to.faults.of = undefined;
  expect(ended).toBe(hit === undefined ? "done" : "failed");
  return hit;
}

describe("importSquares, ended at each of its calls and run again", () => {
  // Where a request is cut off instead, AWS is as it was after the call before.
  it("comes to the same end", async () => {
    const reached = new Set<string>();
    const to = await kept.studio(2);
    for (let at = 1; ; at += 1) {
      await empty(to);
      const hit = await importUntil(to, at);
      if (hit === undefined) break;
      reached.add(hit);
      const squares = await to.squares();
      if (squares.length > 0) expect(await objectsOf(to)).toEqual(wanted.objects);
      if (squares.length > 0) expect(await readStockRow(to.ports.table)).toHaveProperty("unconfirmed");
      const hasEnded = hit === "DeleteItem";
      const again = importSquares(to.ports, { file });
      if (hasEnded) await expect(again).rejects.toThrow(/has squares/);
      else expect(await again).toMatchObject({ squares: 2, schedule: "enabled" });
      expect(await rowsOf(to)).toEqual(wanted.rows);
      expect(await objectsOf(to)).toEqual(wanted.objects);
      expect(await readStockRow(to.ports.table)).toHaveProperty("unconfirmed");
      expect(await to.stock()).toEqual({ queued: 2 });
      expect(await to.scheduleState()).toBe("ENABLED");
    }
    expect([...reached].sort()).toEqual(
      expect.arrayContaining(["DeleteItem", "GetItem", "PutItem", "PutObject", "Scan", "TransactWriteItems"]),
    );
  });

  it("is not taken up by another archive", async () => {
    const other = await kept.studio(3);
    await addPaintings(other, ["Green"]);
    await exportSquares(other.ports, { file: kept.file("other.tar") });
    const to = await kept.studio(2);
    to.faults.of = ({ operation }) => (operation === "TransactWriteItems" ? { kind: "cut" } : undefined);
    await expect(importSquares(to.ports, { file })).rejects.toMatchObject({ name: "Retryable" });
    to.faults.of = undefined;
    await expect(importSquares(to.ports, { file: kept.file("other.tar") })).rejects.toThrow(/another archive/);
    await expect(exportSquares(to.ports, { file: kept.file("half.tar") })).rejects.toThrow(/import.*run it again/i);
    expect(await importSquares(to.ports, { file })).toMatchObject({ resumed: true });
    expect(await rowsOf(to)).toEqual(wanted.rows);
  });
});

describe("importSquares, of what is no whole archive", () => {
  const changed = async (change: (bytes: Buffer) => void) => {
    const bytes = await readFile(file);
    change(bytes);
    await writeFile(file, bytes);
  };
  const flip = (bytes: Buffer, at: number) => bytes.writeUInt8(bytes.readUInt8(at) ^ 0xff, at);

  let to: Studio | undefined;
  beforeEach(() => {
    to = undefined;
  });
  async function refused(message: RegExp): Promise<void> {
    to ??= await kept.studio(2);
    await expect(importSquares(to.ports, { file })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(message),
    });
    expect(to.calls).toEqual([]);
  }

  it("names the object whose bytes are damaged, and writes nothing", async () => {
    await changed((bytes) => flip(bytes, bytes.indexOf("RIFF")));
    await refused(/is damaged.*objects\/thumbnails\/[0-9a-f]{64}/);
  });

  it("names the entry after which a head is damaged", async () => {
    await changed((bytes) => flip(bytes, bytes.indexOf("objects/originals/") + 30));
    await refused(/is damaged \(the entry after .* has no valid header\)/);
  });

  it("finds damaged rows", async () => {
    await changed((bytes) => bytes.write("Bleu", bytes.indexOf("Blue")));
    await refused(/damaged.*squares\.jsonl/);
  });

  it("finds wherever it is cut off", async () => {
    const whole = await readFile(file);
    const cuts = [
      whole.length - 1024 - 513,
      Math.floor(whole.length / 2),
      Math.floor(whole.length / 512 / 3) * 512,
      700,
    ];
    for (const cut of cuts) {
      await writeFile(file, whole);
      await truncate(file, cut);
      await refused(/damaged.*cut off/);
    }
  });

  it("says of other files that they are none", async () => {
    await writeFile(file, Buffer.alloc(4096, 7));
    await refused(/damaged|no archive/);
    await writeFile(file, "");
    await refused(/damaged|no archive/);
    file = kept.file("nowhere.tar");
    await refused(/nowhere\.tar does not exist/);
  });

  it("says of a later version that it is one", async () => {
    await changed((bytes) => bytes.write('"version":9', bytes.indexOf('"version":1')));
    await refused(/later version/);
  });
});
