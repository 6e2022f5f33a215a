import path from "node:path";
import { addSquare } from "@twobytwo/core/adding/add-square";
import type { Outline } from "@twobytwo/core/pictures/recipe";
import { captionOf } from "@twobytwo/core/squares/caption";
import type { Square } from "@twobytwo/core/squares/square";
import { rowsByStatus } from "@twobytwo/core/squares/table";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const soon = { timeout: 30_000 };
const sample = (file: string) => path.join(root, "samples", file);
const jpeg = (name: string, buffer: Buffer) => ({ name, mimeType: "image/jpeg", buffer });
const part = (file: string, width: number, height: number) =>
  sharp(sample(file)).resize(width, height, { fit: "cover" }).jpeg({ quality: 95 }).toBuffer();

describe.skipIf(executablePath === undefined)("adding and cropping", () => {
  let gallery: Gallery;
  let page: Page;
  const queued = async () =>
    (await rowsByStatus(gallery.stage.ports.table, { status: "queued", limit: 50 })) as unknown as Square[];
  const item = (name: string) => page.getByRole("listitem", { name, exact: true });
  const corner = (name: string) => page.getByRole("button", { name: new RegExp(`^${name} corner`) });
  const placeOf = async (name: string) =>
    /(\d+) % across, (\d+) % down/
      .exec((await corner(name).getAttribute("aria-label")) ?? "")
      ?.slice(1)
      .map(Number);
  const dialog = () => page.getByRole("dialog", { name: /^Crop/ });
  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    page = await gallery.open("/add");
  });
  afterAll(() => gallery?.close());
  afterEach(() => {
    expect(gallery.complaints()).toEqual([]);
  });

  it("takes what a camera has named without a title; what X would refuse is marked, and stays while the others are added", async () => {
    await page
      .getByLabel("Choose pictures")
      .setInputFiles([
        jpeg("IMG_4821.JPG", await part("autumn-ridge.jpg", 700, 700)),
        jpeg("forest-stream.jpg", await part("forest-stream.jpg", 700, 700)),
      ]);
    const title = item("Forest stream").getByLabel("Title");
    await title.fill("Forest stream ".repeat(30));
    expect(await page.locator("input[aria-invalid='true']").count()).toBe(1);
    await page.getByText("1 picture has text that X would refuse.").waitFor();
    await page.getByRole("button", { name: "Add 1 square" }).click();
    await item("IMG_4821.JPG").locator(".added").waitFor(soon);
    const [square] = await queued();
    // It can be found by that, and is posted without text.
    expect(square?.title).toBe("IMG_4821");
    expect(captionOf(square as Square)).toBe("");
    const refused = page.locator("input[aria-invalid='true']");
    expect(await refused.evaluate((field) => field === document.activeElement)).toBe(true);
    await refused.fill("");
    await page.getByRole("button", { name: "Add 1 square" }).click();
    await expect.poll(() => page.locator(".added").count(), soon).toBe(2);
    // Its file has a name that would be posted; the person has taken it away.
    expect((await queued()).map((one) => one.title).sort()).toEqual(["", "IMG_4821"]);
    await page.getByRole("button", { name: "Clear finished" }).click();
  });

  describe("a crop that stands", () => {
    let cropped: Square;
    beforeAll(async () => {
      const bytes = await part("mountain-path.jpg", 600, 900);
      const corners: Outline = [
        [0.2, 0.3],
        [0.9, 0.3],
        [0.9, 0.75],
        [0.2, 0.75],
      ];
      const added = await addSquare(gallery.stage.ports, {
        name: "mountain-path.jpg",
        bytes,
        title: "Path",
        corners,
      });
      if (!added.added) throw new Error(added.message);
      cropped = added.square;
    });

    it.each([
      [1440, 900],
      [390, 844],
      [320, 568],
      [844, 390],
    ])("shows all four corners at once on a screen of %i by %i, from it", async (width, height) => {
      const { id, corners = [] } = cropped;
      await page.setViewportSize({ width, height });
      await page.goto(`${gallery.origin}/squares/${id}`);
      await page.getByRole("button", { name: "Crop again" }).click();
      const handles = dialog().getByRole("button", { name: / corner, / });
      await expect.poll(() => handles.count(), soon).toBe(4);
      for (const box of await Promise.all([0, 1, 2, 3].map((index) => handles.nth(index).boundingBox()))) {
        expect(box).not.toBeNull();
        expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(44);
        expect(box?.x).toBeGreaterThanOrEqual(0);
        expect(box?.y).toBeGreaterThanOrEqual(0);
        expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(width);
        expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(height);
      }
      // Large enough to work on.
      const photo = await dialog()
        .getByRole("img", { name: /^Photo / })
        .boundingBox();
      expect(photo?.height).toBeGreaterThan(height * 0.3);
      expect(await placeOf("Top left")).toEqual(corners[0]?.map((share) => Math.round(share * 100)));
      await corner("Top left").press("Shift+ArrowRight");
      await dialog().getByRole("button", { name: "Reset" }).click();
      expect(await placeOf("Top left")).toEqual(corners[0]?.map((share) => Math.round(share * 100)));
      await page.keyboard.press("Escape");
      await dialog().waitFor({ state: "detached" });
    });
  });

  it("takes pictures that are dropped or pasted on any page to the page where they are added", async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.goto(`${gallery.origin}/history`);
    // What is below the pointer stays the same from then on.
    await page.getByRole("heading", { name: "No posts yet" }).waitFor();
    const devtools = await gallery.context.newCDPSession(page);
    const data = { items: [], files: [sample("autumn-ridge.jpg")], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "dragOver"] as const)
      await devtools.send("Input.dispatchDragEvent", { type, x: 700, y: 400, data });
    await page.getByText("Drop pictures to add them").waitFor();
    await devtools.send("Input.dispatchDragEvent", { type: "drop", x: 700, y: 400, data });
    await page.getByRole("heading", { level: 1, name: "Add squares" }).waitFor();
    await item("Autumn ridge").waitFor();

    await gallery.context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: gallery.origin });
    const png = await sharp(sample("forest-stream.jpg")).resize(200, 200).png().toBuffer();
    await page.evaluate(async (bytes) => {
      const blob = new Blob([Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0))], { type: "image/png" });
      await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
    }, png.toString("base64"));
    await page.getByRole("navigation").getByRole("link", { name: "Queue" }).click();
    await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
    await page.keyboard.press("Control+V");
    // Called by its time, which is no title.
    const pasted = page.getByRole("listitem", { name: /^image \d{4}-/ });
    expect(await pasted.getByLabel("Title").inputValue()).toBe("");
    expect(await page.locator(".add-item").count()).toBe(2);
  });

  it("has keys for what is done often, which stay quiet while somebody types, and can be turned off", async () => {
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.keyboard.press("w");
    await page.getByRole("heading", { level: 1, name: "Wall" }).waitFor();
    await page.keyboard.press("/");
    const search = page.getByLabel("Search in titles and captions");
    await expect.poll(() => search.evaluate((field) => field === document.activeElement), soon).toBe(true);
    await page.keyboard.type("q?");
    expect(await search.inputValue()).toBe("q?");
    await search.fill("");
    await search.blur();
    await page.keyboard.press("?");
    const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
    await help.getByText("Queue").waitFor();
    expect(await violations(page)).toEqual([]);
    // Keys of the page below a dialog do nothing.
    await page.keyboard.press("h");
    await help.getByLabel("Use single-letter shortcuts").uncheck();
    await page.keyboard.press("Escape");
    await help.waitFor({ state: "detached" });
    await page.keyboard.press("h");
    // This one always works, so that they can be turned on again; it came after the other.
    await page.keyboard.press("?");
    await help.waitFor();
    expect(new URL(page.url()).pathname).toBe("/");
    await help.getByLabel("Use single-letter shortcuts").check();
    // A key that is pressed before the next frame is drawn counts as well.
    await page.evaluate(async () => {
      const dialog = document.querySelector("dialog");
      dialog?.dispatchEvent(new Event("cancel", { cancelable: true }));
      for (let turn = 0; dialog?.isConnected && turn < 1_000; turn += 1) await undefined;
      document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "h", bubbles: true, cancelable: true }));
    });
    await page.getByRole("heading", { level: 1, name: "History" }).waitFor();
    await page.getByRole("button", { name: "Keyboard shortcuts" }).click();
    await help.waitFor();
    await page.keyboard.press("Escape");
  });
});
