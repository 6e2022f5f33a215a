import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { BatchWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { files, picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { root } from "@twobytwo/scripts/root";
import { type Gallery, openGallery } from "@twobytwo/tests/browser/gallery";
import type { Page } from "playwright-core";
import sharp from "sharp";

/** What a person notices of a long wall. Times are of this machine, sizes are not. */
export interface WallMeasure {
  squares: number;
  /** Milliseconds from the address to the first screen full of thumbnails, with an empty cache and again. */
  firstThumbnailsMs: { cold: number; warm: number };
  /** Scrolling 60 squares a second, and 400, for three seconds each. */
  frames: { calm: Frames; fast: Frames };
  /** Most squares that were in the document while it was scrolled. */
  mostInDocument: number;
  /** Milliseconds from a jump to the end of the wall to its last thumbnail. */
  endMs: number;
  /** Bytes of the JavaScript that the first page needs. */
  initialJavaScript: { gzip: number; brotli: number; files: number };
}

/** Milliseconds between frames. */
interface Frames {
  count: number;
  medianMs: number;
  p95Ms: number;
  worstMs: number;
}

const thumbnails = 240;
const atOnce = 25;

/** Puts rows of posted squares into the table, with a few hundred different thumbnails. */
async function hang(stage: Stage, count: number): Promise<void> {
  const { bucket, table } = stage.ports;
  const sources = await Promise.all(files.map(picture));
  for (let number = 0; number < thumbnails; number += 1) {
    const source = sharp(sources[number % sources.length]).resize(512, 512, { fit: "cover" });
    const body = await source
      .modulate({ hue: Math.round((number * 360) / thumbnails) })
      .webp({ quality: 80 })
      .toBuffer();
    await bucket.client.send(
      new PutObjectCommand({ Bucket: bucket.name, Key: thumbnailKey(number), Body: body, ContentType: "image/webp" }),
    );
  }
  const base = Date.UTC(2026, 0, 1);
  for (let first = 0; first < count; first += atOnce) {
    const rows = Array.from({ length: Math.min(atOnce, count - first) }, (_, index) => {
      const number = first + index;
      const time = new Date(base - number * 86_400_000).toISOString();
      const id = `WALL${`${number}`.padStart(8, "0")}`;
      const key = thumbnailKey(number % thumbnails);
      const words = { title: `Square no. ${number}`, altText: "A square", tweetId: `${number}`, postedAt: time };
      return { id, status: "posted", sortKey: time, objectKey: key, thumbnailKey: key, version: 1, ...words };
    });
    await table.client.send(
      new BatchWriteCommand({ RequestItems: { [table.name]: rows.map((Item) => ({ PutRequest: { Item } })) } }),
    );
  }
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: "#stock" },
      UpdateExpression: "ADD posted :count",
      ExpressionAttributeValues: { ":count": count },
    }),
  );
}

const thumbnailKey = (number: number) => `thumbnails/wall-${number}.webp`;

/** Until every thumbnail that a person can see is there. */
const screenIsFull = (page: Page) =>
  page.waitForFunction(() => {
    const seen = [...document.querySelectorAll(".wall li")].filter((item) => {
      const { top, bottom } = item.getBoundingClientRect();
      return bottom > 0 && top < window.innerHeight;
    });
    return seen.length > 0 && seen.every((item) => item.querySelector("img")?.complete === true);
  });

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return Math.round(performance.now() - start);
}

/** @param perSecond squares; a flick of a finger goes past about sixty */
async function scroll(page: Page, perSecond: number): Promise<Frames & { most: number }> {
  const { gaps, most } = await page.evaluate(async (perSecond) => {
    const row = document.querySelector(".wall-row:has(li)");
    const columns = row?.querySelectorAll("li").length ?? 1;
    const height = (row?.getBoundingClientRect().height ?? 0) + 30;
    const gaps: number[] = [];
    let most = 0;
    let last = performance.now();
    const end = last + 3_000;
    while (last < end) {
      const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
      gaps.push(now - last);
      window.scrollBy(0, ((now - last) / 1_000) * (perSecond / columns) * height);
      last = now;
      most = Math.max(most, document.querySelectorAll(".wall li").length);
    }
    return { gaps: gaps.slice(1), most };
  }, perSecond);
  const sorted = gaps.toSorted((one, other) => one - other);
  const at = (part: number) => Math.round((sorted[Math.floor((sorted.length - 1) * part)] ?? 0) * 10) / 10;
  return { count: gaps.length, medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1), most };
}

/** Compressed as the server compresses, whatever the sandbox's connection did. */
async function initialJavaScript(page: Page): Promise<WallMeasure["initialJavaScript"]> {
  const names = await page.evaluate(() => {
    const resources = performance
      .getEntriesByType("resource")
      .map(({ name, startTime }) => ({ name: new URL(name).pathname, startTime }));
    // What is fetched in idle time, for pages that may be opened next, comes after the first thumbnail was asked for.
    const first = Math.min(...resources.filter(({ name }) => name.endsWith(".webp")).map(({ startTime }) => startTime));
    return resources.filter(({ name, startTime }) => name.endsWith(".js") && startTime < first).map(({ name }) => name);
  });
  const sources = await Promise.all([...new Set(names)].map((name) => readFile(path.join(root, "dist", "web", name))));
  const sum = (compress: (source: Buffer) => Buffer) => sources.reduce((total, one) => total + compress(one).length, 0);
  return {
    gzip: sum((source) => gzipSync(source)),
    brotli: sum((source) => brotliCompressSync(source)),
    files: sources.length,
  };
}

async function look(gallery: Gallery, squares: number): Promise<WallMeasure> {
  const page = await gallery.open("/devices");
  await page.setViewportSize({ width: 1440, height: 900 });
  const devtools = await gallery.context.newCDPSession(page);
  await devtools.send("Network.clearBrowserCache");
  const open = async () => {
    await page.goto(`${gallery.origin}/`);
    await screenIsFull(page);
  };
  const cold = await timeOf(open);
  const javaScript = await initialJavaScript(page);
  const warm = await timeOf(open);
  const calm = await scroll(page, 60);
  const fast = await scroll(page, 400);
  const endMs = await timeOf(async () => {
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.waitForFunction(
      (last) => document.querySelector(`li[aria-posinset="${last}"] img`) instanceof HTMLImageElement,
      squares,
      { timeout: 120_000 },
    );
    await screenIsFull(page);
  });
  return {
    squares,
    firstThumbnailsMs: { cold, warm },
    frames: { calm, fast },
    mostInDocument: Math.max(calm.most, fast.most),
    endMs,
    initialJavaScript: javaScript,
  };
}

/** Measures the wall of the built web app in Chromium, against a sandbox with so many posted squares. */
export async function measureWall(squares = 10_000): Promise<WallMeasure> {
  const gallery = await openGallery();
  try {
    await hang(gallery.stage, squares);
    return await look(gallery, squares);
  } finally {
    await gallery.close();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildWebIfOlder();
  await buildFunctions();
  console.log(JSON.stringify(await measureWall(Number(process.argv[2] ?? 10_000)), undefined, 2));
}
