import { moveInQueue } from "@twobytwo/core/queue/reorder";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import type { Page, Route } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { comeBackTo, type Gallery, openGallery } from "./gallery.ts";
import { keyboardOf } from "./keyboard.ts";

const soon = { timeout: 30_000 };

describe.skipIf(executablePath === undefined)("while answers are on their way", () => {
  let gallery: Gallery;
  let page: Page;
  let added = 0;
  const plan = async () => (await nextPosts(gallery.stage.ports, { count: 20 })).posts;
  const order = async () => (await plan()).map(({ square }) => ("title" in square ? square.title : ""));
  const rows = () => page.locator(".queue .row-title").allTextContents();
  const keyboard = () => keyboardOf(page);
  const add = () => {
    added += 1;
    return gallery.stage.add("dandelion-evening.jpg", { unlike: `${added}`, title: `Square ${added}` });
  };
  const comeBack = () => comeBackTo(page);
  /** What has come is drawn. */
  const drawn = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  /** The next answer of that address comes when it is let go. It is made at once, or only then. */
  const holdNext = async (address: string, { unsent = false } = {}) => {
    const made = Promise.withResolvers<void>();
    const free = Promise.withResolvers<void>();
    const come = Promise.withResolvers<void>();
    let isHeld = false;
    await page.route(address, async (route: Route) => {
      if (isHeld) return route.fallback();
      isHeld = true;
      const response = unsent ? undefined : await route.fetch();
      made.resolve();
      await free.promise;
      await route.fulfill({ response: response ?? (await route.fetch()) });
      come.resolve();
    });
    return {
      made: made.promise,
      async letGo() {
        free.resolve();
        await come.promise;
        await drawn();
      },
    };
  };

  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    for (let square = 0; square < 3; square += 1) await add();
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());
  beforeEach(async () => {
    await page.goto(`${gallery.origin}/queue`);
    await page.getByRole("heading", { level: 1, name: "Queue" }).waitFor();
    await expect.poll(rows, soon).toEqual(await order());
  });
  afterEach(() => expect(gallery.complaints()).toEqual([]));

  it.each(["before", "after"])("keeps a moved square where it was put, %s the list is read again", async (when) => {
    await add();
    const late = await holdNext("**/api/next?**");
    await comeBack();
    await late.made;
    const [first, second, third, ...rest] = await order();
    const moved = [third, first, second, ...rest];
    const overview = await holdNext("**/api/overview");
    const again = page.waitForResponse("**/api/next?**");
    await page.getByRole("button", { name: `More for ${third}` }).click();
    await page.getByRole("button", { name: "Move to top" }).click();
    await overview.made;
    if (when === "after") {
      await overview.letGo();
      await (await again).finished();
      await expect.poll(rows, soon).toEqual(moved);
    }
    await late.letGo();
    expect(await rows()).toEqual(when === "after" ? moved : moved.slice(0, -1));
    await overview.letGo();
    await expect.poll(rows, soon).toEqual(moved);
    expect(await order()).toEqual(moved);
  });

  it.each(["while", "after"])(
    "keeps a square out of the queue %s it is taken out, whatever was asked",
    async (when) => {
      await add();
      const before = await holdNext("**/api/next?**");
      await comeBack();
      await before.made;
      const [first] = await order();
      const act = await holdNext("**/api/squares/*/draft", { unsent: true });
      await page.getByRole("button", { name: `More for ${first}` }).click();
      await page.getByRole("button", { name: "Make a draft" }).click();
      await act.made;
      await before.letGo();
      expect(await rows()).not.toContain(first);
      await add();
      const meanwhile = await holdNext("**/api/next?**");
      await comeBack();
      await meanwhile.made;
      const overview = await holdNext("**/api/overview");
      if (when === "after") {
        await act.letGo();
        await overview.made;
      }
      await meanwhile.letGo();
      expect(await rows()).not.toContain(first);
      await act.letGo();
      await overview.letGo();
      const left = await order();
      expect(left).not.toContain(first);
      await expect.poll(rows, soon).toEqual(left);
    },
  );

  it("shows the words that were saved, whatever was asked before", async () => {
    const [square] = await plan();
    const id = square?.square.id ?? "";
    await page.locator(`.queue a.row-title[href$="${id}"]`).click();
    const dialog = page.getByRole("dialog");
    const title = dialog.getByLabel("Title", { exact: true });
    await title.waitFor();
    await add();
    const late = await holdNext(`**/api/squares/${id}`);
    await comeBack();
    await late.made;
    const overview = await holdNext("**/api/overview");
    await title.fill("Another name");
    await keyboard().tabTo(/^Save$/);
    await keyboard().press("Enter");
    await overview.made;
    const renamed = page.getByRole("dialog", { name: "Another name" });
    await renamed.waitFor();
    // There is nothing to save any more, and a screen reader is still there.
    expect(await keyboard().focused()).toBe("Save");
    await late.letGo();
    expect(await renamed.isVisible()).toBe(true);
    await overview.letGo();
  });

  it("leaves the focus in an open list, though what has it cannot be chosen any more", async () => {
    const [first, second] = await plan();
    const [before, id] = [first?.square.id ?? "", second?.square.id ?? ""];
    const [, title] = await order();
    await page.getByRole("button", { name: `More for ${title}` }).focus();
    await keyboard().press("Enter");
    await expect.poll(keyboard().focused, soon).toBe("Move to top");
    await moveInQueue(gallery.stage.ports, { id, to: { before } });
    await comeBack();
    await expect.poll(rows, soon).toEqual(await order());
    const toTop = page.getByRole("button", { name: "Move to top" });
    expect(await toTop.isDisabled()).toBe(true);
    await drawn();
    expect(await keyboard().focused()).toBe("Move to top");
    await keyboard().press("Enter");
    expect(await toTop.isVisible()).toBe(true);
    await keyboard().press("ArrowDown");
    expect(await keyboard().focused()).toBe("Move to end");
    await keyboard().press("Escape");
    expect(await keyboard().focused()).toBe(`More for ${title}`);
    expect((await order())[0]).toBe(title);
  });

  it("loses no run of those that are shown where new ones come", async () => {
    // The server gives twenty at once.
    for (let run = 0; run < 22; run += 1) await gallery.stage.run({ squareId: "no-such-square" });
    await page.goto(`${gallery.origin}/runs`);
    const shown = page.locator(".run-link");
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => shown.count(), soon).toBe(22);
    await gallery.stage.run({ squareId: "no-such-square" });
    await add();
    await comeBack();
    await expect.poll(() => shown.count(), soon).toBe(23);
    const names = await shown.evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    expect(new Set(names).size).toBe(23);
  });
});
