import { expect, it } from "vitest";
import { atMost, readBudgets } from "../budgets.ts";
import type { Measure } from "../measure.ts";
import { runMeasures } from "../run-measures.ts";

const measure = (name: string, value: number | Error): Measure => ({
  name,
  title: `What ${name} takes`,
  run: () =>
    value instanceof Error
      ? Promise.reject(value)
      : Promise.resolve({ table: { columns: ["", "ms"], rows: [[name, value]] }, figures: { value } }),
  verdicts: (_, figures) => [atMost(`${name} ms`, figures["value"] ?? Number.NaN, 10)],
});

async function outcome(...measures: Measure[]) {
  const printed: string[] = [];
  const kept: string[] = [];
  const counts = await runMeasures(measures, {
    budgets: await readBudgets(),
    quick: true,
    print: (text) => printed.push(text),
    tell: () => {},
    keep: async ({ name }) => void kept.push(name),
  });
  return { ...counts, kept, printed: printed.join("\n") };
}

it("still runs the other measures when one breaks, and says which and why", async () => {
  const { printed, kept, ...counts } = await outcome(
    measure("first", 1),
    measure("second", new Error("the line is down")),
    measure("third", 11),
  );
  expect(counts).toEqual({ exceeded: 1, broken: 1 });
  expect(kept).toEqual(["first", "third"]);
  expect(printed).toContain("## What second takes\n\nNot measured: Error: the line is down");
  expect(printed).toContain("✗ second was not measured");
  expect(printed).toContain("✓ first ms: 1, budget 10\n✗ third ms: 11, budget 10");
  expect(printed).toContain("1 of 2 budgets are not kept.");
});

it("waits for no measure for ever, and says so", async () => {
  const stands: Measure = { ...measure("first", 1), minutes: 0, run: () => new Promise(() => {}) };
  const { printed, kept, ...counts } = await outcome(stands, measure("second", 1));
  expect([counts, kept]).toEqual([{ exceeded: 0, broken: 1 }, ["second"]]);
  expect(printed).toContain("Not measured: Error: It had not ended after 0 minutes.");
  expect(printed).toContain("✓ second ms: 1, budget 10");
});

it("does not say that all budgets are kept where one was not looked at", async () => {
  const { printed, ...counts } = await outcome(measure("first", 1), measure("second", new Error("the line is down")));
  expect(counts).toMatchObject({ exceeded: 0, broken: 1 });
  expect(printed).not.toContain("All budgets are kept");
});

it("says that all budgets are kept where they are", async () => {
  expect(await outcome(measure("first", 1))).toMatchObject({
    exceeded: 0,
    broken: 0,
    printed: expect.stringContaining("All budgets are kept."),
  });
});
