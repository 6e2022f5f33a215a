import { alike, onTable, waiting } from "@twobytwo/core/test/adding/alike";
import { files, picture } from "@twobytwo/sandbox/test/stage";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const soon = { timeout: 30_000 };
const sameHere = "This picture is already here";
const looksLike = "This looks like another square";
const addIt = "Different picture: add";
const leaveIt = "Same picture: discard";

const [dandelion, ridge, fig, spaniels] = files;

/** Each test has a tab of its own: what is decided later is decided by another one. */
describe.skipIf(executablePath === undefined)("a picture that is here already, or looks like one that is", () => {
  let gallery: Gallery;
  let page: Page;

  const queued = async () => (await gallery.stage.stock()).queued ?? 0;
  const visit = async (path: string) => {
    page = await gallery.tab();
    await page.goto(gallery.origin + path);
  };
  const leave = () => page.close();
  const choose = async (name: string, buffer: Buffer) => {
    await page.getByLabel("Choose pictures").setInputFiles({ name, mimeType: "image/jpeg", buffer });
    await page.getByRole("button", { name: "Add 1 square" }).click();
  };
  const pair = (what: string) => page.getByRole("region", { name: what });
  const decide = (button: string) => pair(looksLike).getByRole("button", { name: button }).click();

  /** Both pictures are there, at one height, the new one first. */
  async function expectSideBySide(region: Locator): Promise<void> {
    await region.waitFor();
    await region.scrollIntoViewIfNeeded();
    const images = region.getByRole("img");
    const widths = () => images.evaluateAll((all) => all.map((one) => (one as HTMLImageElement).naturalWidth > 0));
    await expect.poll(widths, soon).toEqual([true, true]);
    const [left, right] = [await images.nth(0).boundingBox(), await images.nth(1).boundingBox()];
    expect(await images.nth(0).getAttribute("alt")).toBe("The new picture");
    expect(right?.y).toBe(left?.y);
    expect(right?.width).toBe(left?.width);
    expect(right?.x ?? 0).toBeGreaterThan((left?.x ?? 0) + (left?.width ?? 0));
  }

  async function expectAccessible(): Promise<void> {
    for (const width of [1280, 320])
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
    await page.setViewportSize({ width: 1280, height: 900 });
  }

  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    for (const [file, title] of [
      [dandelion, "Dandelion"],
      [ridge, "Ridge"],
      [fig, "Fig"],
    ] as const)
      await gallery.stage.add(file, { title });
    page = await gallery.open("/add");
  });
  afterAll(() => gallery?.close());
  afterEach(() => {
    expect(gallery.complaints()).toEqual([]);
  });

  it("is shown beside the square that it equals, and nothing is added", async () => {
    await choose("copy of it.jpg", await picture(dandelion));
    await expectSideBySide(pair(sameHere));
    const square = pair(sameHere).getByRole("link", { name: "Dandelion" });
    expect(await square.getAttribute("href")).toMatch(/^\/squares\/[0-9A-Z]{26}$/);
    await pair(sameHere).getByText("in the queue").waitFor();
    expect(await pair(sameHere).getByRole("button").allTextContents()).toEqual(["Remove"]);
    await expectAccessible();
    expect(await queued()).toBe(3);
    expect(await waiting(gallery.stage)).toEqual([]);
    await pair(sameHere).getByRole("button", { name: "Remove" }).click();
    await pair(sameHere).waitFor({ state: "detached" });
    expect(await queued()).toBe(3);
  });

  it("is shown beside the square that it looks like, and left out it leaves nothing behind", async () => {
    await choose("smaller.jpg", await alike(dandelion));
    await expectSideBySide(pair(looksLike));
    await pair(looksLike).getByRole("link", { name: "Dandelion" }).waitFor();
    expect(await queued()).toBe(3);
    expect(await waiting(gallery.stage)).toHaveLength(1);
    await decide(leaveIt);
    await pair(looksLike).waitFor({ state: "detached" });
    expect(await queued()).toBe(3);
    expect(await waiting(gallery.stage)).toEqual([]);
  });

  it("is one square more where the person adds it all the same", async () => {
    await choose("print of the dandelion.jpg", await alike(dandelion));
    await expectSideBySide(pair(looksLike));
    await decide(addIt);
    await page.locator(".added").getByText("In the queue").waitFor();
    expect(await queued()).toBe(4);
    expect(await waiting(gallery.stage)).toEqual([]);
    await page.getByRole("navigation").getByRole("link", { name: "Queue" }).click();
    await page.locator(".queue .row-title").getByText("Print of the dandelion").waitFor();
    await leave();
  });

  it("waits for the decision while the app is closed, and asks again at the next visit", async () => {
    await visit("/add");
    await choose("ridge once more.jpg", await alike(ridge, 60));
    await pair(looksLike).waitFor();
    await leave();

    await visit("/add");
    await expectSideBySide(pair(looksLike));
    await pair(looksLike).getByRole("link", { name: "Ridge", exact: true }).waitFor();
    // What waits is not done, and is not cleared with what is.
    expect(await page.getByRole("button", { name: "Clear finished" }).count()).toBe(0);
    await expectAccessible();
    await choose("ridge a third time.jpg", await alike(ridge, 80));
    await expect.poll(() => pair(looksLike).count(), soon).toBe(2);
    await leave();

    await visit("/add");
    await expect.poll(() => pair(looksLike).count(), soon).toBe(2);
    await pair(`${looksLike}: Ridge once more`).getByRole("button", { name: addIt }).click();
    await page.locator(".added").waitFor();
    expect(await queued()).toBe(5);
    await pair(`${looksLike}: Ridge a third time`).getByRole("button", { name: leaveIt }).click();
    await expect.poll(() => pair(looksLike).count(), soon).toBe(0);
    expect(await queued()).toBe(5);
    expect(await waiting(gallery.stage)).toEqual([]);
    await leave();
  });

  it("is asked about once, where two tabs show the same one and one of them has decided", async () => {
    await visit("/add");
    await choose("fig, larger.jpg", await alike(fig));
    await pair(looksLike).waitFor();
    const first = page;
    await visit("/add");
    await decide(addIt);
    await page.locator(".added").waitFor();
    await leave();
    page = first;
    await decide(leaveIt);
    await page.locator(".added").getByText("In the queue").waitFor();
    expect(await queued()).toBe(6);
    await leave();
  });

  describe("that was scanned", () => {
    const scan = async (title: string, quality: number) => {
      const buffer = await onTable(spaniels, quality);
      const file = { name: `table-${quality}.jpg`, mimeType: "image/jpeg", buffer };
      await page.getByLabel("Take a photo").setInputFiles(file);
      await page.getByLabel("Title").fill(title);
      await page.getByRole("button", { name: "Save", exact: true }).click();
      await page.getByRole("img", { name: "The square, straightened" }).waitFor({ state: "detached" });
    };
    const onDevice = () => page.getByText(/on this device, not yet in the queue/).count();
    /** Tickets for uploads that this tab asks for. */
    const ticketsOf = (tab: Page) => {
      const tickets: string[] = [];
      tab.on("request", (request) => {
        if (request.method() === "POST" && new URL(request.url()).pathname === "/api/uploads")
          tickets.push(request.url());
      });
      return tickets;
    };

    it("waits on the device as well, is not sent a second time, and is decided on there", async () => {
      await visit("/scan");
      await scan("Spaniels", 95);
      await expect.poll(queued, soon).toBe(7);
      await expect.poll(onDevice, soon).toBe(0);
      await scan("Spaniels again", 80);
      await expectSideBySide(pair(looksLike));
      await expectAccessible();
      await leave();

      page = await gallery.tab();
      const tickets = ticketsOf(page);
      await page.goto(`${gallery.origin}/scan`);
      await expectSideBySide(pair(looksLike));
      expect(tickets).toEqual([]);
      expect(await waiting(gallery.stage)).toHaveLength(1);
      await decide(leaveIt);
      await expect.poll(onDevice, soon).toBe(0);
      expect(await queued()).toBe(7);
      expect(await waiting(gallery.stage)).toEqual([]);
      await scan("Spaniels, a print", 70);
      await decide(addIt);
      await expect.poll(onDevice, soon).toBe(0);
      expect(await queued()).toBe(8);
      await leave();
    });

    it("leaves the device where the page Add has decided on it", async () => {
      await visit("/scan");
      await scan("Left out elsewhere", 75);
      await scan("Added elsewhere", 65);
      await expect.poll(() => pair(looksLike).count(), soon).toBe(2);
      const scanner = page;
      await visit("/add");
      await expectSideBySide(pair(`${looksLike}: Left out elsewhere`));
      await pair(`${looksLike}: Left out elsewhere`).getByRole("button", { name: leaveIt }).click();
      await pair(`${looksLike}: Added elsewhere`).getByRole("button", { name: addIt }).click();
      await page.locator(".added").waitFor();
      await expect.poll(() => pair(looksLike).count(), soon).toBe(0);
      expect(await queued()).toBe(9);
      await leave();
      page = scanner;
      const tickets = ticketsOf(page);
      await page.reload();
      await page.getByRole("heading", { level: 1, name: "Scan" }).waitFor();
      await expect.poll(onDevice, soon).toBe(0);
      expect(tickets).toEqual([]);
      expect(await queued()).toBe(9);
      await leave();
    });
  });
});
