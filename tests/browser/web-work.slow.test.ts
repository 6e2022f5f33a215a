import path from "node:path";
import { nextPosts } from "@twobytwo/core/schedule/next-posts";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

const samples = path.join(root, "samples");
const sample = (file: string) => path.join(samples, file);

/** The machine may be busy; what is waited for comes, or the test fails. */
const soon = { timeout: 30_000 };

/** The artist's way through the app, one step after the other: each test goes on where the one before has ended. */
describe.skipIf(executablePath === undefined)("working in the web app", () => {
  let gallery: Gallery;
  let page: Page;
  /** What the table says, past the app. */
  const plan = () => nextPosts(gallery.stage.ports, { count: 20 });
  const order = async () => (await plan()).posts.map(({ square }) => ("title" in square ? square.title : ""));
  const shown = () => page.locator(".queue .row-title").allTextContents();
  const goTo = async (name: string) => {
    await page.getByRole("navigation").getByRole("link", { name }).click();
    await page.getByRole("heading", { level: 1, name }).waitFor();
  };
  /** What a toast or a live region has said. */
  const said = (words: string | RegExp) => page.getByText(words).first().waitFor();

  beforeAll(async () => {
    gallery = await openGallery();
    // A person pauses it, so that no slot comes in between.
    await gallery.stage.pauseByPerson();
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());
  afterEach(async () => {
    // A test that failed half-way must not take the network from those behind it.
    await gallery.context.setOffline(false);
    expect(gallery.complaints()).toEqual([]);
  });

  it("says that the wall is empty, and where to begin", async () => {
    await page.getByRole("heading", { name: "The wall is empty" }).waitFor();
    await page.getByRole("main").getByRole("link", { name: "Add squares" }).click();
    await page.getByRole("heading", { level: 1, name: "Add squares" }).waitFor();
  });

  it("uploads three files with their words straight to the bucket", async () => {
    const posted: string[] = [];
    page.on("request", (request) => {
      if (request.method() === "POST" && request.headers()["content-type"]?.startsWith("multipart/form-data"))
        posted.push(new URL(request.url()).origin);
    });
    await page
      .getByLabel("Choose pictures")
      .setInputFiles([sample("autumn-ridge.jpg"), sample("fig-in-red-bowl.png"), sample("two-spaniels.jpg")]);
    const first = page.getByRole("listitem", { name: "Autumn ridge" });
    await first.getByLabel("Alt text").fill("A ridge in autumn");
    await page.getByRole("button", { name: "Add 3 squares" }).click();
    await expect.poll(() => page.locator(".added").count(), soon).toBe(3);
    expect((await order()).sort()).toEqual(["Autumn ridge", "Fig in red bowl", "Two spaniels"]);
    expect(posted).toHaveLength(3);
    expect(posted).not.toContain(gallery.origin);
    const { posts } = await plan();
    expect(posts.map(({ square }) => ("altText" in square ? square.altText : undefined))).toContain(
      "A ridge in autumn",
    );
  });

  it("shows a picture that is there already beside the new one", async () => {
    await page.getByRole("button", { name: "Clear finished" }).click();
    await page.getByLabel("Choose pictures").setInputFiles(sample("two-spaniels.jpg"));
    await page.getByRole("button", { name: "Add 1 square" }).click();
    const alike = page.getByRole("region", { name: "This picture is already here" });
    await alike.waitFor();
    expect(await alike.getByRole("img").count()).toBe(2);
    await alike.getByRole("button", { name: "Remove", exact: true }).click();
    expect(await page.locator(".add-item").count()).toBe(0);
    expect(await gallery.stage.stock()).toEqual({ queued: 3 });
  });

  it("refuses a file that is no picture, with words that help", async () => {
    await page
      .getByLabel("Choose pictures")
      .setInputFiles({ name: "square.png", mimeType: "image/png", buffer: Buffer.from("<svg onload='alert(1)'/>") });
    await page.getByRole("button", { name: "Add 1 square" }).click();
    await page.getByText("square.png is not a supported picture").waitFor();
    // The same file again would be refused again.
    expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
    await page.getByLabel("Choose again").waitFor({ state: "attached" });
    await page.getByRole("button", { name: "Remove", exact: true }).click();
  });

  it("waits where the network goes away in the middle of an upload, and then completes it", async () => {
    await page.getByLabel("Choose pictures").setInputFiles(sample("forest-stream.jpg"));
    // The ticket is there, the bytes are on their way to the bucket: then the network is gone.
    const isGone = Promise.withResolvers<void>();
    await page.route(
      (url) => url.origin !== gallery.origin,
      async (route) => {
        if (route.request().method() !== "POST") return route.continue();
        await gallery.context.setOffline(true);
        isGone.resolve();
        return route.abort("internetdisconnected");
      },
    );
    await page.getByRole("button", { name: "Add 1 square" }).click();
    await isGone.promise;
    // The strip on top says so as well, a moment sooner or later.
    await page.locator(".going").getByText("It continues when the connection is back").waitFor();
    await page.getByRole("status").filter({ hasText: "No connection" }).waitFor();
    expect(await gallery.stage.stock()).toEqual({ queued: 3 });

    await page.unrouteAll();
    await gallery.context.setOffline(false);
    await page.locator(".added").waitFor();
    expect(await gallery.stage.stock()).toEqual({ queued: 4 });
  });

  it("reorders by dragging, and says where the square is", async () => {
    await goTo("Queue");
    await expect.poll(shown, soon).toHaveLength(4);
    const before = await order();
    const handles = page.getByRole("button", { name: /^Move / });
    const from = await handles.nth(0).boundingBox();
    const to = await handles.nth(2).boundingBox();
    if (from === null || to === null) throw new Error("the handles are not to be seen");
    await page.mouse.move(from.x + 8, from.y + 8);
    await page.mouse.down();
    await page.mouse.move(from.x + 8, from.y + 40, { steps: 4 });
    await page.mouse.move(to.x + 8, to.y + 12, { steps: 6 });
    // The dates stay where they are, and the others make room.
    await page.getByText("Position 3 of 4.").waitFor({ state: "attached" });
    await page.mouse.up();
    const after = [before[1], before[2], before[0], before[3]];
    await expect.poll(shown, soon).toEqual(after);
    await said(/is now number 3/);
    expect(await order()).toEqual(after);
  });

  it("reorders by keyboard, keeps the focus, and puts it back with Escape", async () => {
    const before = await order();
    const handle = page.getByRole("button", { name: `Move ${before[0]}`, exact: true });
    await handle.focus();
    await page.keyboard.press("Space");
    await page.getByText("picked up at position 1 of 4").waitFor({ state: "attached" });
    await page.keyboard.press("ArrowDown");
    await expect.poll(shown, soon).toEqual([before[1], before[0], before[2], before[3]]);
    expect(await handle.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press("Escape");
    await expect.poll(shown, soon).toEqual(before);

    await page.keyboard.press("Space");
    await page.keyboard.press("End");
    await page.keyboard.press("Space");
    const after = [before[1], before[2], before[3], before[0]];
    await expect.poll(shown, soon).toEqual(after);
    await said(/is now number 4/);
    expect(await order()).toEqual(after);
  });

  it("puts the order back where the server does not take the move", async () => {
    const before = await order();
    await page.route("**/api/squares/*/move", (route) => route.abort("connectionreset"), { times: 1 });
    await page.getByRole("button", { name: `More for ${before[2]}` }).click();
    await page.getByRole("button", { name: "Move to top" }).click();
    await said(/could not be moved/);
    await expect.poll(shown, soon).toEqual(before);
    expect(await order()).toEqual(before);
  });

  it("edits in place, counts as X does, and warns of what a link costs", async () => {
    const [title] = await order();
    await page.getByRole("button", { name: `Edit ${title}` }).click();
    const form = page.getByRole("form", { name: "Words" });
    await form.getByLabel("Caption").fill("From the studio, 2x2.art");
    await form.getByText("This post costs $0.20 instead of $0.015").waitFor();
    await form.getByText(`${"From the studio, ".length + 23} of 280 characters, as X counts`).waitFor();
    const preview = page.getByRole("figure", { name: "Preview of the post" });
    expect(await preview.locator(".post-text").textContent()).toBe("From the studio, 2x2.art");
    await form.getByLabel("Caption").fill("x".repeat(281));
    expect(await form.getByRole("button", { name: "Save", exact: true }).isDisabled()).toBe(true);
    await form.getByLabel("Caption").fill("From the studio");
    await form.getByLabel(/^Alt text/).fill("Seen from the studio");
    await form.getByRole("button", { name: "Save", exact: true }).click();
    await said("Saved.");
    await page.getByText("From the studio").first().waitFor();
    const { posts } = await plan();
    expect(posts[0]?.square).toMatchObject({ title, caption: "From the studio", altText: "Seen from the studio" });
  });

  it("shows what changed where two tabs edit one square, and lets the person choose", async () => {
    const [, title = ""] = await order();
    const link = page.locator(".queue").getByRole("link", { name: title });
    const address = (await link.getAttribute("href")) ?? "";
    const id = decodeURIComponent(address.split("/").at(-1) ?? "");
    const [one, other] = await Promise.all([gallery.context.newPage(), gallery.context.newPage()]);
    for (const tab of [one, other]) {
      await tab.goto(gallery.origin + address);
      await tab.getByLabel("Title", { exact: true }).waitFor();
    }
    await one.getByLabel("Title", { exact: true }).fill("Named by one");
    await one.getByRole("button", { name: "Save", exact: true }).click();
    await one.getByText("Saved.").waitFor();

    await other.getByLabel("Title", { exact: true }).fill("Named by the other");
    await other.getByRole("button", { name: "Save", exact: true }).click();
    const conflict = other.getByRole("alert", { name: "Changed elsewhere" });
    await conflict.getByText("Named by one").waitFor();
    await conflict.getByText("Named by the other").waitFor();
    expect((await gallery.stage.square(id)).title).toBe("Named by one");
    await conflict.getByRole("button", { name: "Keep mine" }).click();
    await other.getByText("Saved.").waitFor();
    expect((await gallery.stage.square(id)).title).toBe("Named by the other");

    await one.getByLabel("Title", { exact: true }).fill("Named by one again");
    await one.getByRole("button", { name: "Save", exact: true }).click();
    await one.getByRole("button", { name: "Discard mine" }).click();
    await expect.poll(() => one.getByLabel("Title", { exact: true }).inputValue(), soon).toBe("Named by the other");
    expect((await gallery.stage.square(id)).title).toBe("Named by the other");
    await Promise.all([one.close(), other.close()]);
  });

  it("makes a draft, and takes that back", async () => {
    await page.reload();
    const before = await order();
    await page.getByRole("button", { name: `More for ${before[1]}` }).click();
    await page.getByRole("button", { name: "Make a draft" }).click();
    await said(/is now a draft/);
    await expect.poll(shown, soon).toHaveLength(3);
    expect(await gallery.stage.stock()).toEqual({ queued: 3, draft: 1 });
    await page.getByRole("button", { name: "Undo" }).last().click();
    await expect.poll(shown, soon).toEqual(before);
    expect(await order()).toEqual(before);
  });

  it("posts now, shows the run as a graph, and the post is in X's timeline", async () => {
    const [title] = await order();
    await page.getByRole("button", { name: "Post now", exact: true }).click();
    const dialog = page.getByRole("dialog", { name: "Post the next square now?" });
    await dialog.getByText("From the studio").waitFor();
    await dialog.getByRole("button", { name: "Post now" }).click();
    await page.getByRole("button", { name: "View run" }).click({ timeout: 30_000 });
    const node = page.getByRole("button", { name: /^Tweet done, / });
    await node.focus();
    await page.keyboard.press("Enter");
    const step = page.getByRole("region", { name: "State Tweet" });
    await step.waitFor();
    await step.getByText("Output", { exact: true }).waitFor();

    const timeline = await gallery.context.newPage();
    await timeline.goto(gallery.stage.sandbox.endpoints.x);
    const post = timeline.locator("article").first();
    expect(await post.textContent()).toContain("From the studio");
    expect(await post.locator("img").getAttribute("alt")).toBe("Seen from the studio");
    await timeline.close();
    expect(await order()).not.toContain(title);
  });

  it("deletes the post from X and puts the square back at the end of the queue", async () => {
    await goTo("History");
    const rest = await order();
    await gallery.provenAgo(0);
    await page.getByRole("button", { name: /^Delete the post of / }).click();
    await page.getByRole("button", { name: "Delete and return to the end of the queue" }).click();
    await said(/is at the end of the queue/);
    expect(gallery.stage.sandbox.x.posts()).toHaveLength(0);
    const after = await order();
    expect(after.slice(0, -1)).toEqual(rest);
    expect(after).toHaveLength(rest.length + 1);
    await page.getByRole("heading", { name: "No posts yet" }).waitFor();
  });

  it("changes the schedule by weekdays and times, with the next posts shown before, and shows them again", async () => {
    const open = async () => {
      await page.getByRole("button", { name: "Change schedule" }).click();
      return page.getByRole("dialog", { name: "Change schedule" });
    };
    const dialog = await open();
    await dialog.getByLabel("How often").selectOption("On chosen weekdays");
    const days = dialog.getByRole("group", { name: "Weekdays" });
    for (const day of ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
      await days.getByRole("checkbox", { name: day }).press("Space");
    await dialog.getByRole("alert").filter({ hasText: "Choose at least one weekday." }).waitFor();
    expect(await dialog.getByRole("button", { name: "Save schedule" }).isDisabled()).toBe(true);
    for (const day of ["Friday", "Sunday"]) await days.getByRole("checkbox", { name: day }).press("Space");
    await dialog.getByRole("button", { name: "Add a time" }).click();
    await dialog.getByRole("combobox", { name: "Time 2" }).selectOption("9:00 PM");
    await dialog.getByLabel("Time", { exact: true }).fill("09:30");
    await dialog.getByText("AWS allows one schedule the same minutes in every hour.").waitFor();
    await dialog.getByLabel("Time zone").fill("Europe/Berlin");
    await dialog.getByText("every Friday and Sunday at 9:30 AM and 9:30 PM in Berlin").waitFor();
    expect(await dialog.locator("li").filter({ hasText: "9:30 PM" }).count()).toBeGreaterThan(1);
    await dialog.getByLabel("Time zone").fill("Mars/Base");
    await dialog.getByRole("alert").filter({ hasText: "Mars/Base" }).waitFor();
    await dialog.getByLabel("Time zone").fill("Europe/Berlin");
    await dialog.getByText("every Friday and Sunday at 9:30 AM and 9:30 PM in Berlin").waitFor();
    await dialog.getByRole("button", { name: "Save schedule" }).click();
    await said(/Schedule changed/);
    const { rhythm } = await plan();
    expect(rhythm).toMatchObject({ expression: "cron(30 9,21 ? * SUN,FRI *)", timeZone: "Europe/Berlin" });

    await open();
    await expect.poll(() => days.getByRole("checkbox", { checked: true }).count(), soon).toBe(2);
    expect(await violations(page)).toEqual([]);
    expect(await days.getByRole("checkbox", { name: "Sunday" }).isChecked()).toBe(true);
    await dialog.getByRole("button", { name: "Remove time 2" }).click();
    await dialog.getByLabel("How often").selectOption("Custom (AWS expression)");
    expect(await dialog.getByRole("textbox", { name: /^Expression/ }).inputValue()).toBe("cron(30 9 ? * SUN,FRI *)");
    await dialog.getByRole("button", { name: "Cancel" }).click();
  });

  it("resumes, pauses, and says so all the time", async () => {
    const schedule = page.getByRole("region", { name: "Schedule" });
    await schedule.getByText("Paused", { exact: true }).waitFor();
    await schedule.getByRole("button", { name: "Resume" }).click();
    await schedule.getByText(/^Next /).waitFor();
    await expect.poll(() => gallery.stage.scheduleState(), soon).toBe("ENABLED");
    await schedule.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "For a week" }).click();
    await schedule
      .getByText(/^Paused until/)
      .first()
      .waitFor();
    await expect.poll(async () => (await plan()).rhythm.pause?.pausedBy, soon).toBe("person");
    expect(Date.parse((await plan()).rhythm.pause?.until ?? "")).toBeGreaterThan(Date.now() + 6 * 86_400_000);
    expect((await gallery.stage.stock()).queued).toBe(4);
  });

  it("finds squares on the wall by words, by status and by keyboard", async () => {
    await goTo("Wall");
    await page.getByText("4 squares").waitFor();
    await page.getByLabel("Search in titles and captions").fill("BY THE OTHER");
    await expect.poll(() => page.locator("a.card").count(), soon).toBe(1);
    await page.getByText("1 square found").waitFor();
    await page.getByLabel("Search in titles and captions").fill("no such words");
    await page.getByRole("heading", { name: "No results" }).waitFor();
    await page.getByText("0 squares found").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await expect.poll(() => page.locator("a.card").count(), soon).toBe(4);
    await page.locator("a.card").first().focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByLabel("Title", { exact: true }).waitFor();
    await page.keyboard.press("Escape");
    await expect.poll(() => new URL(page.url()).pathname, soon).toBe("/");
    await expect.poll(() => page.evaluate(() => document.activeElement?.className), soon).toBe("card");
  });
});
