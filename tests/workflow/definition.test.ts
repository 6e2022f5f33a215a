import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { errorName } from "@twobytwo/core/errors";
import { limitMessage } from "@twobytwo/core/x/errors";
import { distFunctions } from "@twobytwo/scripts/build";
import { functions } from "@twobytwo/stacks/blueprint";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import validate from "asl-validator";
import { describe, expect, it } from "vitest";

interface State {
  Type: string;
  Next?: string;
  Default?: string;
  Choices?: { Next: string }[];
  TimeoutSeconds?: number;
  Parameters?: { FunctionName?: string; InvocationType?: string; Payload?: object };
  ResultPath?: string | null;
  Retry?: { ErrorEquals: string[]; MaxDelaySeconds?: number; JitterStrategy?: string; BackoffRate?: number }[];
  Catch?: { ErrorEquals: string[]; Next: string }[];
}
interface Definition {
  TimeoutSeconds: number;
  States: Record<string, State>;
}

/** Those that the state machine calls. */
const steps = functions.filter(({ placeholder }) => placeholder !== undefined);
const text = readFileSync(definitionFile, "utf8");
const definition = JSON.parse(text) as Definition;
const states = Object.entries(definition.States);
const tasks = states.filter(([, { Type }]) => Type === "Task");

/** Errors that Step Functions and Lambda themselves name; docs.aws.amazon.com, "Handling errors in Step Functions". */
const awsErrors = [
  "States.ALL",
  "States.Timeout",
  "Lambda.Unknown",
  "Lambda.ServiceException",
  "Lambda.AWSLambdaException",
  "Lambda.SdkClientException",
  "Lambda.TooManyRequestsException",
  "Sandbox.Timedout",
  "Runtime.ExitError",
];

/** What is wrong with a definition, beyond what a linter knows. */
function mistakes(candidate: Definition): string[] {
  const found: string[] = [];
  const known = new Set<string>([...Object.values(errorName), ...awsErrors]);
  const placeholders = new Map(steps.map((f) => [`\${${f.placeholder}}`, f]));
  for (const [name, state] of Object.entries(candidate.States)) {
    for (const rule of [...(state.Retry ?? []), ...(state.Catch ?? [])])
      for (const error of rule.ErrorEquals)
        if (!known.has(error)) found.push(`${name}: core defines no error ${error}`);
    if (state.Type !== "Task") continue;
    const lambda = placeholders.get(state.Parameters?.FunctionName ?? "");
    if (lambda === undefined) found.push(`${name}: no function ${state.Parameters?.FunctionName}`);
    else if (!existsSync(path.join(distFunctions, lambda.name, "index.mjs")))
      found.push(`${name}: ${lambda.name} is not built`);
    else if (state.Parameters?.InvocationType === "Event") found.push(...mistakesOfEvent(name, state));
    else if (lambda.timeoutSeconds >= (state.TimeoutSeconds ?? 0)) found.push(`${name}: ends before its Lambda`);
    for (const retry of state.Retry ?? []) {
      if (retry.ErrorEquals.includes("States.ALL")) found.push(`${name}: retries whatever happens`);
      if (!retry.MaxDelaySeconds || retry.JitterStrategy !== "FULL" || (retry.BackoffRate ?? 1) <= 1)
        found.push(`${name}: retries without backoff, limit or jitter`);
    }
    if (!state.Catch?.some(({ ErrorEquals }) => ErrorEquals.includes("States.ALL")))
      found.push(`${name}: an error can end the run here`);
  }
  return found;
}

/** Lambda delivers an event late, twice or never: it must be nothing but a warm-up, on which nothing depends. */
function mistakesOfEvent(
  name: string,
  { Parameters, ResultPath, TimeoutSeconds = 0, Next, Catch, Retry }: State,
): string[] {
  const isHarmless =
    JSON.stringify(Parameters?.Payload) === JSON.stringify({ warmUp: true }) &&
    ResultPath === null &&
    Retry === undefined &&
    Catch?.every((rule) => rule.Next === Next);
  return [
    ...(isHarmless ? [] : [`${name}: an event that is more than a warm-up`]),
    ...(TimeoutSeconds > 5 ? [`${name}: holds up the run`] : []),
  ];
}

const successors = (state: State) =>
  [
    state.Next,
    state.Default,
    ...(state.Choices ?? []).map(({ Next }) => Next),
    ...(state.Catch ?? []).map(({ Next }) => Next),
  ].filter((next) => next !== undefined);

