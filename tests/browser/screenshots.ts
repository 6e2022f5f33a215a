import "@twobytwo/scripts/require-node";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";
import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { addSquare } from "@twobytwo/core/adding/add-square";
import type { Stage } from "@twobytwo/sandbox/test/stage";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { type Gallery, openGallery, register } from "./gallery.ts";

/** Makes docs/images/<page>-{phone,desktop}.webp: every page of the web app, with squares made of the samples. */

const images = path.join(root, "docs", "images");
const samples = path.join(root, "samples");

interface Sample {
  file: string;
  title: string;
  caption?: string;
  altText?: string;
  series?: string;
}

/** Parts of a photograph make squares of their own. */
const details = [
  { name: "", left: 0, top: 0, side: 1 },
  { name: ", study", left: 0.08, top: 0.3, side: 0.5 },
  { name: ", detail", left: 0.45, top: 0.12, side: 0.45 },
  { name: ", close", left: 0.3, top: 0.5, side: 0.4 },
] as const;

async function partsOf({ file, ...words }: Sample) {
  const source = sharp(await readFile(path.join(samples, file))).rotate();
  const { width = 0, height = 0 } = await source.metadata();
  const whole = Math.min(width, height);
  return Promise.all(
    details.map(async ({ name, left, top, side }) => {
      const size = Math.round(whole * side);
      const area = {
        left: Math.round(left * (width - size)),
        top: Math.round(top * (height - size)),
        width: size,
        height: size,
      };
      const bytes = await source.clone().extract(area).resize(900, 900).jpeg({ quality: 88 }).toBuffer();
      return { ...words, name: file, bytes, title: `${words.title}${name}` };
    }),
  );
}

/** Squares in every status, and runs that went well, failed, and looked again before they went well. */
async function hang(stage: Stage): Promise<{ run: string; square: string }> {
  const rows = JSON.parse(await readFile(path.join(samples, "squares.json"), "utf8")) as Sample[];
  const sheets = await Promise.all(rows.map(partsOf));
  const add = async (square: (typeof sheets)[number][number], status: "queued" | "draft" = "queued") => {
    const added = await addSquare(stage.ports, { ...square, status, allowSimilar: true });
    if (!added.added) throw new Error(`${square.title}: ${added.message}`);
    return added.square;
  };
  const sheet = (index: number) => sheets.flatMap((parts) => parts[index] ?? []);
  for (const square of sheet(1)) await stage.run({ squareId: (await add(square)).id });
  const [first, second, ...rest] = sheet(2);
  if (first === undefined || second === undefined) throw new Error("the samples are missing");
  const lost = await add(first);
  const { client, name } = stage.ports.bucket;
  await client.send(new DeleteObjectCommand({ Bucket: name, Key: lost.objectKey }));
  await stage.run({ squareId: lost.id });
  stage.sandbox.x.inject({ kind: "server-error", status: 503 }, { kind: "lost-answer", operation: "POST /2/tweets" });
  const { executionArn } = await stage.run({ squareId: (await add(second)).id });
  await stage.sandbox.x.reset();
  for (const square of rest.slice(0, 3)) await add({ ...square, altText: "" }, "draft");
  const queued = [];
  for (const square of [...sheet(0), ...sheet(3).slice(0, 4)]) queued.push(await add(square));
  return { run: executionArn.split(":").at(-1) ?? "", square: queued[0]?.id ?? "" };
}

const devices = {
  phone: { viewport: { width: 390, height: 844 }, scale: 2 },
  desktop: { viewport: { width: 1440, height: 900 }, scale: 1 },
} as const;

interface Shot {
  name: string;
  path: string;
  theme?: "dark";
  ready?: (page: Page) => Promise<unknown>;
}

const shotsOf = ({ run, square }: { run: string; square: string }): Shot[] => [
  { name: "wall", path: "/" },
  { name: "wall-dark", path: "/", theme: "dark" },
  { name: "queue", path: "/queue" },
  {
    name: "edit",
    path: "/queue",
    ready: async (page) => {
      await page
        .getByRole("button", { name: /^Edit / })
        .nth(1)
        .click();
      await page.getByLabel("Caption").fill("Autumn ridge, oil on board. Prints at 2x2.art");
      await page.getByLabel("Caption").blur();
    },
  },
  {
    name: "add",
    path: "/add",
    ready: (page) =>
      page
        .getByLabel("Choose pictures")
        .setInputFiles([path.join(samples, "fig-in-red-bowl.png"), path.join(samples, "forest-stream.jpg")]),
  },
  { name: "history", path: "/history" },
  { name: "runs", path: "/runs" },
  { name: "run", path: `/runs/${run}` },
  { name: "square", path: `/squares/${square}` },
  {
    name: "schedule",
    path: "/queue",
    ready: async (page) => {
      const strip = page.getByRole("button", { name: /in the queue/ });
      if (await strip.isVisible()) await strip.click();
      await page.getByRole("button", { name: "Change schedule" }).click();
      await page.locator(".preview-times li", { hasText: "6:00 PM" }).first().waitFor();
    },
  },
  { name: "devices", path: "/devices" },
];

async function shoot(gallery: Gallery, page: Page, shot: Shot): Promise<void> {
  for (const [device, { viewport, scale }] of Object.entries(devices)) {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme: shot.theme ?? "light", reducedMotion: "reduce" });
    const devtools = await gallery.context.newCDPSession(page);
    await devtools.send("Emulation.setDeviceMetricsOverride", {
      ...viewport,
      deviceScaleFactor: scale,
      mobile: device === "phone",
    });
    await devtools.send("Emulation.setLocaleOverride", { locale: "en-GB" });
    await page.goto(gallery.origin + shot.path);
    await page.waitForLoadState("networkidle");
    await shot.ready?.(page);
    await page.waitForLoadState("networkidle");
    await page.waitForFunction(() => {
      const isSeen = (element: Element) => {
        const { top, bottom, width } = element.getBoundingClientRect();
        return width > 0 && bottom > 0 && top < window.innerHeight;
      };
      const unfinished = ".skeleton, .picture[data-state='loading'], [aria-busy='true'], .preview-times li:empty";
      return (
        ![...document.querySelectorAll(unfinished)].some(isSeen) &&
        [...document.images].filter(isSeen).every((image) => image.complete)
      );
    });
    await page.evaluate(() =>
      Promise.allSettled([...document.images].filter(({ complete }) => complete).map((image) => image.decode())),
    );
    const png = await page.screenshot();
    const file = path.join(images, `${shot.name}-${device}.webp`);
    await sharp(png).webp({ quality: 82 }).toFile(file);
    await devtools.detach();
    console.log(path.relative(root, file));
  }
}

await buildWebIfOlder();
await buildFunctions();
await mkdir(images, { recursive: true });
const wanted = process.argv.slice(2);
const gallery = await openGallery();
try {
  const shots = shotsOf(await hang(gallery.stage));
  // A second device, so that there is one to revoke. An invite is a secret, and in no picture.
  await register(await gallery.tab(), await gallery.invite(), "Phone");
  const page = await gallery.open();
  for (const shot of shots) if (wanted.length === 0 || wanted.includes(shot.name)) await shoot(gallery, page, shot);
} finally {
  await gallery.close();
}
