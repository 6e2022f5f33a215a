import { HeadObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { cornersOf, difference, painting, upright, withCorners } from "@twobytwo/core/test/pictures/pictures";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SquareDetail, Upload, UploadTicket } from "../../src/contract.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";
import { outcome, postForm, upload } from "./upload-form.ts";

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage();
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
});
afterAll(() => stage.close());

const send = (bytes: Uint8Array, wish = {}) => upload({ stage, browser }, bytes, wish);

async function keysBelow(Prefix: string): Promise<string[]> {
  const { client, name: Bucket } = stage.ports.bucket;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key);
}

/** A photograph of one painting that only differs in its encoding. */
const again = (bytes: Buffer) => sharp(bytes).jpeg({ quality: 70 }).toBuffer();

describe("an upload", () => {
  it("becomes a square with its words, at the end of the queue, under the id of the upload", async () => {
    const bytes = await painting(1);
    const words = { title: "One", caption: "The first, from 2x2.art", altText: "A painting", series: "Firsts" };
    const added = await send(bytes, { name: "IMG 1.jpg", ...words });
    expect(added).toMatchObject({ state: "added", name: "IMG 1.jpg", square: { status: "queued", ...words } });
    if (added.state !== "added") return;
    expect(added.square.id).toBe(added.id);
    expect(added.warnings.join()).toContain("2x2.art");
    expect(await browser.ask("GET", "/api/series")).toContain("Firsts");
    const detail = await browser.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
    const original = await fetch(detail.originalUrl ?? "");
    expect(Buffer.from(await original.arrayBuffer()).equals(bytes)).toBe(true);
    expect(await keysBelow("inbox/")).toEqual([]);
  });

  it("is titled by its file where nobody says a title, and can be a draft", async () => {
    const added = await send(await painting(2), { name: "blue no 12.jpg", status: "draft" });
    expect(added).toMatchObject({ state: "added", square: { status: "draft", title: "blue no 12" } });
  });

  it("of the very same picture is told as a duplicate, and not kept", async () => {
    const bytes = await painting(3);
    const first = await send(bytes);
    const second = await send(bytes, { name: "copy.jpg" });
    expect(second).toMatchObject({ state: "duplicate", equals: { id: first.id } });
    expect(await keysBelow("inbox/")).toEqual([]);
  });

  it("of a look-alike waits for the person, who sees both and wants it all the same", async () => {
    const bytes = await painting(4);
    const first = await send(bytes);
    const held = await send(await again(bytes), { title: "Again" });
    expect(held).toMatchObject({ state: "similar", equals: { id: first.id } });
    const picture = await fetch((held.state === "similar" && held.thumbnailUrl) || "");
    expect(picture.headers.get("content-type")).toBe("image/webp");
    // Events come again, and whoever starts the sandbox sweeps the inbox: it goes on waiting.
    await stage.sandbox.inbox.sweep(stage.sandbox.clients.s3);
    expect(await outcome({ stage, browser }, held.id)).toMatchObject({ state: "similar" });

    expect(await browser.ask("POST", `/api/uploads/${held.id}/allow`)).toMatchObject({ state: "waiting" });
    expect(await outcome({ stage, browser }, held.id)).toMatchObject({ state: "added", square: { title: "Again" } });
    expect(await keysBelow("inbox/")).toEqual([]);
    const allowed = await browser.problem("POST", `/api/uploads/${held.id}/allow`);
    expect(allowed).toMatchObject({ type: "/problems/refused", status: 422 });
  });

  it("of a look-alike that is not wanted goes, and asking so again changes nothing", async () => {
    const bytes = await painting(5);
    await send(bytes);
    const held = await send(await again(bytes));
    for (const _ of [1, 2]) expect((await browser.send("DELETE", `/api/uploads/${held.id}`)).status).toBe(204);
    expect(await outcome({ stage, browser }, held.id)).toMatchObject({ state: "refused" });
    expect(await keysBelow("inbox/")).toEqual([]);
    expect(await browser.problem("POST", `/api/uploads/${held.id}/allow`)).toMatchObject({ status: 422 });
    const added = await send(await painting(6));
    expect(await browser.problem("DELETE", `/api/uploads/${added.id}`)).toMatchObject({ status: 422 });
  });

  it("is one square, however often its event comes, and what is sent by the same ticket later is not taken", async () => {
    const [bytes, other] = [await painting(7), await painting(8)];
    const before = (await stage.stock()).queued ?? 0;
    const request = { name: "7.jpg", contentType: "image/jpeg", bytes: bytes.length };
    const ticket = await browser.ask<UploadTicket>("POST", "/api/uploads", request);
    await postForm(ticket, bytes);
    for (const _ of [1, 2, 3]) await stage.sandbox.inbox.sweep(stage.sandbox.clients.s3);
    expect(await outcome({ stage, browser }, ticket.id)).toMatchObject({ state: "added" });
    const { client, name: Bucket } = stage.ports.bucket;
    await client.send(new PutObjectCommand({ Bucket, Key: ticket.fields["key"], Body: other }));
    await stage.sandbox.inbox.idle();
    expect((await stage.stock()).queued).toBe(before + 1);
    expect(await keysBelow("inbox/")).toEqual([]);
  });

  it("of a photograph is cut by its corners, and one photograph can be several squares", async () => {
    // In its middle third, a square turned by a quarter.
    const inner = await sharp(await withCorners(300, 300).png().toBuffer())
      .rotate(90)
      .png()
      .toBuffer();
    const bytes = await sharp({ create: { width: 900, height: 900, channels: 3, background: "#d0b090" } })
      .composite([
        { input: inner, left: 300, top: 300 },
        { input: await painting(9, 200), left: 20, top: 20 },
      ])
      .png()
      .toBuffer();
    const third = 1 / 3;
    // From the corner that was the first before it was turned.
    const corners = [
      [2 * third, third],
      [2 * third, 2 * third],
      [third, 2 * third],
      [third, third],
    ];
    const cut = await send(bytes, { name: "table.png", contentType: "image/png", corners });
    expect(cut).toMatchObject({ state: "added", square: { width: 300, height: 300 } });
    const detail = await browser.ask<SquareDetail>("GET", `/api/squares/${cut.id}`);
    expect(detail.corners).toEqual(corners);
    const picture = Buffer.from(await (await fetch(detail.pictureUrl)).arrayBuffer());
    expect(difference(await cornersOf(picture), upright)).toBeLessThan(20);
    const original = Buffer.from(await (await fetch(detail.originalUrl ?? "")).arrayBuffer());
    expect(original.equals(bytes)).toBe(true);

    const box = (from: number, to: number) => [
      [from, from],
      [to, from],
      [to, to],
      [from, to],
    ];
    const second = await send(bytes, {
      name: "table.png",
      contentType: "image/png",
      corners: box(20 / 900, 220 / 900),
    });
    expect(second).toMatchObject({ state: "added", square: { width: 200 } });
    expect(await send(bytes, { contentType: "image/png", corners })).toMatchObject({
      state: "duplicate",
      equals: { id: cut.id },
    });
  });

  it("of a photograph under a yellow lamp is balanced by the paper that somebody pointed at, and stays so", async () => {
    const lamp = { r: 230, g: 210, b: 170 };
    const bytes = await sharp({ create: { width: 400, height: 400, channels: 3, background: lamp } })
      .composite([{ input: await painting(11, 200), left: 100, top: 100, blend: "multiply" }])
      .png()
      .toBuffer();
    const wish = { name: "lamp.png", contentType: "image/png", title: "Lamp", grey: [0.05, 0.05] };
    const added = await send(bytes, wish);
    expect(added).toMatchObject({ state: "added" });
    const edge = async (id: string) => {
      const { pictureUrl } = await browser.ask<SquareDetail>("GET", `/api/squares/${id}`);
      const picture = Buffer.from(await (await fetch(pictureUrl)).arrayBuffer());
      const [first] = await cornersOf(picture);
      return Math.max(...(first ?? [])) - Math.min(...(first ?? []));
    };
    expect(await edge(added.id)).toBeLessThan(12);
    const { version } = await browser.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
    const corners = [
      [0, 0],
      [0.8, 0],
      [0.8, 0.8],
      [0, 0.8],
    ];
    await browser.ask("POST", `/api/squares/${added.id}/crop`, { corners, version });
    expect(await edge(added.id)).toBeLessThan(12);
  });

  it("is told to be too large, of no kind that is taken, or with words that X refuses, before anything is sent", async () => {
    const ask = (change: object) =>
      browser.problem("POST", "/api/uploads", { name: "a.jpg", bytes: 10, contentType: "image/jpeg", ...change });
    expect(await ask({ bytes: 100 * 1024 * 1024 + 1 })).toMatchObject({ type: "/problems/too-large", status: 413 });
    expect(await ask({ contentType: "image/svg+xml" })).toMatchObject({ type: "/problems/refused", status: 422 });
    expect(await ask({ caption: "x".repeat(281) })).toMatchObject({ detail: expect.stringContaining("281") });
    expect(await ask({ bytes: 0 })).toMatchObject({ type: "/problems/invalid", mistakes: [{ path: "bytes" }] });
  });
});

