import { connectBluesky } from "@twobytwo/sandbox/test/connect-bluesky";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

describe.skipIf(executablePath === undefined)("the web app, where Bluesky is connected", () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery();
  }, 60_000);
  afterAll(() => gallery.close());

  it("names the account, links to both posts, and counts a caption for both networks", {
    timeout: 60_000,
  }, async () => {
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
});
