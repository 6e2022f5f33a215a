import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

describe.skipIf(executablePath === undefined)("the web app, where Bluesky is connected", () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery();
  });
  afterAll(() => gallery.close());

  it("names the account, links to both posts, and counts a caption for both networks", async () => {
    const { stage } = gallery;
    await connectBluesky(stage);
    const posted = await stage.add(undefined, { title: "Shared" });
    const queued = await stage.add("two-spaniels.jpg", { title: "Waiting" });
    await stage.run({ squareId: posted.id });
    const page = await gallery.open("/history");
    await page.getByText("Shared on Bluesky as @artist.test").first().waitFor();
    const link = page.getByRole("link", { name: "View post of Shared on Bluesky" });
    expect(await link.getAttribute("href")).toBe((await stage.square(posted.id)).bluesky?.url);
    await page.getByRole("link", { name: "View post of Shared", exact: true }).waitFor();

    await page.goto(`${gallery.origin}/squares/${queued.id}`);
    await page.getByText("7 of 300 characters, as Bluesky counts").waitFor();
    await page.getByLabel("Caption", { exact: true }).fill("See https://example.org/a/very/long/path");
    await page.getByText("31 of 300 characters, as Bluesky counts").waitFor();
    await page.getByText("On Bluesky: See example.org/a/very/long/...").waitFor();
    expect(gallery.complaints()).toEqual([]);
  });

  it("gives a series captions by a template, each seen and counted before, and leaves what was written by hand", async () => {
    const { stage } = gallery;
    const words = { series: "Ridge", altText: "A ridge" };
    const ids: string[] = [];
    for (const more of [{ title: "First" }, { title: "Second", caption: "Mine" }, { title: "x".repeat(279) }])
      ids.push((await stage.add(undefined, { unlike: more.title, ...words, ...more })).id);
    const page = await gallery.open("/?series=Ridge");
    await page.getByRole("button", { name: "Captions of this series" }).click();
    const dialog = page.getByRole("dialog", { name: "Captions of “Ridge”" });
    const row = (title: string) => dialog.getByRole("listitem", { name: title });
    await row("First").getByText("First, Ridge #1").waitFor();
    await row("First").getByText("No. 1 · 15 of 280, 15 of 300 on Bluesky").waitFor();
    await row("x".repeat(279)).getByText("counts as 289 characters, and X accepts 280").waitFor();
    await dialog.getByText("1 caption cannot be changed.").waitFor();
    await dialog.getByText("1 caption stays as it is").click();
    await dialog.getByText("2. Second written by hand").waitFor();
    expect(await violations(page)).toEqual([]);

    await dialog.getByLabel("Template").fill("{titel}");
    await dialog.getByText("A template has no {titel}").waitFor();
    expect(await dialog.getByRole("button", { name: "Change 0 captions" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Template").fill("2x2.art ");
    await dialog.getByText("2 captions have a link: such a post costs $0.20 instead of $0.015.").waitFor();
    await dialog.getByLabel("Template").fill("Number ");
    await dialog.getByRole("button", { name: "{n}" }).click();
    await row("First").getByText("Number 1").waitFor();
    // What is typed is there after a reload.
    await dialog.getByText("Kept on this device.").waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Captions of this series" }).click();
    await row("First").getByText("Number 1").waitFor();
    await dialog.getByRole("button", { name: "Change 2 captions" }).click();
    await page.getByText("2 captions of “Ridge” changed.").waitFor();
    const captions = await Promise.all(ids.map(async (id) => (await stage.square(id)).caption));
    expect(captions).toEqual(["Number 1", "Mine", "Number 3"]);

    await page.getByRole("button", { name: "Captions of this series" }).click();
    await dialog.getByText("3 captions stay as they are").waitFor();
    expect(await dialog.getByLabel("Template").inputValue()).toBe("Number {n}");
    expect(await dialog.getByText("Kept on this device.").count()).toBe(0);
    expect(gallery.complaints()).toEqual([]);
  });
});
