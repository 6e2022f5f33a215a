import { attributeArguments, intrinsicOf, isFields, subArguments, subParts } from "./references.ts";

/** What Ref and Fn::GetAtt give for a resource that is there. */
export interface Physical {
  id: string;
  attributes: Readonly<Record<string, string>>;
}

export interface Scope {
  parameters: Readonly<Record<string, string>>;
  pseudo: Readonly<Record<string, string>>;
  conditions: Readonly<Record<string, unknown>>;
  resources: ReadonlyMap<string, Physical>;
}

/** What is left out of the list or the object in which it stands. */
const left = Symbol("AWS::NoValue");

/** @throws Error where the value names something that is not there, or uses a function that the template does not use today. */
export function evaluate(value: unknown, scope: Scope): unknown {
  const result = reduce(value, scope);
  return result === left ? undefined : result;
}

function reduce(value: unknown, scope: Scope): unknown {
  if (Array.isArray(value)) return value.map((item) => reduce(item, scope)).filter((item) => item !== left);
  if (!isFields(value)) return value;
  const intrinsic = intrinsicOf(value);
  if (intrinsic !== undefined) return call(intrinsic.name, intrinsic.argument, scope);
  const entries = Object.entries(value).map(([key, inner]) => [key, reduce(inner, scope)] as const);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== left));
}

function call(name: string, argument: unknown, scope: Scope): unknown {
  switch (name) {
    case "Ref":
      return refer(String(argument), scope);
    case "Fn::GetAtt": {
      const wanted = attributeArguments(argument);
      return attributeOf(wanted.name, wanted.attribute, scope);
    }
    case "Fn::Sub":
      return substitute(argument, scope);
    case "Fn::If": {
      const [condition, yes, no] = list(name, argument, 3);
      return reduce(holds(String(condition), scope) ? yes : no, scope);
    }
    case "Fn::Split": {
      const [separator, text] = list(name, argument, 2);
      return String(reduce(text, scope)).split(String(separator));
    }
    case "Fn::Select": {
      const [index, values] = list(name, argument, 2);
      return (reduce(values, scope) as unknown[])[Number(index)];
    }
    default:
      return test(name, argument, scope);
  }
}

function refer(name: string, { parameters, pseudo, resources }: Scope): unknown {
  if (name === "AWS::NoValue") return left;
  const value = parameters[name] ?? pseudo[name] ?? resources.get(name)?.id;
  if (value === undefined) throw new Error(`Unresolved resource dependencies [${name}]`);
  return value;
}

function attributeOf(name: string, attribute: string, { resources }: Scope): string {
  const value = resources.get(name)?.attributes[attribute];
  if (value === undefined) throw new Error(`Unresolved resource dependencies [${name}.${attribute}]`);
  return value;
}

function substitute(argument: unknown, scope: Scope): string {
  const { text, values } = subArguments(argument);
  return subParts(text)
    .map(({ text: plain, placeholder }) => {
      if (placeholder === undefined) return plain;
      if (Object.hasOwn(values, placeholder)) return String(reduce(values[placeholder], scope));
      if (!placeholder.includes(".")) return String(refer(placeholder, scope));
      const wanted = attributeArguments(placeholder);
      return attributeOf(wanted.name, wanted.attribute, scope);
    })
    .join("");
}

/** The functions that only conditions have. */
function test(name: string, argument: unknown, scope: Scope): boolean {
  switch (name) {
    case "Condition":
      return holds(String(argument), scope);
    case "Fn::Equals": {
      const [a, b] = list(name, argument, 2).map((item) => JSON.stringify(reduce(item, scope)));
      return a === b;
    }
    case "Fn::And":
      return (argument as unknown[]).every((item) => reduce(item, scope) === true);
    case "Fn::Not":
      return reduce(list(name, argument, 1)[0], scope) !== true;
    default:
      throw new Error(`Template format error: ${name} is no function that is known here`);
  }
}

export function holds(condition: string, scope: Scope): boolean {
  const test = scope.conditions[condition];
  if (test === undefined) throw new Error(`Template format error: unresolved condition ${condition}`);
  return reduce(test, scope) === true;
}

function list(name: string, argument: unknown, length: number): readonly unknown[] {
  if (Array.isArray(argument) && argument.length === length) return argument;
  throw new Error(`Template error: every ${name} object requires ${length} parameters`);
}
