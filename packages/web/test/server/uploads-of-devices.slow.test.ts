import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { mostTickets } from "@twobytwo/core/inbox/tickets";
import { openUpload, uploadKey } from "@twobytwo/core/inbox/uploads";
import { painting } from "@twobytwo/core/test/pictures/pictures";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { SquareDetail, Upload, UploadTicket } from "../../src/contract.ts";
import type { Session } from "../../src/contract-access.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";
import { outcome, postForm, upload } from "./upload-form.ts";

let stage: Stage;
let owner: Browser;
beforeAll(async () => {
  stage = await openStage();
  owner = (await device()).browser;
});
afterAll(() => stage.close());

async function device(): Promise<{ browser: Browser; id: string }> {
  const browser = openBrowser(stage.sandbox.endpoints.web);
  const session: Session = await browser.register(await newInvite(stage.ports.table));
  return { browser, id: session.device?.id ?? "" };
}

async function keysBelow(Prefix: string): Promise<string[]> {
  const { client, name: Bucket } = stage.ports.bucket;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key);
}

const wish = (bytes: Uint8Array) => ({ name: "stolen.jpg", contentType: "image/jpeg", bytes: bytes.length });

it("the tickets that a device holds are void once it is removed: nothing that it sends comes into the queue", async () => {
  const bytes = await painting(1);
  const thief = await device();
  const ticket = await thief.browser.ask<UploadTicket>("POST", "/api/uploads", wish(bytes));
  expect((await owner.send("DELETE", `/api/devices/${thief.id}`)).status).toBe(204);
  expect(await postForm(ticket, bytes)).toBeLessThan(300);
  expect(await outcome({ stage, browser: owner }, ticket.id)).toMatchObject({
    state: "refused",
    reason: expect.stringContaining("sent by a device that has been removed"),
  });
  expect(await stage.stock()).toEqual({});
  expect(await keysBelow("refused/")).toEqual([
    `refused/web/${ticket.id}/stolen.jpg`,
    `refused/web/${ticket.id}/stolen.jpg.txt`,
  ]);
  expect(await thief.browser.problem("POST", "/api/uploads", wish(bytes))).toMatchObject({ status: 401 });
});

it("a device that has a hundred pictures on their way waits, and another one does not", async () => {
  const bytes = await painting(2);
  const { browser } = await device();
  const ask = () => browser.send("POST", "/api/uploads", wish(bytes));
  const statuses: number[] = [];
  while (statuses.length < mostTickets)
    statuses.push(...(await Promise.all([1, 2, 3, 4].map(ask))).map((r) => r.status));
  expect(new Set(statuses)).toEqual(new Set([200]));
  expect(await browser.problem("POST", "/api/uploads", wish(bytes))).toMatchObject({
    type: "/problems/too-many",
    status: 429,
    detail: `${mostTickets} uploads from this device are in progress. Wait until some have finished.`,
  });
  expect(await upload({ stage, browser: owner }, bytes)).toMatchObject({ state: "added" });
}, 120_000);

it("an upload of which nothing has come for more than an hour does not wait any longer, and may be sent again", async () => {
  const id = stage.ports.newId();
  const row = { uploadId: id, name: "late.jpg", key: uploadKey(id, "late.jpg"), allowSimilar: false };
  const open = (now: number) => openUpload(stage.ports.table, { ...row, outcome: { state: "waiting" } }, now);
  const hour = 60 * 60 * 1000;
  await open(Date.now() - 2 * hour);
  const [late] = await owner.ask<Upload[]>("GET", `/api/uploads?ids=${id}`);
  expect(late).toMatchObject({
    state: "refused",
    again: true,
    reason: expect.stringContaining("Add the picture again"),
  });
});

it("the original, which knows where it was taken, is signed for minutes, and what is posted for hours", async () => {
  const bytes = await painting(3);
  const added = await upload({ stage, browser: owner }, bytes);
  const { pictureUrl, originalUrl, thumbnailUrl } = await owner.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
  const secondsOf = (url = "") => {
    const signed = new URL(url).searchParams;
    const [, day = "", time = ""] = /^(\d{8})T(\d{6})Z$/.exec(signed.get("X-Amz-Date") ?? "") ?? [];
    const at = `${day.replace(/(....)(..)(..)/, "$1-$2-$3")}T${time.replace(/(..)(..)(..)/, "$1:$2:$3")}Z`;
    return (Date.parse(at) - Date.now()) / 1000 + Number(signed.get("X-Amz-Expires"));
  };
  expect(secondsOf(originalUrl)).toBeGreaterThan(60);
  expect(secondsOf(originalUrl)).toBeLessThanOrEqual(5 * 60);
  for (const url of [pictureUrl, thumbnailUrl]) expect(secondsOf(url)).toBeGreaterThan(5 * 60 * 60);

  const opened = await owner.send("GET", `/api/squares/${added.id}/original`);
  expect(opened.status).toBe(302);
  expect(opened.headers.get("cache-control")).toBe("no-store");
  const original = await fetch(opened.headers.get("location") ?? "");
  expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
  const stranger = openBrowser(stage.sandbox.endpoints.web);
  expect(await stranger.problem("GET", `/api/squares/${added.id}/original`)).toMatchObject({ status: 401 });
});
