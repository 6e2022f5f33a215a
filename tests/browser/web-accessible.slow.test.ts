import { proofMs } from "@twobytwo/core/access/sessions";
import { draftSquare } from "@twobytwo/core/curating/change-status";
import { alike, send } from "@twobytwo/core/test/adding/alike";
import { files } from "@twobytwo/sandbox/test/stage";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { flaws } from "./flaws.ts";
import { type Gallery, openGallery } from "./gallery.ts";
import { type Places, views } from "./views.ts";

/** From the smallest phone to 4K; 720 pixels are also what 1440 are at 200 %. */
const sizes = [
  [320, 568],
  [720, 450],
  [800, 1000],
  [3840, 2160],
] as const;

describe.skipIf(executablePath === undefined)("the web app for everybody", () => {
  let gallery: Gallery;
  let page: Page;
  let places: Places;

  beforeAll(async () => {
    gallery = await openGallery();
    const { stage } = gallery;
    const posted = await stage.add(files[0], { title: "Dandelion", altText: "A dandelion", caption: "One" });
    const run = await stage.run({ squareId: posted.id });
    const held = await stage.add(files[1], {
      title: `Autumn ridge ${"with a long title ".repeat(20)}`,
      caption: "Two",
    });
    stage.sandbox.x.inject({ kind: "invalid-media", times: "always" });
    await stage.run({ squareId: held.id });
    await stage.sandbox.x.reset();
    const queued = await stage.add(files[2], { title: "Fig", caption: "A fig, see 2x2.art" });
    await stage.add(files[3], { title: "Two spaniels" });
    await draftSquare(stage.ports, await stage.add(files[3], { title: "IMG_0001.JPG", unlike: "untitled" }));
    await stage.add(files[2], { title: "A long title ".repeat(30), caption: "Long", unlike: "long" });
    for (const name of ["One spaniel.jpg", "Spaniels.jpg"])
      await send(stage, { name, bytes: await alike(files[3], name.length * 5) });
    places = { queued: queued.id, posted: posted.id, held: held.id, run: run.executionArn.split(":").at(-1) ?? "" };
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());

  it.each(views)(
    "has no violation that axe finds, in either theme or on a phone, and no flaw in its layout at any size: $name",
    async ({ path, ready, isOfSchedule = false, isUnproven = false }) => {
      await gallery.provenAgo(isUnproven ? 2 * proofMs : 0);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.goto(gallery.origin + path(places));
      await ready(page);
      await page.getByRole("region", { name: "Schedule" }).first().waitFor({ state: "attached" });
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violations(page)).toEqual([]);
      const found: Record<string, string[]> = {};
      for (const [width, height] of sizes) {
        if (isOfSchedule && width < 960) continue;
        await page.setViewportSize({ width, height });
        if (width < 960)
          await page.getByRole("button", { name: /in the queue|Queue empty/ }).waitFor({ state: "attached" });
        if (width === 320) expect(await violations(page)).toEqual([]);
        found[width] = await flaws(page);
      }
      expect(found).toEqual(Object.fromEntries(Object.keys(found).map((width) => [width, []])));
      expect(gallery.complaints()).toEqual([]);
    },
  );

  it.each([390, 1440])("moves nothing while a page loads, at %i pixels", async (width) => {
    const other = await gallery.open();
    await other.addInitScript(() => {
      const seen = window as unknown as { moved: number };
      seen.moved = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) seen.moved += (entry as unknown as { value: number }).value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await other.setViewportSize({ width, height: 900 });
    const moved: Record<string, number> = {};
    for (const { name, path, ready } of views.filter(({ grows }) => grows)) {
      await other.goto(gallery.origin + path(places));
      await ready(other);
      await other.waitForLoadState("networkidle");
      moved[name] = await other.evaluate(() => (window as unknown as { moved: number }).moved);
    }
    expect(Object.entries(moved).filter(([, score]) => score > 0.01)).toEqual([]);
    await other.close();
  });

  it("has no violation at the door, in both themes", async () => {
    const stranger = await gallery.tab();
    await gallery.context.clearCookies();
    for (const colorScheme of ["light", "dark"] as const)
      for (const path of ["/", "/invite#a-token", "/invite"]) {
        await stranger.emulateMedia({ colorScheme });
        await stranger.goto("about:blank");
        await stranger.goto(gallery.origin + path);
        await stranger.getByRole("heading", { level: 1 }).waitFor();
        expect(await violations(stranger)).toEqual([]);
      }
    expect(gallery.complaints()).toEqual([]);
  });

  it("keeps a chosen theme against the system's, from the first paint on", async () => {
    const other = await gallery.open();
    await other.setViewportSize({ width: 1280, height: 900 });
    await other.emulateMedia({ colorScheme: "light" });
    await other.getByLabel("Dark").check({ force: true });
    await other.reload();
    const ground = await other.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(ground).toBe("rgb(21, 20, 18)");
    await other.getByLabel("System").check({ force: true });
    expect(await other.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe("rgb(246, 244, 240)");
  });

  it("leads a keyboard past the navigation, and into a dialog and back out of it", async () => {
    const other = await gallery.open("/queue");
    await other.setViewportSize({ width: 1280, height: 900 });
    await other.locator(".queue-row").first().waitFor();
    await other.keyboard.press("Tab");
    expect(await other.evaluate(() => document.activeElement?.textContent)).toBe("Skip to content");
    await other.keyboard.press("Enter");
    await other.keyboard.press("Tab");
    expect(await other.evaluate(() => document.activeElement?.closest("main") !== null)).toBe(true);

    const pause = other
      .getByRole("button", { name: "Pause", exact: true })
      .or(other.getByRole("button", { name: "Resume" }));
    const change = other.getByRole("button", { name: "Change schedule" });
    await pause.waitFor();
    await change.focus();
    await other.keyboard.press("Enter");
    await other.getByRole("dialog", { name: "Change schedule" }).waitFor();
    for (let press = 0; press < 12; press += 1) {
      await other.keyboard.press("Tab");
      const inside = await other.evaluate(
        () => document.activeElement === document.body || document.activeElement?.closest("dialog") !== null,
      );
      expect(inside).toBe(true);
    }
    await other.keyboard.press("Escape");
    await other.getByRole("dialog", { name: "Change schedule" }).waitFor({ state: "detached" });
    expect(await change.evaluate((element) => element === document.activeElement)).toBe(true);
  });
});
