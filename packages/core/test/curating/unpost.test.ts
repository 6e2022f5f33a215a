import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { askX } from "@twobytwo/core/asking/ask-x";
import { unpostSquare } from "@twobytwo/core/curating/unpost";
import { TaskError } from "@twobytwo/core/errors";
import { readStock } from "@twobytwo/core/squares/stock";
import { readSquare } from "@twobytwo/core/squares/table";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { XClient } from "@twobytwo/core/x/client";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sleepingSchedule } from "../schedule/schedule-fixture.ts";
import { countStock } from "../squares/table-fixture.ts";

const clock = () => Date.parse("2026-11-24T18:00:00Z");
let fault: ((call: Call) => Fault | undefined) | undefined;
let ports: Awaited<ReturnType<typeof sleepingSchedule>>;
/** Posts that X has. */
let out: Set<string>;
let whileDeleting: () => Promise<unknown>;
beforeEach(async () => {
  fault = undefined;
  whileDeleting = async () => {};
  out = new Set(["111"]);
  ports = await sleepingSchedule({ clock, intercept: (call) => fault?.(call) });
  await posted("111");
});
afterEach(() => ports.close());

async function posted(tweetId: string): Promise<void> {
  const { table } = ports;
  const Item = {
    id: "a",
    status: "posted",
    sortKey: "2026",
    objectKey: "a.jpg",
    tweetId,
    postedAt: "2026",
    mediaId: "9",
  };
  await table.client.send(new PutCommand({ TableName: table.name, Item: { ...Item, tweetBody: "{}", version: 3 } }));
  await countStock(table, { posted: 1 });
}

/** X as the whole stack has it in packages/web/test; here what it does is decided by the test. */
const x = async (): Promise<XClient> =>
  ({
    async deletePost(id: string) {
      await whileDeleting();
      out.delete(id);
    },
  }) as Partial<XClient> as XClient;

const unpost = (afterwards: "queue" | "withdraw" = "queue", sleep = ports.sleep) =>
  unpostSquare({ ...ports, sleep, askX: { deletePost } }, { id: "a", afterwards });

/** As the function that has the keys does it. */
async function deletePost(post: { squareId: string; tweetId: string }): Promise<void> {
  const bluesky = () => Promise.reject(new Error("nothing was shared"));
  await askX({ ...ports, x, bluesky, postUrl: String }, { act: "delete-post", ...post });
}

describe("unposting", () => {
  it("deletes the post, and puts the square at the end of the queue with nothing left of the post", async () => {
    expect(await unpost()).toEqual({ id: "a", from: "posted", to: "queued", changed: true });
    expect(out.size).toBe(0);
    const square = await readSquare(ports.table, "a");
    expect(square?.status).toBe("queued");
    for (const gone of ["tweetId", "postedAt", "mediaId", "tweetBody"] as const) expect(square?.[gone]).toBeUndefined();
    expect(await readStock(ports.table)).toMatchObject({ queued: 1, posted: 0 });
  });

  it("leaves the square posted where X does not delete, and goes on when it is asked again", async () => {
    whileDeleting = () => Promise.reject(new TaskError("retryable", "X is away"));
    await expect(unpost()).rejects.toThrow("X is away");
    expect((await readSquare(ports.table, "a"))?.status).toBe("posted");
    whileDeleting = async () => {};
    expect(await unpost("withdraw")).toMatchObject({ to: "withdrawn", changed: true });
    expect(await unpost("withdraw")).toMatchObject({ changed: false });
  });

  it("never has the square in the queue while its post is out, wherever it is cut off", async () => {
    const reached: string[] = [];
    for (let at = 1; ; at += 1) {
      out = new Set(["111"]);
      await posted("111");
      let call = 0;
      let hit: Call | undefined;
      fault = (what) => {
        call += 1;
        if (call === at) hit = what;
        return call >= at ? { kind: "cut" } : undefined;
      };
      await unpost("queue", () => Promise.reject(new Error("the process is gone"))).catch(() => undefined);
      fault = undefined;
      const { status } = (await readSquare(ports.table, "a")) ?? {};
      expect(status === "posted" || out.size === 0).toBe(true);
      if (hit === undefined) break;
      reached.push(hit.operation);
      if (status === "posted") await unpost();
      expect((await readSquare(ports.table, "a"))?.status).toBe("queued");
      expect(out.size).toBe(0);
    }
    expect(reached).toContain("TransactWriteItems");
  });

  it("does not touch a square that was posted anew while the old post was being deleted", async () => {
    whileDeleting = async () => {
      const now = "2026-11-24T18:00:00.000Z";
      await changeStatus(ports.table, {
        id: "a",
        from: "posted",
        to: "queued",
        sortKey: "m",
        now,
        remove: ["tweetId"],
      });
      await changeStatus(ports.table, {
        id: "a",
        from: "queued",
        to: "posted",
        sortKey: now,
        now,
        set: { tweetId: "222" },
      });
    };
    await expect(unpost()).rejects.toThrow("somebody else changed square a");
    expect(await readSquare(ports.table, "a")).toMatchObject({ status: "posted", tweetId: "222" });
  });
});
