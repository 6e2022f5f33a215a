import { GetObjectCommand } from "@aws-sdk/client-s3";
import { files, openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath, openChromium } from "./chromium.ts";

describe.skipIf(executablePath === undefined)("X's timeline in the sandbox", () => {
  let stage: Stage;
  let browser: Awaited<ReturnType<typeof openChromium>>;

  beforeAll(async () => {
    [stage, browser] = await Promise.all([openStage(), openChromium()]);
  });
  afterAll(() => Promise.all([stage.close(), browser.close()]));

  it.each([
    ["phone", 390, 844],
    ["desktop", 1280, 900],
  ])("shows what a run posted, with the true picture and its alt text, on a %s", async (device, width, height) => {
    const file = device === "phone" ? files[0] : files[2];
    const { objectKey } = await stage.add(file, {
      caption: `Seen on a ${device} <b>`,
      altText: `A picture for a ${device}`,
    });
    const run = await stage.run();
    const page = await browser.context.newPage();
    await page.setViewportSize({ width, height });
    await page.goto(stage.sandbox.endpoints.x);

    const post = page.locator("article").first();
    expect(await post.textContent()).toContain(`Seen on a ${device} <b>`);
    const shown = post.locator("img");
    expect(await shown.getAttribute("alt")).toBe(`A picture for a ${device}`);
    await expect.poll(() => shown.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(600);
    const address = new URL((await shown.getAttribute("src")) ?? "", page.url());
    const bytes = Buffer.from(await (await fetch(address)).arrayBuffer());
    const { client, name } = stage.ports.bucket;
    const object = await client.send(new GetObjectCommand({ Bucket: name, Key: objectKey }));
    expect(bytes.equals((await object.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    expect(await page.content()).toContain((run.output as { tweetId: string }).tweetId);
    await page.close();
  });
});
