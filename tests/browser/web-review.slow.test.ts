import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { picture } from "@twobytwo/sandbox/test/stage";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { executablePath } from "./chromium.ts";
import { type Gallery, openGallery } from "./gallery.ts";

/** The machine may be busy; what is waited for comes, or the test fails. */
const soon = { timeout: 30_000 };
const timeline = { operation: "GET /2/users/{id}/tweets" } as const;

describe.skipIf(executablePath === undefined)("deciding on a held square in the web app", () => {
  let gallery: Gallery;
  let page: Page;
  let x: XClient;
  let made = 0;

  beforeAll(async () => {
    gallery = await openGallery();
    const { stage } = gallery;
    await stage.pauseByPerson();
    x = createXClient({
      credentials: await stage.credentials(),
      baseUrl: stage.sandbox.endpoints.x,
      clock: Date.now,
      deadlineMs: 10_000,
    });
    page = await gallery.open();
  });
  afterAll(() => gallery?.close());
  afterEach(() => expect(gallery.complaints()).toEqual([]));

  /** A square that nobody knows to be out or not, open in the app. */
  async function openHeld({ sent }: { sent: boolean }) {
    const { stage } = gallery;
    made += 1;
    const file = "dandelion-evening.jpg";
    const square = await stage.add(file, { unlike: `no. ${made}`, title: `Dandelion ${made}` });
    const { tweetBody } = await hold({ table: stage.ports.table, x, now: Date.now() }, square, await picture(file));
    const post = sent ? await x.post(tweetBody) : undefined;
    await page.goto(`${gallery.origin}/squares/${square.id}`);
    const decision = page.getByRole("region", { name: "Was it posted?" });
    await decision.waitFor(soon);
    return { id: square.id, title: square.title, tweetId: post?.id, decision };
  }
  const look = async (decision: Awaited<ReturnType<typeof openHeld>>["decision"]) => {
    await decision.getByRole("button", { name: /^Check/ }).click();
    await decision.getByRole("button", { name: "Check again" }).waitFor(soon);
  };
  const posts = () => page.getByRole("list", { name: "Posts since then" }).getByRole("listitem");
  const focused = () => page.evaluate(() => document.activeElement?.tagName);

  it("says what is known, and asks X nothing before a person does", async () => {
    const { decision } = await openHeld({ sent: true });
    await decision
      .getByText(/^It was sent on .* and once more\. Whether it was posted is unknown\. 3 checks/)
      .waitFor();
    await decision.getByText("X charges $0.001 to $0.005 for each post that it shows").waitFor();
    const reads = gallery.stage.sandbox.x.calls().filter(({ operation }) => operation === timeline.operation);
    expect(reads).toEqual([]);
  });

  it("shows the account's posts with their pictures, and marks the square as posted by one press", async () => {
    const { id, title, tweetId, decision } = await openHeld({ sent: true });
    await look(decision);
    const first = posts().first();
    await first.getByText("Same picture").waitFor();
    await first.getByText(title).waitFor();
    const image = first.getByRole("img", { name: "The picture of this post" });
    await expect.poll(() => image.evaluate((one: HTMLImageElement) => one.naturalWidth), soon).toBeGreaterThan(0);
    await first.getByRole("button", { name: "This is the post" }).click();
    await page.getByText(`“${title}” is marked as posted.`).waitFor(soon);
    await expect.poll(async () => (await gallery.stage.square(id)).status, soon).toBe("posted");
    expect((await gallery.stage.square(id)).tweetId).toBe(tweetId);
    await page.getByRole("link", { name: "View post" }).waitFor(soon);
    expect(await focused()).toBe("H2");
  });

  it("offers no press for the post of another square, and says whose it is", async () => {
    const { decision } = await openHeld({ sent: false });
    await look(decision);
    const known = posts().filter({ hasText: "Post of Dandelion" });
    await known
      .first()
      .getByRole("link", { name: /^Dandelion/ })
      .waitFor();
    expect(await known.getByRole("button").count()).toBe(0);
  });

  it("asks before it puts a square back, and says where its post is to be seen", async () => {
    const { id, title, decision } = await openHeld({ sent: true });
    await look(decision);
    await decision.getByRole("button", { name: "Not posted: return to queue" }).click();
    const question = page.getByRole("dialog", { name: `Return “${title}” to the queue?` });
    await question.getByText("has the same picture. Back in the queue, it will be posted a second time").waitFor();
    await question.getByRole("button", { name: "Keep as is" }).click();
    await question.waitFor({ state: "detached" });
    expect((await gallery.stage.square(id)).status).toBe("review");
  });

  it("says that nothing was found, that a list is not whole and why, and what X says instead of one", async () => {
    const { decision } = await openHeld({ sent: false });
    await gallery.stage.sandbox.x.reset();
    gallery.stage.sandbox.x.inject({ kind: "incomplete", how: "errors", ...timeline });
    await look(decision);
    await decision.getByText("X shows no posts from the account since then.").waitFor();
    await decision.getByText(/^The list may be incomplete: X's answer was incomplete/).waitFor();
    gallery.stage.sandbox.x.inject({ kind: "credits-depleted", ...timeline });
    await decision.getByRole("button", { name: "Check again" }).click();
    await decision.getByRole("alert").filter({ hasText: "The account could not be checked. X" }).waitFor(soon);
  });

  it("takes the address of a post that is not shown", async () => {
    const { id, decision } = await openHeld({ sent: false });
    await decision.getByText("The post is not listed here").click();
    const choose = decision.getByRole("button", { name: "Use this post" });
    await decision.getByLabel("Address of the post").fill("https://x.com/somebody");
    expect(await choose.isDisabled()).toBe(true);
    await decision.getByLabel("Address of the post").fill("https://x.com/somebody/status/1212092628029698048?s=20");
    await choose.click();
    await expect.poll(async () => (await gallery.stage.square(id)).tweetId, soon).toBe("1212092628029698048");
  });

  it("has no violation that axe finds, in either theme or on a phone", async () => {
    await page.emulateMedia({ reducedMotion: "reduce" });
    const { decision } = await openHeld({ sent: true });
    await x.post(JSON.stringify({ text: `${"Averyverylongword".repeat(12)} & more` }));
    await look(decision);
    const shots = process.env["SCREENSHOTS"];
    for (const [width, height] of [
      [1280, 900],
      [390, 844],
      [320, 640],
    ] as const)
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        expect(await violations(page)).toEqual([]);
        expect(await page.getByRole("dialog").evaluate((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
        if (shots) {
          await page.screenshot({ path: `${shots}/${width}-${colorScheme}.png` });
          await posts().nth(1).scrollIntoViewIfNeeded();
          await page.screenshot({ path: `${shots}/${width}-${colorScheme}-below.png` });
        }
      }
  });
});
