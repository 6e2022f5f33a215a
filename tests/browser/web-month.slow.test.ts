import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const soon = { timeout: 30_000 };
const now = new Date();
const nextMonth = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1)).toISOString().slice(0, 7);
/** Days of the next month. */
const [tenth, twelfth, twentieth] = [10, 12, 20].map((day) => `${nextMonth}-${day}`) as [string, string, string];

async function middleOf(element: Locator): Promise<[number, number]> {
  const box = await element.boundingBox();
  if (box === null) throw new Error("it is not to be seen");
  return [box.x + box.width / 2, box.y + box.height / 2];
}

/** A square gets a day, step after step: each test goes on where the one before has ended. */
describe.skipIf(executablePath === undefined)("a day for a square", () => {
  let gallery: Gallery;
  let page: Page;
  let fig = "";
  beforeAll(async () => {
    gallery = await openGallery();
    await gallery.stage.add("dandelion-evening.jpg", { title: "Dandelion" });
    fig = (await gallery.stage.add("fig-in-red-bowl.png", { title: "Fig" })).id;
    await gallery.stage.add("two-spaniels.jpg", { title: "Spaniels" });
    page = await gallery.open("/queue");
  });
  afterAll(() => gallery?.close());

  const date = async () => {
    const { status, sortKey } = await gallery.stage.square(fig);
    return status === "dated" ? sortKey.slice(0, 10) : status;
  };
  const cell = (day: string) => page.locator(`[data-drop-day="${day}"]`);
  const figOn = (day: string) => cell(day).getByRole("button", { name: /^6:00\sPM Fig, on a chosen day/ });

  it("is chosen in the queue, which shows the square where it is posted, and sorts the others around it", async () => {
    await page.getByRole("button", { name: "More for Fig" }).click();
    await page.getByRole("button", { name: "Move to day…" }).click();
    await page.getByLabel("Day", { exact: true }).fill(tenth);
    await page.getByRole("dialog").getByRole("button", { name: "Move", exact: true }).click();
    await page.getByText(/“Fig” is posted .*\s6:00\sPM/).waitFor();
    expect(await date()).toBe(tenth);
    const titles = () => page.locator(".queue .row-title").allTextContents();
    await expect.poll(titles, soon).toEqual(["Dandelion", "Spaniels", "Fig"]);
    await page.locator(".queue-row").nth(2).getByText("chosen day").waitFor();
    await page.getByRole("button", { name: "Move Spaniels" }).press("Space");
    await page.getByRole("button", { name: "Move Spaniels" }).press("ArrowUp");
    await page.getByRole("button", { name: "Move Spaniels" }).press("Space");
    await expect.poll(titles, soon).toEqual(["Spaniels", "Dandelion", "Fig"]);
  });

  it("is seen in the month, and changed by dragging", async () => {
    await page.getByRole("link", { name: "Month", exact: true }).click();
    await page.locator("td[aria-current=date]").waitFor();
    await page.getByRole("button", { name: "Next month" }).click();
    await page.mouse.move(...(await middleOf(figOn(tenth))));
    await page.mouse.down();
    const [x, y] = await middleOf(cell(twelfth));
    await page.mouse.move(x - 20, y, { steps: 5 });
    await page.mouse.move(x, y, { steps: 3 });
    await page.locator(".month-over").waitFor();
    await page.mouse.up();
    await figOn(twelfth).waitFor();
    expect(await date()).toBe(twelfth);
    expect(await page.getByRole("dialog").count()).toBe(0);
    await page.getByRole("button", { name: "Undo" }).last().click();
    await figOn(tenth).waitFor();
  });

  it("stays as it is where the drag is cancelled", async () => {
    await page.mouse.move(...(await middleOf(figOn(tenth))));
    await page.mouse.down();
    await page.mouse.move(...(await middleOf(cell(twentieth))), { steps: 5 });
    await page.keyboard.press("Escape");
    await page.mouse.up();
    expect(await page.locator(".month-over").count()).toBe(0);
    expect(await date()).toBe(tenth);
  });

  it("is changed by keyboard alone", async () => {
    await figOn(tenth).press("Enter");
    await page.getByLabel("Day", { exact: true }).fill(twentieth);
    await page.getByRole("button", { name: "Move", exact: true }).press("Enter");
    await figOn(twentieth).waitFor();
    expect(await date()).toBe(twentieth);
  });

  it("leaves the focus at the way back, also where there is no month before", async () => {
    const before = page.getByRole("button", { name: "Previous month" });
    const next = page.getByRole("button", { name: "Next month" });
    await page.goto(`${gallery.origin}/month`);
    await next.press("Enter");
    await before.focus();
    for (const isFirst of [false, true, true]) {
      await expect.poll(() => before.isDisabled(), soon).toBe(isFirst);
      expect(await before.evaluate((one) => one === document.activeElement)).toBe(true);
      await page.keyboard.press("Enter");
    }
    await next.press("Enter");
  });

  it("is taken away in the square's own dialog, and the square is back at its place", async () => {
    await figOn(twentieth).click();
    await page.getByRole("link", { name: "Open the square" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Move to day…" }).click();
    await page.getByRole("button", { name: "Back to the queue" }).click();
    await page.getByText("“Fig” is back in the queue.").waitFor();
    expect(await date()).toBe("queued");
    expect(gallery.complaints()).toEqual([]);
  });
});
