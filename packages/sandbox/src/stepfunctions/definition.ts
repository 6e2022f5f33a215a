import * as v from "valibot";
import { type ChoiceRule, isOperator } from "./choice.ts";
import { parseExpression } from "./expression.ts";
import { type Json, parsePath } from "./json-path.ts";
import { longestTimerSeconds } from "./long-sleep.ts";

const PathOrNone = v.exactOptional(v.nullable(v.string()));
const Template = v.custom<Json>(() => true);
const seconds = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(longestTimerSeconds));

/** What is wrong with the paths and the functions anywhere in a state, and with the fields of its rules. */
function problemOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const problem = problemOfField(key, inner) ?? problemOf(inner);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function problemOfField(key: string, value: unknown): string | undefined {
  if (key === "Choices") return ([value].flat() as ChoiceRule[]).map(problemOfRule).find(Boolean);
  const isPath = key === "Variable" || key.endsWith("Path");
  if (typeof value !== "string" || !(isPath || key.endsWith(".$"))) return undefined;
  // Task tokens and Map do not exist here: a path to them would fail in the middle of a run.
  if (/\$\$\.(Task|Map)\b/.test(value)) return `${key}: ${value}: the sandbox has no task tokens and no Map`;
  if (!isPath) return problemOfExpression(value);
  const path = parsePath(value);
  const isFit =
    path && (key !== "ResultPath" || (path.root === "input" && path.segments.every((one) => typeof one === "string")));
  return isFit ? undefined : `${key}: ${value} is not a path to one place that the sandbox has`;
}

function problemOfExpression(text: string): string | undefined {
  try {
    parseExpression(text);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

function problemOfRule({
  Next: _,
  Comment: __,
  Variable: ___,
  And = [],
  Or = [],
  Not = [],
  ...fields
}: ChoiceRule): string | undefined {
  const unknown = Object.keys(fields).find((name) => !isOperator(name));
  if (unknown !== undefined) return `a Choice has no ${unknown} here`;
  return ([And, Or, Not].flat() as ChoiceRule[]).map(problemOfRule).find(Boolean);
}

const ErrorEquals = v.pipe(
  v.array(v.string()),
  v.minLength(1),
  v.check((names) => names.length === 1 || !names.includes("States.ALL"), "States.ALL must stand alone"),
);

/** `Retry` and `Catch`: what takes every error must come last. */
const rules = <S extends v.GenericSchema<unknown, { ErrorEquals: string[] }>>(rule: S) =>
  v.exactOptional(
    v.pipe(
      v.array(rule),
      v.check(
        (list) => list.slice(0, -1).every(({ ErrorEquals }) => !ErrorEquals.includes("States.ALL")),
        "States.ALL must be in the last rule",
      ),
    ),
  );

const Retrier = v.pipe(
  v.strictObject({
    Comment: v.exactOptional(v.string()),
    ErrorEquals,
    IntervalSeconds: v.optional(seconds(1), 1),
    MaxAttempts: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)), 3),
    BackoffRate: v.optional(v.pipe(v.number(), v.minValue(1)), 2),
    MaxDelaySeconds: v.exactOptional(seconds(1)),
    JitterStrategy: v.optional(v.picklist(["NONE", "FULL"]), "NONE"),
  }),
  v.check(
    ({ MaxDelaySeconds: most = Infinity, IntervalSeconds: interval }) => most > interval,
    "MaxDelaySeconds must be above IntervalSeconds",
  ),
);
const Catcher = v.strictObject({
  Comment: v.exactOptional(v.string()),
  ErrorEquals,
  Next: v.string(),
  ResultPath: PathOrNone,
});

const shared = {
  Comment: v.exactOptional(v.string()),
  QueryLanguage: v.exactOptional(v.literal("JSONPath")),
  InputPath: PathOrNone,
};
const goesOn = { ...shared, Next: v.exactOptional(v.string()), End: v.exactOptional(v.literal(true)) };

const Kind = v.variant("Type", [
  v.pipe(
    v.strictObject({
      ...goesOn,
      Type: v.literal("Task"),
      Resource: v.literal("arn:aws:states:::lambda:invoke"),
      Parameters: v.pipe(
        v.strictObject({
          FunctionName: v.exactOptional(v.string()),
          "FunctionName.$": v.exactOptional(v.string()),
          Payload: v.exactOptional(Template),
          "Payload.$": v.exactOptional(v.string()),
          InvocationType: v.exactOptional(v.picklist(["RequestResponse", "Event"])),
        }),
        v.check((given) => "FunctionName" in given || "FunctionName.$" in given, "there is no FunctionName"),
        v.transform((given) => given as { [key: string]: Json }),
      ),
      // Without a limit of its own a lost Lambda would hold up the execution for a year on AWS.
      TimeoutSeconds: seconds(1),
      ResultSelector: v.exactOptional(Template),
      ResultPath: PathOrNone,
      Retry: rules(Retrier),
      Catch: rules(Catcher),
    }),
    v.check(
      ({ Parameters, ResultPath: path }) => Parameters["InvocationType"] !== "Event" || path === null,
      "an Event has no result: ResultPath must be null",
    ),
  ),
  v.strictObject({
    ...goesOn,
    Type: v.literal("Pass"),
    Parameters: v.exactOptional(Template),
    Result: v.exactOptional(Template),
    ResultPath: PathOrNone,
  }),
  v.strictObject({
    ...goesOn,
    Type: v.literal("Wait"),
    SecondsPath: v.exactOptional(v.string()),
    TimestampPath: v.exactOptional(v.string()),
  }),
  v.strictObject({
    ...shared,
    Type: v.literal("Choice"),
    Choices: v.array(v.custom<ChoiceRule>((rule) => typeof rule === "object" && rule !== null)),
    Default: v.exactOptional(v.string()),
  }),
  v.strictObject({ ...shared, Type: v.literal("Succeed") }),
  v.strictObject({
    ...shared,
    Type: v.literal("Fail"),
    Error: v.exactOptional(v.string()),
    ErrorPath: v.exactOptional(v.string()),
    Cause: v.exactOptional(v.string()),
    CausePath: v.exactOptional(v.string()),
  }),
]);
const State = v.pipe(
  Kind,
  v.rawCheck(({ dataset, addIssue }) => {
    const message = problemOf(dataset.value);
    if (message !== undefined) addIssue({ message });
  }),
);
export type State = v.InferOutput<typeof State>;
export type StateType = State["Type"];
export type Task = Extract<State, { Type: "Task" }>;

/** What the sandbox runs of the Amazon States Language; all else is refused, so that nothing is run otherwise than on AWS. */
const Definition = v.strictObject({
  Comment: v.exactOptional(v.string()),
  QueryLanguage: v.exactOptional(v.literal("JSONPath")),
  StartAt: v.string(),
  TimeoutSeconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1))),
  States: v.record(v.string(), State),
});
export type Definition = v.InferOutput<typeof Definition>;

/** @throws Error that names the state and the field of all that is wrong, and of all that the sandbox would get wrong. */
export function readDefinition(given: unknown): Definition {
  const parsed = v.safeParse(Definition, given);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.map(
    (issue) => `${v.getDotPath(issue) ?? "The definition"}: the sandbox cannot run it: ${issue.message}.`,
  );
  throw new Error(`The state machine cannot be used:\n${problems.join("\n")}`);
}
