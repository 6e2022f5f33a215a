import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { confirmPosted, draftSquare, requeueSquare, withdrawSquare } from "@twobytwo/core/curating/change-status";
import { claimNext } from "@twobytwo/core/posting/claim";
import { writePause } from "@twobytwo/core/schedule/pause";
import { listSquares } from "@twobytwo/core/squares/list";
import { type Square, type Status, statuses } from "@twobytwo/core/squares/square";
import { readSquare } from "@twobytwo/core/squares/table";
import type { Intercept } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "../schedule/schedule-fixture.ts";
import { countStock, putQueued, wholeTable } from "../squares/table-fixture.ts";

const clock = () => Date.parse("2026-11-24T18:00:00Z");
const now = "2026-11-24T18:00:00.000Z";
let fault: Intercept | undefined;
let ports: Awaited<ReturnType<typeof sleepingSchedule>>;
beforeEach(async () => {
  fault = undefined;
  ports = await sleepingSchedule({ clock, intercept: (call) => fault?.(call) });
});
afterEach(() => ports.close());

/** A square as a run leaves it. */
async function put(status: Status, id = "a", more: Partial<Square> = {}): Promise<void> {
  const { table } = ports;
  const sortKey = status === "queued" ? "m" : "2026-11-01T00:00:00.000Z";
  const row = { id, status, sortKey, objectKey: `${id}.jpg`, title: id, version: 3, ...more };
  await table.client.send(new PutCommand({ TableName: table.name, Item: row }));
  await countStock(table, { [status]: 1 });
}

async function countsAgree(): Promise<void> {
  const { stock, counted } = await wholeTable(ports.table);
  expect(stock).toEqual(counted);
}

const allowed: Record<string, { verb: typeof draftSquare; to: Status; from: Status[] }> = {
  draft: { verb: draftSquare, to: "draft", from: ["queued", "dated", "withdrawn"] },
  withdraw: { verb: withdrawSquare, to: "withdrawn", from: ["queued", "dated", "draft", "review"] },
  requeue: { verb: requeueSquare, to: "queued", from: ["dated", "draft", "withdrawn", "review", "posted"] },
};

describe.each(Object.entries(allowed))("%s", (_name, { verb, to, from }) => {
  it.each(statuses)("does the right thing with a square that is %s, and counts it", async (status) => {
    await put(status);
    const doing = verb(ports, { id: "a" });
    if (from.includes(status)) {
      expect(await doing).toEqual({ id: "a", from: status, to, changed: true });
      expect(await readSquare(ports.table, "a")).toMatchObject({ status: to, version: 4, updatedAt: now });
    } else if (status === to) {
      expect(await doing).toEqual({ id: "a", from: to, to, changed: false });
      expect(await readSquare(ports.table, "a")).toMatchObject({ status: to, version: 3 });
    } else {
      await expect(doing).rejects.toMatchObject({ name: "Rejected", message: expect.stringMatching(/^Square a is /) });
      expect(await readSquare(ports.table, "a")).toMatchObject({ status, version: 3 });
    }
    await countsAgree();
  });

  it("names a square that is not there, and takes no row of the books for one", async () => {
    await expect(verb(ports, { id: "nobody" })).rejects.toThrow("There is no square nobody");
    await expect(verb(ports, { id: "#stock" })).rejects.toThrow("There is no square #stock");
  });

  it("lets one of several at the same time win, and counts it once", async () => {
    await put(from[0] ?? "queued");
    const all = await Promise.allSettled(Array.from({ length: 6 }, () => verb(ports, { id: "a" })));
    const changed = all.filter((one) => one.status === "fulfilled" && one.value.changed);
    expect(changed).toHaveLength(1);
    for (const one of all)
      if (one.status === "rejected")
        expect(one.reason.message).toMatch(/Somebody else changed square a at the same time/);
    await countsAgree();
  });
});

it("tries again where others count the stock at the same moment", async () => {
  await put("draft");
  let conflicts = 3;
  fault = ({ operation }) => {
    if (operation !== "TransactWriteItems" || conflicts === 0) return undefined;
    conflicts -= 1;
    return { kind: "refuse", status: 400, code: "TransactionConflictException", message: "Transaction is ongoing" };
  };
  expect(await requeueSquare(ports, { id: "a" })).toMatchObject({ changed: true });
  expect(conflicts).toBe(0);
  await countsAgree();
});

