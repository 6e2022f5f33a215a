import path from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import type { Square } from "@twobytwo/core/squares/square";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import { picture } from "@twobytwo/sandbox/test/stage";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { comeBackTo, type Gallery, openGallery } from "./gallery.ts";
import { keyboardOf } from "./keyboard.ts";
import { fingerOn } from "./touch.ts";

const soon = { timeout: 30_000 };
const part = (file: string, width: number, height: number) =>
  sharp(path.join(root, "samples", file))
    .resize(width, height, { fit: "cover" })
    .jpeg({ quality: 95 })
    .toBuffer();

/** Adding, cropping, ordering and deciding, once with the keyboard and once with a finger. Each test goes on where the one before has ended. */
describe.skipIf(executablePath === undefined)("the whole way through the web app", () => {
  let gallery: Gallery;
  let page: Page;
  const plan = async () =>
    (await nextPosts(gallery.stage.ports, { count: 20 })).posts.map(({ square }) => square as Square);
  const order = async () => (await plan()).map(({ title }) => title);
  const named = async (title: string) => {
    const square = (await plan()).find((one) => one.title === title);
    if (square === undefined) throw new Error(`${title} is not in the queue`);
    return square;
  };
  const becomes = (...titles: string[]) => expect.poll(order, soon).toEqual(titles);
  const item = (name: string) => page.getByRole("listitem", { name, exact: true });
  const dialog = (name: string | RegExp) => page.getByRole("dialog", { name });
  const corner = (name: string) => page.getByRole("button", { name: new RegExp(`^${name} corner`) });
  const placeOf = async (name: string) =>
    /(\d+) % across, (\d+) % down/
      .exec((await corner(name).getAttribute("aria-label")) ?? "")
      ?.slice(1)
      .map(Number);
  const straightened = () => page.getByRole("img", { name: "The square, straightened" }).waitFor(soon);
  const gone = (name: string | RegExp) => dialog(name).waitFor({ state: "detached", ...soon });
  const statusOf = async (id: string) => (await gallery.stage.square(id)).status;
  /** Squares that nobody knows to be out or not. */
  const holdTwo = async (...titles: [string, string]) => {
    const { stage } = gallery;
    const x = createXClient({
      credentials: await stage.credentials(),
      baseUrl: stage.sandbox.endpoints.x,
      clock: Date.now,
      deadlineMs: 10_000,
    });
    const ids: string[] = [];
    for (const title of titles) {
      const square = await stage.add("dandelion-evening.jpg", { unlike: title, title });
      await hold({ table: stage.ports.table, x, now: Date.now() }, square, await picture("dandelion-evening.jpg"));
      ids.push(square.id);
    }
    return ids as [string, string];
  };

  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    for (const title of ["First", "Second"])
      await gallery.stage.add("dandelion-evening.jpg", { unlike: title, title, altText: "Yellow" });
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());
  afterEach(() => expect(gallery.complaints()).toEqual([]));

  describe("with the keyboard alone", () => {
    let keyboard: ReturnType<typeof keyboardOf>;
    const press = (...keys: string[]) => keyboard.press(...keys);
    const tabTo = (name: RegExp) => keyboard.tabTo(name);
    const hasFocus = (name: RegExp) => expect.poll(() => keyboard.focused(), soon).toMatch(name);
    beforeAll(() => {
      keyboard = keyboardOf(page);
    });

    it("adds a picture that is cropped and turned before, with its words", async () => {
      const file = await part("two-spaniels.jpg", 900, 600);
      await press("a");
      await page.getByRole("heading", { level: 1, name: "Add squares" }).waitFor(soon);
      await tabTo(/^Choose pictures/);
      const chooser = page.waitForEvent("filechooser");
      await press("Space");
      await (await chooser).setFiles({ name: "by-keyboard.jpg", mimeType: "image/jpeg", buffer: file });
      await item("By keyboard").getByText("will be cut").waitFor(soon);
      await tabTo(/^Crop By keyboard/);
      await press("Enter");
      await straightened();
      expect(await violations(page)).toEqual([]);
      // The crop that stands is the middle.
      expect(await placeOf("Top left")).toEqual([17, 0]);
      await tabTo(/^The whole frame/);
      await press(...Array(20).fill("Shift+ArrowLeft"));
      expect(await placeOf("Top left")).toEqual([0, 0]);
      await tabTo(/^Bottom right corner/);
      await press(...Array(20).fill("Shift+ArrowUp"));
      await tabTo(/^Turn 90°/);
      await press("Enter");
      await tabTo(/^Crop$/);
      await press("Enter");
      await gone("Crop");
      await hasFocus(/^Crop By keyboard/);
      await tabTo(/^Alt text/);
      await page.keyboard.type("Two dogs");
      await tabTo(/^Caption and series/);
      await press("Enter");
      await tabTo(/^Caption$/);
      await page.keyboard.type("Typed by hand");
      await tabTo(/^Add 1 square/);
      await press("Enter");
      await page.locator(".added").waitFor(soon);
      // The button is gone.
      await hasFocus(/^By keyboard|^In the queue|View square/);

      const square = await named("By keyboard");
      expect(square).toMatchObject({ altText: "Two dogs", caption: "Typed by hand" });
      const corners = square.corners ?? [];
      // Turned clockwise: what was at the bottom left is at the top left now.
      expect(corners[1]).toEqual([0, 0]);
      const side = Math.round((corners[0]?.[1] ?? 0) * 600);
      expect(side).toBeLessThan(600);
      const cut = await sharp(file).extract({ left: 0, top: 0, width: side, height: side }).png().toBuffer();
      const wanted = await sharp(cut).rotate(90).resize(64, 64).raw().toBuffer();
      const { client, name } = gallery.stage.ports.bucket;
      const { Body } = await client.send(new GetObjectCommand({ Bucket: name, Key: square.objectKey }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const got = await sharp(bytes).resize(64, 64).removeAlpha().raw().toBuffer();
      expect(got.reduce((sum, level, at) => sum + Math.abs(level - (wanted[at] ?? 0)), 0) / got.length).toBeLessThan(4);
    });

    it("orders the queue, and keeps the focus at the square that moves", async () => {
      await press("q");
      await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor(soon);
      await tabTo(/^Move By keyboard/);
      await press("Space", "ArrowUp", "Space");
      await becomes("First", "By keyboard", "Second");
      await hasFocus(/^Move By keyboard/);
      await tabTo(/^More for By keyboard/);
      await press("Enter");
      await hasFocus(/^Move to top/);
      await press("Enter");
      await becomes("By keyboard", "First", "Second");
      await hasFocus(/^More for By keyboard/);
      // What is at the top cannot be moved there.
      await press("Enter");
      await hasFocus(/^Move to end/);
      await press("Escape");
      await hasFocus(/^More for By keyboard/);
    });

    it("crops a square of the queue again, and comes back to its row", async () => {
      const before = await named("By keyboard");
      await tabTo(/^By keyboard$/);
      await press("Enter");
      await tabTo(/^Crop again/);
      await press("Enter");
      await straightened();
      await tabTo(/^The whole frame/);
      await press(...Array(3).fill("Shift+ArrowRight"));
      await tabTo(/^Crop$/);
      await press("Enter");
      await gone("Crop again");
      await hasFocus(/^Crop again/);
      expect((await named("By keyboard")).corners?.[1]?.[0]).toBeCloseTo((before.corners?.[1]?.[0] ?? 0) + 0.03, 5);
      await press("Escape");
      await gone("By keyboard");
      await hasFocus(/^By keyboard$/);
    });

    it("decides on squares that wait for it, one after the other", async () => {
      const [one, other] = await holdTwo("Unsure 1", "Unsure 2");
      await comeBackTo(page);
      await page.getByRole("heading", { name: "2 squares need your decision" }).waitFor(soon);
      await tabTo(/^Show$/);
      await press("Enter");
      await tabTo(/^Withdraw “Unsure 2”/);
      await press("Enter");
      await expect.poll(() => statusOf(other), soon).toBe("withdrawn");
      // Its row is gone, and the next one has the focus.
      await hasFocus(/^Unsure 1$/);
      await press("Enter");
      await tabTo(/^Not posted: return to queue/);
      await press("Enter");
      await dialog(/^Return “Unsure 1”/).waitFor(soon);
      await tabTo(/^Return to queue/);
      await press("Enter");
      await expect.poll(() => statusOf(one), soon).toBe("queued");
      // The buttons of the decision are gone; the dialog begins anew.
      await hasFocus(/^Unsure 1$/);
      expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("H2");
      await press("Escape");
      await gone("Unsure 1");
      // What it was opened from waits no more.
      await page.getByRole("heading", { name: /needs? your decision/ }).waitFor({ state: "detached", ...soon });
      expect(await keyboard.focused()).not.toBe("nothing");
    });
  });

  describe("with one finger on a phone", () => {
    let finger: Awaited<ReturnType<typeof fingerOn>>;
    const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
    const write = async (label: string | RegExp, words: string) => {
      await finger.tap(item("By touch").getByLabel(label));
      await page.keyboard.insertText(words);
    };
    beforeAll(async () => {
      await page.setViewportSize({ width: 390, height: 844 });
      await page.goto(`${gallery.origin}/queue`);
      await page.locator("[data-handle]").first().waitFor(soon);
      finger = await fingerOn(page);
    });
    afterAll(() => finger?.lift());

    it("adds a picture that is cropped before, with its words", async () => {
      await finger.tap(page.getByRole("navigation").getByRole("link", { name: "Add" }));
      const chooser = page.waitForEvent("filechooser");
      await finger.tap(page.getByText("Choose pictures"));
      const buffer = await part("mountain-path.jpg", 600, 900);
      await (await chooser).setFiles({ name: "by-touch.jpg", mimeType: "image/jpeg", buffer });
      await finger.tap(button("Crop By touch"));
      await straightened();
      expect(await placeOf("Top left")).toEqual([0, 17]);
      await finger.drag(corner("Top left"), { x: 60, y: 60 });
      const [x = 0, y = 0] = (await placeOf("Top left")) ?? [];
      expect(x).toBeGreaterThan(5);
      // Locked to a square, which is as wide as it is high.
      expect(Math.abs((100 - x) * 600 - (83.3 - y) * 900)).toBeLessThan(900);
      expect(await placeOf("Bottom right")).toEqual([100, 83]);
      await finger.tap(button("Lock to square"));
      await finger.drag(corner("Bottom right"), { x: -40, y: 0 });
      expect((await placeOf("Bottom right"))?.[0]).toBeLessThan(95);
      await finger.tap(dialog("Crop").getByRole("button", { name: "Crop", exact: true }));
      await gone("Crop");
      await write(/^Alt text/, "A path");
      await finger.tap(item("By touch").getByText("Caption and series"));
      await write("Caption", "Typed with a thumb");
      await finger.tap(button("Add 1 square"));
      await page.locator(".added").last().waitFor(soon);
      await expect.poll(() => plan().then((posts) => posts.at(-1)?.title), soon).toBe("By touch");
      const { corners = [], ...words } = await named("By touch");
      expect(Math.round((corners[0]?.[0] ?? 0) * 100)).toBe(x);
      expect(words).toMatchObject({ altText: "A path", caption: "Typed with a thumb" });
    });

    it("orders the queue", async () => {
      const before = await order();
      await finger.tap(page.getByRole("navigation").getByRole("link", { name: "Queue" }));
      const [handle, second] = [button("Move By touch"), button(`Move ${before[1]}`)];
      await handle.scrollIntoViewIfNeeded();
      const [from, to] = await Promise.all([handle.boundingBox(), second.boundingBox()]);
      // A slow phone draws no frame before the finger is lifted.
      await page.evaluate(() => {
        window.requestAnimationFrame = () => 0;
      });
      await finger.drag(handle, { x: 0, y: (to?.y ?? 0) - (from?.y ?? 0) - 12 });
      const rest = before.filter((title) => title !== "By touch");
      await becomes(rest[0] ?? "", "By touch", ...rest.slice(1));
      await page.reload();
      await finger.tap(button("More for By touch"));
      await finger.tap(button("Move to top"));
      await becomes("By touch", ...rest);
    });

    it("crops a square of the queue again", async () => {
      const before = await named("By touch");
      await finger.tap(page.locator(".queue").getByRole("link", { name: "By touch" }));
      await finger.tap(button("Crop again…"));
      await straightened();
      await finger.drag(corner("Top left"), { x: 20, y: 20 });
      await finger.tap(dialog("Crop again").getByRole("button", { name: "Crop", exact: true }));
      await gone("Crop again");
      expect((await named("By touch")).corners?.[0]?.[0]).toBeGreaterThan((before.corners?.[0]?.[0] ?? 1) + 0.01);
      await finger.tap(dialog("By touch").getByRole("button", { name: "Close" }));
      await gone("By touch");
    });

    it("decides on squares that wait for it", async () => {
      const [one, other] = await holdTwo("Unsure 3", "Unsure 4");
      await comeBackTo(page);
      await page.getByRole("heading", { name: "2 squares need your decision" }).waitFor(soon);
      await finger.tap(button("Show"));
      await finger.tap(button("Withdraw “Unsure 4”"));
      await expect.poll(() => statusOf(other), soon).toBe("withdrawn");
      // What is below moves up once its row goes.
      await button("Withdraw “Unsure 4”").waitFor({ state: "detached", ...soon });
      await finger.tap(button("Return to queue “Unsure 3”"));
      await finger.tap(dialog(/^Return “Unsure 3”/).getByRole("button", { name: "Return to queue" }));
      await expect.poll(() => statusOf(one), soon).toBe("queued");
    });
  });
});
