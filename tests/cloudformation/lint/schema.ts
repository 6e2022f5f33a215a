import type { Property, PropertyType, Resource as Schema, SpecDatabase } from "@aws-cdk/service-spec-types";
import type { Resource } from "@twobytwo/stacks/cloudformation/template";
import { intrinsicOf, isFields } from "../engine/references.ts";

/** What every list of properties has in AWS's published schemas. */
type Properties = Readonly<Record<string, Property>>;

export const schemaOf = (spec: SpecDatabase, type: string): Schema | undefined =>
  spec.lookup("resource", "cloudFormationType", "equals", type)[0];

/** What the schema of its type says against a resource, each with the path to it. */
export function checkProperties(spec: SpecDatabase, name: string, resource: Resource): string[] {
  const schema = schemaOf(spec, resource.Type);
  if (schema === undefined) return [`${name}: AWS has no resource type ${resource.Type}`];
  return checkFields(resource.Properties, schema.properties, name);

  function checkFields(fields: Readonly<Record<string, unknown>>, known: Properties, at: string): string[] {
    const unknown = Object.keys(fields).filter((key) => !Object.hasOwn(known, key));
    const missing = Object.entries(known).filter(([key, { required }]) => required && !Object.hasOwn(fields, key));
    return [
      ...unknown.map((key) => `${at}.${key}: there is no such property`),
      ...missing.map(([key]) => `${at}.${key}: is required`),
      ...Object.entries(fields).flatMap(([key, value]) => {
        const property = known[key];
        return property === undefined ? [] : checkAny(value, typesOf(property), `${at}.${key}`);
      }),
    ];
  }

  /** A property may have had other types, which CloudFormation goes on to take. */
  function checkAny(value: unknown, types: readonly PropertyType[], at: string): string[] {
    const all = types.map((type) => checkValue(value, type, at));
    return all.find((problems) => problems.length === 0) ?? all[0] ?? [];
  }

  function checkValue(value: unknown, type: PropertyType, at: string): string[] {
    const intrinsic = intrinsicOf(value);
    if (intrinsic !== undefined) return checkIntrinsic(intrinsic, type, at);
    switch (type.type) {
      case "json":
        return isFields(value) || Array.isArray(value) || typeof value === "string" ? [] : [`${at}: is no JSON`];
      case "string":
        return checkText(value, type.allowedValues, at);
      case "date-time":
        return typeof value === "string" ? [] : [`${at}: is no text`];
      case "boolean":
        return typeof value === "boolean" ? [] : [`${at}: is no boolean`];
      case "integer":
        return Number.isInteger(value) ? [] : [`${at}: is no whole number`];
      case "number":
        return typeof value === "number" ? [] : [`${at}: is no number`];
      case "null":
        return [`${at}: takes nothing`];
      case "array":
        if (!Array.isArray(value)) return [`${at}: is no list`];
        return value.flatMap((item, index) => checkValue(item, type.element, `${at}[${index}]`));
      case "map":
        if (!isFields(value)) return [`${at}: is no object`];
        return Object.entries(value).flatMap(([key, item]) => checkValue(item, type.element, `${at}.${key}`));
      case "tag":
        return isFields(value) && typeof value["Key"] === "string" && Object.hasOwn(value, "Value")
          ? []
          : [`${at}: is no tag`];
      case "union":
        return checkAny(value, type.types, at);
      case "ref":
        if (!isFields(value)) return [`${at}: is no object`];
        return checkFields(value, spec.get("typeDefinition", type.reference.$ref).properties, at);
    }
  }

  function checkIntrinsic(
    { name: called, argument }: { name: string; argument: unknown },
    type: PropertyType,
    at: string,
  ): string[] {
    if (called === "Fn::If" && Array.isArray(argument))
      return argument
        .slice(1)
        .flatMap((branch, index) => checkValue(branch, type, `${at}.${index === 0 ? "then" : "else"}`));
    const givesText = called === "Fn::Sub" || called === "Fn::Join";
    return givesText && ["array", "map", "ref", "tag"].includes(type.type) ? [`${at}: ${called} gives text`] : [];
  }
}

const typesOf = ({ type, previousTypes = [] }: Property): PropertyType[] => [type, ...previousTypes];

function checkText(value: unknown, allowed: readonly string[] | undefined, at: string): string[] {
  if (typeof value !== "string") return [`${at}: is no text`];
  return allowed === undefined || allowed.includes(value) ? [] : [`${at}: takes ${allowed.join(", ")}, not ${value}`];
}