describe("a new crop", () => {
  const box = [
    [0.5, 0.5],
    [1, 0.5],
    [1, 1],
    [0.5, 1],
  ];

  it("is made of the original, and changes what is posted in one step", async () => {
    const added = await send(await painting(10, 400), { title: "To crop" });
    const before = await browser.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
    const body = { corners: box, version: before.version };
    const after = await browser.ask<SquareDetail>("POST", `/api/squares/${added.id}/crop`, body);
    expect(after).toMatchObject({
      width: 200,
      height: 200,
      corners: box,
      version: before.version + 1,
      title: "To crop",
    });
    // Each is signed at its moment.
    const keyOf = (address = "") => new URL(address).pathname;
    expect(keyOf(after.originalUrl)).toBe(keyOf(before.originalUrl));
    expect(after.thumbnailUrl).not.toBe(before.thumbnailUrl);
    const picture = Buffer.from(await (await fetch(after.pictureUrl)).arrayBuffer());
    expect(await sharp(picture).metadata()).toMatchObject({ format: "jpeg", width: 200 });
    expect((await fetch(after.thumbnailUrl ?? "")).status).toBe(200);

    const late = await browser.problem("POST", `/api/squares/${added.id}/crop`, body);
    expect(late).toMatchObject({ type: "/problems/changed", status: 409, current: { version: after.version } });
    const knot = { corners: [box[0], box[2], box[1], box[3]], version: after.version };
    expect(await browser.problem("POST", `/api/squares/${added.id}/crop`, knot)).toMatchObject({ status: 422 });
  });

  it("of what is posted is refused", async () => {
    const added = await send(await painting(20));
    await stage.run({ squareId: added.id });
    const { version, status } = await browser.ask<SquareDetail>("GET", `/api/squares/${added.id}`);
    expect(status).toBe("posted");
    const body = { corners: box, version };
    expect(await browser.problem("POST", `/api/squares/${added.id}/crop`, body)).toMatchObject({ status: 422 });
  });
});

it("a picture that somebody drops into the uploads' folder by hand is taken in as every other drop", async () => {
  const { client, name: Bucket } = stage.ports.bucket;
  const Key = `inbox/web/${stage.ports.newId()}/By hand.jpg`;
  await client.send(new PutObjectCommand({ Bucket, Key, Body: await painting(30) }));
  await stage.sandbox.inbox.idle();
  await expect(client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toThrow();
  const page = await browser.ask<{ squares: { title: string }[] }>("GET", "/api/squares?status=queued&q=by%20hand");
  expect(page.squares).toMatchObject([{ title: "By hand" }]);
});

it("asks for at most fifty outcomes at once, and knows nothing of uploads that there are not", async () => {
  const ids = Array.from({ length: 51 }, () => stage.ports.newId()).join(",");
  expect(await browser.problem("GET", `/api/uploads?ids=${ids}`)).toMatchObject({ status: 400 });
  expect(await browser.ask<Upload[]>("GET", `/api/uploads?ids=${stage.ports.newId()},%23stock`)).toEqual([]);
});
