import { stat } from "node:fs/promises";
import path from "node:path";
import { distFunctions } from "@twobytwo/scripts/build";
import { functions } from "@twobytwo/stacks/blueprint";
import { describe, expect, it } from "vitest";
import { bundleBytes } from "../../bench/bundle-facts.ts";
import { atMost, readBudgets, type Verdict } from "../budgets.ts";
import { figuresOf, reads, readsAt } from "../measures/reads.ts";
import { postFacts } from "../post-facts.ts";
import { webScripts } from "../web-facts.ts";

const budgets = await readBudgets();
const passed = (verdicts: readonly Verdict[]) =>
  expect(
    verdicts.filter(({ passes }) => !passes).map(({ figure, value, limit }) => ({ figure, value, limit })),
  ).toEqual([]);

describe("the budgets that do not depend on time hold for", { timeout: 180_000 }, () => {
  it("the bundle of every function", async () => {
    expect(Object.keys(budgets.bundles)).toEqual(functions.map(({ name }) => name));
    const sizes = Object.entries(budgets.bundles).map(async ([name, limit]) =>
      atMost(`bytes of ${name}`, await bundleBytes(name), limit),
    );
    passed(await Promise.all(sizes));
    // Its parts that every request needs count as well.
    expect(await bundleBytes("web")).toBeGreaterThan((await stat(path.join(distFunctions, "web", "index.mjs"))).size);
  });

  it("what one post costs: capacity, transitions, and calls of each function", async () => {
    const { roundTrips, invocations, ...facts } = await postFacts();
    const { roundTrips: mostTrips, invocations: mostInvocations, ...limits } = budgets.post;
    passed([
      ...Object.entries(limits).map(([name, limit]) => atMost(name, facts[name as keyof typeof facts], limit)),
      ...Object.entries(roundTrips).map(([name, calls]) => atMost(`calls of ${name}`, calls, mostTrips[name] ?? 0)),
      ...Object.entries(invocations).map(([name, count]) =>
        atMost(`invocations of ${name}`, count, mostInvocations[name] ?? 0),
      ),
    ]);
  });

  it("what a post reads with many squares, as with few", async () => {
    const figures = figuresOf(await readsAt([10, 200]));
    passed(reads.verdicts?.(budgets, figures) ?? []);
    expect(figures["baselineReadUnitsRatio"]).toBeGreaterThan(2);
  });

  it("the scripts that a visit to the web app begins with", async () => {
    const sizes = await webScripts();
    expect(sizes.size).toBeGreaterThan(1);
    const all = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
    passed([atMost("gzipped bytes of the web app's first scripts", all, budgets.web.javascriptBytes)]);
  });
});

describe("a budget", () => {
  it("is passed by a bundle that has a byte too many", () => {
    expect([9, 10, 11].map((bytes) => atMost("bytes of tweet", bytes, 10).passes)).toEqual([true, true, false]);
  });
});
