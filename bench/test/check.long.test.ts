import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { root } from "@twobytwo/scripts/root";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Budgets } from "../budgets.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-check-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function bench(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", "bench/main.ts", ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const code = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}

/** The project's budgets with one change, as a file. */
async function budgetsWith(name: string, change: (budgets: Budgets) => void): Promise<string> {
  const budgets = JSON.parse(await readFile(path.join(root, "bench", "budgets.json"), "utf8")) as Budgets;
  change(budgets);
  const file = path.join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(budgets));
  return file;
}

describe("npm run bench -- --check", { timeout: 180_000 }, () => {
  const args = ["--check", "--quick", "--only", "reads"];

  it("ends well where every budget is kept, and names each with its limit", async () => {
    const results = path.join(folder, "results");
    const { code, stdout } = await bench(...args, "--results", results);
    expect(stdout).toContain("| squares | read units |");
    expect(stdout).toMatch(/✓ read units a post: [\d.]+, budget [\d.]+/);
    expect(stdout).toContain("All budgets are kept.");
    expect(code).toBe(0);
    // A quick look is nothing to keep.
    await expect(readdir(results)).rejects.toThrow("ENOENT");
  });

  it("fails where one is not kept, and says which and by how much", async () => {
    const file = await budgetsWith("tight", ({ post }) => {
      post.writeUnits -= 0.5;
    });
    const { code, stdout } = await bench(...args, "--budgets", file);
    expect(stdout).toMatch(/✗ write units a post: [\d.]+, budget [\d.]+/);
    expect(stdout).toContain("1 of 4 budgets are not kept.");
    expect(code).toBe(1);
  });

  it("says what a budget file lacks rather than checking less", async () => {
    const file = await budgetsWith("short", (budgets) => {
      delete (budgets.post as Partial<Budgets["post"]>).readUnits;
    });
    const { code, stderr } = await bench(...args, "--budgets", file);
    expect(stderr).toContain("post.readUnits");
    expect(code).toBe(1);
  });

  it("names its measures to who asks for another", async () => {
    const { code, stderr } = await bench("--only", "speed");
    expect([code, stderr.split("\n")[0]]).toEqual([2, "There is no measure speed."]);
    expect(stderr).toContain("reads, post-time, memory, adding, many, web-api, wall, starting");
  });
});