describe("a change whose answer was lost", () => {
  const verbs = {
    draft: { from: "queued", change: () => draftSquare(ports, { id: "a" }) },
    withdraw: { from: "review", change: () => withdrawSquare(ports, { id: "a", onlyInReview: true }) },
    requeue: { from: "review", change: () => requeueSquare(ports, { id: "a", onlyInReview: true }) },
    "posted, as a person saw": { from: "review", change: () => confirmPosted(ports, { id: "a", tweetId: "123" }) },
  } as const;

  it.each(Object.entries(verbs))("%s: is told to be made, and by nobody else", async (_, { from, change }) => {
    await put(from);
    let isLost = false;
    fault = ({ operation }) => {
      if (operation !== "TransactWriteItems" || isLost) return undefined;
      isLost = true;
      return { kind: "lose-answer" };
    };
    expect(await change()).toMatchObject({ from, changed: true });
    expect(isLost).toBe(true);
    await countsAgree();
  });

  it("is told to be made also where a run has claimed the square since", async () => {
    await put("draft");
    let writes = 0;
    fault = async ({ operation }) => {
      if (operation !== "TransactWriteItems") return undefined;
      writes += 1;
      if (writes === 1) return { kind: "lose-answer" };
      if (writes === 2) await claimNext(ports.table, { execution: "run-1", now: Date.parse(now) });
      return undefined;
    };
    expect(await requeueSquare(ports, { id: "a" })).toMatchObject({ to: "queued", changed: true });
    expect(await readSquare(ports.table, "a")).toMatchObject({ status: "claimed" });
  });

  it("is not taken for made where somebody else has changed the square", async () => {
    await put("draft");
    let writes = 0;
    fault = async ({ operation }) => {
      if (operation !== "TransactWriteItems") return undefined;
      writes += 1;
      if (writes === 1) return { kind: "cut" };
      if (writes === 2) await withdrawSquare(ports, { id: "a" });
      return undefined;
    };
    await expect(requeueSquare(ports, { id: "a" })).rejects.toThrow("Somebody else changed square a");
  });
});

describe("a decision on a held square", () => {
  it("is made again where the first one could not wake the schedule, and wakes it", async () => {
    await put("review");
    fault = ({ operation }) =>
      operation === "UpdateSchedule"
        ? { kind: "refuse", status: 400, code: "ValidationException", message: "No." }
        : undefined;
    await expect(requeueSquare(ports, { id: "a", onlyInReview: true })).rejects.toThrow();
    fault = undefined;
    expect(await ports.state()).toBe("DISABLED");
    expect(await requeueSquare(ports, { id: "a", onlyInReview: true })).toMatchObject({
      from: "queued",
      changed: false,
    });
    expect(await ports.state()).toBe("ENABLED");
  });

  it("is found to be made where it is made a second time", async () => {
    await put("review");
    await withdrawSquare(ports, { id: "a", onlyInReview: true });
    expect(await withdrawSquare(ports, { id: "a", onlyInReview: true })).toMatchObject({
      from: "withdrawn",
      changed: false,
    });
  });
});

describe("requeueSquare", () => {
  it("puts it at the end or at the top, with nothing left of the run that had claimed it", async () => {
    await putQueued(ports.table, { id: "one", sortKey: "b" }, { id: "two", sortKey: "c" });
    const ofARun = { rank: "b", claimedBy: "run", claimedAt: now, mediaId: "1", mediaExpiresAt: now, tweetBody: "{}" };
    await put("review", "held", ofARun);
    await put("posted", "out", { ...ofARun, tweetId: "1", postedAt: now });
    await requeueSquare(ports, { id: "held" });
    await requeueSquare(ports, { id: "out", top: true });
    const { squares } = await listSquares(ports.table, { status: "queued", limit: 9 });
    expect(squares.map(({ id }) => id)).toEqual(["out", "one", "two", "held"]);
    for (const name of [...Object.keys(ofARun), "tweetId", "postedAt"])
      for (const square of squares) expect(square).not.toHaveProperty(name);
    await countsAgree();
  });

  it("wakes the schedule, unless a person paused it", async () => {
    await put("draft");
    expect(await ports.state()).toBe("DISABLED");
    await requeueSquare(ports, { id: "a" });
    expect(await ports.state()).toBe("ENABLED");
    await ports.set({ State: "DISABLED" });
    await writePause(ports.table, { pausedBy: "person" });
    await put("draft", "b");
    await requeueSquare(ports, { id: "b" });
    expect(await ports.state()).toBe("DISABLED");
  });

  it("wakes it at the next try where the first one moved the square and could not", async () => {
    await put("draft");
    await requeueSquare(ports, { id: "a" });
    await ports.set({ State: "DISABLED" });
    expect(await requeueSquare(ports, { id: "a" })).toMatchObject({ changed: false });
    expect(await ports.state()).toBe("ENABLED");
  });

  it("does not put a row into the queue that is no square, and lets it be withdrawn", async () => {
    await put("review", "torn", { objectKey: "" });
    await expect(requeueSquare(ports, { id: "torn" })).rejects.toThrow(/Row "torn" .*objectKey/);
    expect(await withdrawSquare(ports, { id: "torn" })).toMatchObject({ from: "review", to: "withdrawn" });
    await countsAgree();
  });
});

