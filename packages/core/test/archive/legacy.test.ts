import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { importLegacy, type Legacy, readLegacy } from "@twobytwo/core/adding/first-version";
import { confirmTable } from "@twobytwo/core/curating/confirm-table";
import { readStockRow } from "@twobytwo/core/squares/stock";
import { doubtOf } from "@twobytwo/core/squares/table-identity";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Studio } from "../adding/studio.ts";
import { painting } from "../pictures/pictures.ts";
import { empty, type Kept, keep, objectsOf, rowsOf } from "./keep.ts";

const legacy: Legacy = { table: "Squares2017", bucket: "squares-2017" };

let kept: Kept;
let studio: Studio;
beforeEach(async () => {
  kept = await keep();
  studio = await kept.studio();
  const { table, bucket } = studio.ports;
  await table.client.send(
    new CreateTableCommand({
      TableName: legacy.table,
      BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    }),
  );
  await bucket.client.send(new CreateBucketCommand({ Bucket: legacy.bucket }));
});
afterEach(() => kept.close());

async function put(item: { id: string; title?: string; process_time?: number | string }, picture?: number) {
  const { table, bucket } = studio.ports;
  await table.client.send(new PutCommand({ TableName: legacy.table, Item: item }));
  if (picture !== undefined)
    await bucket.client.send(
      new PutObjectCommand({ Bucket: legacy.bucket, Key: item.id, Body: await painting(picture) }),
    );
}

const run = async () => importLegacy(studio.ports, { legacy, rows: await readLegacy(studio.ports, legacy) });
const queue = async () =>
  (await studio.squares())
    .filter(({ status }) => status === "queued")
    .sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1))
    .map(({ title }) => title);

