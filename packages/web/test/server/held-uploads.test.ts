import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { painting } from "@twobytwo/core/test/pictures/pictures";
import type { Call } from "@twobytwo/sandbox/emulator";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import sharp from "sharp";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { Upload } from "../../src/contract.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";
import { outcome, upload } from "./upload-form.ts";

const calls: Call[] = [];
let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage({ intercept: (call) => void calls.push(call) });
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
});
beforeEach(() => void calls.splice(0));
afterAll(() => stage.close());

const held = () => browser.ask<Upload[]>("GET", "/api/uploads");
const decide = (method: "POST" | "DELETE", id: string) =>
  browser.send(method, `/api/uploads/${id}${method === "POST" ? "/allow" : ""}`);
const operations = () => calls.flatMap(({ service, operation }) => (service === "dynamodb" ? [operation] : []));

/** Sends a painting, and then what looks like it so many times. @returns the look-alikes' ids, in their order. */
async function alikes(number: number, qualities: readonly number[]): Promise<string[]> {
  const bytes = await painting(number);
  await upload({ stage, browser }, bytes, { title: `Painting ${number}` });
  const ids: string[] = [];
  for (const quality of qualities) {
    const again = await sharp(bytes).jpeg({ quality }).toBuffer();
    const sent = await upload({ stage, browser }, again, { name: `${quality}.jpg`, title: `Quality ${quality}` });
    expect(sent.state).toBe("similar");
    ids.push(sent.id);
  }
  return ids;
}

async function keysBelow(Prefix: string): Promise<string[]> {
  const { client, name: Bucket } = stage.ports.bucket;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key);
}

it("lists the look-alikes that wait until each is decided on, whoever asks", async () => {
  expect(await held()).toEqual([]);
  const [first = "", second = ""] = await alikes(1, [60, 75]);
  const phone = openBrowser(stage.sandbox.endpoints.web);
  await phone.register(await newInvite(stage.ports.table), "Phone");
  const seen = await phone.ask<Upload[]>("GET", "/api/uploads");
  expect(seen).toMatchObject([
    { id: first, state: "similar", name: "60.jpg", title: "Quality 60", equals: { title: "Painting 1" } },
    { id: second, state: "similar", name: "75.jpg", title: "Quality 75" },
  ]);

  expect((await decide("POST", second)).status).toBe(200);
  expect(await outcome({ stage, browser }, second)).toMatchObject({ state: "added", square: { title: "Quality 75" } });
  expect(await held()).toMatchObject([{ id: first }]);
  expect((await decide("DELETE", first)).status).toBe(204);
  expect(await outcome({ stage, browser }, first)).toMatchObject({ state: "refused", declined: true });
  expect(await held()).toEqual([]);
  expect(await keysBelow("inbox/")).toEqual([]);
});

it("reads them, and the squares that they look like, in as many calls as for one", async () => {
  const [first = "", ...rest] = await alikes(2, [55, 65, 80]);
  await held();
  for (const id of rest) await decide("DELETE", id);
  // Forgets the two that were decided on.
  await held();
  calls.length = 0;
  expect(await held()).toHaveLength(1);
  const ofOne = operations();
  // The session with its device, the list of uploads, the uploads, and the squares that they look like.
  expect(ofOne).toEqual(Array(4).fill("BatchGetItem"));
  await alikes(3, [55, 65]);
  calls.length = 0;
  expect(await held()).toHaveLength(3);
  expect(operations().sort()).toEqual(ofOne.sort());
  for (const { id } of await held()) await decide("DELETE", id);
  expect((await outcome({ stage, browser }, first)).state).toBe("refused");
});

it("refuses in words what cannot be added any more, since its picture is gone", async () => {
  const [id = ""] = await alikes(4, [60]);
  const { client, name: Bucket } = stage.ports.bucket;
  for (const Key of await keysBelow(`inbox/web/${id}/`)) await client.send(new DeleteObjectCommand({ Bucket, Key }));
  const allowed = await browser.ask<Upload>("POST", `/api/uploads/${id}/allow`);
  expect(allowed).toMatchObject({
    state: "refused",
    reason: expect.stringContaining("no longer exists. Send it again"),
  });
  expect(allowed).not.toHaveProperty("declined");
  expect(await held()).toEqual([]);
});

it("still asks about one whose square somebody has deleted by hand", async () => {
  const [id = ""] = await alikes(5, [60]);
  const [before] = await held();
  const { client, name: TableName } = stage.ports.table;
  const square = before?.state === "similar" ? before.equals.id : "";
  await client.send(new DeleteCommand({ TableName, Key: { id: square } }));
  expect(await held()).toMatchObject([{ id, state: "similar", equals: { id: square, mistakes: expect.any(String) } }]);
  expect((await decide("DELETE", id)).status).toBe(204);
});