it.each(["queued", "posted", "withdrawn", "draft"] as const)(
  "decides on nothing that is not held but %s",
  async (status) => {
    await put(status);
    const verbs = [
      ...(status === "queued" ? [] : [requeueSquare]),
      ...(status === "withdrawn" ? [] : [withdrawSquare]),
    ];
    for (const verb of verbs)
      await expect(verb(ports, { id: "a", onlyInReview: true })).rejects.toThrow(
        `Square a is ${status}, and you can only decide on a square that is held`,
      );
    expect(await readSquare(ports.table, "a")).toMatchObject({ status, version: 3 });
  },
);

it("decides on squares that are held", async () => {
  await put("review");
  await put("review", "b");
  expect(await requeueSquare(ports, { id: "a", onlyInReview: true })).toMatchObject({ from: "review", to: "queued" });
  expect(await withdrawSquare(ports, { id: "b", onlyInReview: true })).toMatchObject({
    from: "review",
    to: "withdrawn",
  });
  await countsAgree();
});

describe("confirmPosted", () => {
  it("marks a held square as posted, at the time that the post's id holds (this one is of docs.x.com)", async () => {
    await put("review", "a", { lastError: { name: "UnknownOutcome", message: "?", at: now }, tweetBody: "{}" });
    expect(await confirmPosted(ports, { id: "a", tweetId: "1212092628029698048" })).toMatchObject({ changed: true });
    const square = await readSquare(ports.table, "a");
    expect(square).toMatchObject({
      status: "posted",
      tweetId: "1212092628029698048",
      postedAt: "2019-12-31T19:26:16.771Z",
      sortKey: "2019-12-31T19:26:16.771Z",
      tweetBody: "{}",
    });
    expect(square).not.toHaveProperty("lastError");
    await countsAgree();
    expect(await confirmPosted(ports, { id: "a", tweetId: "1212092628029698048" })).toMatchObject({ changed: false });
  });

  it("takes the present for an id from the future, and refuses what is no id", async () => {
    await put("review");
    await expect(confirmPosted(ports, { id: "a", tweetId: "abc" })).rejects.toThrow('"abc" is not the id of a post');
    await confirmPosted(ports, { id: "a", tweetId: "9999999999999999999" });
    expect(await readSquare(ports.table, "a")).toMatchObject({ postedAt: now });
  });

  it.each(["queued", "draft", "withdrawn"] as const)(
    "marks one that is %s as well: a restored table does not know of its post",
    async (status) => {
      await put(status);
      expect(await confirmPosted(ports, { id: "a", tweetId: "1212092628029698048" })).toMatchObject({ to: "posted" });
      await countsAgree();
    },
  );

  const post = "1212092628029698048";
  const saying = (id: string) => confirmPosted(ports, { id, tweetId: post });
  const owned = (id: string) => ({
    name: "Rejected",
    message: expect.stringMatching(`Post ${post} is .* of “${id}” .${id}`),
  });

  it.each(["posted", "review", "draft", "withdrawn"] as const)(
    "refuses a post that another square has, which is %s, whatever its time, and names that one",
    async (status) => {
      await put("review");
      // Marked on another day than the one that the post's id tells, and not the only one.
      for (const [id, tweetId] of [
        ["b", "1"],
        ["c", post],
        ["d", "2"],
      ] as const)
        await put(status, id, { tweetId });
      await expect(saying("a")).rejects.toMatchObject(owned("c"));
      expect(await readSquare(ports.table, "a")).toMatchObject({ status: "review", version: 3 });
      await countsAgree();
    },
  );

  it("lets one of two people get through who say it of two squares, also where the index shows neither", async () => {
    await put("review", "a");
    await put("review", "b");
    // Both have looked before either has written.
    let waiting: (() => void)[] = [];
    fault = async ({ operation }) => {
      if (operation !== "TransactWriteItems" || waiting.length > 1) return undefined;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 2) for (const go of waiting) go();
      });
      return undefined;
    };
    const both = await Promise.allSettled([saying("a"), saying("b")]);
    expect(both.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [winner, loser] = both[0]?.status === "fulfilled" ? ["a", "b"] : ["b", "a"];
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: owned(winner) });
    expect(await readSquare(ports.table, loser)).toMatchObject({ status: "review", version: 3 });
    waiting = [];
    fault = undefined;
    await countsAgree();
  });

  it("takes a post of which a person has said before that it was another square's, once that one is back in the queue", async () => {
    await put("review", "a");
    await put("review", "b");
    await saying("a");
    await expect(saying("b")).rejects.toMatchObject(owned("a"));
    await requeueSquare(ports, { id: "a" });
    expect(await saying("b")).toMatchObject({ changed: true });
    await expect(saying("a")).rejects.toMatchObject(owned("b"));
  });

  it.each(["claimed", "posting", "posted"] as const)("refuses a square that is %s", async (status) => {
    await put(status);
    await expect(confirmPosted(ports, { id: "a", tweetId: "1212092628029698048" })).rejects.toMatchObject({
      name: "Rejected",
    });
    expect(await readSquare(ports.table, "a")).toMatchObject({ status, version: 3 });
    await countsAgree();
  });
});
