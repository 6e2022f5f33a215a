import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openStudio, type Studio } from "./studio.ts";

const script = fileURLToPath(new URL("add-many-process.ts", import.meta.url));
let studio: Studio;
beforeEach(async () => {
  studio = await openStudio();
});
afterEach(() => studio.close());

/** Adds paintings in a process of their own. @returns the lines that it prints. */
async function addInProcess(count: number): Promise<string[]> {
  const args = ["--expose-gc", "--disable-warning=ExperimentalWarning", script];
  const child = spawn(process.execPath, [...args, JSON.stringify(studio.endpoints), String(count)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) lines.push(line);
  await ended;
  return lines;
}

describe("addMany in a process of its own", () => {
  it("needs no more memory for 400 pictures than for 100", async () => {
    const lines = await addInProcess(400);
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ added: 400, refused: 0 });
    const inMemory = new Map(
      lines.slice(0, -1).map((line) => {
        const { done, megabytes } = JSON.parse(line) as { done: number; megabytes: number };
        return [done, megabytes] as const;
      }),
    );
    console.log(`Memory: ${lines.slice(0, -1).join(" ")}`);
    // 300 pictures of 20 KB, with what was made of them, are 22 MB encoded and 36 MB of pixels.
    expect((inMemory.get(400) ?? Number.NaN) - (inMemory.get(100) ?? Number.NaN)).toBeLessThan(20);
  }, 300_000);
});
