import path from "node:path";
import { draftSquare } from "@twobytwo/core/curating/change-status";
import { editSquare } from "@twobytwo/core/curating/edit";
import { moveInQueue } from "@twobytwo/core/queue/reorder";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { readPause } from "@twobytwo/core/schedule/pause";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import { picture } from "@twobytwo/sandbox/test/stage";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { comeBackTo, type Gallery, openGallery } from "./gallery.ts";

/** The machine may be busy; what is waited for comes, or the test fails. */
const soon = { timeout: 30_000 };
const squares = 12;

/** What is on the screen is so, or says as of when it was: each test begins where the one before has ended. */
describe.skipIf(executablePath === undefined)("the web app tells the truth", () => {
  let gallery: Gallery;
  let page: Page;
  const plan = () => nextPosts(gallery.stage.ports, { count: 40 });
  const order = async () => (await plan()).posts.map(({ square }) => ("title" in square ? square.title : ""));
  const rows = (tab = page) => tab.locator(".queue .row-title").allTextContents();
  const dates = (tab = page) => tab.locator(".queue time").allTextContents();
  const schedule = (tab = page) => tab.getByRole("region", { name: "Schedule" });
  const goTo = async (name: string, tab = page) => {
    await tab.getByRole("navigation").getByRole("link", { name }).click();
    await tab.getByRole("heading", { level: 1, name }).waitFor();
  };
  /** The app looks by itself every half a minute; a person who returns to it is served at once. */
  const comeBack = () => comeBackTo(page);

  beforeAll(async () => {
    gallery = await openGallery();
    for (let made = 1; made <= squares; made += 1)
      await gallery.stage.add("dandelion-evening.jpg", {
        unlike: `${made}`,
        title: `Square ${made}`,
        altText: "Yellow",
      });
    page = await gallery.open("/queue");
    await page
      .locator(".queue .row-title")
      .nth(squares - 1)
      .waitFor(soon);
  });
  afterAll(() => gallery?.close());
  afterEach(async () => {
    await gallery.context.setOffline(false);
    expect(gallery.complaints()).toEqual([]);
  });

  it("names the X account in the panel and in the preview, with its picture", async () => {
    await schedule().getByText("@sandbox_artist").waitFor(soon);
    await page.getByRole("button", { name: "Edit Square 3", exact: true }).click();
    const preview = page.getByRole("figure", { name: "Preview of the post" });
    await preview.getByText("Sandbox artist").waitFor();
    const face = preview.locator("img.face");
    await expect.poll(() => face.evaluate((one: HTMLImageElement) => one.naturalWidth), soon).toBeGreaterThan(0);
  });

  it("takes a square out of an open list once it is posted, and leaves focus and typed words alone", async () => {
    const caption = page.getByRole("form", { name: "Words" }).getByLabel("Caption");
    await caption.fill("Not saved yet");
    const [first = "", ...rest] = await order();
    await gallery.stage.run();
    // Nobody touches the page.
    await expect.poll(() => rows(), { timeout: 60_000 }).toEqual(rest);
    expect(rest).not.toContain(first);
    expect(await caption.inputValue()).toBe("Not saved yet");
    expect(await caption.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.getByRole("button", { name: "Discard my changes" }).click();
  });

  it("follows the order that somebody else makes", async () => {
    const { posts } = await plan();
    const [second, last] = [posts[1]?.square.id ?? "", posts.at(-1)?.square.id ?? ""];
    await moveInQueue(gallery.stage.ports, { id: last, to: { before: second } });
    await comeBack();
    await expect.poll(() => rows(), soon).toEqual(await order());
  });

  it("loads again when a person comes back to the page", async () => {
    const [first] = (await plan()).posts;
    await gallery.stage.run({ squareId: first?.square.id });
    await comeBack();
    await expect.poll(() => rows(), soon).toEqual(await order());
  });

  it("shows the words that somebody else saves in an open square, where nobody has typed", async () => {
    const { table } = gallery.stage.ports;
    const { id, version } = await gallery.stage.square((await plan()).posts[1]?.square.id ?? "");
    await page.locator(`.queue a.row-title[href$="${id}"]`).click();
    const title = page.getByRole("dialog").getByLabel("Title", { exact: true });
    await title.waitFor();
    await editSquare(table, { id, version, words: { title: "Named elsewhere" }, now: Date.now() });
    await comeBack();
    await expect.poll(() => title.inputValue(), soon).toBe("Named elsewhere");
    await page.keyboard.press("Escape");
  });

  it("leaves the list alone while a row is lifted, and follows once it is dropped", async () => {
    const before = await order();
    await expect.poll(() => rows(), soon).toEqual(before);
    await page.getByRole("button", { name: `Move ${before[2]}`, exact: true }).focus();
    await page.keyboard.press("Space");
    await gallery.stage.run();
    const loaded = page.waitForResponse("**/api/next?**");
    await comeBack();
    await (await loaded).finished();
    await schedule()
      .getByText(`${before.length - 1} in the queue`)
      .waitFor(soon);
    expect(await rows()).toEqual(before);
    await page.keyboard.press("Escape");
    await expect.poll(() => rows(), soon).toEqual(before.slice(1));
  });

  it("takes all dates away at once when it is paused, and brings them all back", async () => {
    const before = await dates();
    expect(before).toHaveLength((await rows()).length);
    const answer = Promise.withResolvers<void>();
    await page.route("**/api/schedule/pause", async (route) => {
      await answer.promise;
      await route.continue();
    });
    await schedule().getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Until I resume" }).click();
    // Before the server has said anything.
    await expect.poll(() => dates(), soon).toEqual([]);
    await schedule().getByText("first after you resume").waitFor();
    answer.resolve();
    await page.getByText("Paused. The queue stays as it is.").waitFor();
    // Otherwise nothing would come from the browser's cache.
    await page.unrouteAll();
    expect(await dates()).toEqual([]);
    await schedule().getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => dates(), soon).toEqual(before);
    await schedule()
      .getByText(/^Next /)
      .waitFor();
  });

  it("stops at the end of the page when a row is dragged to the lower edge", async () => {
    await page.setViewportSize({ width: 1280, height: 500 });
    await page.evaluate(() => window.scrollTo(0, 0));
    const end = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    const from = await page.locator("[data-handle]").first().boundingBox();
    if (from === null) throw new Error("the handle is not to be seen");
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 8, 499, { steps: 5 });
    await page.getByText(new RegExp(`^Position ${(await rows()).length} of`)).waitFor({ state: "attached" });
    // As long as it takes to scroll several times as far.
    await page.evaluate(async () => {
      for (let frame = 0; frame < 60; frame += 1) await new Promise(requestAnimationFrame);
    });
    expect(await page.evaluate(() => window.scrollY)).toBeLessThanOrEqual(end + 1);
    expect(await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight)).toBeLessThanOrEqual(
      end,
    );
    await page.keyboard.press("Escape");
    await page.mouse.up();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it.each([
    { locale: "de-DE", timezoneId: "Asia/Tokyo" },
    { locale: "ja-JP", timezoneId: "America/New_York" },
    { locale: "en-US", timezoneId: "Europe/Berlin" },
  ])("writes dates and hours as a browser of $locale in $timezoneId does", async ({ locale, timezoneId }) => {
    const tab = await gallery.tab();
    const devtools = await gallery.context.newCDPSession(tab);
    await devtools.send("Emulation.setLocaleOverride", { locale });
    await devtools.send("Emulation.setTimezoneOverride", { timezoneId });
    await tab.goto(`${gallery.origin}/queue`);
    await expect.poll(() => dates(tab), soon).not.toEqual([]);
    const { posts } = await plan();
    const [soonest, far] = [posts[0]?.at ?? "", posts.at(-1)?.at ?? ""];
    const clock = (iso: string, timeZone: string) =>
      new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone }).format(new Date(iso));
    const day = new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" });
    // The posts are the schedule's, which says once what that is for the person. No line ends within a date.
    const unbroken = day.format(new Date(far)).replaceAll(" ", "\u00a0");
    expect((await dates(tab)).at(-1)).toBe(`${unbroken}${clock(far, "UTC")}`);
    await tab
      .getByRole("main")
      .getByText(`${clock(soonest, "UTC")} in UTC, ${clock(soonest, timezoneId)} for you`)
      .waitFor();
    await schedule(tab)
      .getByText(`Every day at ${clock(soonest, "UTC")} in UTC`)
      .waitFor();
    await schedule(tab).getByRole("button", { name: "Change schedule" }).click();
    await tab.getByRole("button", { name: `Use your time zone, ${timezoneId}` }).click();
    expect(await tab.getByLabel("Time zone").inputValue()).toBe(timezoneId);
    await tab.getByRole("button", { name: "Cancel" }).click();

    await goTo("Runs", tab);
    const runs = tab.locator(".run-link time").first();
    const startedAt = (await runs.getAttribute("datetime")) ?? "";
    expect((await runs.textContent())?.replaceAll("\u00a0", " ")).toContain(clock(startedAt, timezoneId));
    await tab.close();
  });

  it("says what Post now costs and what is missing, from every place", async () => {
    const [title = ""] = await order();
    await page.getByRole("button", { name: `More for ${title}`, exact: true }).click();
    await page.getByRole("button", { name: "Post now…" }).click();
    const dialog = page.getByRole("dialog", { name: `Post “${title}” now?` });
    await dialog.getByText("X charges $0.02: $0.015 for the post and $0.005 for the alt text").waitFor();
    await dialog.getByText("Whether there are credits for it shows only when it is posted").waitFor();
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("says on every page why nothing is posted, in plain words, with the button that ends it", async () => {
    const { stage } = gallery;
    const [title = ""] = await order();
    stage.sandbox.x.inject({ kind: "credits-depleted", operation: "POST /2/tweets" });
    await stage.run();
    const stop = page.getByRole("region", { name: "Posting has stopped" });
    await comeBack();
    for (const [width, name] of [
      [1280, "Wall"],
      [390, "History"],
      [390, "Runs"],
    ] as const) {
      await page.setViewportSize({ width, height: 800 });
      await goTo(name);
      await stop.getByText("X has no credits left for this app: buy credits at console.x.com.").waitFor(soon);
      expect(await stop.getByText("HTTP 402").isVisible()).toBe(false);
      await stop.getByText("One square is tried again").waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(true);
    }
    await stop.getByText("Details").click();
    await stop.getByText("HTTP 402").waitFor();
    await page.getByRole("link", { name: title, exact: true }).waitFor();
    await page.getByText(`Failed with ${title}`).waitFor();
    await stop.getByRole("button", { name: "Resume posting" }).click();
    await stop.waitFor({ state: "detached" });
    await expect.poll(() => readPause(stage.ports.table), soon).toBeUndefined();
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("shows what waits for a decision on the wall and in the queue, with all that can be done about it", async () => {
    const { stage } = gallery;
    const x = createXClient({
      credentials: await stage.credentials(),
      baseUrl: stage.sandbox.endpoints.x,
      clock: Date.now,
      deadlineMs: 10_000,
    });
    const { posts } = await plan();
    const [unsure, refused] = await Promise.all(posts.slice(0, 2).map(({ square }) => stage.square(square.id)));
    if (unsure === undefined || refused === undefined) throw new Error("the queue is empty");
    await hold({ table: stage.ports.table, x, now: Date.now() }, unsure, await picture("dandelion-evening.jpg"));
    stage.sandbox.x.inject({ kind: "duplicate", operation: "POST /2/tweets" });
    await stage.run({ squareId: refused.id });
    await comeBack();
    for (const name of ["Queue", "Wall"]) {
      await goTo(name);
      await page.getByRole("heading", { name: "2 squares need your decision" }).waitFor(soon);
      // Unfolded once, it is unfolded on the next page.
      if (name === "Queue") await page.getByRole("button", { name: "Show", exact: true }).click();
      await page.getByRole("link", { name: `It was posted… “${unsure.title}”` }).waitFor();
      expect(await page.getByRole("button", { name: `Crop again “${unsure.title}”` }).count()).toBe(0);
      for (const verb of ["Return to queue", "Crop again", "Withdraw"])
        await page.getByRole("button", { name: `${verb} “${refused.title}”` }).waitFor();
    }
    await page.getByRole("button", { name: `Withdraw “${unsure.title}”` }).click();
    await expect.poll(async () => (await stage.square(unsure.id)).status, soon).toBe("withdrawn");

    const replacement = path.join(root, "samples", "two-spaniels.jpg");
    await page.getByLabel(`A new picture for “${refused.title}”`).setInputFiles(replacement);
    await expect.poll(async () => (await stage.square(refused.id)).status, soon).toBe("withdrawn");
    await expect.poll(async () => (await order())[0], soon).toBe(refused.title);
    await page.getByRole("heading", { name: /needs? your decision/ }).waitFor({ state: "detached", ...soon });
  });

  it("keeps what is in sight on the wall in its place, and the focus, while squares above it go", async () => {
    const { ports } = gallery.stage;
    const [stays, rest] = [(await plan()).posts.slice(0, 4), (await plan()).posts.slice(4)];
    for (const { square } of rest) await draftSquare(ports, { id: square.id });
    // Three columns: the queue has two rows, and one after a post.
    await page.setViewportSize({ width: 390, height: 500 });
    await page.goto(gallery.origin);
    const card = (id = "") => page.locator(`a.card[href$="${id}"]`);
    // The latest draft is the first.
    const seen = card(rest.at(-1)?.square.id);
    // The element itself: it is not drawn anew, which a screen reader would read out, and which would load its picture again.
    const focused = await card(stays[3]?.square.id).elementHandle();
    if (focused === null) throw new Error("the card is not on the wall");
    await focused.focus();
    await focused.evaluate((one) => window.scrollTo(0, one.getBoundingClientRect().top + window.scrollY - 100));
    const top = () => seen.evaluate((one) => one.getBoundingClientRect().top);
    await expect.poll(top, soon).toBeGreaterThan(0);
    // What is posted stands below, and may begin a row of its own: the wall as a whole need not become shorter.
    const above = async () =>
      (await top()) - (await page.locator(".wall").evaluate((wall) => wall.getBoundingClientRect().top));
    const [before, rows] = [await top(), await above()];
    await gallery.stage.run();
    await comeBack();
    await expect.poll(above, soon).toBeLessThan(rows);
    await expect.poll(() => focused.evaluate((one) => one.closest("li")?.ariaPosInSet), soon).toBe("3");
    await expect.poll(async () => Math.abs((await top()) - before), soon).toBeLessThan(3);
    expect(await focused.evaluate((one) => one === document.activeElement)).toBe(true);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it("shows without a network what was seen last and as of when, and is up to date seconds after", async () => {
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    for (const name of ["History", "Queue", "Wall"]) {
      await goTo(name);
      await page.locator(".rows .row, .queue-row, a.card").first().waitFor(soon);
    }
    const image = page.locator("a.card img").first();
    const isShown = () => image.evaluate((one: HTMLImageElement) => one.naturalWidth);
    await expect.poll(isShown, soon).toBeGreaterThan(0);
    await gallery.context.setOffline(true);
    await page.goto(`${gallery.origin}/`);
    const strip = page.getByRole("status").filter({ hasText: "No connection" });
    await strip.getByText(/This page is as of today\s\d/).waitFor(soon);
    await expect.poll(isShown, soon).toBeGreaterThan(0);
    await goTo("Queue");
    await expect.poll(() => rows(), soon).toEqual(await order());
    await goTo("History");
    await page.locator(".rows .row").first().waitFor(soon);
    // Devices are not kept: the page says so and loads by itself.
    await page.getByRole("link", { name: "Devices and settings" }).click();
    await page.getByRole("heading", { name: "No connection" }).first().waitFor(soon);

    await gallery.context.setOffline(false);
    await page.getByText("this device").waitFor(soon);
    await strip.waitFor({ state: "detached", ...soon });
    expect(await page.getByRole("heading", { name: "No connection" }).count()).toBe(0);
  });

  it("keeps nothing of it once this device is signed out", async () => {
    expect(await page.evaluate(() => caches.has("seen"))).toBe(true);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor(soon);
    expect(await page.evaluate(() => caches.has("seen"))).toBe(false);
  });
});
