import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Invoke } from "../../src/stepfunctions/lambda-task.ts";
import { createMachine } from "../../src/stepfunctions/machine.ts";
import { createStepFunctions, type StepFunctions } from "../../src/stepfunctions/step-functions.ts";
import { definitionOf, invokeOf, machineArn, task } from "./machine-fixture.ts";

export const hour = 3_600_000;
export const start = Date.parse("2026-11-24T10:00:00Z");

/** A folder for the executions of one test, in a file of tests that says `folderForEachTest()`. */
export const folder = { path: "" };
export function folderForEachTest(): void {
  beforeEach(() => {
    folder.path = mkdtempSync(join(tmpdir(), "twobytwo-states-"));
  });
  afterEach(() => rmSync(folder.path, { recursive: true, force: true }));
}

/** A clock that stands still until it is told otherwise. */
export function handClock() {
  const hand = { now: start, clock: () => hand.now };
  return hand;
}

interface Given {
  definition?: Record<string, unknown>;
  invoke?: Invoke;
  clock?: () => number;
  waitScale?: number;
}

/** Step Functions with one machine, kept in the folder of this test. */
export function open(given: Given = {}): StepFunctions {
  const { definition = definitionOf({ A: task() }), invoke = invokeOf((payload) => payload) } = given;
  const { clock = Date.now, waitScale = 0 } = given;
  const machine = createMachine({ definition, arn: machineArn, invoke, clock, waitScale });
  return createStepFunctions({ directory: folder.path, machines: [machine], clock, randomUuid: randomUUID });
}

/** A Lambda that answers when the test says so; `called` resolves at the next call. */
export function heldLambda() {
  const calls: { payload: unknown; answer: (payload: unknown) => void }[] = [];
  let wake = Promise.withResolvers<void>();
  const invoke: Invoke = (_name, payload) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    calls.push({ payload, answer: resolve });
    wake.resolve();
    wake = Promise.withResolvers();
    return promise.then((answer) => ({ requestId: "1", durationMs: 1, payload: answer }));
  };
  return { calls, invoke, called: () => wake.promise };
}
