import { find, type Scope, StatesError } from "./paths.ts";

export interface Rule extends Record<string, unknown> {
  Variable?: string;
  And?: Rule[];
  Or?: Rule[];
  Not?: Rule;
  Next?: string;
}

const known =
  /^(String|Numeric|Timestamp|Boolean)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals|Matches)(Path)?$/;
const isTests = /^Is(Null|Present|Numeric|String|Boolean|Timestamp)$/;

/** Whether a Choice rule fits. @throws States.Runtime for a variable that is not there, and what it does not know. */
export function fits(rule: Rule, scope: Scope): boolean {
  if (rule.And !== undefined) return rule.And.every((one) => fits(one, scope));
  if (rule.Or !== undefined) return rule.Or.some((one) => fits(one, scope));
  if (rule.Not !== undefined) return !fits(rule.Not, scope);
  const variable = rule.Variable ?? "";
  const value = find(variable, scope);
  const operator = Object.keys(rule).find((name) => known.test(name) || isTests.test(name));
  if (operator === undefined) throw new StatesError("States.Runtime", `No operator in ${JSON.stringify(rule)}`);
  if (operator === "IsPresent") return (value !== undefined) === rule[operator];
  if (value === undefined)
    throw new StatesError(
      "States.Runtime",
      `Invalid path '${variable}': The choice state's condition path references an invalid value.`,
    );
  if (isTests.test(operator)) return isOf(operator.slice(2), value) === rule[operator];
  const [, type = "", how = "", byPath] = known.exec(operator) ?? [];
  const other = byPath === undefined ? rule[operator] : find(String(rule[operator]), scope);
  if (byPath !== undefined && other === undefined)
    throw new StatesError("States.Runtime", `Invalid path '${String(rule[operator])}'`);
  if (how === "Matches") return typeof value === "string" && pattern(String(other)).test(value);
  if (!isOf(type, value) || !isOf(type, other)) return false;
  return compare(
    type === "Timestamp" ? Date.parse(String(value)) : value,
    type === "Timestamp" ? Date.parse(String(other)) : other,
    how,
  );
}

function isOf(type: string, value: unknown): boolean {
  switch (type) {
    case "Null":
      return value === null;
    case "String":
      return typeof value === "string";
    case "Numeric":
      return typeof value === "number";
    case "Boolean":
      return typeof value === "boolean";
    default:
      return typeof value === "string" && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  }
}

function compare(value: unknown, other: unknown, how: string): boolean {
  const [a, b] = [value as number, other as number];
  switch (how) {
    case "Equals":
      return a === b;
    case "LessThan":
      return a < b;
    case "LessThanEquals":
      return a <= b;
    case "GreaterThan":
      return a > b;
    default:
      return a >= b;
  }
}

const pattern = (text: string) =>
  new RegExp(`^${text.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "s");
