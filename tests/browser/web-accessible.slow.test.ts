import { proofMs } from "@twobytwo/core/access/sessions";
import { alike, send } from "@twobytwo/core/test/adding/alike";
import { files } from "@twobytwo/sandbox/test/stage";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

interface View {
  name: string;
  path: (square: { queued: string; posted: string; run: string }) => string;
  /** It lies open at the side, and closes where there is no side. */
  isWide?: boolean;
  /** The person answered with the passkey long ago. */
  isUnproven?: boolean;
  /** Opens what is to be looked at, and waits until it is there. */
  ready: (page: Page) => Promise<unknown>;
}

const heading = (name: string) => (page: Page) => page.getByRole("heading", { level: 1, name }).waitFor();

const views: View[] = [
  { name: "the wall", path: () => "/", ready: (page) => page.locator("a.card img").first().waitFor() },
  {
    name: "a search that finds nothing",
    path: () => "/?q=nothing-of-this",
    ready: (page) => page.getByText("No results").waitFor(),
  },
  { name: "the queue", path: () => "/queue", ready: (page) => page.locator(".queue-row").first().waitFor() },
  {
    name: "the queue with a square that is edited",
    path: () => "/queue",
    ready: async (page) => {
      await page
        .getByRole("button", { name: /^Edit / })
        .first()
        .click();
      await page.getByLabel("Caption").fill("See 2x2.art");
      await page.getByText("13 times as much").waitFor();
    },
  },
  {
    name: "the menu of a square",
    path: () => "/queue",
    ready: (page) =>
      page
        .getByRole("button", { name: /^More for / })
        .first()
        .click(),
  },
  { name: "adding", path: () => "/add", ready: heading("Add squares") },
  {
    name: "pictures that were chosen",
    path: () => "/add",
    ready: async (page) => {
      await page
        .getByLabel("Choose pictures")
        .setInputFiles({ name: "x.png", mimeType: "image/png", buffer: Buffer.from("no picture") });
      await page.getByRole("button", { name: "Add 1 square" }).click();
      await page.getByText("is not a supported picture").waitFor();
    },
  },
  {
    name: "two look-alikes that wait for a decision",
    path: () => "/add",
    ready: async (page) => {
      const pairs = page.getByRole("region", { name: "This looks like another square" });
      await pairs.nth(1).waitFor();
    },
  },
  { name: "the history", path: () => "/history", ready: (page) => page.locator(".row").first().waitFor() },
  {
    name: "the question before a post is deleted",
    path: () => "/history",
    ready: (page) =>
      page
        .getByRole("button", { name: /^Delete the post of / })
        .first()
        .click(),
  },
  {
    name: "the runs, with a square that is held",
    path: () => "/runs",
    ready: (page) => page.locator(".held-row").waitFor(),
  },
  {
    name: "one run",
    path: ({ run }) => `/runs/${run}`,
    ready: (page) => page.locator(".graph .node").first().waitFor(),
  },
  {
    name: "one run in the whole workflow",
    path: ({ run }) => `/runs/${run}`,
    ready: (page) => page.getByLabel("Whole workflow").check(),
  },
  { name: "the devices", path: () => "/devices", ready: (page) => page.getByText("this device").waitFor() },
  {
    name: "an invite",
    path: () => "/devices",
    ready: async (page) => {
      await page.getByRole("button", { name: "Invite a device" }).click();
      await page.getByRole("textbox", { name: "Link" }).waitFor();
    },
  },
  {
    name: "the question for the passkey, beside open invites",
    path: () => "/devices",
    isUnproven: true,
    ready: async (page) => {
      await page.getByRole("region", { name: "Open invites" }).waitFor();
      await page.getByRole("button", { name: "Invite a device" }).click();
      await page.getByRole("button", { name: "Confirm with your passkey" }).waitFor();
    },
  },
  {
    name: "a square in the queue",
    path: ({ queued }) => `/squares/${queued}`,
    ready: (page) => page.getByLabel("Title", { exact: true }).waitFor(),
  },
  {
    name: "a square as X shows it",
    path: ({ queued }) => `/squares/${queued}`,
    ready: (page) => page.getByRole("button", { name: "Preview post" }).click(),
  },
  {
    name: "a posted square",
    path: ({ posted }) => `/squares/${posted}`,
    ready: (page) => page.getByText("Posted text").waitFor(),
  },
  { name: "nothing", path: () => "/no-such-page", ready: (page) => page.getByText("Page not found").waitFor() },
];

const dialogs: View[] = [
  ...(
    [
      ["Pause", "Pause the schedule"],
      ["Change schedule", "Change schedule"],
    ] as const
  ).map(([button, name]) => ({
    name: `the dialog ${name}`,
    path: () => "/queue",
    isWide: true,
    ready: async (page: Page) => {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.getByRole("dialog", { name }).waitFor();
    },
  })),
];

describe.skipIf(executablePath === undefined)("the web app for everybody", () => {
  let gallery: Gallery;
  let page: Page;
  let ids: { queued: string; posted: string; run: string };

  beforeAll(async () => {
    gallery = await openGallery();
    const { stage } = gallery;
    const posted = await stage.add(files[0], { title: "Dandelion", altText: "A dandelion", caption: "One" });
    const run = await stage.run({ squareId: posted.id });
    const held = await stage.add(files[1], { title: "Autumn ridge", caption: "Two" });
    stage.sandbox.x.inject({ kind: "invalid-media", times: "always" });
    await stage.run({ squareId: held.id });
    await stage.sandbox.x.reset();
    const queued = await stage.add(files[2], { title: "Fig", caption: "A fig, see 2x2.art" });
    await stage.add(files[3], { title: "Two spaniels" });
    for (const name of ["One spaniel.jpg", "Spaniels.jpg"])
      await send(stage, { name, bytes: await alike(files[3], name.length * 5) });
    ids = { queued: queued.id, posted: posted.id, run: run.executionArn.split(":").at(-1) ?? "" };
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());

  it.each([...views, ...dialogs])(
    "has no violation that axe finds, in either theme or on a phone: $name",
    async ({ path, ready, isWide = false, isUnproven = false }) => {
      await gallery.provenAgo(isUnproven ? 2 * proofMs : 0);
      await page.setViewportSize({ width: 1280, height: 900 });
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.goto(gallery.origin + path(ids));
      await ready(page);
      await page.getByRole("region", { name: "Schedule" }).first().waitFor({ state: "attached" });
      expect(await violations(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      expect(await violations(page)).toEqual([]);
      if (!isWide) {
        await page.setViewportSize({ width: 320, height: 640 });
        await page.getByRole("button", { name: /in the queue|Queue empty/ }).waitFor({ state: "attached" });
        expect(await violations(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
      }
      expect(gallery.complaints()).toEqual([]);
    },
  );

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
