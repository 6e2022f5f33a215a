import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { exportSquares } from "@twobytwo/core/archive/export";
import { importSquares } from "@twobytwo/core/archive/import";
import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { claimNext } from "@twobytwo/core/posting/claim";
import { writePause } from "@twobytwo/core/schedule/pause";
import { readSchedule } from "@twobytwo/core/schedule/schedule";
import { readStockRow } from "@twobytwo/core/squares/stock";
import { markUnconfirmed } from "@twobytwo/core/squares/table-identity";
import { changeStatus } from "@twobytwo/core/squares/transition";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { nameTable } from "../squares/table-fixture.ts";
import { addPaintings, fillOddly, type Kept, keep, objectsOf, rowsOf } from "./keep.ts";

let kept: Kept;
beforeEach(async () => {
  kept = await keep();
});
afterEach(() => kept.close());

const files = async () => (await readdir(path.dirname(kept.file("x")))).sort();

describe("export and import", () => {
  it("restore every row and every byte into an empty deployment, and wake its schedule", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await fillOddly(from);
    const exported = await exportSquares(from.ports, { file: kept.file("all.tar") });
    expect(exported).toMatchObject({ squares: 7, objects: 19, missing: [], inFlight: 0 });
    expect(await files()).toEqual(["all.tar"]);

    const imported = await importSquares(to.ports, { file: kept.file("all.tar") });
    expect(imported).toMatchObject({ squares: 7, objects: 19, missing: 0, schedule: "enabled", resumed: false });
    const { "#late": _, ...rows } = await rowsOf(from);
    const lasting = Object.fromEntries(Object.entries(rows).filter(([id]) => !/^#(slot|run|day)#/.test(id)));
    expect(await rowsOf(to)).toEqual(lasting);
    expect(Object.keys(lasting).length).toBe(exported.rows);
    expect(await objectsOf(to)).toEqual(await objectsOf(from));
    expect(await to.stock()).toEqual({ queued: 3, posted: 1, review: 1, draft: 1, dated: 1 });
    expect(await to.scheduleState()).toBe("ENABLED");
  });

  it("refuse a deployment that has squares, and change nothing in it", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue", "Red"]);
    await exportSquares(from.ports, { file: kept.file("all.tar") });
    await importSquares(to.ports, { file: kept.file("all.tar") });
    const before = await rowsOf(to);
    to.calls.length = 0;
    await expect(importSquares(to.ports, { file: kept.file("all.tar") })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/has squares \(.*“(Blue|Red)”.*deploy a new stage/s),
    });
    expect(await rowsOf(to)).toEqual(before);
    expect(to.calls.filter(({ operation }) => /^(Put|Update|Delete|Transact)/.test(operation))).toEqual([]);
  });

  it("restore a person's pause, and leave the schedule asleep", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue"]);
    await writePause(from.ports.table, { pausedBy: "person", pausedAt: "2026-05-03T18:00:00.000Z" });
    await exportSquares(from.ports, { file: kept.file("all.tar") });
    const { schedule } = await importSquares(to.ports, { file: kept.file("all.tar") });
    expect(schedule).toBe("disabled");
    expect(await rowsOf(to)).toEqual(await rowsOf(from));
    expect(await to.scheduleState()).toBe("DISABLED");
  });

  it("restore a pause until a time, from which the schedule goes on by itself", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue"]);
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
    await writePause(from.ports.table, { pausedBy: "person", until });
    await exportSquares(from.ports, { file: kept.file("all.tar") });
    await importSquares(to.ports, { file: kept.file("all.tar") });
    const { State, StartDate } = await readSchedule(to.ports.schedule);
    expect([State, StartDate?.toISOString()]).toEqual(["ENABLED", until]);
  });

  it("let nothing be claimed from what was restored before a person has confirmed it, and say of when the archive is", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue", "Red"]);
    const now = Date.parse("2026-05-03T18:00:30.000Z");
    await claimNext(from.ports.table, { execution: "run-1", now });
    await markUnconfirmed(from.ports.table, "a doubt of old");
    const elsewhere = "the-table-of-before";
    await nameTable(from.ports.table, elsewhere);
    await exportSquares({ ...from.ports, clock: () => now }, { file: kept.file("all.tar"), force: true });
    const archive = await readFile(kept.file("all.tar"));
    expect([archive.includes("a doubt of old"), archive.includes(elsewhere)]).toEqual([false, false]);

    const why =
      "This table was filled from an archive that was made on 2026-05-03 at 18:00 UTC, and does not know what was posted since then";
    expect(await importSquares(to.ports, { file: kept.file("all.tar") })).toMatchObject({ unconfirmed: why });
    const row = await readStockRow(to.ports.table);
    expect(row).toMatchObject({ unconfirmed: why, table: to.ports.table.name, stock: { queued: 1, claimed: 1 } });
    const claim = () => claimNext(to.ports.table, { execution: "run-2", now });
    await expect(claim()).rejects.toMatchObject({ name: "Unconfirmed", message: expect.stringContaining(why) });
    await confirmTable(to.ports);
    expect(await claim()).toMatchObject({ outcome: "claimed" });
  });

  it("restore an empty table too", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await exportSquares(from.ports, { file: kept.file("all.tar") });
    await importSquares(to.ports, { file: kept.file("all.tar") });
    expect(await rowsOf(to)).toEqual({});
    expect(await to.scheduleState()).toBe("DISABLED");
  });
});

