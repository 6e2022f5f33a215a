import * as v from "valibot";
import { type ChoiceRule, isOperator } from "./choice.ts";
import { parseExpression } from "./expression.ts";
import { type Json, parsePath } from "./json-path.ts";
import { longestTimerSeconds } from "./long-sleep.ts";

/** Task tokens and Map do not exist here: a path to them would fail in the middle of a run. */
const isPlace = (text: unknown) =>
  typeof text === "string" && parsePath(text) !== undefined && !/\$\$\.(Task|Map)\b/.test(text);
const Place = v.pipe(
  v.string(),
  v.check(
    (text) => isPlace(text),
    ({ input }) => `${input} is not a path to one place that the sandbox has`,
  ),
);
const InputPath = v.exactOptional(v.nullable(Place));
const ResultPath = v.exactOptional(
  v.nullable(
    v.pipe(
      v.string(),
      v.check(
        (text) => text.startsWith("$") && !text.startsWith("$$") && isNames(parsePath(text)?.segments),
        ({ input }) => `${input} is not a path of names below $`,
      ),
    ),
  ),
);
const isNames = (segments: readonly unknown[] = [0]) => segments.every((key) => typeof key === "string");
const seconds = (least: number) => v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(longestTimerSeconds));

function templateProblem(template: unknown): string | undefined {
  if (typeof template !== "object" || template === null) return undefined;
  for (const [key, value] of Object.entries(template)) {
    const problem = key.endsWith(".$") ? expressionProblem(value) : templateProblem(value);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function expressionProblem(value: unknown): string | undefined {
  if (typeof value !== "string") return `${JSON.stringify(value)} is not a path or a function`;
  try {
    parseExpression(value);
    return /\$\$\.(Task|Map)\b/.test(value) ? `${value}: the sandbox has no task tokens and no Map` : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

/** A value whose mistake is found by looking all through it. */
const sought = (problemOf: (value: unknown) => string | undefined) =>
  v.rawCheck<unknown>(({ dataset, addIssue }) => {
    const message = problemOf(dataset.value);
    if (message !== undefined) addIssue({ message });
  });
const Template = v.pipe(
  v.custom<Json>(() => true),
  sought(templateProblem) as v.GenericValidation<Json>,
);

function ruleProblem(rule: unknown): string | undefined {
  if (typeof rule !== "object" || rule === null) return `${JSON.stringify(rule)} is no rule`;
  for (const [field, value] of Object.entries(rule)) {
    if (field === "Next" || field === "Comment") continue;
    if (field === "And" || field === "Or" || field === "Not") {
      const problem = [value]
        .flat()
        .map(ruleProblem)
        .find((one) => one !== undefined);
      if (problem !== undefined) return problem;
    } else if (field !== "Variable" && !isOperator(field)) return `a Choice has no ${field} here`;
    else if ((field === "Variable" || field.endsWith("Path")) && !isPlace(value))
      return `${field}: ${value} is not a path to one place that the sandbox has`;
  }
  return undefined;
}
const Rule = v.pipe(
  v.custom<ChoiceRule>(() => true),
  sought(ruleProblem) as v.GenericValidation<ChoiceRule>,
);

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
const Catcher = v.strictObject({ Comment: v.exactOptional(v.string()), ErrorEquals, Next: v.string(), ResultPath });

const shared = {
  Comment: v.exactOptional(v.string()),
  QueryLanguage: v.exactOptional(v.literal("JSONPath")),
  InputPath,
};
const goesOn = { ...shared, Next: v.exactOptional(v.string()), End: v.exactOptional(v.literal(true)) };

const State = v.variant("Type", [
  v.pipe(
    v.strictObject({
      ...goesOn,
      Type: v.literal("Task"),
      Resource: v.literal("arn:aws:states:::lambda:invoke"),
      Parameters: v.pipe(
        v.strictObject({
          FunctionName: v.exactOptional(v.string()),
          "FunctionName.$": v.exactOptional(v.string()),
          Payload: v.exactOptional(v.custom<Json>(() => true)),
          "Payload.$": v.exactOptional(v.string()),
          InvocationType: v.exactOptional(v.picklist(["RequestResponse", "Event"])),
        }),
        v.check((given) => "FunctionName" in given || "FunctionName.$" in given, "there is no FunctionName"),
        sought(templateProblem) as v.GenericValidation<{ [key: string]: Json }>,
      ),
      // Without a limit of its own a lost Lambda would hold up the execution for a year on AWS.
      TimeoutSeconds: seconds(1),
      ResultSelector: v.exactOptional(Template),
      ResultPath,
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
    Result: v.exactOptional(v.custom<Json>(() => true)),
    ResultPath,
  }),
  v.pipe(
    v.strictObject({
      ...goesOn,
      Type: v.literal("Wait"),
      Seconds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0))),
      SecondsPath: v.exactOptional(Place),
      TimestampPath: v.exactOptional(Place),
    }),
    v.check(
      (given) => ["Seconds", "SecondsPath", "TimestampPath"].filter((name) => name in given).length === 1,
      "one of Seconds, SecondsPath and TimestampPath is needed",
    ),
  ),
  v.strictObject({
    ...shared,
    Type: v.literal("Choice"),
    Choices: v.array(Rule),
    Default: v.exactOptional(v.string()),
  }),
  v.strictObject({ ...shared, Type: v.literal("Succeed") }),
  v.strictObject({
    ...shared,
    Type: v.literal("Fail"),
    Error: v.exactOptional(v.string()),
    ErrorPath: v.exactOptional(Place),
    Cause: v.exactOptional(v.string()),
    CausePath: v.exactOptional(Place),
  }),
]);
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

/** The definition with its defaults filled in, or messages that name the state and the field. */
export function readDefinition(given: unknown): { definition: Definition } | { problems: string[] } {
  const parsed = v.safeParse(Definition, given);
  if (parsed.success) return { definition: parsed.output };
  const problems = parsed.issues.map((issue) => {
    const [first, state, ...rest] = issue.path?.map(({ key }) => String(key)) ?? [];
    const where =
      first === "States" && state !== undefined
        ? [`State "${state}"`, ...rest].join(".")
        : [first, state].filter(Boolean).join(".");
    return `${where || "The definition"}: the sandbox cannot run it: ${issue.message}.`;
  });
  return { problems };
}
