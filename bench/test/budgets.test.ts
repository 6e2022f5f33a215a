import { stat } from "node:fs/promises";
import path from "node:path";
import { distFunctions, inParts } from "@twobytwo/scripts/build";
import { functions } from "@twobytwo/stacks/blueprint";
import { describe, expect, it } from "vitest";
import { atMost, bundleVerdicts, readBudgets, type Verdict } from "../budgets.ts";
import { bundleFacts } from "../bundle-facts.ts";
import { figuresOf, reads, readsAt } from "../measures/reads.ts";
import { postFacts } from "../post-facts.ts";
import { webScripts } from "../web-facts.ts";

const budgets = await readBudgets();
const passed = (verdicts: readonly Verdict[]) =>
  expect(
    verdicts.filter(({ passes }) => !passes).map(({ figure, value, limit }) => ({ figure, value, limit })),
  ).toEqual([]);

describe("the budgets that do not depend on time hold for", { timeout: 180_000 }, () => {
  it("the bundle of every function, by the number of SDK clients that it needs", async () => {
    const facts = await bundleFacts();
    expect(facts.map(({ name }) => name).toSorted()).toEqual(functions.map(({ name }) => name).toSorted());
    passed(
      bundleVerdicts(
        budgets,
        facts.map((fact) => ({ ...fact, clients: fact.clients.length })),
      ),
    );
    // What was taken apart is what is deployed.
    for (const { name, bytes } of facts.filter((fact) => fact.name !== inParts))
      expect((await stat(path.join(distFunctions, name, "index.mjs"))).size).toBe(bytes);
  });

  it("what one post costs: capacity, transitions, and calls of each function", async () => {
    const { roundTrips, ...facts } = await postFacts();
    const { roundTrips: most, ...limits } = budgets.post;
    passed([
      ...Object.entries(limits).map(([name, limit]) => atMost(name, facts[name as keyof typeof facts], limit)),
      ...Object.entries(roundTrips).map(([name, calls]) => atMost(`calls of ${name}`, calls, most[name] ?? 0)),
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
    const limit = budgets.bundles.bytesByClients["1"] ?? 0;
    const verdicts = [limit, limit + 1].flatMap((bytes) =>
      bundleVerdicts(budgets, [{ name: "tweet", bytes, clients: 1 }]),
    );
    expect(verdicts.map(({ passes }) => passes)).toEqual([true, false]);
  });

  it("has to be set for every number of clients that a function needs", () => {
    expect(() => bundleVerdicts(budgets, [{ name: "tweet", bytes: 1, clients: 9 }])).toThrow(
      "tweet needs 9 SDK clients: give that number a limit in bench/budgets.json.",
    );
  });
});
