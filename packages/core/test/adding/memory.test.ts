import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { keysIn, openStudio, type Studio } from "./studio.ts";

const script = fileURLToPath(new URL("add-many-process.ts", import.meta.url));
let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

/** Adds paintings in a process of their own; `kills` says of a line that it prints whether it is killed there. */
async function addInProcess(count: number, kills: (line: string) => boolean = () => false): Promise<string[]> {
  const child = spawn(
    process.execPath,
    ["--expose-gc", "--disable-warning=ExperimentalWarning", script, JSON.stringify(studio.endpoints), String(count)],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (kills(line)) child.kill("SIGKILL");
  }
  await ended;
  return lines;
}

describe("addMany in a process of its own", () => {
  it("needs no more memory for 600 pictures than for 200", async () => {
    const lines = await addInProcess(600);
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ added: 600, refused: 0 });
    const inMemory = new Map(
      lines.slice(0, -1).map((line) => {
        const { done, megabytes } = JSON.parse(line) as { done: number; megabytes: number };
        return [done, megabytes] as const;
      }),
    );
    console.log(`Memory: ${lines.slice(0, -1).join(" ")}`);
    // 400 pictures of 20 KB, with what was made of them, are 30 MB encoded and 48 MB of pixels.
    expect((inMemory.get(600) ?? Number.NaN) - (inMemory.get(200) ?? Number.NaN)).toBeLessThan(25);
  }, 300_000);

  it("killed at any moment and run again, adds each picture once", async () => {
    let isKilled = false;
    await addInProcess(120, (line) => {
      isKilled = line.includes('"done":100');
      return isKilled;
    });
    expect(isKilled).toBe(true);
    const before = await studio.squares();
    expect(before.length).toBeGreaterThanOrEqual(100);
    expect(await studio.stock()).toEqual({ queued: before.length });
    const [, last] = (await addInProcess(120)).slice(-2);
    expect(JSON.parse(last ?? "")).toEqual({ added: 120 - before.length, refused: 0 });
    const squares = await studio.squares();
    expect(squares).toHaveLength(120);
    expect(await studio.stock()).toEqual({ queued: 120 });
    expect(await studio.keys()).toEqual(keysIn(squares));
  }, 120_000);
});