describe("importLegacy", () => {
  it("queues what was not posted by its time, and keeps what was posted out of the queue", async () => {
    await put({ id: "c.jpg", title: "Third", process_time: 1_700_000_300 }, 1);
    await put({ id: "d.jpg", title: "First", process_time: 900_000_000 }, 2);
    await put({ id: "b.jpg", title: "Second", process_time: 1_700_000_200 }, 3);
    await put({ id: "old/blue-no-7.jpg" }, 4);
    const progress: number[] = [];
    const rows = await readLegacy(studio.ports, legacy);
    const summary = await importLegacy(studio.ports, { legacy, rows }, ({ done }) => progress.push(done));
    expect(summary).toMatchObject({ posted: 1, skipped: [], refused: [], schedule: "enabled" });
    expect(summary.added.map(({ name }) => name)).toEqual(["old/blue-no-7.jpg", "d.jpg", "b.jpg", "c.jpg"]);
    expect(progress).toEqual([1, 2, 3, 4]);
    expect(await queue()).toEqual(["First", "Second", "Third"]);
    const [posted, ...more] = (await studio.squares()).filter(({ status }) => status === "posted");
    expect(more).toEqual([]);
    expect(posted).toMatchObject({ title: "blue no 7", version: 1, width: 96 });
    expect(posted).not.toHaveProperty("tweetId");
    expect(posted).not.toHaveProperty("postedAt");
    expect(Number.isNaN(Date.parse(posted?.sortKey ?? ""))).toBe(false);
    expect(await studio.stock()).toEqual({ queued: 3, posted: 1 });
    expect(await studio.keys()).toHaveLength(12);
  });

  it("orders times in words too", async () => {
    await put({ id: "b.jpg", title: "Second", process_time: "2018-01-02T10:00:00Z" }, 1);
    await put({ id: "a.jpg", title: "First", process_time: "2017-11-30T10:00:00Z" }, 2);
    await run();
    expect(await queue()).toEqual(["First", "Second"]);
  });

  it("run twice changes nothing, also when the first version has posted meanwhile", async () => {
    await put({ id: "a.jpg", title: "First", process_time: 1 }, 1);
    await put({ id: "b.jpg", title: "Posted" }, 2);
    await run();
    const before = { rows: await rowsOf(studio), objects: await objectsOf(studio) };
    const { table } = studio.ports;
    await table.client.send(new DeleteCommand({ TableName: legacy.table, Key: { id: "a.jpg" } }));
    await put({ id: "a.jpg", title: "First" });
    const again = await run();
    expect(again).toMatchObject({ added: [], refused: [], posted: 0 });
    expect(again.skipped.map(({ name, message }) => [name, message])).toEqual([
      ["a.jpg", "the same picture as “First”, in the queue"],
      ["b.jpg", "the same picture as “Posted”, posted"],
    ]);
    expect({ rows: await rowsOf(studio), objects: await objectsOf(studio) }).toEqual(before);
  });

  it("lets nothing be posted before a person has confirmed it, and asks again only where squares come to the queue", async () => {
    const why = /^The queue of Squares2017 was imported into this table.*does not know/;
    const row = async () => doubtOf(await readStockRow(studio.ports.table), studio.ports.table.name);
    await put({ id: "a.jpg", title: "First", process_time: 1 }, 1);
    expect((await run()).unconfirmed).toMatch(why);
    expect((await run()).unconfirmed).toMatch(why);
    expect(await row()).toMatch(why);
    await confirmTable(studio.ports);
    expect(await run()).not.toHaveProperty("unconfirmed");
    await put({ id: "b.jpg", title: "Posted" }, 2);
    expect(await run()).not.toHaveProperty("unconfirmed");
    await put({ id: "c.jpg", title: "Later", process_time: 2 }, 3);
    expect((await run()).unconfirmed).toMatch(why);
  });

  // Where a request is cut off instead of an answer lost, AWS is as it was after the call before.
  it("has said so before the first square is in the queue, wherever it ends", async () => {
    await put({ id: "a.jpg", title: "First", process_time: 1 }, 1);
    const rows = await readLegacy(studio.ports, legacy);
    const dead = { ...studio.ports, sleep: () => Promise.reject(new Error("the process is gone")) };
    let ends = 0;
    for (let at = 1; ; at += 1) {
      await empty(studio);
      let call = 0;
      studio.faults.of = () => {
        call += 1;
        if (call < at) return undefined;
        return { kind: call === at ? "lose-answer" : "cut" };
      };
      await importLegacy(dead, { legacy, rows }).catch(() => undefined);
      studio.faults.of = undefined;
      if ((await queue()).length > 0) {
        ends += 1;
        expect(await readStockRow(studio.ports.table)).toHaveProperty("unconfirmed");
      }
      if (call < at) break;
    }
    expect(ends).toBeGreaterThan(1);
  });

  it("never queues a picture that was posted under another name", async () => {
    await put({ id: "again.jpg", title: "Again", process_time: 1 }, 1);
    await put({ id: "b.jpg", title: "Posted" }, 1);
    const { added, skipped } = await run();
    expect([added, skipped].map((of) => of.map(({ name }) => name))).toEqual([["b.jpg"], ["again.jpg"]]);
    expect(await studio.stock()).toEqual({ posted: 1 });
  });

  it("names objects that are missing or no pictures, and goes on with the rest", async () => {
    await put({ id: "gone.jpg", process_time: 1 });
    await put({ id: "gone-too.jpg" });
    await put({ id: "words.jpg" });
    await put({ id: "a.jpg", title: "First", process_time: 2 }, 1);
    const { bucket } = studio.ports;
    await bucket.client.send(new PutObjectCommand({ Bucket: legacy.bucket, Key: "words.jpg", Body: "words" }));
    const { refused, added } = await run();
    expect(refused.map(({ name, error }) => [name, error])).toEqual([
      ["gone-too.jpg", "MediaMissing"],
      ["words.jpg", "MediaInvalid"],
      ["gone.jpg", "MediaMissing"],
    ]);
    expect(refused[0]?.message).toMatch(/^s3:\/\/squares-2017\/gone-too\.jpg does not exist.*Squares2017/);
    expect(added.map(({ name }) => name)).toEqual(["a.jpg"]);
    expect(await studio.stock()).toEqual({ queued: 1 });
  });

  it.each([
    [{ ...legacy, table: "Sqares2017" }, /no table Sqares2017/],
    [{ ...legacy, bucket: "sqares-2017" }, /no bucket sqares-2017/],
  ])("says which of its sources does not exist (%o)", async (wrong, message) => {
    await expect(readLegacy(studio.ports, wrong)).rejects.toMatchObject({
      name: "Rejected",
      message: expect.stringMatching(message),
    });
  });
});
