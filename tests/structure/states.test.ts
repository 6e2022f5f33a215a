import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";
import definition from "@twobytwo/stacks/workflow.asl.json" with { type: "json" };
import { describe, expect, it } from "vitest";
import { readHouse } from "./imports.ts";

const rooms = "packages/core/src";

/**
 * States that another state's function runs. A function of its own would be one more that starts cold, with the very same
 * rights: to the schedule, its role and the table.
 */
const shared = new Map([["Pause schedule", "Disable schedule"]]);

const inKebab = (state: string) => state.toLowerCase().replaceAll(" ", "-");
const inCamel = (state: string) => inKebab(state).replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

interface Task {
  Type: string;
  Parameters?: { FunctionName?: string; InvocationType?: string };
}

const called = Object.entries(definition.States as Record<string, Task>).filter(([, { Type }]) => Type === "Task");
const isWarmUp = ([name]: [string, Task]) => name.startsWith("Warm up ");
const tasks = called.filter((task) => !isWarmUp(task));
const arrows = readHouse(root).arrows;

/** The one file of core that is called as the state is; undefined where there is none, or more than one. */
function ofCore(state: string): string | undefined {
  const files = readdirSync(path.join(root, rooms)).map((room) => `${rooms}/${room}/${inKebab(state)}.ts`);
  const found = files.filter((file) => existsSync(path.join(root, file)));
  return found.length === 1 ? found[0] : undefined;
}

describe.each(tasks)("the state %s", (state, { Parameters }) => {
  const runner = shared.get(state) ?? state;
  const handler = `packages/functions/src/${inKebab(runner)}.ts`;

  it("is run by the function of its name", () => {
    expect(Parameters?.FunctionName).toBe(
      `\${${runner.replaceAll(/\W(\w)/g, (_, letter: string) => letter.toUpperCase())}Arn}`,
    );
    expect(read(handler)).toMatch(new RegExp(`task\\(\\s*"${runner}",`));
  });

  it("is the file of its name in core, with the function of its name, which the Lambda calls", () => {
    const file = ofCore(state);
    expect(file).toBeDefined();
    expect(read(file!)).toMatch(new RegExp(`^export (async )?function ${inCamel(state)}\\(`, "m"));
    expect(arrows).toContainEqual(expect.objectContaining({ from: handler, to: file }));
    expect(read(handler)).toContain(`${inCamel(state)}(`);
  });
});

it("starts before its turn only the function of a state that comes later, and waits for no other answer", () => {
  for (const [name, { Parameters }] of called.filter(isWarmUp)) {
    const later = tasks.find(([state]) => name === `Warm up ${state}`);
    expect(Parameters?.FunctionName).toBe(later?.[1].Parameters?.FunctionName);
  }
  const events = called.filter(([, { Parameters }]) => Parameters?.InvocationType !== undefined);
  expect(events).toEqual(called.filter(isWarmUp));
});

it("names only states that there are", () => {
  const names = tasks.map(([name]) => name);
  expect(names).toHaveLength(12);
  for (const [state, runner] of shared) expect(names).toEqual(expect.arrayContaining([state, runner]));
});
