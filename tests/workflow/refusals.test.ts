import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { DeleteCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { readPause } from "@twobytwo/core/schedule/pause";
import { names } from "@twobytwo/sandbox/names";
import { files, openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import type { XFault } from "@twobytwo/sandbox/x/faults";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

let stage: Stage;
let told = 0;
beforeAll(async () => {
  stage = await openStage();
});
/** Empties the account and the table: as a sandbox of its own, but that its functions need not start again. */
beforeEach(async () => {
  await stage.sandbox.x.reset();
  const { client, name: TableName } = stage.ports.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  for (const { id } of Items) await client.send(new DeleteCommand({ TableName, Key: { id } }));
  told = stage.sandbox.sns.messages().length;
});
afterAll(() => stage.close());

const add = async () => {
  const squares: { id: string; objectKey: string }[] = [];
  for (const [index, file] of files.slice(0, 3).entries())
    squares.push(await stage.add(file, { title: `Square ${index}` }));
  return squares.map(({ id, objectKey }) => ({ id, objectKey }));
};
const slot = "2026-11-24T18:00:00.000Z";
const run = () => stage.run({ scheduledTime: new Date().toISOString() });
const refuse = (...faults: XFault[]) => stage.sandbox.x.inject(...faults);
const forbidden = (times: number, detail?: string): XFault => ({
  kind: "forbidden",
  operation: "POST /2/tweets",
  times,
  ...(detail && { detail }),
});
const mails = () => stage.sandbox.sns.messages().slice(told);

describe("what X refuses of one post", () => {
  it("costs that square its turn, and not the slot: it is held with X's own words, and the next one is posted", async () => {
    const [first, second] = await add();
    refuse(forbidden(1, "You are not permitted to perform this action."));
    const { output, status } = await run();
    expect(status).toBe("SUCCEEDED");
    expect(output).toMatchObject({ outcome: "posted", squareId: second?.id });
    expect(await stage.square(first?.id ?? "")).toMatchObject({
      status: "review",
      lastError: {
        name: "Rejected",
        message: expect.stringContaining("You are not permitted to perform this action."),
      },
    });
    expect(await readPause(stage.ports.table)).toBeUndefined();
    expect(mails()).toHaveLength(1);
    expect(mails()[0]?.message).toMatch(
      /X refuses the post [\s\S]*held for review[\s\S]*The run goes on with the next square/,
    );
    expect(stage.sandbox.x.posts()).toHaveLength(1);
  });

  it("of a second one as well is the account's: both go back, and the owner is told once until it goes on", async () => {
    const [first, second, third] = await add();
    refuse(forbidden(2));
    const failed = await run();
    expect(failed).toMatchObject({ status: "FAILED", error: "Rejected" });
    expect(failed.states.slice(-5)).toEqual([
      "Pause schedule",
      "Told already?",
      "Notify",
      "Go on with the next?",
      "Failed",
    ]);
    expect(await stage.stock()).toEqual({ queued: 3 });
    expect(await readPause(stage.ports.table)).toMatchObject({ pausedBy: "workflow", error: "Rejected" });
    const before = mails().length;
    expect(mails().filter(({ message }) => message.includes("Nothing is posted until"))).toHaveLength(1);
    refuse(forbidden(2));
    const again = await run();
    expect(again.states.slice(-3)).toEqual(["Pause schedule", "Told already?", "Failed"]);
    expect(mails()).toHaveLength(before);
    for (const square of [first, second, third]) {
      expect((await run()).output).toMatchObject({ outcome: "posted", squareId: square?.id });
    }
    expect(stage.sandbox.x.posts()).toHaveLength(3);
  });

  it("ends the run that was asked for this very square", async () => {
    const [first] = await add();
    refuse(forbidden(1));
    expect(await stage.run({ squareId: first?.id })).toMatchObject({ status: "FAILED", error: "Rejected" });
    expect(await stage.stock()).toEqual({ queued: 2, review: 1 });
  });

  it("is at a first sending also what X calls a duplicate: nothing is sent again, nothing is claimed of an earlier try", async () => {
    const [first, second] = await add();
    refuse({ kind: "duplicate", operation: "POST /2/tweets" });
    const { output, states } = await run();
    expect(output).toMatchObject({ outcome: "posted", squareId: second?.id });
    expect(states).not.toContain("Reconcile");
    const { lastError } = await stage.square(first?.id ?? "");
    expect(lastError).toMatchObject({ name: "Rejected", message: expect.stringMatching(/duplicate content/) });
    expect(lastError?.message).not.toMatch(/earlier attempt/);
  });
});

describe("pictures that are not in the bucket", () => {
  const lose = async (square: { objectKey: string } | undefined) =>
    stage.ports.bucket.client.send(new DeleteObjectCommand({ Bucket: names.bucket, Key: square?.objectKey ?? "" }));

  it("are held one by one, and the slot goes on", async () => {
    const [first, second] = await add();
    await lose(first);
    expect((await run()).output).toMatchObject({ outcome: "posted", squareId: second?.id });
    expect((await stage.square(first?.id ?? "")).status).toBe("review");
  });

  it("are no squares to hold where one after the other is missing: that is the bucket", async () => {
    for (const square of await add()) await lose(square);
    expect(await run()).toMatchObject({ status: "FAILED", error: "MediaMissing" });
    expect(await stage.stock()).toEqual({ queued: 3 });
    expect(await readPause(stage.ports.table)).toMatchObject({ pausedBy: "workflow", error: "MediaMissing" });
  });
});

it("a slot posts once, also where its first square was refused and it is delivered again", async () => {
  await add();
  refuse(forbidden(1));
  expect((await stage.run({ scheduledTime: slot })).output).toMatchObject({ outcome: "posted" });
  expect((await stage.run({ scheduledTime: slot })).output).toMatchObject({ outcome: "already-ran" });
  expect(stage.sandbox.x.posts()).toHaveLength(1);
});
