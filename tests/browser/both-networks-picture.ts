import "@twobytwo/scripts/require-node";
import path from "node:path";
import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import { buildFunctions } from "@twobytwo/scripts/build";
import { buildWebIfOlder } from "@twobytwo/scripts/build-web";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { openGallery } from "./gallery.ts";

/** Makes docs/images/both-networks.webp: a run that posts to both networks as its graph, and the two timelines. */

const picture = path.join(root, "docs", "images", "both-networks.webp");
const height = 1290;

async function shotOf(page: Page, width: number): Promise<Buffer> {
  await page.setViewportSize({ width, height });
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())));
  return page.screenshot();
}

await buildWebIfOlder();
await buildFunctions();
const gallery = await openGallery();
try {
  const { stage, context } = gallery;
  await connectBluesky(stage);
  const words = { title: "Autumn ridge", caption: "Autumn ridge, oil on board. #landscape", altText: "A wooded ridge" };
  const square = await stage.add("autumn-ridge.jpg", words);
  await stage.add("two-spaniels.jpg");
  const { executionArn } = await stage.run({ squareId: square.id });
  const run = await gallery.open(`/runs/${executionArn.split(":").at(-1)}`);
  const [x, bluesky] = [await context.newPage(), await context.newPage()];
  await x.goto(stage.sandbox.endpoints.x);
  await bluesky.goto(stage.sandbox.endpoints.bluesky);
  const shots = [
    { left: 0, input: await shotOf(run, 1100) },
    { left: 1120, input: await shotOf(x, 440) },
    { left: 1580, input: await shotOf(bluesky, 440) },
  ];
  await sharp({ create: { width: 2020, height, channels: 3, background: "#e9e6e1" } })
    .composite(shots.map((shot) => ({ ...shot, top: 0 })))
    .webp({ quality: 82 })
    .toFile(picture);
} finally {
  await gallery.close();
}
console.log(`${path.relative(root, picture)} is made anew`);
