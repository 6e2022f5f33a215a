import type { Resource } from "@twobytwo/stacks/cloudformation/template";

/** What a part of a template names elsewhere in it. */
export type Reference =
  | { kind: "name"; name: string }
  | { kind: "attribute"; name: string; attribute: string }
  | { kind: "condition"; name: string };

export type Fields = Readonly<Record<string, unknown>>;
export const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The one function of `{ "Fn::Sub": … }` with its argument; undefined for what is no function. */
export function intrinsicOf(value: unknown): { name: string; argument: unknown } | undefined {
  if (!isFields(value)) return undefined;
  const [name, ...more] = Object.keys(value);
  if (name === undefined || more.length > 0 || !/^(Ref|Condition|Fn::\w+)$/.test(name)) return undefined;
  // A policy statement has conditions of its own, which are no names.
  if (name === "Condition" && typeof value[name] !== "string") return undefined;
  return { name, argument: value[name] };
}

export interface SubPart {
  /** Text as it is, or the name between `${` and `}`. */
  text?: string;
  placeholder?: string;
}

/** The text of Fn::Sub in its parts; `${!Literal}` is the text `${Literal}`. */
export function subParts(text: string): SubPart[] {
  return text
    .split(/(\$\{[^}]*\})/)
    .filter((part) => part !== "")
    .map((part) => {
      const [, literal, name = ""] = /^\$\{(!?)([^}]*)\}$/.exec(part) ?? [];
      if (literal === undefined) return { text: part };
      return literal === "!" ? { text: `\${${name}}` } : { placeholder: name };
    });
}

/** Fn::Sub as text and values, however it was written. @throws Error for what is neither. */
export function subArguments(argument: unknown): { text: string; values: Fields } {
  const [text, values] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof text !== "string" || !isFields(values))
    throw new Error(`no text for Fn::Sub: ${JSON.stringify(argument)}`);
  return { text, values };
}

/** `Resource.Attribute`, or the pair of both. @throws Error for anything else. */
export function attributeArguments(argument: unknown): { name: string; attribute: string } {
  const [name, ...rest] = typeof argument === "string" ? argument.split(".") : Array.isArray(argument) ? argument : [];
  if (typeof name !== "string" || rest.length === 0 || rest.some((part) => typeof part !== "string"))
    throw new Error(`no resource and attribute for Fn::GetAtt: ${JSON.stringify(argument)}`);
  return { name, attribute: rest.join(".") };
}

/** All that a value names, in the order in which it stands there. */
export function referencesOf(value: unknown): Reference[] {
  if (Array.isArray(value)) return value.flatMap(referencesOf);
  if (!isFields(value)) return [];
  const intrinsic = intrinsicOf(value);
  if (intrinsic === undefined) return Object.values(value).flatMap(referencesOf);
  const { name, argument } = intrinsic;
  if (name === "Ref") return [{ kind: "name", name: String(argument) }];
  if (name === "Condition") return [{ kind: "condition", name: String(argument) }];
  if (name === "Fn::GetAtt") return [{ kind: "attribute", ...attributeArguments(argument) }];
  if (name === "Fn::If" && Array.isArray(argument))
    return [{ kind: "condition", name: String(argument[0]) }, ...referencesOf(argument.slice(1))];
  if (name !== "Fn::Sub") return referencesOf(argument);
  const { text, values } = subArguments(argument);
  const named = subParts(text).flatMap(({ placeholder }): Reference[] => {
    if (placeholder === undefined || Object.hasOwn(values, placeholder)) return [];
    const isAttribute = placeholder.includes(".");
    return [
      isAttribute ? { kind: "attribute", ...attributeArguments(placeholder) } : { kind: "name", name: placeholder },
    ];
  });
  return [...named, ...referencesOf(values)];
}

/** Names of the resources that have to be there before this one. */
function dependenciesOf(resource: Resource, resources: Readonly<Record<string, Resource>>): string[] {
  const named = referencesOf(resource.Properties).flatMap((reference) =>
    reference.kind === "condition" || !Object.hasOwn(resources, reference.name) ? [] : [reference.name],
  );
  return [...new Set([...named, ...[resource.DependsOn ?? []].flat()])].sort();
}

/** The names in an order in which each stands behind all that it needs. @throws Error that names a cycle. */
export function creationOrder(resources: Readonly<Record<string, Resource>>): string[] {
  const ordered = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (ordered.has(name)) return;
    if (path.includes(name))
      throw new Error(`Circular dependency: ${[...path.slice(path.indexOf(name)), name].join(" → ")}`);
    const resource = resources[name];
    if (resource === undefined) return;
    for (const needed of dependenciesOf(resource, resources)) visit(needed, [...path, name]);
    ordered.add(name);
  };
  for (const name of Object.keys(resources)) visit(name, []);
  return [...ordered];
}
