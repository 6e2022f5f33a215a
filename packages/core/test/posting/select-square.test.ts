import { claimNext } from "@twobytwo/core/posting/claim";
import { leaseMs } from "@twobytwo/core/posting/lease";
import { selectSquare } from "@twobytwo/core/posting/select-square";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued } from "../squares/table-fixture.ts";

const now = Date.parse("2026-12-24T17:00:00.000Z");
let calls: Call[] = [];
let onCall: (call: Call) => Promise<Fault | undefined>;
let opened: Awaited<ReturnType<typeof emptyTable>>;

beforeEach(async () => {
  onCall = async () => undefined;
  opened = await emptyTable((call) => {
    calls.push(call);
    return onCall(call);
  });
  await putQueued(opened.table, { id: "a", sortKey: "a" }, { id: "b", sortKey: "b" });
  calls = [];
});
afterEach(() => opened.close());

const select = (input: object = {}, at = now) =>
  selectSquare({ table: opened.table, clock: () => at }, { execution: "run-2", input });

describe("the look at the queue", () => {
  it("does not wait for the stock", async () => {
    const { promise: queried, resolve } = Promise.withResolvers<void>();
    onCall = async ({ operation }) => {
      if (operation === "Query") resolve();
      if (operation === "GetItem") await queried;
      return undefined;
    };
    expect((await select()).run).toMatchObject({ outcome: "claimed", squareId: "a" });
    expect(calls).toHaveLength(3);
  });

  it("is taken anew where a square came back from a run that is over", async () => {
    await claimNext(opened.table, { execution: "run-1", now });
    expect((await select({}, now + leaseMs + 1)).run).toMatchObject({ outcome: "claimed", squareId: "a" });
  });

  it("is left out where a square is named", async () => {
    expect((await select({ squareId: "b" })).run).toMatchObject({ outcome: "claimed", squareId: "b" });
    expect(calls.map(({ operation }) => operation)).not.toContain("Query");
  });

  it("may fail where nobody needs it", async () => {
    await claimNext(opened.table, { execution: "run-2", now });
    let looks = 0;
    onCall = async ({ operation }) => {
      if (operation === "Query") looks += 1;
      const isFirst = operation === "Query" && looks === 1;
      return isFirst ? { kind: "refuse", code: "ValidationException", message: "no", status: 400 } : undefined;
    };
    expect((await select()).run).toMatchObject({ outcome: "claimed", squareId: "a" });
  });
});
