import { claimNext } from "@twobytwo/core/posting/claim";
import { startPosting, stepBack } from "@twobytwo/core/posting/journal";
import { leaseMs } from "@twobytwo/core/posting/lease";
import { selectSquare } from "@twobytwo/core/posting/select-square";
import { writeConnection } from "@twobytwo/core/squares/connection";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { emptyTable, putQueued, wholeTable } from "../squares/table-fixture.ts";

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

const select = (input: object = {}, at = now, execution = "run-2") =>
  selectSquare({ table: opened.table, clock: () => at }, { execution, input });

describe("an open claim", () => {
  const media = { id: "1860000000000000100", expiresAt: "2026-12-25T17:00:00.000Z" };
  const written = async (execution: string, mediaExpiresAt?: string) => {
    await claimNext(opened.table, { execution, now });
    const sending = { mediaId: media.id, mediaExpiresAt, tweetBody: "{}" };
    await startPosting(opened.table, { id: "a", execution, now, mostPostsADay: 9, ...sending });
  };
  const stock = async () => (await wholeTable(opened.table)).stock;

  it("of this run goes on, and is uploaded anew: what was sent has posted nothing", async () => {
    await written("run-2", media.expiresAt);
    await stepBack(opened.table, { id: "a", execution: "run-2", sentAt: new Date(now).toISOString(), now });
    expect(await select()).toMatchObject({ run: { outcome: "claimed", squareId: "a" }, media: { id: "" } });
    expect(await stock()).toEqual({ queued: 1, claimed: 1 });
  });

  it("of this run is looked for where it may have been sent, with what X holds of it", async () => {
    await written("run-2", media.expiresAt);
    expect(await select()).toMatchObject({ run: { outcome: "reconcile", squareId: "a" }, media });
    expect(await stock()).toEqual({ queued: 1, posting: 1 });
  });

  it("of a run that is over is looked for before another square is claimed; an upload of unknown end counts as over", async () => {
    await written("run-1");
    const [run, ended] = [{ outcome: "reconcile", squareId: "a" }, new Date(0).toISOString()];
    expect(await select({}, now + leaseMs + 1)).toMatchObject({ run, media: { id: media.id, expiresAt: ended } });
    expect(await stock()).toEqual({ queued: 1, posting: 1 });
  });
});

it("says whether an account of Bluesky is connected", async () => {
  expect((await select()).share).toEqual({ bluesky: false });
  await writeConnection(opened.table, { account: "did:plc:a", username: "a.test", since: "2026-12-01T00:00:00.000Z" });
  expect((await select()).share).toEqual({ bluesky: true });
  expect((await select({}, now, "run-3")).share).toEqual({ bluesky: true });
});

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