describe("export", () => {
  it("refuses while a run has claimed a square, and takes it as it is where that is wanted", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue", "Red"]);
    const [square] = await from.squares();
    const now = new Date().toISOString();
    await changeStatus(from.ports.table, {
      id: square?.id ?? "",
      from: "queued",
      to: "claimed",
      sortKey: now,
      now,
      set: { claimedBy: "arn:run", claimedAt: now },
    });
    const file = kept.file("all.tar");
    await expect(exportSquares(from.ports, { file })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/being posted.*wait.*--force/),
    });
    expect(await files()).toEqual([]);
    expect(await exportSquares(from.ports, { file, force: true })).toMatchObject({ inFlight: 1, squares: 2 });
    await importSquares(to.ports, { file });
    expect(await rowsOf(to)).toEqual(await rowsOf(from));
  });

  it("refuses what it would have read half before and half after a post", async () => {
    const from = await kept.studio(1);
    await addPaintings(from, ["Blue"]);
    const [square] = await from.squares();
    const now = new Date().toISOString();
    const { table } = from.ports;
    table.client.middlewareStack.add(
      (next, { commandName }) =>
        async (call) => {
          const move = { id: square?.id ?? "", from: "queued", to: "withdrawn", sortKey: now, now } as const;
          if (commandName === "ScanCommand") await changeStatus(table, move);
          return next(call);
        },
      { step: "initialize" },
    );
    await expect(exportSquares(from.ports, { file: kept.file("all.tar") })).rejects.toMatchObject({
      name: "Retryable",
      message: expect.stringMatching(/during the export.*pause/),
    });
    expect(await files()).toEqual([]);
  });

  it("names pictures that the bucket does not have, and exports the rest", async () => {
    const [from, to] = [await kept.studio(1), await kept.studio(2)];
    await addPaintings(from, ["Blue", "Red"]);
    const [square] = await from.squares();
    const { bucket } = from.ports;
    const key = square?.thumbnailKey ?? "";
    await bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key: key }));
    const { missing, objects } = await exportSquares(from.ports, { file: kept.file("all.tar") });
    expect({ missing, objects }).toEqual({ missing: [{ id: square?.id, key }], objects: 5 });
    expect(await importSquares(to.ports, { file: kept.file("all.tar") })).toMatchObject({ missing: 1, objects: 5 });
    expect(await objectsOf(to)).toEqual(await objectsOf(from));
  });

  it("leaves nothing behind when it is interrupted, and writes over no file", async () => {
    const from = await kept.studio(1);
    await addPaintings(from, ["Blue", "Red", "Green"]);
    const interruption = new AbortController();
    from.faults.of = ({ operation }) => {
      if (operation === "GetObject") interruption.abort();
      return undefined;
    };
    const input = { file: kept.file("all.tar"), signal: interruption.signal };
    await expect(exportSquares(from.ports, input)).rejects.toMatchObject({ name: "AbortError" });
    expect(await files()).toEqual([]);
    await writeFile(kept.file("all.tar"), "mine");
    await expect(exportSquares(from.ports, { file: kept.file("all.tar") })).rejects.toThrow(/exists/);
  });

  it.each(["cut", "lose-answer"] as const)("goes on by itself, when any one call is %s", async (kind) => {
    const from = await kept.studio(1);
    await addPaintings(from, ["Blue"]);
    const to = await kept.studio(2);
    let faults = 0;
    for (let at = 1; ; at += 1) {
      let call = 0;
      from.faults.of = () => {
        call += 1;
        return call === at ? { kind } : undefined;
      };
      const exported = await exportSquares(from.ports, { file: kept.file(`${at}.tar`) });
      expect(exported).toMatchObject({ squares: 1, objects: 3 });
      if (call < at) break;
      faults += 1;
    }
    // The stock twice, one page of rows, three objects.
    expect(faults).toBe(6);
    from.faults.of = undefined;
    await importSquares(to.ports, { file: kept.file("5.tar") });
    expect(await rowsOf(to)).toEqual(await rowsOf(from));
    expect(await objectsOf(to)).toEqual(await objectsOf(from));
  });
});
