import { editSquare } from "@twobytwo/core/curating/edit";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const soon = { timeout: 30_000 };

/** Each test begins where the one before has ended. */
describe.skipIf(executablePath === undefined)("words that are not saved", () => {
  let gallery: Gallery;
  let page: Page;
  let id: string;
  const field = (name: "Caption" | "Title" | RegExp) =>
    page.getByRole("form", { name: "Words" }).getByLabel(name, { exact: typeof name === "string" });
  const open = async (square = id) => {
    await page.goto(`${gallery.origin}/squares/${square}`);
    await field("Caption").waitFor(soon);
  };
  const elsewhere = (words: { caption?: string; altText?: string }) =>
    editSquare(gallery.stage.ports.table, { id, words, now: Date.now() });
  const value = (name: "Caption" | RegExp) => field(name).inputValue();

  beforeAll(async () => {
    gallery = await openGallery();
    for (const title of ["First", "Second"])
      ({ id } = await gallery.stage.add("dandelion-evening.jpg", { unlike: title, title, altText: "Yellow" }));
    page = await gallery.open("/queue");
  });
  afterAll(() => gallery?.close());
  afterEach(() => expect(gallery.complaints()).toEqual([]));

  it("are there after a reload and in a new tab, and are marked in the queue and on the wall", async () => {
    await open();
    await field("Caption").fill("Typed on the train");
    await page.reload();
    await expect.poll(() => value("Caption"), soon).toBe("Typed on the train");
    const closed = page;
    page = await gallery.context.newPage();
    await closed.close();
    await page.goto(`${gallery.origin}/queue`);
    await page.getByRole("listitem").filter({ hasText: "Second" }).getByText("not saved").waitFor(soon);
    await page.goto(gallery.origin);
    await page
      .getByRole("link", { name: /Second/ })
      .getByText("not saved")
      .waitFor(soon);
  });

  it("take over what was changed elsewhere meanwhile, where it is not the same word", async () => {
    await elsewhere({ altText: "Dandelions" });
    await open();
    await expect.poll(() => value(/^Alt text/), soon).toBe("Dandelions");
    expect(await value("Caption")).toBe("Typed on the train");
  });

  it("stand beside what was saved elsewhere where it is the same word, also after a reload", async () => {
    await page.goto(`${gallery.origin}/queue`);
    await elsewhere({ caption: "Written at the desk" });
    for (let looks = 0; looks < 2; looks += 1) {
      await open();
      const conflict = page.getByRole("alert", { name: "Changed elsewhere" });
      await conflict.getByText("Typed on the train").waitFor(soon);
      await conflict.getByText("Written at the desk").waitFor(soon);
    }
    await page.getByRole("button", { name: "Keep mine" }).click();
    await page.getByText("Saved.").waitFor(soon);
    expect((await gallery.stage.square(id)).caption).toBe("Typed on the train");
    await page.reload();
    await field("Caption").waitFor(soon);
    expect(await page.getByText("Not saved").count()).toBe(0);
  });

  it("outlive the session, and are gone once they are discarded", async () => {
    await open();
    await field("Caption").fill("Typed before the session ended");
    await gallery.endSession();
    await page.reload();
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("unsaved:")).length),
    ).toBe(1);
    await page.goto(await gallery.invite());
    await page.getByRole("button", { name: "Create passkey" }).waitFor(soon);
    page = await gallery.open(`/squares/${id}`);
    await expect.poll(() => value("Caption"), soon).toBe("Typed before the session ended");
    await page.getByRole("button", { name: "Discard my changes" }).click();
    await page.reload();
    await expect.poll(() => value("Caption"), soon).toBe("Typed on the train");
  });

  it("make the browser ask before the page is left, only where this device cannot store them", async () => {
    await page.evaluate(() => {
      Storage.prototype.setItem = () => {
        throw new DOMException("full", "QuotaExceededError");
      };
    });
    await field("Caption").fill("Nowhere to be kept");
    const asked = page.waitForEvent("dialog", soon);
    const left = page.reload().catch(() => undefined);
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.accept();
    await left;
    await field("Caption").waitFor(soon);
    expect(await value("Caption")).toBe("Typed on the train");
  });

  it("of pictures that are not added yet make it ask as well, on any page, and only until they are removed", async () => {
    await page.goto(`${gallery.origin}/add`);
    await page.getByLabel("Choose pictures").setInputFiles("samples/two-spaniels.jpg");
    const items = page.locator(".add-item");
    await items.getByLabel("Title").fill("Two dogs");
    await page.getByRole("link", { name: "Queue" }).click();
    const asked = page.waitForEvent("dialog", soon);
    const left = page.evaluate(() => window.location.reload());
    await (await asked).dismiss();
    await left;
    await page.getByRole("link", { name: "Add" }).click();
    expect(await items.getByLabel("Title").inputValue()).toBe("Two dogs");
    await items.getByRole("button", { name: /^Remove/ }).click();
    await open();
  });

  it("go with a square that is deleted for good, which asks first; all of it with the keyboard", async () => {
    await field("Caption").fill("To be deleted");
    const before = await gallery.stage.stock();
    const press = async (name: string) => {
      await page.getByRole("button", { name, exact: true }).focus();
      await page.keyboard.press("Enter");
    };
    await press("Delete for good…");
    await press("Keep it");
    expect(await gallery.stage.stock()).toEqual(before);
    await press("Delete for good…");
    await press("Delete for good");
    await page.getByText("“Second” is deleted.").waitFor(soon);
    expect(await gallery.stage.stock()).toEqual({ queued: 1 });
    expect(
      await page.evaluate(() => Object.keys(localStorage).find((key) => key.startsWith("unsaved:"))),
    ).toBeUndefined();
    await expect.poll(() => page.getByRole("dialog").count(), soon).toBe(0);
  });
});
