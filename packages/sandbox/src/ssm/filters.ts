import * as v from "valibot";
import { AwsError } from "../aws-http.ts";
import type { Parameter } from "./parameter.ts";

const Filter = v.object({
  Key: v.string(),
  Option: v.optional(v.string()),
  Values: v.optional(v.array(v.string()), []),
});

const beginsWith = (value: string) => (text: string) => text.startsWith(value);
const equals = (value: string) => (text: string) => text === value;
const contains = (value: string) => (text: string) => text.includes(value);

/** By key and option; the first option of a key is its default. */
const tests: Record<string, Record<string, (wanted: string, parameter: Parameter) => boolean> | undefined> = {
  Name: {
    Equals: (wanted, { Name }) => equals(wanted)(Name),
    BeginsWith: (wanted, { Name }) => beginsWith(wanted)(Name),
    Contains: (wanted, { Name }) => contains(wanted)(Name),
  },
  Type: {
    Equals: (wanted, { Type }) => equals(wanted)(Type),
    BeginsWith: (wanted, { Type }) => beginsWith(wanted)(Type),
  },
  Tier: { Equals: (wanted, { Tier }) => equals(wanted)(Tier) },
  KeyId: { Equals: (wanted, { KeyId }) => equals(wanted)(KeyId ?? "") },
  Path: {
    OneLevel: (wanted, { Name }) => equals(wanted === "/" ? "" : wanted)(Name.slice(0, Name.lastIndexOf("/"))),
    Recursive: (wanted, { Name }) => beginsWith(wanted === "/" ? "/" : `${wanted}/`)(Name),
  },
};

/**
 * What passes every filter; a filter passes with any of its values.
 *
 * @throws AwsError `InvalidFilterKey`, `InvalidFilterOption`, `InvalidFilterValue`
 */
export function parameterFilter(filters: unknown[]): (parameter: Parameter) => boolean {
  const checks = filters.map((filter) => {
    const parsed = v.safeParse(Filter, filter);
    if (!parsed.success) throw new AwsError("InvalidFilterValue", "A filter is { Key, Option?, Values }.");
    const { Key, Option, Values } = parsed.output;
    const options = tests[Key];
    if (!options) {
      throw new AwsError("InvalidFilterKey", `The filter key ${Key} is none of ${Object.keys(tests).join(", ")}.`);
    }
    const option = Option ?? Object.keys(options)[0] ?? "";
    const test = options[option];
    if (!test) {
      const known = Object.keys(options).join(", ");
      throw new AwsError("InvalidFilterOption", `The filter option ${option} of ${Key} is none of ${known}.`);
    }
    if (Values.length === 0) throw new AwsError("InvalidFilterValue", `The filter ${Key} has no values.`);
    return (parameter: Parameter) => Values.some((value) => test(value, parameter));
  });
  return (parameter) => checks.every((passes) => passes(parameter));
}
