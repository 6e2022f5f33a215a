import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import type { Page } from "playwright-core";

/** What addresses of views name: ids of squares, and the name of a run. */
export interface Places {
  queued: string;
  posted: string;
  /** It waits for a decision. */
  held: string;
  run: string;
}

/** A page or a dialog, as a person comes to it. */
export interface View {
  name: string;
  path: (places: Places) => string;
  /** Where the schedule is opened to come to it: a window that changes its width closes that. */
  isOfSchedule?: boolean;
  /** The person answered with the passkey long ago. */
  isUnproven?: boolean;
  /** It looks otherwise with many squares. */
  grows?: boolean;
  /** Opens what is to be looked at, and waits until it is there. */
  ready: (page: Page) => Promise<unknown>;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole("heading", { level: 1, name }).waitFor();
const sample = (file: string) => path.join(root, "samples", file);
const first = (page: Page, name: RegExp) => page.getByRole("button", { name }).first();

/** The square as it will be posted is drawn a moment after its place is there. */
const straightened = (page: Page) =>
  page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>(".straight canvas");
    return canvas?.getContext("2d")?.getImageData(0, 0, 1, 1).data[3] === 255;
  });

/** On a phone the schedule is a dialog that a line at the top opens. */
const fromSchedule = (button: string, dialog: string | RegExp) => async (page: Page) => {
  await page.getByRole("region", { name: "Schedule" }).first().waitFor();
  const strip = page.getByRole("button", { name: /in the queue|Queue empty/ });
  if (await strip.isVisible()) await strip.click();
  await page.getByRole("button", { name: button, exact: true }).last().click();
  await page.getByRole("dialog", { name: dialog }).last().waitFor();
};

export const views: readonly View[] = [
  { name: "the wall", path: () => "/", grows: true, ready: (page) => page.locator("a.card img").first().waitFor() },
  {
    name: "a search",
    path: () => "/?q=a",
    grows: true,
    ready: (page) => page.locator("a.card img").first().waitFor(),
  },
  {
    name: "a search that finds nothing",
    path: () => "/?q=nothing-of-this",
    ready: (page) => page.getByText("No results").waitFor(),
  },
  { name: "drafts", path: () => "/?status=draft", ready: heading("Wall") },
  {
    name: "the queue",
    path: () => "/queue",
    grows: true,
    ready: (page) => page.locator(".queue-row").first().waitFor(),
  },
  {
    name: "the queue with a square that is edited",
    path: () => "/queue",
    ready: async (page) => {
      await first(page, /^Edit /).click();
      await page.getByLabel("Caption").fill("See 2x2.art");
      await page.getByText("13 times as much").waitFor();
    },
  },
  {
    name: "the menu of a square",
    path: () => "/queue",
    ready: (page) => first(page, /^More for /).click(),
  },
  {
    name: "a day for a square",
    path: () => "/queue",
    ready: async (page) => {
      await first(page, /^More for /).click();
      await page.getByRole("button", { name: "Move to day…" }).click();
    },
  },
  {
    name: "the month",
    path: () => "/month",
    grows: true,
    ready: (page) => page.locator(".month-square img").first().waitFor({ state: "attached" }),
  },
  { name: "adding", path: () => "/add", ready: heading("Add squares") },
  {
    name: "pictures that are about to be added",
    path: () => "/add",
    ready: async (page) => {
      await page
        .getByLabel("Choose pictures")
        .setInputFiles([sample("fig-in-red-bowl.png"), sample("forest-stream.jpg")]);
      await page.getByRole("button", { name: "Add 2 squares" }).waitFor();
    },
  },
  {
    name: "a picture that was refused",
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
    name: "look-alikes that wait for a decision",
    path: () => "/add",
    ready: (page) => page.getByRole("region", { name: "This looks like another square" }).first().waitFor(),
  },
  {
    name: "cropping",
    path: () => "/add",
    ready: async (page) => {
      await page.getByLabel("Choose pictures").setInputFiles(sample("mountain-path.jpg"));
      await page.getByRole("button", { name: "Crop Mountain path" }).click();
      await page.getByRole("img", { name: /^Photo/ }).waitFor();
      await straightened(page);
    },
  },
  { name: "scanning", path: () => "/scan", ready: heading("Scan") },
  {
    name: "a camera that does not start",
    path: () => "/scan",
    ready: async (page) => {
      // A browser without a screen has none, or may not use it.
      await page.getByRole("button", { name: "Live camera" }).click();
      await page.getByText("work without it").waitFor();
    },
  },
  {
    name: "a scan",
    path: () => "/scan",
    ready: async (page) => {
      await page.getByLabel("Choose photos").setInputFiles(sample("paint-brushes.jpg"));
      await straightened(page);
    },
  },
  { name: "the history", path: () => "/history", grows: true, ready: (page) => page.locator(".row").first().waitFor() },
  {
    name: "the question before a post is deleted",
    path: () => "/history",
    ready: (page) => first(page, /^Delete the post of /).click(),
  },
  { name: "the runs", path: () => "/runs", grows: true, ready: (page) => page.locator(".run-row").first().waitFor() },
  {
    name: "what waits for a decision",
    path: () => "/runs",
    ready: (page) => page.locator(".held-row").first().waitFor(),
  },
  {
    name: "one run",
    path: ({ run }) => `/runs/${run}`,
    ready: (page) => page.locator(".graph .node").first().waitFor(),
  },
  {
    name: "one run in the whole workflow",
    path: ({ run }) => `/runs/${run}`,
    ready: async (page) => {
      await page.getByLabel("Whole workflow").check();
      // What the run has reached is in sight, and not the edge of a drawing that is larger than the screen.
      await page.waitForFunction(() => {
        const sides = (selector: string) => document.querySelector(selector)?.getBoundingClientRect();
        const [view, node, unseen] = [sides(".graph-scroll"), sides(".node-shown"), sides(".node-unseen")];
        if (!view || !node || !unseen) return false;
        return node.left >= view.left && node.right <= view.right && node.top >= view.top && node.bottom <= view.bottom;
      });
    },
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
  {
    name: "a square that waits for a decision",
    path: ({ held }) => `/squares/${held}`,
    ready: (page) => page.getByRole("dialog").getByRole("button", { name: "Withdraw" }).waitFor(),
  },
  {
    name: "a square that is not there",
    path: () => "/squares/01K0AAAAAAAAAAAAAAAAAAAAAA",
    ready: (page) => page.getByText("does not exist").waitFor(),
  },
  { name: "nothing", path: () => "/no-such-page", ready: (page) => page.getByText("Page not found").waitFor() },
  {
    name: "the schedule is paused",
    path: () => "/queue",
    isOfSchedule: true,
    ready: fromSchedule("Pause", "Pause the schedule"),
  },
  {
    name: "the schedule is changed",
    path: () => "/queue",
    isOfSchedule: true,
    ready: async (page) => {
      await fromSchedule("Change schedule", "Change schedule")(page);
      await page.locator(".preview-times li", { hasText: /\d/ }).first().waitFor();
    },
  },
  {
    name: "the next square is posted now",
    path: () => "/queue",
    isOfSchedule: true,
    ready: fromSchedule("Post now", "Post the next square now?"),
  },
];
