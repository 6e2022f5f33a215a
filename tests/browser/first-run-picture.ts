import "@twobytwo/scripts/require-node";
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { root } from "@twobytwo/scripts/root";
import { openChromium } from "./chromium.ts";

/** Makes docs/images/first-run.png: what `npm start -- --once` prints, beside the post in the sandbox's X. */

const picture = path.join(root, "docs", "images", "first-run.png");
const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-first-run-"));

async function firstRun(): Promise<string> {
  const child = spawn(process.execPath, [path.join(root, "packages/sandbox/src/main.ts"), "--once"], {
    cwd: path.dirname(directory),
    env: { ...process.env, TWOBYTWO_SANDBOX_DIR: directory, NODE_OPTIONS: "--disable-warning=ExperimentalWarning" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  return text(child.stdout);
}

const escapeHtml = (plain: string) => plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

const page = (terminal: string, post: Buffer) => `<!doctype html><meta charset="utf-8"><style>
  body { margin: 0; padding: 32px; background: #e9e6e1; display: flex; gap: 24px; align-items: flex-start; width: max-content }
  pre { margin: 0; padding: 22px 26px; background: #1b1d1f; color: #e7e4de; border-radius: 12px; font: 15px/1.5 "DejaVu Sans Mono", monospace }
  img { border-radius: 12px; width: 400px; display: block }
</style><pre><span style="color:#9fb8a1">$ npm start -- --once</span>
${escapeHtml(terminal)}</pre><img alt="" src="data:image/png;base64,${post.toString("base64")}">`;

try {
  const output = await firstRun();
  const shown = output.slice(output.indexOf("Added"), output.lastIndexOf("\nStopped")).trim();
  const sandbox = await startSandbox({ directory, bundles: distFunctions });
  const browser = await openChromium();
  try {
    const timeline = await browser.context.newPage();
    await timeline.setViewportSize({ width: 420, height: 640 });
    await timeline.goto(sandbox.endpoints.x);
    await timeline
      .locator("article img")
      .first()
      .evaluate((image: HTMLImageElement) => image.decode());
    const post = await timeline.screenshot();
    const composed = await browser.context.newPage();
    await composed.setViewportSize({ width: 1600, height: 700 });
    await composed.setContent(page(shown, post), { waitUntil: "load" });
    const box = await composed.evaluate(() => [document.body.scrollWidth, document.body.scrollHeight] as const);
    await composed.setViewportSize({ width: box[0], height: box[1] });
    await composed.screenshot({ path: picture });
  } finally {
    await browser.close();
    await sandbox.close();
  }
} finally {
  await rm(directory, { recursive: true, force: true });
}
console.log(`${path.relative(root, picture)} is made anew`);
