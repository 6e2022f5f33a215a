import { runtimeError } from "./errors.ts";
import { type Json, parsePath, type Roots, readPath } from "./json-path.ts";

export type ChoiceRule = { [key: string]: Json };

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
/** Milliseconds since the epoch; undefined for what is no time as in RFC 3339. */
export function instant(value: Json): number | undefined {
  const ms = typeof value === "string" && timestamp.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** What is compared of a value; undefined where it has another type. */
const comparable: Record<string, (value: Json) => string | number | boolean | undefined> = {
  String: (value) => (typeof value === "string" ? value : undefined),
  Numeric: (value) => (typeof value === "number" ? value : undefined),
  Boolean: (value) => (typeof value === "boolean" ? value : undefined),
  Timestamp: instant,
};
type Comparable = string | number | boolean;
const comparisons: Record<string, (a: Comparable, b: Comparable) => boolean> = {
  Equals: (a, b) => a === b,
  LessThan: (a, b) => a < b,
  LessThanEquals: (a, b) => a <= b,
  GreaterThan: (a, b) => a > b,
  GreaterThanEquals: (a, b) => a >= b,
};
const comparison = new RegExp(`^(${Object.keys(comparable).join("|")})(${Object.keys(comparisons).join("|")})(Path)?$`);

/** Whether the sandbox knows a field of a rule beside `Variable`, `And`, `Or` and `Not`. */
export const isOperator = (name: string) => name === "IsPresent" || name === "IsNull" || comparison.test(name);

/** @throws StateError `States.Runtime` where a path leads nowhere */
export function holds(rule: ChoiceRule, roots: Roots): boolean {
  if (Array.isArray(rule["And"])) return rule["And"].every((inner) => holds(inner as ChoiceRule, roots));
  if (Array.isArray(rule["Or"])) return rule["Or"].some((inner) => holds(inner as ChoiceRule, roots));
  if (rule["Not"] !== undefined) return !holds(rule["Not"] as ChoiceRule, roots);
  const variable = String(rule["Variable"]);
  const operator = Object.keys(rule).find(isOperator) ?? "";
  const operand = rule[operator] ?? null;
  if (operator === "IsPresent") return (look(variable, roots) !== undefined) === operand;
  const value = read(variable, roots);
  if (operator === "IsNull") return (value === null) === operand;
  const [, type = "", compare = "", isPath] = comparison.exec(operator) ?? [];
  const [left, right] = [value, isPath ? read(String(operand), roots) : operand].map((one) => comparable[type]?.(one));
  // False where a value has another type.
  return left !== undefined && right !== undefined && comparisons[compare]?.(left, right) === true;
}

function look(text: string, roots: Roots): Json | undefined {
  const path = parsePath(text);
  return path && readPath(path, roots);
}

/** @throws StateError `States.Runtime` where the path leads nowhere */
export function read(path: string, roots: Roots): Json {
  const value = look(path, roots);
  if (value === undefined) throw runtimeError(`Invalid path '${path}': it leads nowhere in the input.`);
  return value;
}
