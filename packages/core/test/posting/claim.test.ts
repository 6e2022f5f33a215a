import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { editSquare } from "@twobytwo/core/curating/edit";
import { claimNext } from "@twobytwo/core/posting/claim";
import { readMark } from "@twobytwo/core/posting/claim-mark";
import { readSquare } from "@twobytwo/core/squares/table";
import { updateSquare } from "@twobytwo/core/squares/update";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const slot = "2026-11-24T18:00:00Z";
let calls: Call[] = [];
let fault: ((call: Call) => Fault | undefined | Promise<undefined>) | undefined;
let opened: Awaited<ReturnType<typeof emptyTable>>;

beforeEach(async () => {
  opened = await emptyTable((call) => {
    calls.push(call);
    return fault?.(call);
  });
  calls = [];
  fault = undefined;
});
afterEach(() => opened.close());

describe("claimNext", () => {
  it("takes the head of the queue by one query and one transaction, and counts it", async () => {
    const { table } = opened;
    await putQueued(table, { id: "b", sortKey: "m" }, { id: "a", sortKey: "g" }, { id: "c", sortKey: "t" });
    calls = [];

    const claim = await claimNext(table, { execution: "run-1", scheduledTime: slot, now });

    expect(claim).toMatchObject({
      outcome: "claimed",
      square: { id: "a", status: "claimed", attempts: 1, title: "Square a" },
    });
    expect(calls.map(({ operation }) => operation)).toEqual(["Query", "TransactWriteItems"]);
    expect(await readSquare(table, "a")).toMatchObject({
      status: "claimed",
      claimedBy: "run-1",
      claimedAt: "2026-11-24T18:00:00.000Z",
      sortKey: "2026-11-24T18:00:00.000Z",
      rank: "g",
      version: 1,
    });
    expect((await wholeTable(table)).stock).toEqual({ queued: 2, claimed: 1 });
  });

  it("gives forty executions at once a square each, and none twice", async () => {
    const { table } = opened;
    await putQueued(table, ...Array.from({ length: 4 }, (_, index) => ({ id: `s${index}`, sortKey: `r${index}` })));
    const claims = await Promise.all(
      Array.from({ length: 40 }, (_, index) => claimNext(table, { execution: `run-${index}`, now })),
    );
    const taken = claims.flatMap((claim) => (claim.outcome === "claimed" ? [claim.square.id] : []));
    expect(taken.sort()).toEqual(["s0", "s1", "s2", "s3"]);
    expect(claims.filter(({ outcome }) => outcome === "empty")).toHaveLength(36);
    const { counted, stock } = await wholeTable(table);
    expect(stock).toEqual({ claimed: 4 });
    expect(counted).toEqual(stock);
  });

  it("runs a slot once, however many executions the scheduler starts for it", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    const claims = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        claimNext(table, { execution: `run-${index}`, scheduledTime: slot, now }),
      ),
    );
    expect(claims.filter(({ outcome }) => outcome === "claimed")).toHaveLength(1);
    expect(claims.filter(({ outcome }) => outcome === "already-ran")).toHaveLength(9);
    expect((await wholeTable(table)).stock).toEqual({ queued: 1, claimed: 1 });
  });

  it.each([undefined, slot])(
    "gives one execution its own square again when the first answer was lost (slot %s)",
    async (scheduledTime) => {
      const { table } = opened;
      await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
      const input = { execution: "run-1", now, ...(scheduledTime && { scheduledTime }) };
      fault = ({ operation }) => (operation === "TransactWriteItems" ? { kind: "lose-answer" } : undefined);
      await expect(claimNext(table, input)).rejects.toThrow();
      fault = undefined;

      expect(await claimNext(table, input)).toMatchObject({ outcome: "claimed", square: { id: "a" } });
      expect((await wholeTable(table)).stock).toEqual({ queued: 1, claimed: 1 });
      expect(await readMark(table, input)).toEqual({ execution: "run-1", squareId: "a", adopted: false, refused: [] });
    },
  );

  it("finds its own square again also when it took the last one", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" });
    await claimNext(table, { execution: "run-1", now });
    expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({
      outcome: "claimed",
      square: { id: "a" },
    });
  });

  it("lets one of the slots post that arrive an hour late or more, and each that somebody starts of a day before", async () => {
    const { table } = opened;
    await putQueued(table, ...["a", "b", "c", "d", "e", "f"].map((id) => ({ id, sortKey: id })));
    const hour = 3_600_000;
    let runs = 0;
    const claimed = async (age: number, later = 0) => {
      runs += 1;
      const scheduledTime = new Date(now + later - age).toISOString();
      const claim = await claimNext(table, { execution: `run-${runs}`, scheduledTime, now: now + later });
      return claim.outcome;
    };
    expect(await claimed(hour + 1)).toBe("claimed");
    expect(await claimed(2 * hour)).toBe("already-ran");
    expect(await claimed(24 * hour)).toBe("already-ran");
    expect(await claimed(24 * hour + 1)).toBe("claimed");
    expect(await claimed(hour)).toBe("claimed");
    expect(await claimed(3 * hour, hour + 1)).toBe("claimed");
  });

  it("is empty only when the stock says so: an index that lags is tried again", async () => {
    const { table } = opened;
    expect(await claimNext(table, { execution: "run-1", now })).toEqual({ outcome: "empty" });
    await table.client.send(new PutCommand({ TableName: table.name, Item: { id: "#stock", queued: 1 } }));
    await expect(claimNext(table, { execution: "run-1", now })).rejects.toMatchObject({
      name: "Retryable",
      message: expect.stringMatching(/counts 1 queued squares, but the index shows none/),
    });
  });

  it("holds a row that is no square for review, and takes the next one", async () => {
    const { table } = opened;
    await putQueued(table, { id: "good", sortKey: "b" });
    await putQueued(table, { id: "bad", sortKey: "a" });
    await table.client.send(
      new PutCommand({ TableName: table.name, Item: { id: "bad", status: "queued", sortKey: "a", title: 7 } }),
    );
    expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({
      outcome: "claimed",
      square: { id: "good" },
    });
    const { squares, stock } = await wholeTable(table);
    expect(squares.find(({ id }) => id === "bad")).toMatchObject({
      status: "review",
      lastError: { name: "Rejected", message: expect.stringMatching(/objectKey.*title/) },
    });
    expect(stock).toEqual({ review: 1, claimed: 1 });
  });

  it.each([null, "3", true])(
    "holds a row whose version is %j, and every verb can change it from then on",
    async (version) => {
      const { table } = opened;
      await putQueued(table, { id: "good", sortKey: "b" });
      await putQueued(table, { id: "bad", sortKey: "a" });
      const row = { id: "bad", status: "queued", sortKey: "a", objectKey: "squares/bad.jpg", title: "Bad" };
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...row, version } }));
      expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({ square: { id: "good" } });
      expect(await readSquare(table, "bad")).toMatchObject({
        status: "review",
        version: 1,
        lastError: { message: expect.stringMatching(/is not a valid square \(version: /) },
      });
      expect((await editSquare(table, { id: "bad", words: { caption: "Mended" }, now })).square.version).toBe(2);
      expect((await wholeTable(table)).stock).toEqual({ review: 1, claimed: 1 });
    },
  );

  it("takes null for none, as other programs write it", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" });
    const row = { id: "a", status: "queued", sortKey: "a", objectKey: "squares/a.jpg", title: "Blue" };
    await table.client.send(new PutCommand({ TableName: table.name, Item: { ...row, caption: null, bytes: null } }));
    const claim = await claimNext(table, { execution: "run-1", now });
    expect(claim).toMatchObject({ outcome: "claimed", square: { id: "a", title: "Blue" } });
    expect((claim as { square: object }).square).not.toHaveProperty("caption");
  });

  describe("when the index is older than the row", () => {
    /** Something happens between the read of the index and the claim. */
    const meanwhile = (what: () => Promise<unknown>) => {
      let done = false;
      fault = async ({ operation }) => {
        if (operation !== "TransactWriteItems" || done) return undefined;
        done = true;
        await what();
        return undefined;
      };
    };

    it("claims the words that the row has, and not those of the index", async () => {
      const { table } = opened;
      await putQueued(table, { id: "a", sortKey: "a" });
      meanwhile(() => editSquare(table, { id: "a", words: { caption: "New words" }, now }));
      expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({
        outcome: "claimed",
        square: { id: "a", caption: "New words" },
      });
      expect((await wholeTable(table)).stock).toEqual({ claimed: 1 });
    });

    it("keeps its place before the others though somebody edits it again and again", async () => {
      const { table } = opened;
      await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
      let edits = 0;
      fault = async ({ operation }) => {
        if (operation !== "TransactWriteItems" || edits === 4) return undefined;
        edits += 1;
        await editSquare(table, { id: "a", words: { caption: `Words ${edits}` }, now });
        return undefined;
      };
      expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({
        outcome: "claimed",
        square: { id: "a", caption: "Words 4" },
      });
    });

    describe.each([undefined, 3])("and another program changes rows without counting their version (%s)", (version) => {
      const row = { id: "a", status: "queued", sortKey: "a", objectKey: "squares/a.jpg", version };
      const words = { title: "Old", caption: "Old words", altText: "An old picture" };
      const put = (item: object) =>
        opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item: { ...row, ...item } }));

      it.each([
        { title: "New" },
        { title: null },
        { caption: "New words" },
        { caption: null },
        { caption: undefined },
        { caption: "" },
        { altText: "A new picture" },
        { altText: undefined },
        { objectKey: "squares/new.jpg" },
      ])("claims what the row says by then (%j)", async (change) => {
        const { table } = opened;
        await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
        await put(words);
        meanwhile(() => put({ ...words, ...change }));
        const claim = await claimNext(table, { execution: "run-1", now });
        const wanted = { ...words, objectKey: row.objectKey, ...change };
        const { square } = claim as { square: Record<string, unknown> };
        expect(square["id"]).toBe("a");
        for (const [name, value] of Object.entries(wanted)) expect(square[name] ?? "").toBe(value ?? "");
        expect((await wholeTable(table)).stock).toEqual({ claimed: 1, queued: 1 });
      });

      it.each([{}, { title: null, caption: null, altText: null }, { title: "", caption: "", altText: "" }])(
        "claims at once what nobody has changed (%j)",
        async (none) => {
          const { table } = opened;
          await putQueued(table, { id: "a", sortKey: "a" });
          await put(none);
          calls = [];
          expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({ square: { id: "a", title: "" } });
          expect(calls.map(({ operation }) => operation)).toEqual(["Query", "TransactWriteItems"]);
        },
      );

      it("takes the next where one was moved behind it", async () => {
        const { table } = opened;
        await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
        await put(words);
        meanwhile(() => put({ ...words, sortKey: "c" }));
        expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({ square: { id: "b" } });
      });
    });

    it.each([
      ["behind the next", "c", "b"],
      ["further to the front", "A", "a"],
    ])("takes the one whose turn it is where it was moved %s", async (_, sortKey, expected) => {
      const { table } = opened;
      await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
      const seen = await readSquare(table, "a");
      if (seen === undefined) throw new Error("a is lost");
      meanwhile(() => updateSquare(table, seen, { sortKey }));
      expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({ square: { id: expected } });
      expect((await wholeTable(table)).stock).toEqual({ claimed: 1, queued: 1 });
    });
  });

  it("goes on past a row that is no square where another run has set it aside at the same moment", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    const row = { id: "a", sortKey: "a", objectKey: "squares/a.jpg", title: 7 };
    const put = (status: string) =>
      table.client.send(new PutCommand({ TableName: table.name, Item: { ...row, status } }));
    await put("queued");
    fault = async ({ operation }) => {
      if (operation !== "TransactWriteItems") return undefined;
      fault = undefined;
      await put("review");
      return undefined;
    };
    expect(await claimNext(table, { execution: "run-1", now })).toMatchObject({ square: { id: "b" } });
  });

  it("takes a named square out of the middle of the queue", async () => {
    const { table } = opened;
    await putQueued(table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
    expect(await claimNext(table, { execution: "run-1", squareId: "b", now })).toMatchObject({
      outcome: "claimed",
      square: { id: "b" },
    });
    await expect(claimNext(table, { execution: "run-2", squareId: "b", now })).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(/Square b is claimed, and only a queued or dated square can be posted/),
    });
    await expect(claimNext(table, { execution: "run-2", squareId: "zz", now })).rejects.toMatchObject({
      message: expect.stringMatching(/no square zz/),
    });
  });
});
