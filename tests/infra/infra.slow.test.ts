import { execFile } from "node:child_process";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import { beforeAll, describe, expect, it } from "vitest";
import { breaks } from "./breaks.ts";
import { everyCheck } from "./checks/every-check.ts";
import { evaluate, type Graph } from "./graph.ts";
import { textOf } from "./text.ts";

const stages = ["dev", "production"] as const;
const graphs = new Map<string, Graph>();
const graphOf = (stage: string) => graphs.get(stage) as Graph;

/** What tsc says of both, empty where all is well. */
function typeErrors(): Promise<string> {
  const tsc = path.join(root, "node_modules", "typescript", "bin", "tsc");
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [tsc, "-p", "tests/infra/tsconfig.json", "--singleThreaded"],
      { cwd: root },
      (_, stdout) => resolve(stdout),
    );
  });
}

let types: string;
// All that is broken is in one program: each break is looked for by the one check that has to notice it.
let broken: Graph;

// A core for each of the two.
beforeAll(async () => {
  const mutations = breaks.map(({ mutation }) => mutation);
  const programs = [...stages.map((stage) => ({ stage })), { stage: "production", mutations }];
  const [found, said] = await Promise.all([evaluate(programs), typeErrors()]);
  for (const [index, stage] of stages.entries()) graphs.set(stage, found[index] as Graph);
  broken = found[stages.length] as Graph;
  types = said;
}, 240_000);

describe("sst.config.ts and stacks/", () => {
  it("type-check against the types of SST's own platform", () => {
    expect(types).toBe("");
  });
});

describe.each(stages)("the graph of %s", (stage) => {
  it("comes to its end without an error", () => {
    expect(graphOf(stage).errors).toEqual([]);
  });

  it.each(everyCheck.map((check) => [check.name, check] as const))("keeps that %s", (_, check) => {
    expect(check.problems(graphOf(stage))).toEqual([]);
  });

  it("is the one that was looked at: see the difference, and accept it with npm run check:infra -- -u", async () => {
    await expect(textOf(graphOf(stage))).toMatchFileSnapshot(`graph.${stage}.txt`);
  });
});

describe("what is broken on purpose", () => {
  it("is a program that still comes to its end", () => {
    expect(broken.errors).toEqual([]);
  });

  it.each(breaks.map((one) => [one.what, one] as const))("%s is noticed", (_, { notices, says }) => {
    const [check, ...others] = everyCheck.filter(({ name }) => notices.test(name));
    expect(others).toEqual([]);
    expect(check?.problems(broken)).toContainEqual(expect.stringMatching(says));
  });
});
