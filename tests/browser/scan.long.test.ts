import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { project } from "@twobytwo/core/pictures/homography";
import { warp } from "@twobytwo/core/pictures/warp";
import type { Square } from "@twobytwo/core/squares/square";
import { rowsByStatus } from "@twobytwo/core/squares/table";
import { asStored } from "@twobytwo/core/test/pictures/orientations";
import { root } from "@twobytwo/scripts/root";
import { loadPaintings } from "@twobytwo/web/test/scan/paintings";
import { renderScene } from "@twobytwo/web/test/scan/render";
import { type Scene, sceneOf } from "@twobytwo/web/test/scan/scene";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import { fingerOn } from "./touch.ts";

const size = { width: 1200, height: 900 };
const fixtures = path.join(root, "packages/core/test/pictures/fixtures");
const samples = path.join(root, "samples");

interface Photograph {
  scene: Scene;
  file: { name: string; mimeType: string; buffer: Buffer };
  /** What looking straight at the painting really shows. */
  truth: Buffer;
}

/** A photograph of a painting on a table, rendered with the corners known. */
async function photograph(ground: "dark" | "wood", seed: number): Promise<Photograph> {
  const scene = sceneOf(ground, seed, await loadPaintings("heldOut"), size);
  const { width, height, data } = await renderScene(scene, seed);
  const buffer = await sharp(data, { raw: { width, height, channels: 4 } })
    .jpeg({ quality: 95 })
    .toBuffer();
  const sheet = scene.sheets[0];
  if (sheet === undefined) throw new Error("the scene has no painting");
  const half = sheet.side / 2;
  const corner = (x: number, y: number) => {
    const [cos, sin] = [Math.cos(sheet.angle), Math.sin(sheet.angle)];
    return project(scene.camera, sheet.middle.x + x * cos - y * sin, sheet.middle.y + x * sin + y * cos);
  };
  const straight = warp(
    { width, height, data },
    [corner(-half, -half), corner(half, -half), corner(half, half), corner(-half, half)],
    128,
  );
  const truth = await sharp(straight.data, { raw: { width: 128, height: 128, channels: 4 } })
    .removeAlpha()
    .raw()
    .toBuffer();
  return { scene, file: { name: `${ground}-${seed}.jpg`, mimeType: "image/jpeg", buffer }, truth };
}

const dull = (width: number, height: number, level: number) => ({
  create: { width, height, channels: 3 as const, background: { r: level, g: level, b: level } },
});

