import { existsSync } from "node:fs";
import { copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import type { Square } from "@twobytwo/core/squares/square";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run2x2, samples, temporaryDirectory } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryDirectory>>;
let directory: string;
beforeAll(async () => {
  place = await temporaryDirectory();
  directory = path.join(place.directory, "state");
});
afterAll(() => place.remove());

const run = (...args: string[]) => run2x2(args, { directory });
const list = async (...args: string[]) => JSON.parse((await run("list", "--json", ...args)).stdout) as Square[];

/** A folder with these samples and one file that is no picture. */
async function folderOf(name: string, files: readonly string[]): Promise<string> {
  const folder = path.join(place.directory, name);
  await mkdir(folder);
  for (const file of files) await copyFile(path.join(samples, file), path.join(folder, file));
  return folder;
}

// A command that starts the sandbox, and with it the functions, takes many seconds on a machine that is busy.
describe("without a sandbox that runs", { timeout: 240_000 }, () => {
  it("starts one for as long as the command takes, and leaves nothing running behind", async () => {
    expect(await run("list")).toEqual({ code: 0, stdout: "No squares. `2x2 add PICTURES` adds some.\n", stderr: "" });
    expect(existsSync(path.join(directory, "running.json"))).toBe(false);
    expect(existsSync(path.join(directory, "dynamodb", "owner.json"))).toBe(false);
  });

  it("adds pictures, skips them the second time, and fails where nothing can be added", async () => {
    const folder = await folderOf("pictures", ["dandelion-evening.jpg", "two-spaniels.jpg", "mountain-path.jpg"]);
    await copyFile(path.join(samples, "README.md"), path.join(folder, "broken.jpg"));
    const broken = path.join(folder, "broken.jpg");
    const library = path.join(folder, "Photos Library.photoslibrary");
    await mkdir(library);
    await copyFile(path.join(samples, "fig-in-red-bowl.png"), path.join(library, "private.png"));

    const first = await run("add", folder, "--series", "Autumn", "--json");
    expect(first.code).toBe(0);
    expect(first.stderr).toMatch(/^1 of 4 {2}\w+ .*\n2 of 4 .*\n3 of 4 .*\n4 of 4 /);
    expect(JSON.parse(first.stdout)).toMatchObject({
      added: [{}, {}, {}],
      refused: [{ name: broken, error: "MediaInvalid" }],
      leftAlone: [{ path: library }],
      schedule: "enabled",
    });
    expect((await list()).map(({ title, series }) => `${title}, ${series}`)).toEqual([
      "dandelion evening, Autumn",
      "mountain path, Autumn",
      "two spaniels, Autumn",
    ]);

    const again = await run("add", folder);
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(
      /^Added 0 squares\.\n( {2}skipped: .*\n){3} {2}refused: .*broken\.jpg.*\nLeft alone: .*photoslibrary/,
    );
    const nothing = await run("add", broken);
    expect([nothing.code, nothing.stdout]).toEqual([1, expect.stringContaining("refused: ")]);
    expect(await list()).toHaveLength(3);
  });

  it("adds nothing in a dry run, and says which path means nothing", async () => {
    const dry = await run("add", path.join(samples, "autumn-ridge.jpg"), "--dry-run");
    expect([dry.code, dry.stdout]).toEqual([0, "Would add 1 square.\n"]);
    const missing = await run("add", path.join(samples, "nowhere.jpg"));
    expect([missing.code, missing.stderr]).toEqual([
      1,
      expect.stringMatching(/nowhere\.jpg does not exist: check the path\.\n$/),
    ]);
    expect((await run("add")).code).toBe(2);
    expect(await list()).toHaveLength(3);
  });

  it("posts a square to its end", async () => {
    const { code, stdout } = await run("post", "next", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ status: "SUCCEEDED", output: { outcome: "posted", remaining: 2 } });
    expect(await list("--status", "posted")).toMatchObject([{ title: "dandelion evening" }]);
  });

  it("takes turns with another command at the same time", async () => {
    const both = await Promise.all([run("draft", "next"), run("status", "--json")]);
    for (const { code, stderr } of both) {
      expect(code).toBe(0);
      expect(stderr).toMatch(/^(Waiting for another command that uses the sandbox …\n)?$/);
    }
  });

  it("lets a run go on that Ctrl-C interrupted, and breaks nothing", async () => {
    let name = "";
    const interrupted = await run2x2(["post", "next"], {
      directory,
      onTold: (text, child) => {
        name = /run (post-now-\w+)/.exec(text)?.[1] ?? "";
        if (/✓ Select square/.test(text) && !child.killed) child.kill("SIGINT");
      },
    });
    expect(interrupted.code).toBe(130);
    expect(interrupted.stderr).toMatch(
      /The run continues: `2x2 run post-now-\w+` shows how it ends\.\n[\s\S]*Interrupted\.\n$/,
    );
    expect(existsSync(path.join(directory, "dynamodb", "owner.json"))).toBe(false);

    // The next command that opens the sandbox gives the run the time to end.
    const next = await run("status");
    expect(next.stderr).toBe(`Waiting for run ${name} …\n`);
    expect((await run("run", name)).stdout).toMatch(/output \{"outcome":"posted"/);
    const { stock } = JSON.parse((await run("status", "--json")).stdout);
    expect(stock).toMatchObject({ posted: 2, claimed: 0, posting: 0, queued: 0, draft: 1 });
  });

  it("ends an addition that Ctrl-C interrupts with what it has done, and goes on the next time", async () => {
    const folder = await folderOf("more", [
      "autumn-ridge.jpg",
      "fig-in-red-bowl.png",
      "forest-stream.jpg",
      "hilltop-sunset.png",
      "paint-brushes.jpg",
    ]);
    const { code, stdout } = await run2x2(["add", folder, "--json"], {
      directory,
      onTold: (text, child) => {
        if (/^\d of 5/.test(text) && !child.killed) child.kill("SIGINT");
      },
    });
    expect(code).toBe(130);
    expect(JSON.parse(stdout).schedule).toBe("enabled");
    expect((await run("add", folder)).code).toBe(0);
    const all = await list("--all");
    expect(all).toHaveLength(8);
    expect(new Set(all.map(({ sha256 }) => sha256)).size).toBe(8);
  });
});
