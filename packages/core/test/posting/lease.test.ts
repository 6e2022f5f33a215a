import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { isOver, leaseMs, settleOpenClaims, takeBack } from "@twobytwo/core/posting/lease";
import type { Square } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, wholeTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T18:00:00Z");
const ago = (ms: number) => new Date(now - ms).toISOString();
const dead = ago(leaseMs + 1);

let calls: Call[] = [];
let fault: ((call: Call) => Fault | undefined | Promise<Fault | undefined>) | undefined;
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

/** A square that an execution holds, counted. */
async function held(square: Partial<Square> & Pick<Square, "id">, status: "claimed" | "posting" = "claimed") {
  const { client, name: TableName } = opened.table;
  const row = {
    status,
    sortKey: square.claimedAt ?? dead,
    rank: "m",
    objectKey: "squares/a.jpg",
    claimedBy: "run-0",
    claimedAt: dead,
    version: 1,
    ...square,
  };
  const Item = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
  await client.send(new PutCommand({ TableName, Item }));
  const { counted } = await wholeTable(opened.table);
  await client.send(new PutCommand({ TableName, Item: { id: "#stock", ...counted } }));
}

const settle = async ({
  execution = "run-1",
  ...more
}: {
  execution?: string;
  now?: number;
  scheduledTime?: string;
} = {}) => (await settleOpenClaims(opened.table, { execution, now, ...more })).open;
const row = async (id: string) =>
  (await opened.table.client.send(new GetCommand({ TableName: opened.table.name, Key: { id } }))).Item;

describe("a claim", () => {
  const square = (claimedAt?: string) => ({ claimedAt }) as Square;

  it("is over after two hours, or where nobody knows when it began", () => {
    expect(leaseMs).toBe(2 * 60 * 60 * 1000);
    expect(isOver(square(ago(leaseMs)), now)).toBe(false);
    expect(isOver(square(ago(leaseMs + 1)), now)).toBe(true);
    expect(isOver(square(), now)).toBe(true);
    expect(isOver(square("yesterday"), now)).toBe(true);
  });
});