/** A film of one still picture, as Chromium's fake camera reads it. */
async function film(picture: Buffer, width: number, height: number): Promise<Buffer> {
  const { data } = await sharp(picture).resize(width, height).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const luma = Buffer.alloc(width * height);
  const chroma = [Buffer.alloc((width * height) / 4), Buffer.alloc((width * height) / 4)] as const;
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 3;
      const [r, g, b] = [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0];
      luma[y * width + x] = 0.299 * r + 0.587 * g + 0.114 * b;
      if (y % 2 || x % 2) continue;
      chroma[0][(y * width) / 4 + x / 2] = 128 - 0.169 * r - 0.331 * g + 0.5 * b;
      chroma[1][(y * width) / 4 + x / 2] = 128 + 0.5 * r - 0.419 * g - 0.081 * b;
    }
  const frame = Buffer.concat([Buffer.from("FRAME\n"), luma, ...chroma]);
  return Buffer.concat([
    Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`),
    ...Array.from({ length: 5 }, () => frame),
  ]);
}

/** Mean difference in levels, whichever side is up: a table has no top. */
function difference(one: Buffer, other: Buffer): number {
  const side = Math.round(Math.sqrt(one.length / 3));
  const at = (x: number, y: number) => (y * side + x) * 3;
  const turns = [
    (x: number, y: number) => at(x, y),
    (x: number, y: number) => at(side - 1 - y, x),
    (x: number, y: number) => at(side - 1 - x, side - 1 - y),
    (x: number, y: number) => at(y, side - 1 - x),
  ];
  return Math.min(
    ...turns.map((turn) => {
      let sum = 0;
      for (let y = 0; y < side; y += 1)
        for (let x = 0; x < side; x += 1)
          for (let c = 0; c < 3; c += 1) sum += Math.abs((one[at(x, y) + c] ?? 0) - (other[turn(x, y) + c] ?? 0));
      return sum / one.length;
    }),
  );
}

describe.skipIf(executablePath === undefined)("the scanner", () => {
  let gallery: Gallery;
  let page: Page;
  let folder: string;

  const queued = async () =>
    (await rowsByStatus(gallery.stage.ports.table, { status: "queued", limit: 50 })) as unknown as Square[];
  const pictureOf = async ({ objectKey }: Square) => {
    const { client, name } = gallery.stage.ports.bucket;
    const object = await client.send(new GetObjectCommand({ Bucket: name, Key: objectKey }));
    return Buffer.from((await object.Body?.transformToByteArray()) ?? []);
  };
  const topLeft = async () => {
    const label = await page.getByRole("button", { name: /^Top left corner/ }).getAttribute("aria-label");
    return /(\d+) % across, (\d+) % down/
      .exec(label ?? "")
      ?.slice(1)
      .map(Number);
  };
  const photo = () => page.getByLabel("Take a photo");
  const save = async (title: string) => {
    await page.getByLabel("Title").fill(title);
    await page.getByRole("button", { name: "Save", exact: true }).click();
  };

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "twobytwo-camera-"));
    const camera = path.join(folder, "table.y4m");
    await writeFile(camera, await film((await photograph("dark", 3)).file.buffer, 960, 720));
    gallery = await openGallery([
      "--use-fake-device-for-media-stream",
      "--use-fake-ui-for-media-stream",
      `--use-file-for-fake-video-capture=${camera}`,
    ]);
    await gallery.stage.pauseByPerson();
    page = await gallery.open("/scan");
    // The app is on the device from its first visit on; the second one may be without a network.
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
  });
  afterAll(async () => {
    await gallery?.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => {
    expect(gallery.complaints()).toEqual([]);
  });

  it("finds a painting in a photograph, and the queue gets its true rectification in full size", async () => {
    const { file, truth } = await photograph("dark", 3);
    await photo().setInputFiles(file);
    await page.getByRole("img", { name: "The square, straightened" }).waitFor();
    expect(await page.getByText("The square is hard to see").count()).toBe(0);
    await page.getByLabel("Alt text").fill("A painting on a dark table");
    await save("Scanned");
    await expect.poll(async () => (await queued()).length, { timeout: 30_000 }).toBe(1);
    const [square] = await queued();
    expect(square).toMatchObject({ title: "Scanned", altText: "A painting on a dark table" });
    const picture = sharp(await pictureOf(square as Square));
    const { width = 0, height } = await picture.metadata();
    expect(width).toBe(height);
    expect(width).toBeGreaterThan(400);
    const got = await picture.resize(128, 128).removeAlpha().raw().toBuffer();
    expect(difference(got, truth)).toBeLessThan(6);
    await expect.poll(() => page.getByText("on this device").count(), { timeout: 30_000 }).toBe(0);
  });

  it("lets a person set the corners by the keyboard, within the picture and never inside out", async () => {
    const { file } = await photograph("dark", 4);
    await photo().setInputFiles(file);
    const corner = page.getByRole("button", { name: /^Top left corner/ });
    const [x = 0, y = 0] = (await topLeft()) ?? [];
    await corner.focus();
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("Shift+ArrowRight");
    await page.keyboard.press("Shift+ArrowDown");
    const [nowX = 0, nowY = 0] = (await topLeft()) ?? [];
    expect(Math.abs(nowX - x - 3)).toBeLessThanOrEqual(1);
    expect(Math.abs(nowY - y - 1)).toBeLessThanOrEqual(1);
    for (let press = 0; press < 120; press += 1) await page.keyboard.press("Shift+ArrowRight");
    const [farX = 0] = (await topLeft()) ?? [];
    expect(farX).toBeLessThan(100);
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("takes the photograph by itself when the live camera sees a square that holds still", async () => {
    await page.getByRole("button", { name: "Live camera" }).click();
    await page.getByRole("img", { name: /^Photo camera-/ }).waitFor({ timeout: 60_000 });
    expect(await page.locator("video").count()).toBe(0);
    expect(await page.getByText("The square is hard to see").count()).toBe(0);
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("says what to do where the device has no space left for a photograph", async () => {
    const { origin, context } = gallery;
    const devtools = await context.newCDPSession(page);
    await devtools.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: 1 });
    await photo().setInputFiles((await photograph("dark", 4)).file);
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByText("This device has no space left for the picture.").waitFor();
    await devtools.send("Storage.overrideQuotaForOrigin", { origin });
    await devtools.detach();
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("keeps three squares that were scanned without a network, with the app closed in between, and sends each once", async () => {
    const photographs = [await photograph("dark", 5), await photograph("wood", 6), await photograph("dark", 7)];
    await gallery.context.setOffline(true);
    for (const [index, { file }] of photographs.entries()) {
      await photo().setInputFiles(file);
      await save(`Offline ${index + 1}`);
      await page.getByText(new RegExp(`^${index + 1} squares? on this device`)).waitFor();
    }
    await page.close();

    page = await gallery.tab();
    await page.goto(`${gallery.origin}/scan`);
    await page.getByText("3 squares on this device").waitFor();
    expect((await queued()).length).toBe(1);

    await gallery.context.setOffline(false);
    await expect.poll(async () => (await queued()).length, { timeout: 60_000 }).toBe(4);
    await expect.poll(() => page.getByText("on this device").count(), { timeout: 30_000 }).toBe(0);
    const titles = (await queued()).map(({ title }) => title).sort();
    expect(titles).toEqual(["Offline 1", "Offline 2", "Offline 3", "Scanned"]);
  });

  it("makes several squares of one photograph", async () => {
    const before = (await queued()).length;
    const { file } = await photograph("dark", 8);
    await photo().setInputFiles(file);
    await page.getByRole("button", { name: "Add another square" }).click();
    await page.getByLabel("Title").fill("Second of one");
    await page.getByRole("button", { name: "Square 1" }).click();
    await page.getByLabel("Title").fill("First of one");
    await page.getByRole("button", { name: "Save 2 squares" }).click();
    const decide = page.getByRole("button", { name: "Different picture: add" });
    await expect
      .poll(
        async () => {
          // The two overlap here, so the second may look like the first.
          if (await decide.count()) await decide.first().click();
          return (await queued()).length;
        },
        { timeout: 60_000 },
      )
      .toBe(before + 2);
    const made = (await queued()).filter(({ title }) => title.endsWith("of one"));
    expect(new Set(made.map(({ originalKey }) => originalKey)).size).toBe(1);
    expect(new Set(made.map(({ objectKey }) => objectKey)).size).toBe(2);
  });

  it("keeps a guess for each of several squares that it is not sure of", async () => {
    // A sixth wider than high: no squares for certain.
    const board = await sharp(dull(220, 190, 40))
      .png()
      .toBuffer();
    const places = [80, 480].flatMap((left) => [60, 340].map((top) => ({ input: board, left, top })));
    const buffer = await sharp(dull(800, 600, 120))
      .composite(places)
      .jpeg()
      .toBuffer();
    await photo().setInputFiles({ name: "four.jpg", mimeType: "image/jpeg", buffer });
    const squares = page.getByRole("navigation", { name: "Squares in this photo" }).getByRole("button");
    await squares.nth(3).waitFor();
    const seen = [];
    for (const square of await squares.all()) {
      expect(await square.textContent()).toContain("?");
      await square.click();
      seen.push(await topLeft());
    }
    const truths = places.map(({ left, top }) => [Math.round(left / 8), Math.round(top / 6)]);
    expect(seen.sort()).toEqual(truths.sort());
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("shows one frame where nothing is found, and begins one at each place that is tapped", async () => {
    const buffer = await sharp(dull(800, 600, 120))
      .jpeg()
      .toBuffer();
    await photo().setInputFiles({ name: "nothing.jpg", mimeType: "image/jpeg", buffer });
    await page.getByText("No square was found. Set the corners, or tap the painting.").waitFor();
    expect(await topLeft()).toEqual([13, 0]);
    await page.getByLabel("Title").fill("Kept");
    const finger = await fingerOn(page);
    const picture = page.getByRole("img", { name: "Photo nothing.jpg" });
    await finger.tap(picture, { x: 0.305, y: 0.3 });
    await expect.poll(topLeft).toEqual([18, 13]);
    expect(await page.getByLabel("Title").inputValue()).toBe("Kept");
    await finger.tap(picture, { x: 0.805, y: 0.8 });
    await expect.poll(topLeft).toEqual([68, 63]);
    await finger.lift();
    expect(await page.getByRole("navigation", { name: "Squares in this photo" }).getByRole("button").count()).toBe(2);
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  // Turned and mirrored; tests of core have all eight.
  it("shows a photograph of EXIF orientation 7 upright, once", async () => {
    const upright = await sharp(path.join(samples, "autumn-ridge.jpg")).resize(320, 200).png().toBuffer();
    const buffer = await asStored(upright, 7);
    const read = await sharp(buffer).autoOrient().raw().toBuffer({ resolveWithObject: true });
    expect([read.info.width, read.info.height]).toEqual([320, 200]);

    await photo().setInputFiles({ name: "turned.jpg", mimeType: "image/jpeg", buffer });
    const canvas = page.getByRole("img", { name: /^Photo turned/ });
    const shown = await canvas.evaluate((element: HTMLCanvasElement) => {
      const context = element.getContext("2d");
      return {
        width: element.width,
        height: element.height,
        pixels: [...(context?.getImageData(0, 0, element.width, element.height).data ?? [])],
      };
    });
    expect([shown.width, shown.height]).toEqual([320, 200]);
    let sum = 0;
    for (let at = 0; at < 320 * 200; at += 1)
      for (let c = 0; c < 3; c += 1) sum += Math.abs((shown.pixels[at * 4 + c] ?? 0) - (read.data[at * 3 + c] ?? 0));
    expect(sum / (320 * 200 * 3)).toBeLessThan(4);
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("shows a photograph of 24 megapixels, and not a blank one", async () => {
    const buffer = await sharp(path.join(samples, "hilltop-sunset.png")).resize(5712, 4284).jpeg().toBuffer();
    await photo().setInputFiles({ name: "large.jpg", mimeType: "image/jpeg", buffer });
    const canvas = page.getByRole("img", { name: "Photo large.jpg" });
    const middle = await canvas.evaluate((element: HTMLCanvasElement) => [
      ...(element.getContext("2d")?.getImageData(element.width >> 1, element.height >> 1, 1, 1).data ?? []),
    ]);
    expect(middle[3]).toBe(255);
    expect((middle[0] ?? 0) + (middle[1] ?? 0) + (middle[2] ?? 0)).toBeGreaterThan(30);
    await page.getByRole("button", { name: "Discard photo" }).click();
  });

  it("refuses a HEIC that this browser cannot show, with words that help", async () => {
    const buffer = await readFile(path.join(fixtures, "turned-p3.heic"));
    await photo().setInputFiles({ name: "IMG_0042.HEIC", mimeType: "image/heic", buffer });
    await page
      .getByText(/cannot open IMG_0042\.HEIC to crop it, because it is HEIC\. Use “Add”/)
      .first()
      .waitFor();
  });

  it("can be installed, and opens without a network", async () => {
    const manifest = await (await fetch(`${gallery.origin}/manifest.webmanifest`)).json();
    expect(manifest).toMatchObject({ display: "standalone", start_url: "/", share_target: { method: "POST" } });
    for (const { src, sizes, type } of manifest.icons as { src: string; sizes: string; type: string }[]) {
      const response = await fetch(gallery.origin + src);
      expect(response.headers.get("content-type")).toBe(type);
      const { width } = await sharp(Buffer.from(await response.arrayBuffer())).metadata();
      if (sizes !== "any") expect(`${width}x${width}`).toBe(sizes);
    }
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
    const devtools = await gallery.context.newCDPSession(page);
    const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");
    expect(installabilityErrors.map(({ errorId }) => errorId)).toEqual([]);
    await gallery.context.setOffline(true);
    try {
      await page.goto(`${gallery.origin}/queue`);
      await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
    } finally {
      await gallery.context.setOffline(false);
    }
  });
});
