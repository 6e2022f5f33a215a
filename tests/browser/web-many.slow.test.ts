import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { changeStatus } from "@twobytwo/core/squares/transition";
import type { Locator, Page } from "playwright-core";
import sharp from "sharp";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import { fingerOn } from "./touch.ts";

const soon = { timeout: 30_000 };
const titles = ["Alder", "Birch", "Cedar", "Date palm", "Elm", "Fir"];

/** Each test begins where the one before has ended. */
describe.skipIf(executablePath === undefined)("a pass through many squares", () => {
  let gallery: Gallery;
  let page: Page;
  const ids = new Map<string, string>();
  const idOf = (title: string) => ids.get(title) ?? "";
  const square = (title: string) => gallery.stage.square(idOf(title));
  const each = async <Value>(look: (title: string) => Promise<Value>) => Promise.all(titles.map(look));
  const order = async () => {
    const rows = (await each(square)).filter(({ status }) => status === "queued");
    return rows.sort((a, b) => (a.sortKey < b.sortKey ? -1 : 1)).map(({ title }) => title);
  };
  const card = (title: string) => page.locator("a.card").filter({ hasText: title });
  const check = (title: string) => page.getByRole("checkbox", { name: `Select ${title}` });
  const bar = () => page.getByRole("region", { name: "Selection" });
  const isSelected = (...wanted: string[]) =>
    expect
      .poll(async () => {
        const on = await page.getByRole("checkbox", { checked: true }).all();
        return Promise.all(on.map(async (one) => (await one.getAttribute("aria-label"))?.replace("Select ", "")));
      }, soon)
      .toEqual(wanted);
  const change = async (button: string, fill?: (dialog: Locator) => Promise<unknown>) => {
    await bar().getByRole("button", { name: "Change…" }).click();
    const dialog = page.getByRole("dialog", { name: /^Change / });
    await fill?.(dialog);
    await dialog.getByRole("button", { name: button }).click();
  };
  const said = (words: string | RegExp) => page.getByRole("log").getByText(words).first().waitFor(soon);
  const undo = async () => {
    await page.getByRole("log").getByRole("button", { name: "Undo" }).last().click();
    await said(/undone/);
  };
  const altText = () => page.getByRole("form", { name: "Words" }).getByLabel(/^Alt text/);
  const opened = (title: string) => page.getByRole("dialog", { name: title }).waitFor(soon);

  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.pauseByPerson();
    for (const [index, title] of titles.entries()) {
      const create = { width: index === 5 ? 300 : 200, height: 200, channels: 3 as const };
      const bytes = await sharp({ create: { ...create, background: { r: index * 40, g: 90, b: 200 - index * 30 } } })
        .jpeg()
        .toBuffer();
      const words = index === 1 ? { altText: "A tree" } : {};
      const added = await addSquare(gallery.stage.ports, {
        ...{ name: `${title}.jpg`, bytes, title, allowSimilar: true },
        ...words,
      });
      if (!added.added) throw new Error(added.message);
      ids.set(title, added.square.id);
    }
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());
  afterEach(() => expect(gallery.complaints()).toEqual([]));

  it("returns to where the person was in a list that has to load again", async () => {
    await page.setViewportSize({ width: 390, height: 300 });
    await page.goto(`${gallery.origin}/?q=e`);
    await card("Elm").waitFor({ state: "attached" });
    const place = () => page.evaluate(() => window.scrollY);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    const before = await place();
    expect(before).toBeGreaterThan(100);
    await page.getByRole("link", { name: "History" }).click();
    await page.getByRole("heading", { name: "History", level: 1 }).waitFor();
    await page.goBack();
    await expect.poll(place, soon).toBe(before);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.goto(gallery.origin);
  });

  it("finds what has no alt text, no caption, and what will be cut, and says what is not known of old rows", async () => {
    const { client, name: TableName } = gallery.stage.ports.table;
    const Key = { id: idOf("Elm") };
    await client.send(new UpdateCommand({ TableName, Key, UpdateExpression: "REMOVE isCut" }));
    const filter = page.getByLabel("What is missing");
    await filter.selectOption("Will be cut");
    await card("Fir").getByText("will be cut").waitFor(soon);
    await card("Elm").getByText("may be cut").waitFor(soon);
    expect(await page.locator("a.card").count()).toBe(2);
    await filter.selectOption("No caption");
    await page.getByText("No results").waitFor(soon);
    await filter.selectOption("No alt text");
    await card("Fir").waitFor(soon);
    expect(await page.locator("a.card").count()).toBe(5);
  });

  it("saves and goes to the next with the keyboard alone, and back, in the order of the filtered wall", async () => {
    await card("Alder").focus();
    await page.keyboard.press("Enter");
    await opened("Alder");
    await altText().focus();
    for (const [title, next] of [
      ["Alder", "Cedar"],
      ["Cedar", "Date palm"],
    ] as const) {
      await page.keyboard.type(`What ${title} looks like`);
      await page.keyboard.press("Control+Enter");
      await opened(next);
      await expect.poll(() => altText().evaluate((field) => field === document.activeElement), soon).toBe(true);
      expect((await square(title)).altText).toBe(`What ${title} looks like`);
    }
    // Whoever has nothing to write only goes on.
    await page.keyboard.press("Control+Enter");
    await opened("Elm");
    await page.getByRole("button", { name: "Previous square" }).focus();
    await page.keyboard.press("Enter");
    await opened("Date palm");
    // What the filter no longer finds keeps its place.
    await page.keyboard.press("ArrowLeft");
    await opened("Cedar");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await opened("Elm");
    await page.getByRole("button", { name: "Next square" }).click();
    await opened("Fir");
    expect(await page.getByRole("button", { name: "Next square" }).getAttribute("aria-disabled")).toBe("true");
    await page.getByText("Its original is not square: only its middle is posted.").waitFor(soon);
    expect(await page.getByRole("button", { name: "Save and next" }).count()).toBe(0);
    expect(await violations(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached", ...soon });
    await expect.poll(() => page.locator("a.card").count(), soon).toBe(3);
    await page.getByLabel("What is missing").selectOption("All squares");
    await card("Birch").waitFor(soon);
  });

  it("selects a range with Shift, and one press undoes what was set for all of it", async () => {
    await page.getByRole("button", { name: "Select", exact: true }).click();
    await card("Birch").click();
    await card("Date palm").click({ modifiers: ["Shift"] });
    await isSelected("Birch", "Cedar", "Date palm");
    expect(await violations(page)).toEqual([]);
    await change("Set series", (dialog) => dialog.getByLabel("Series").fill("Trees"));
    await said("3 squares: in the series “Trees”.");
    expect(await each(async (title) => (await square(title)).series)).toEqual([
      ...[undefined, "Trees", "Trees", "Trees", undefined, undefined],
    ]);
    await undo();
    expect((await each(square)).every(({ series }) => series === undefined)).toBe(true);
    await isSelected();
  });

  it("selects by dragging the mouse, and puts all where they were once that is undone", async () => {
    const before = await order();
    const [from, to] = [await card("Cedar").boundingBox(), await card("Elm").boundingBox()];
    if (from === null || to === null) throw new Error("the cards are not to be seen");
    await page.mouse.move(from.x + 20, from.y + 20);
    await page.mouse.down();
    await page.mouse.move(to.x + 20, to.y + 20, { steps: 8 });
    await page.mouse.up();
    await isSelected("Cedar", "Date palm", "Elm");
    await change("Move to top");
    await said("3 squares: next in the queue.");
    await expect.poll(order, soon).toEqual(["Cedar", "Date palm", "Elm", "Alder", "Birch", "Fir"]);
    await undo();
    await expect.poll(order, soon).toEqual(before);
  });

  it("names what cannot be changed, and changes the rest", async () => {
    const now = new Date().toISOString();
    await card("Alder").click();
    await card("Birch").click();
    await card("Fir").click();
    await isSelected("Alder", "Birch", "Fir");
    // A run comes in between.
    const claim = { id: idOf("Birch"), from: "queued", to: "claimed", sortKey: now, now } as const;
    await changeStatus(gallery.stage.ports.table, claim);
    await change("Withdraw");
    await said("2 squares: withdrawn.");
    await bar()
      .getByText(/“Birch”: /)
      .waitFor(soon);
    expect(await each(async (title) => (await square(title)).status)).toEqual([
      ...["withdrawn", "claimed", "queued", "queued", "queued", "withdrawn"],
    ]);
    await changeStatus(gallery.stage.ports.table, { ...claim, from: "claimed", to: "queued", sortKey: "!B" });
    await undo();
    await expect.poll(order, soon).toEqual(["Birch", "Alder", "Cedar", "Date palm", "Elm", "Fir"]);
    await page.getByRole("button", { name: "Done" }).click();
    await expect.poll(() => bar().count(), soon).toBe(0);
  });

  it("selects, orders and drafts with the keyboard alone", async () => {
    await page.reload();
    await card("Alder").focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+ArrowRight");
    await isSelected("Alder", "Cedar");
    const press = async (name: string) => {
      await page.getByRole("button", { name }).focus();
      await page.keyboard.press("Enter");
    };
    await press("Change…");
    await press("Make drafts");
    await said("2 squares: now drafts.");
    expect((await square("Cedar")).status).toBe("draft");
    await press("Undo");
    await said(/undone/);
    await expect.poll(order, soon).toEqual(["Birch", "Alder", "Cedar", "Date palm", "Elm", "Fir"]);
    await page.keyboard.press("Escape");
    await expect.poll(() => bar().count(), soon).toBe(0);
  });

  it("selects on a phone by holding a finger on one, moving it on, and tapping others", async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await card("Fir").waitFor(soon);
    const finger = await fingerOn(page);
    const hold = await finger.hold(card("Alder"));
    await check("Alder").waitFor(soon);
    await isSelected("Alder");
    await hold.to(card("Cedar"));
    await isSelected("Alder", "Cedar");
    await hold.lift();
    await finger.tap(card("Elm"));
    await isSelected("Alder", "Cedar", "Elm");
    expect(await violations(page)).toEqual([]);
    await finger.tap(bar().getByRole("button", { name: "Select all" }));
    await bar().getByText("6 selected").waitFor(soon);
    await finger.tap(bar().getByRole("button", { name: "Change…" }));
    const dialog = page.getByRole("dialog", { name: "Change 6 squares" });
    await dialog.getByLabel("Caption").fill("Of one park");
    await finger.tap(dialog.getByRole("button", { name: "Set caption" }));
    await said("6 squares: with the new caption.");
    expect((await each(square)).every(({ caption }) => caption === "Of one park")).toBe(true);
    await finger.lift();
  });
});
