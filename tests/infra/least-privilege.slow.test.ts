import type { Call } from "@twobytwo/sandbox/emulator";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { functions } from "@twobytwo/stacks/blueprint";
import { beforeAll, describe, expect, it } from "vitest";
import { inboxScenarios, shuffledInbox } from "./scenarios/inbox.ts";
import { webScenarios } from "./scenarios/web.ts";
import { workflowScenarios } from "./scenarios/workflow.ts";
import { misfits, unknownRows } from "./usage.ts";

const calls: Call[] = [];
const failed: string[] = [];

type Scenario = (stage: Stage) => Promise<void>;

/** In a sandbox of their own, where every call of a function is written down. */
async function play(scenarios: readonly Scenario[], options: Parameters<typeof openStage>[0] = {}): Promise<void> {
  const stage = await openStage({ ...options, intercept: (call) => void calls.push(call) });
  try {
    for (const scenario of scenarios)
      await scenario(stage).catch((error: Error) => failed.push(`${scenario.name}: ${error.message}`));
  } finally {
    await stage.close();
  }
}

beforeAll(async () => {
  await play(workflowScenarios);
  await play([inboxScenarios]);
  await play([shuffledInbox], { changeEnvironment: (_, given) => ({ ...given, QUEUE_ORDER: "shuffle" }) });
  await play([webScenarios]);
}, 240_000);

describe("what the functions did in their scenarios", () => {
  it("is what the scenarios are about", () => {
    expect(failed).toEqual([]);
    const active = new Set(calls.map(({ accessKeyId }) => accessKeyId));
    expect(functions.filter(({ name }) => !active.has(name))).toEqual([]);
  });

  it("is written into rows of which somebody has said whether they decide who may come in", () => {
    expect(unknownRows(calls)).toEqual([]);
  });

  it("is all granted, and nothing is granted that none of them did", () => {
    expect(misfits(functions, calls)).toEqual([]);
  });
});
