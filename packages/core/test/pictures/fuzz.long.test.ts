import { describe, expect, it } from "vitest";
import { fuzz } from "./fuzz/fuzz.ts";

describe("a file that was damaged at random", () => {
  it("never crashes, hangs or bursts the memory, and is refused in plain words or shows the whole picture", async () => {
    const { findings, refused, same } = await fuzz({ seed: 2, count: 200 });
    expect(findings.map(({ mutant, problem }) => `${mutant.name}, ${mutant.done}: ${problem}`)).toEqual([]);
    // Both happen, or nothing was tried.
    expect(Math.min(refused, same)).toBeGreaterThan(20);
  }, 600_000);
});
