import { describe, expect, it } from "vitest";
import { drawRun } from "../../src/client/runs/drawing.ts";

const draw = (...names: string[]) =>
  drawRun(
    names.map((name) => ({ name, type: "Task", outcome: "succeeded", startedAt: "2026-11-24T18:00:00Z", retries: [] })),
  );

describe("the drawing of a run", () => {
  it("has the states in the order in which they were entered, one below the other", () => {
    const { states, lines, width, height } = draw("Select square", "Tweet", "Done");
    expect(states).toEqual([
      { name: "Select square", x: 0, y: 0 },
      { name: "Tweet", x: 0, y: 74 },
      { name: "Done", x: 0, y: 148 },
    ]);
    expect(lines.map(({ path }) => path)).toEqual(["M94 40L94 74", "M94 114L94 148"]);
    expect([width, height]).toEqual([188, 188]);
  });

  it("draws a step back, and one that leaves states out, beside the column and inside the drawing", () => {
    const { states, lines, width } = draw("Wait", "Look", "Wait", "Look", "Tweet", "Wait", "Tweet", "Done");
    expect(states.map(({ name }) => name)).toEqual(["Wait", "Look", "Tweet", "Done"]);
    expect(lines.map(({ from, to, path }) => [from, to, path.includes("C")])).toEqual([
      ["Wait", "Look", false],
      ["Look", "Wait", true],
      ["Look", "Tweet", false],
      ["Tweet", "Wait", true],
      ["Wait", "Tweet", true],
      ["Tweet", "Done", false],
    ]);
    for (const { path } of lines)
      for (const [, x] of path.matchAll(/([\d.]+) [\d.]+/g)) expect(Number(x)).toBeLessThanOrEqual(width);
  });

  it("draws a state that was entered twice in a row once, and a run that has no steps yet", () => {
    expect(draw("Tweet", "Tweet").lines).toEqual([]);
    expect(draw().states).toEqual([]);
  });
});
