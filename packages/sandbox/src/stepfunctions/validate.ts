import { createRequire } from "node:module";
import { isObject } from "./definition.ts";
import { longestTimerSeconds } from "./long-sleep.ts";

const retrierKeys = [
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
];
const catcherKeys = ["ErrorEquals", "Next", "ResultPath", "Comment"];
const everything = "States.ALL";

/**
 * What is wrong with a state machine in Amazon States Language: asl-validator's checks, and those that it lacks
 * for `Retry`, `Catch` and time limits. `${Name}` placeholders may still be in it.
 * @returns Messages that name the state; none when it is right.
 */
export function validateDefinition(definition: unknown): string[] {
  if (!isObject(definition)) return ["The definition is not a JSON object."];
  const text = JSON.stringify(definition);
  if (latest?.text !== text) latest = { text, problems: everythingWrongWith(definition) };
  return [...latest.problems];
}

/** Kept, since asl-validator compiles its schemas anew at each call, and one process starts many sandboxes in tests. */
let latest: { text: string; problems: readonly string[] } | undefined;

function everythingWrongWith(definition: Record<string, unknown>): string[] {
  // Loaded where it is needed: it compiles its schemas, which takes a third of a second.
  const aslValidator = createRequire(import.meta.url)("asl-validator") as typeof import("asl-validator");
  // A copy, since asl-validator writes into what it is given.
  const { errors } = aslValidator(structuredClone(definition), { checkArn: true, checkPaths: true });
  return [
    ...errors.map((error) => `${error["Error code"]}: ${error.Message}${error.path ? ` (${error.path})` : ""}`),
    ...statesOf(definition).flatMap(([name, state]) => [
      ...timeLimit(name, state),
      ...rules(name, state, "Retry", retrierProblems),
      ...rules(name, state, "Catch", catcherProblems),
    ]),
  ];
}

/** States by name, as far as the definition has any. */
export function statesOf(definition: Record<string, unknown>): [string, Record<string, unknown>][] {
  const { States: states } = definition;
  if (!isObject(states)) return [];
  return Object.entries(states).filter((entry): entry is [string, Record<string, unknown>] => isObject(entry[1]));
}

/** Without a limit of its own a lost Lambda would hold up the execution for 60 s here and for a year on AWS. */
function timeLimit(name: string, state: Record<string, unknown>): string[] {
  if (state["Type"] !== "Task" || "TimeoutSeconds" in state || "TimeoutSecondsPath" in state) return [];
  return [`State "${name}": a Task needs TimeoutSeconds.`];
}

function rules(
  name: string,
  state: Record<string, unknown>,
  field: "Retry" | "Catch",
  problemsOf: (rule: Record<string, unknown>) => string[],
): string[] {
  const list = state[field];
  if (!Array.isArray(list)) return [];
  return list.flatMap((rule: unknown, index) => {
    const at = `State "${name}", ${field}[${index}]`;
    if (!isObject(rule)) return [`${at}: not an object.`];
    return [...problemsOf(rule), ...wildcard(rule, index === list.length - 1)].map((problem) => `${at}: ${problem}`);
  });
}

function wildcard(rule: Record<string, unknown>, last: boolean): string[] {
  const errors = rule["ErrorEquals"];
  if (!Array.isArray(errors) || !errors.includes(everything)) return [];
  return [
    ...(errors.length > 1 ? [`${everything} must stand alone in ErrorEquals.`] : []),
    ...(last ? [] : [`${everything} must be in the last rule.`]),
  ];
}

function unknownKeys(rule: Record<string, unknown>, known: readonly string[]): string[] {
  return Object.keys(rule)
    .filter((key) => !known.includes(key))
    .map((key) => `unknown field ${key}.`);
}

function catcherProblems(rule: Record<string, unknown>): string[] {
  return unknownKeys(rule, catcherKeys);
}

function retrierProblems(rule: Record<string, unknown>): string[] {
  const {
    IntervalSeconds: interval = 1,
    MaxAttempts: attempts = 3,
    BackoffRate: rate = 2,
    MaxDelaySeconds: most,
    JitterStrategy: jitter = "NONE",
  } = rule;
  const problems = unknownKeys(rule, retrierKeys);
  if (!isWhole(interval) || interval < 1) problems.push("IntervalSeconds must be a whole number from 1 up.");
  if (!isWhole(attempts) || attempts < 0) problems.push("MaxAttempts must be a whole number from 0 up.");
  if (typeof rate !== "number" || rate < 1) problems.push("BackoffRate must be a number from 1 up.");
  if (most !== undefined && !(isWhole(most) && isWhole(interval) && most > interval))
    problems.push("MaxDelaySeconds must be a whole number above IntervalSeconds.");
  if (jitter !== "NONE" && jitter !== "FULL") problems.push("JitterStrategy must be NONE or FULL.");
  if (problems.length > 0) return problems;
  const grown = Number(interval) * Number(rate) ** Math.max(0, Number(attempts) - 1);
  const longest = Math.min(grown, most === undefined ? Number.POSITIVE_INFINITY : Number(most));
  if (longest > longestTimerSeconds)
    problems.push(`the delay grows to ${longest} s, over 24 days: set MaxDelaySeconds.`);
  return problems;
}

function isWhole(value: unknown): value is number {
  return Number.isInteger(value);
}
