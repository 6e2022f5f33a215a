import { isOperator } from "./choice.ts";
import { isObject } from "./definition.ts";
import { parseExpression } from "./expression.ts";
import { parsePath } from "./json-path.ts";
import { longestTimerSeconds } from "./long-sleep.ts";
import { statesOf } from "./validate.ts";

const lambdaInvoke = "arn:aws:states:::lambda:invoke";

const types = ["Task", "Pass", "Wait", "Choice", "Succeed", "Fail"];
const invokeFields = ["FunctionName", "FunctionName.$", "Payload", "Payload.$"];
const notHere: Record<string, string> = {
  Assign: "there are no variables (Assign)",
  Arguments: "Arguments belong to JSONata",
  Output: "Output belongs to JSONata",
  OutputPath: "there is no OutputPath",
  HeartbeatSeconds: "there are no heartbeats",
  HeartbeatSecondsPath: "there are no heartbeats",
  TimeoutSecondsPath: "use TimeoutSeconds",
  Timestamp: "use TimestampPath",
  Credentials: "there are no other accounts",
};

type Fields = Record<string, unknown>;

/**
 * What AWS would run and the sandbox would not run rightly, so that it refuses it.
 * @returns Messages that name the state; none when all of it can run.
 */
export function unsupported(definition: Record<string, unknown>): string[] {
  const found = isJsonata(definition) ? ['The definition: only JSONPath, not QueryLanguage "JSONata".'] : [];
  for (const [name, state] of statesOf(definition))
    found.push(...stateProblems(state).map((problem) => `State "${name}": the sandbox cannot run it: ${problem}.`));
  return found;
}

function isJsonata(value: Fields): boolean {
  return (value["QueryLanguage"] ?? "JSONPath") !== "JSONPath";
}

function stateProblems(state: Fields): string[] {
  const type = String(state["Type"]);
  if (!types.includes(type)) return [`states of type ${type} are not supported`];
  return [
    ...(isJsonata(state) ? ["only JSONPath is supported"] : []),
    ...Object.entries(notHere).flatMap(([field, why]) => (field in state ? [why] : [])),
    ...(type === "Task" ? taskProblems(state) : []),
    ...(type === "Choice" ? choiceProblems(state["Choices"]) : []),
    ...["InputPath", "SecondsPath", "TimestampPath", "ErrorPath", "CausePath"].flatMap((field) =>
      pathProblems(field, state[field]),
    ),
    ...["Parameters", "ResultSelector"].flatMap((field) => templateProblems(field, state[field])),
    ...resultPathProblems("ResultPath", state["ResultPath"]),
    ...objects(state["Catch"]).flatMap((rule) => resultPathProblems("ResultPath of Catch", rule["ResultPath"])),
  ];
}

function taskProblems(state: Fields): string[] {
  const problems: string[] = [];
  const { Resource: resource, Parameters: parameters, TimeoutSeconds: seconds } = state;
  if (resource !== lambdaInvoke) problems.push(`the Resource ${resource} is not ${lambdaInvoke}`);
  if (!isObject(parameters) || !("FunctionName" in parameters || "FunctionName.$" in parameters))
    problems.push("Parameters has no FunctionName");
  else
    for (const field of Object.keys(parameters))
      if (!invokeFields.includes(field)) problems.push(`${field} of lambda:invoke is not supported`);
  if (Number(seconds) > longestTimerSeconds) problems.push(`TimeoutSeconds is over ${longestTimerSeconds}`);
  return problems;
}

function choiceProblems(rules: unknown): string[] {
  return objects(rules).flatMap((rule) => [
    ...Object.entries(rule).flatMap(([field, value]) => {
      if (field === "And" || field === "Or") return choiceProblems(value);
      if (field === "Not") return choiceProblems([value]);
      if (["Next", "Comment"].includes(field)) return [];
      if (field !== "Variable" && !isOperator(field)) return [`a Choice has no ${field} here`];
      return field === "Variable" || field.endsWith("Path") ? pathProblems(field, value) : [];
    }),
  ]);
}

function templateProblems(field: string, template: unknown): string[] {
  if (Array.isArray(template)) return template.flatMap((value) => templateProblems(field, value));
  if (!isObject(template)) return [];
  return Object.entries(template).flatMap(([key, value]) =>
    key.endsWith(".$") ? expressionProblems(`${field} ${key}`, value) : templateProblems(field, value),
  );
}

function expressionProblems(field: string, value: unknown): string[] {
  if (typeof value !== "string") return [`${field} is not a string`];
  try {
    parseExpression(value);
    return contextProblems(field, value);
  } catch (error) {
    return [`${field}: ${error instanceof Error ? error.message : String(error)}`];
  }
}

function pathProblems(field: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  if (typeof value !== "string" || !parsePath(value)) return [`${field}: ${value} is not a path to one place`];
  return contextProblems(field, value);
}

/** Task tokens and Map do not exist here; a path to them would fail in the middle of a run. */
function contextProblems(field: string, value: string): string[] {
  const found = /\$\$\.(Task|Map)\b/.exec(value)?.[0];
  return found ? [`${field}: the sandbox has no ${found}`] : [];
}

function resultPathProblems(field: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const path = typeof value === "string" ? parsePath(value) : undefined;
  const writable = path?.root === "input" && path.segments.every((key) => typeof key === "string");
  return writable ? [] : [`${field}: ${value} is not a path of names below $`];
}

function objects(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
