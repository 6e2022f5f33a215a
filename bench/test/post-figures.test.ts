import { describe, expect, it } from "vitest";
import { countPost, readFigures } from "../post-figures.ts";

describe("the figures of a post", () => {
  it("are still those that are counted: measure them anew with bench/post-figures.ts", async () => {
    const { usage: measured } = await readFigures();
    const counted = Object.entries(measured.functions).map(([name, { milliseconds, ...one }]) => {
      expect(milliseconds).toBeGreaterThan(0);
      return [name, one];
    });
    expect({ ...measured, functions: Object.fromEntries(counted) }).toEqual(await countPost());
  });
});
