import { appendFile, copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const soon = { timeout: 30_000 };

describe.skipIf(executablePath === undefined)("files that change after they were chosen", () => {
  let gallery: Gallery;
  let page: Page;
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "twobytwo-chosen-"));
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    page = await gallery.open("/add");
  });
  afterAll(async () => {
    await gallery?.close();
    await rm(folder, { recursive: true, force: true });
  });
  afterEach(() => gallery.context.setOffline(false));

  const chosen = async (sample: string) => {
    const file = path.join(folder, sample);
    await copyFile(path.join(root, "samples", sample), file);
    await page.getByLabel("Choose pictures").setInputFiles(file);
    return file;
  };
  const send = () => page.getByRole("button", { name: "Add 1 square" }).click();
  const titles = async () =>
    (await nextPosts(gallery.stage.ports, { count: 20 })).posts.map(({ square }) =>
      "title" in square ? square.title : "",
    );

  it.each([
    ["changed", "autumn-ridge.jpg", (file: string) => appendFile(file, "more")],
    ["removed", "two-spaniels.jpg", (file: string) => rm(file)],
  ])("are asked for again where one was %s, with the words that were written", async (_, sample, spoil) => {
    const file = await chosen(sample);
    await page.getByLabel("Title").fill(`Words for ${sample}`);
    await spoil(file);
    await send();
    const item = page.getByRole("listitem", { name: `Words for ${sample}` });
    await item.getByText(`${sample} was changed, moved or removed after you chose it. Choose it again.`).waitFor(soon);
    expect(await item.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await copyFile(path.join(root, "samples", sample), file);
    await item.getByLabel("Choose again").setInputFiles(file);
    await item.locator(".added").waitFor(soon);
    expect(await titles()).toContain(`Words for ${sample}`);
    await page.getByRole("button", { name: "Clear finished" }).click();
  });

  it("are sent as they were where one goes while there is no connection", async () => {
    const file = await chosen("mountain-path.jpg");
    await gallery.context.setOffline(true);
    await send();
    await page.getByText("No connection. It continues when the connection is back.").waitFor(soon);
    await rm(file);
    await gallery.context.setOffline(false);
    await page.locator(".added").waitFor(soon);
    expect(await titles()).toContain("Mountain path");
  });
});