describe("stacks/workflow.asl.json", () => {
  it("passes asl-validator", () => {
    // A copy, since it writes into what it is given.
    expect(validate(structuredClone(definition), { checkArn: true, checkPaths: true }).errors).toEqual([]);
  });

  it("names only errors that core defines and functions that are built, and never retries blindly", () => {
    expect(mistakes(definition)).toEqual([]);
  });

  it.each<[string, (broken: Definition) => void, RegExp]>([
    ["an unknown error", (d) => d.States["Tweet"]?.Retry?.[0]?.ErrorEquals.push("Retriable"), /no error Retriable/],
    [
      "an unknown function",
      (d) => Object.assign(d.States["Tweet"]?.Parameters ?? {}, { FunctionName: "$" + "{TwetArn}" }),
      /no function/,
    ],
    ["a blind retry", (d) => d.States["Tweet"]?.Retry?.[0]?.ErrorEquals.push("States.ALL"), /retries whatever happens/],
    ["a missing Catch", (d) => delete d.States["Check stock"]?.Catch, /can end the run here/],
    [
      "an event that carries work",
      (d) =>
        Object.assign(d.States["Warm up Tweet"]?.Parameters ?? {}, { Payload: d.States["Tweet"]?.Parameters?.Payload }),
      /Warm up Tweet: an event that is more/,
    ],
    [
      "a warm-up that ends the run",
      (d) => Object.assign(d.States["Warm up Tweet"]?.Catch?.[0] ?? {}, { Next: "Nothing selected" }),
      /Warm up Tweet: an event that is more/,
    ],
    [
      "a slow warm-up",
      (d) => Object.assign(d.States["Warm up Tweet"] ?? {}, { TimeoutSeconds: 30 }),
      /holds up the run/,
    ],
    ["a short timeout", (d) => Object.assign(d.States["Tweet"] ?? {}, { TimeoutSeconds: 5 }), /ends before its Lambda/],
  ])("is found wrong with %s", (_, breakIt, message) => {
    const broken = structuredClone(definition);
    breakIt(broken);
    expect(mistakes(broken).join()).toMatch(message);
  });

  it("has the states that others rely on, and a use for every function that is a step", () => {
    for (const name of [
      "Select square",
      "Fetch media",
      "Tweet",
      "Mark posted",
      "Check stock",
      "Disable schedule",
      "Release square",
      "Hold for review",
      "Done",
      "Failed",
    ])
      expect(Object.keys(definition.States)).toContain(name);
    expect(new Set(text.match(/\$\{\w+\}/g))).toEqual(new Set(steps.map((f) => `\${${f.placeholder}}`)));
  });

  it("sends nothing again without a look, whatever ended the step before", () => {
    const afterTweet = definition.States["Tweet"]?.Catch?.filter(({ ErrorEquals }) =>
      ErrorEquals.some((name) => name === "UnknownOutcome" || name === "States.ALL"),
    );
    expect(afterTweet?.map(({ Next }) => Next)).toEqual(["Begin to look", "Begin to look"]);
    expect(states.filter(([, state]) => successors(state).includes("Tweet")).map(([name]) => name)).toEqual([
      "Fetch media",
      "Media still good?",
      "Tweet once uploaded?",
    ]);
  });

  it("tweets again only where nothing happened at X", () => {
    const retried = definition.States["Tweet"]?.Retry?.flatMap(({ ErrorEquals }) => ErrorEquals);
    expect(retried).toEqual(["Retryable", "Lambda.TooManyRequestsException"]);
  });

  it("lets every failure pass Release square, Hold for review or a state that says why neither was possible, then Notify, then Failed", () => {
    const leadingTo = (goal: string) =>
      states.filter(([, state]) => successors(state).includes(goal)).map(([name]) => name);
    expect(leadingTo("Failed").sort()).toEqual(["Go on with the next?", "Told already?"]);
    expect(leadingTo("Go on with the next?").sort()).toEqual(["Notify", "What does it concern?"]);
    expect(leadingTo("Told already?")).toEqual(["Pause schedule"]);
    expect(leadingTo("Notify").sort()).toEqual([
      "Pause schedule",
      "Square still claimed",
      "Stock unknown",
      "Told already?",
      "What does it concern?",
    ]);
    expect(leadingTo("What does it concern?").sort()).toEqual(["Hold for review", "Release square"]);
    expect(leadingTo("Done")).toEqual(["Sum up"]);
    for (const [name, { Catch }] of tasks)
      if (!/^(Notify|Pause schedule|Share on Bluesky|Warm up .*)$/.test(name))
        for (const { Next } of Catch ?? [])
          expect([
            "Release square",
            "Hold for review",
            "Nothing selected",
            "Note the reset time",
            "Count the upload",
            "Begin to look",
            "Square still claimed",
            "Stock unknown",
          ]).toContain(Next);
  });

  it("goes on from Share on Bluesky in the same way, whatever happens there", () => {
    expect(new Set(successors(definition.States["Share on Bluesky"]!))).toEqual(new Set(["Check stock"]));
  });

  it("reads the reset time where RateLimited writes it", () => {
    const cause = JSON.stringify({
      errorType: "RateLimited",
      errorMessage: limitMessage("post", Date.parse("2026-11-24T10:15:00Z"), 'HTTP 429, "<b>Slow down</b>"'),
      trace: ["RateLimited: …", "    at <anonymous>"],
    });
    expect(definition.States["Note the reset time"]).toMatchObject({
      Parameters: { "until.$": "States.ArrayGetItem(States.StringSplit($.error.Cause, '<>'), 1)" },
    });
    expect(cause.split(/[<>]/)[1]).toBe("2026-11-24T10:15:00.000Z");
  });
});
