import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { forgetDecided, noteUndecided, readUndecided } from "@twobytwo/core/inbox/undecided";
import {
  allowUpload,
  declineUpload,
  openUpload,
  settleUpload,
  undecidedMs,
  uploadMs,
} from "@twobytwo/core/inbox/uploads";
import type { Call } from "@twobytwo/sandbox/emulator";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-11-24T12:00:00Z");
const calls: Call[] = [];
let opened: Awaited<ReturnType<typeof emptyTable>>;
beforeEach(async () => {
  opened = await emptyTable((call) => void calls.push(call));
  calls.length = 0;
});
afterEach(() => opened.close());

const idOf = (number: number) => `01J0000000000000000000${String(number).padStart(4, "0")}`;
const similar = { state: "similar", equals: "a", thumbnailKey: "thumbnails/a.webp" } as const;

async function open(number: number): Promise<string> {
  const uploadId = idOf(number);
  const waiting = { uploadId, name: "a.jpg", key: `inbox/web/${uploadId}/a.jpg`, allowSimilar: false };
  await openUpload(opened.table, { ...waiting, outcome: { state: "waiting" } }, now);
  return uploadId;
}

async function hold(number: number): Promise<string> {
  const uploadId = await open(number);
  await noteUndecided(opened.table, uploadId);
  await settleUpload(opened.table, uploadId, { outcome: similar, now });
  return uploadId;
}

const held = async (most?: number) => {
  const { uploads, over } = await readUndecided(opened.table, most);
  return { ids: uploads.map(({ uploadId }) => uploadId), over };
};

it("gives those that wait for a person, the oldest first, by their keys alone", async () => {
  expect(await held()).toEqual({ ids: [], over: [] });
  const [second, first] = [await hold(2), await hold(1)];
  await open(3);
  calls.length = 0;
  expect(await held()).toEqual({ ids: [first, second], over: [] });
  expect(calls.map(({ operation }) => operation)).toEqual(["BatchGetItem", "BatchGetItem"]);
  expect(await held(1)).toEqual({ ids: [first], over: [] });
});

it("tells which names are over, and forgets those, but not one whose upload is only about to wait", async () => {
  const [declined, allowed, added, about] = [await hold(1), await hold(2), await hold(3), await open(4)];
  await noteUndecided(opened.table, about);
  await noteUndecided(opened.table, idOf(5));
  await declineUpload(opened.table, declined);
  await allowUpload(opened.table, allowed, { device: "phone", now });
  await settleUpload(opened.table, added, { outcome: { state: "added", squareId: added, warnings: [] }, now });
  const over = [declined, added, idOf(5)];
  expect(await held()).toEqual({ ids: [], over });
  await forgetDecided(opened.table, over);
  expect(await held()).toEqual({ ids: [], over: [] });
  await settleUpload(opened.table, about, { outcome: similar, now });
  expect(await held()).toEqual({ ids: [about], over: [] });
});

it("finds all of them where they are more than one call reads", async () => {
  const ids: string[] = [];
  for (let number = 1; number <= 105; number += 1) ids.push(await hold(number));
  expect(await held()).toEqual({ ids, over: [] });
  expect((await held(102)).ids).toEqual(ids.slice(0, 102));
});

it("knows an upload that waits for as long as the bucket keeps it, and every other one for a week", async () => {
  const ends = async (uploadId: string) => {
    const Key = { id: `#upload#${uploadId}` };
    const { Item } = await opened.table.client.send(new GetCommand({ TableName: opened.table.name, Key }));
    return Number(Item?.["ttl"]) * 1000;
  };
  expect(await ends(await open(1))).toBe(now + uploadMs);
  expect(await ends(await hold(2))).toBe(now + undecidedMs);
});
