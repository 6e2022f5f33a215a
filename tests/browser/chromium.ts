import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

const places = [
  process.env["CHROMIUM_PATH"],
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

export const executablePath = places.find((place) => place !== undefined && existsSync(place));

if (executablePath === undefined) {
  const message = "No Chromium was found: install one, or name it in CHROMIUM_PATH.";
  if (process.env["CI"]) throw new Error(`${message} In CI the browser tests must run.`);
  console.warn(`${message} The browser tests are skipped.`);
}

/** A Chromium with a profile of its own, which leaves nothing behind and talks to nobody but the page's server. */
export async function openChromium(
  more: readonly string[] = [],
): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = await mkdtemp(path.join(tmpdir(), "twobytwo-chromium-"));
  const context = await chromium.launchPersistentContext(profile, {
    headless: true,
    ...(executablePath !== undefined && { executablePath }),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
  return {
    context,
    close: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
