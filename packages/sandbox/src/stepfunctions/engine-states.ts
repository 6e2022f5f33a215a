import type { ChoiceRule, Json, Retrier, State } from "./definition.ts";
import { type Expression, parseExpression } from "./expression.ts";
import { parsePath } from "./json-path.ts";

/** A state as aws-local-stepfunctions 3.0.0 has to see it in order to do what AWS does with the original. */
export interface EngineState {
  state: Record<string, unknown>;
  /** Values that the engine would get wrong; it reads them at `$$.computed.<name>`. */
  computed: Map<string, Computed>;
}

export interface Computed {
  expression: Expression;
  /** What `$` stands for: the input of the state after `InputPath`, or the result of its Lambda. */
  over: "input" | "result";
}

/** Where the context object is found; at the top the engine would overwrite `$$.Execution` with its own. */
export const contextKey = "context";

/** @param waitScale Factor on every delay between retries. */
export function forEngine(state: State, waitScale: number): EngineState {
  const computed = new Map<string, Computed>();
  const engine: Record<string, unknown> = {
    ...state,
    ...paths(state),
    ...template(state, "Parameters", "input", computed),
    ...template(state, "ResultSelector", "result", computed),
  };
  if (state.Retry) engine["Retry"] = state.Retry.map((retrier) => scaled(retrier, waitScale));
  if (state.Catch)
    engine["Catch"] = state.Catch.map(({ ResultPath: path, ...rest }) => ({ ...rest, ...resultPath(path) }));
  if (state.Choices) engine["Choices"] = state.Choices.map(choice);
  if (state.Type === "Pass") Object.assign(engine, passResult(state));
  if (state.Type === "Fail") Object.assign(engine, failPaths(state, computed));
  // The identity is `undefined` to the engine wherever the input is null, false, 0 or empty.
  for (const field of ["InputPath", "OutputPath"]) if (engine[field] === "$") delete engine[field];
  if (engine["ResultPath"] === undefined) delete engine["ResultPath"];
  return { state: engine, computed };
}

function paths(state: State): Record<string, unknown> {
  const moved: Record<string, unknown> = {};
  for (const field of ["InputPath", "OutputPath"] as const) {
    const path = state[field];
    if (typeof path === "string") moved[field] = contextual(path);
  }
  return { ...moved, ResultPath: undefined, ...resultPath(state.ResultPath) };
}

/** `$` writes a key of that name in the engine, and so do paths that begin with a bracket. */
function resultPath(path: string | null | undefined): { ResultPath?: string | null } {
  if (path === undefined || path === null) return path === null ? { ResultPath: null } : {};
  const segments = parsePath(path)?.segments ?? [];
  return segments.length === 0 ? {} : { ResultPath: segments.map((key) => `["${key}"]`).join("") };
}

function contextual(path: string): string {
  return path.startsWith("$$") ? `$$.${contextKey}${path.slice(2)}` : path;
}

function template(
  state: State,
  field: "Parameters" | "ResultSelector",
  over: Computed["over"],
  computed: Map<string, Computed>,
): Record<string, unknown> {
  const value = state[field];
  return value === undefined ? {} : { [field]: rewrite(value, over, computed) };
}

function rewrite(value: Json, over: Computed["over"], computed: Map<string, Computed>): Json {
  if (Array.isArray(value)) return value.map((item) => rewrite(item, over, computed));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key.endsWith(".$") && typeof inner === "string"
        ? reference(inner, over, computed)
        : rewrite(inner, over, computed),
    ]),
  );
}

/** The engine evaluates paths rightly but for the root; functions are evaluated by `expression.ts`. */
function reference(text: string, over: Computed["over"], computed: Map<string, Computed>): string {
  const expression = parseExpression(text);
  if (expression.kind === "path" && text !== "$") return contextual(text);
  const name = `value${computed.size}`;
  computed.set(name, { expression, over });
  return `$$.computed.${name}`;
}

/** The engine takes a `Result` of null, false, 0 or "" for none. */
function passResult(state: State): Record<string, unknown> {
  if (state.Result === undefined) return {};
  return state.Result ? { Parameters: {} } : { Parameters: state.Result };
}

/** The engine knows paths here but no functions; it applies `Parameters` to every state that has some. */
function failPaths(state: State, computed: Map<string, Computed>): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  const parameters: Record<string, string> = {};
  for (const field of ["ErrorPath", "CausePath"] as const) {
    const text = state[field];
    if (text === undefined) continue;
    parameters[`${field}.$`] = reference(text, "input", computed);
    found[field] = `$.${field}`;
  }
  return Object.keys(parameters).length > 0 ? { ...found, Parameters: parameters } : {};
}

function scaled(retrier: Retrier, waitScale: number): Retrier {
  return {
    ...retrier,
    IntervalSeconds: (retrier.IntervalSeconds ?? 1) * waitScale,
    ...(retrier.MaxDelaySeconds === undefined ? {} : { MaxDelaySeconds: retrier.MaxDelaySeconds * waitScale }),
  };
}

const typeTests = ["IsNull", "IsNumeric", "IsString", "IsBoolean", "IsTimestamp", "IsPresent"];
const guards: Record<string, string> = {
  String: "IsString",
  Numeric: "IsNumeric",
  Boolean: "IsBoolean",
  Timestamp: "IsTimestamp",
};

/** A comparison is false where a value has another type; the engine would convert it, and null would be below 5. */
function choice(rule: ChoiceRule): ChoiceRule {
  const { Next: next, Comment: _comment, ...test } = rule;
  return { ...condition(test), ...(next === undefined ? {} : { Next: next }) };
}

function condition(rule: ChoiceRule): ChoiceRule {
  if (Array.isArray(rule["And"])) return { And: (rule["And"] as ChoiceRule[]).map(choice) };
  if (Array.isArray(rule["Or"])) return { Or: (rule["Or"] as ChoiceRule[]).map(choice) };
  if (rule["Not"] !== undefined) return { Not: choice(rule["Not"] as ChoiceRule) };
  const variable = contextual(String(rule["Variable"]));
  const operator = Object.keys(rule).find((key) => key !== "Variable") ?? "";
  const operand = rule[operator] ?? null;
  if (typeTests.includes(operator)) {
    const test = { Variable: variable, [operator]: true };
    return operand === false ? { Not: test } : test;
  }
  const guard = guards[/^(String|Numeric|Boolean|Timestamp)/.exec(operator)?.[0] ?? ""] ?? "";
  const tests: ChoiceRule[] = [{ Variable: variable, [guard]: true }];
  if (operator.endsWith("Path") && typeof operand === "string") {
    tests.push({ Variable: contextual(operand), [guard]: true });
    tests.push({ Variable: variable, [operator]: contextual(operand) });
  } else if (operator === "StringMatches") {
    // Only `*` is a wildcard on AWS.
    tests.push({ Variable: variable, [operator]: String(operand).replaceAll("?", "\\?") });
  } else tests.push({ Variable: variable, [operator]: operand });
  return { And: tests };
}