describe("settleOpenClaims", () => {
  it("reads the stock and nothing else where nothing is open", async () => {
    expect(await settle()).toBeUndefined();
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem"]);
  });

  it("looks at one status alone where the other is empty", async () => {
    await held({ id: "a", claimedAt: ago(1000) });
    calls = [];
    await settle();
    expect(calls.map(({ operation }) => operation)).toEqual(["GetItem", "Query"]);
  });

  it.each(["claimed", "posting"] as const)("finds a square again that this execution has %s", async (status) => {
    await held({ id: "a", claimedAt: ago(1000), claimedBy: "run-1" }, status);
    expect(await settle()).toMatchObject({ kind: "own", square: { id: "a", status } });
    expect(await readSquare(opened.table, "a")).toMatchObject({ status, claimedBy: "run-1", version: 1 });
  });

  it.each(["claimed", "posting"] as const)(
    "takes no square for its own that it has %s in an index that lags, and in the row no more",
    async (status) => {
      await held({ id: "a", claimedAt: ago(1000), claimedBy: "run-1" }, status);
      const row = await readSquare(opened.table, "a");
      let reads = 0;
      fault = async ({ operation }) => {
        // The first is of the stock; what comes then was read from the index.
        if (operation !== "GetItem" || ++reads !== 2) return undefined;
        const Item = { ...row, status: "review", version: 2 };
        await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
        return undefined;
      };
      expect(await settle()).toBeUndefined();
      expect(reads).toBe(2);
    },
  );

  it.each(["claimed", "posting"] as const)("leaves another execution the square that it has %s", async (status) => {
    await held({ id: "a", claimedAt: ago(leaseMs) }, status);
    expect(await settle()).toBeUndefined();
    expect(await readSquare(opened.table, "a")).toMatchObject({ status, claimedBy: "run-0", version: 1 });
  });

  it("puts a claimed square back at its rank whose execution died, and says so on it", async () => {
    await held({ id: "a", mediaId: "7", mediaExpiresAt: dead });
    expect(await settle()).toBeUndefined();
    const square = await readSquare(opened.table, "a");
    expect(square).toMatchObject({
      status: "queued",
      sortKey: "m",
      version: 2,
      updatedAt: "2026-11-24T18:00:00.000Z",
      lastError: {
        name: "Retryable",
        message: "The run that had claimed the square (run-0) ended without reporting a result.",
        at: "2026-11-24T18:00:00.000Z",
        execution: "run-0",
      },
    });
    for (const left of ["rank", "claimedBy", "claimedAt", "mediaId", "mediaExpiresAt", "tweetBody"])
      expect(square).not.toHaveProperty(left);
    expect((await wholeTable(opened.table)).stock).toEqual({ queued: 1 });
  });

  it("goes on to the next claim, and past rows that are no squares", async () => {
    await held({ id: "broken", sortKey: "1", title: 7 as never });
    await held({ id: "a", sortKey: "2", claimedAt: ago(1000) });
    await held({ id: "b", sortKey: "3" });
    await held({ id: "c", sortKey: "4", claimedBy: "run-1" });
    expect(await settle()).toMatchObject({ kind: "own", square: { id: "c" } });
    expect((await readSquare(opened.table, "b"))?.status).toBe("queued");
    expect((await readSquare(opened.table, "a"))?.status).toBe("claimed");
  });

  it("takes over a square that may be out, once for the slot, with its body untouched", async () => {
    await held({ id: "a", attempts: 2, tweetBody: "{}" }, "posting");
    const slot = "2026-11-24T18:00:00Z";
    expect(await settle({ scheduledTime: slot })).toMatchObject({ kind: "adopted", square: { id: "a" } });
    expect(await readSquare(opened.table, "a")).toMatchObject({
      status: "posting",
      claimedBy: "run-1",
      claimedAt: "2026-11-24T18:00:00.000Z",
      updatedAt: "2026-11-24T18:00:00.000Z",
      attempts: 3,
      version: 2,
      tweetBody: "{}",
    });
    expect(await row(`#slot#${slot}`)).toMatchObject({ execution: "run-1", squareId: "a", adopted: true });
    expect((await wholeTable(opened.table)).stock).toEqual({ posting: 1 });
  });

  it("keeps on a row of an older version when it was sent: its claim is now the time of the take-over", async () => {
    await held({ id: "a", sortKey: ago(leaseMs + 5) }, "posting");
    await settle();
    expect(await readSquare(opened.table, "a")).toMatchObject({ sentAt: ago(leaseMs + 5), claimedAt: ago(0) });
    await held({ id: "a", sentAt: ago(leaseMs + 9), sortKey: ago(leaseMs + 5) }, "posting");
    await settle();
    expect(await readSquare(opened.table, "a")).toMatchObject({ sentAt: ago(leaseMs + 9) });
  });

  it.each([undefined, null])("takes over a square of which nobody knows who held it (%s)", async (claimedBy) => {
    await held({ id: "a", claimedBy: claimedBy as never }, "posting");
    expect(await settle()).toMatchObject({ kind: "adopted", square: { id: "a" } });
    expect(await readSquare(opened.table, "a")).toMatchObject({ claimedBy: "run-1", attempts: 1 });
    expect(await row("#run#run-1")).toMatchObject({ squareId: "a", adopted: true });
  });

  it.each(["claimed", "posting"] as const)(
    "holds a row for review that is no square any more and was %s, once its run is over",
    async (status) => {
      await held({ id: "a", title: 7 as never, claimedAt: ago(1000) }, status);
      await settle();
      expect(await row("a")).toMatchObject({ status });
      await held({ id: "a", title: 7 as never, version: "x" as never }, status);
      await settle();
      expect(await row("a")).toMatchObject({
        status: "review",
        rank: "m",
        version: 1,
        lastError: { name: "Rejected", message: expect.stringMatching(/^The row is not a valid square \(title: /) },
      });
      const message = (await row("a"))?.["lastError"].message;
      if (status === "posting") expect(message).toMatch(/It may have been posted: look at the account first/);
      else expect(message).not.toMatch(/may have been posted/);
      expect((await wholeTable(opened.table)).stock).toEqual({ review: 1 });
    },
  );

  it("takes over nothing for a slot that has run, or where another run was faster", async () => {
    await held({ id: "a" }, "posting");
    const slot = "2026-11-24T18:00:00Z";
    const Item = { id: `#slot#${slot}`, execution: "run-9", squareId: "z" };
    await opened.table.client.send(new PutCommand({ TableName: opened.table.name, Item }));
    expect(await settle({ scheduledTime: slot })).toBeUndefined();
    expect(await readSquare(opened.table, "a")).toMatchObject({ claimedBy: "run-0" });
    const both = await Promise.all([settle(), settle({ execution: "run-2" })]);
    expect(both.filter((one) => one?.kind === "adopted")).toHaveLength(1);
  });

  it("throws what is no lost race", async () => {
    await held({ id: "a" }, "posting");
    fault = ({ operation }) =>
      operation === "TransactWriteItems"
        ? { kind: "refuse", status: 400, code: "ValidationException", message: "no" }
        : undefined;
    await expect(settle()).rejects.toMatchObject({ name: "ValidationException" });
  });
});

describe("takeBack", () => {
  it.each([undefined, null])(
    "puts a square of which nobody knows who held it where it stands (%s)",
    async (claimedBy) => {
      await held({ id: "a", claimedBy: claimedBy as never, rank: undefined as never, sortKey: "q" });
      const square = (await readSquare(opened.table, "a")) as Square;
      await takeBack(opened.table, square, now);
      const back = await readSquare(opened.table, "a");
      expect(back).toMatchObject({ status: "queued", sortKey: "q" });
      expect(back?.lastError).toEqual({
        name: "Retryable",
        message: "The run that had claimed the square (unknown) ended without reporting a result.",
        at: "2026-11-24T18:00:00.000Z",
      });
    },
  );

  it("leaves a square alone that somebody holds by now, where nobody was seen to hold it", async () => {
    await held({ id: "a", claimedBy: undefined as never });
    const square = (await readSquare(opened.table, "a")) as Square;
    await held({ id: "a", claimedBy: "run-5", version: 4 });
    await takeBack(opened.table, square, now);
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "claimed", claimedBy: "run-5", version: 4 });
  });

  it("leaves a square alone that another execution has claimed meanwhile", async () => {
    await held({ id: "a" });
    const square = (await readSquare(opened.table, "a")) as Square;
    await held({ id: "a", claimedBy: "run-5", version: 4 });
    await takeBack(opened.table, square, now);
    expect(await readSquare(opened.table, "a")).toMatchObject({ status: "claimed", claimedBy: "run-5", version: 4 });
  });
});
