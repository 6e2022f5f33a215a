import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Json } from "./definition.ts";
import { StateError } from "./state-error.ts";

/** Replaces the engine's own: that one drops every backslash of a result, and splits by the whole delimiter. */
export type Intrinsic = (args: readonly Json[]) => Json;

function failure(message: string): StateError {
  return new StateError("States.IntrinsicFailure", message);
}

function text(value: Json | undefined, position: string): string {
  if (typeof value !== "string") throw failure(`expected a string as ${position}, but got ${JSON.stringify(value)}`);
  return value;
}

function list(value: Json | undefined, position: string): Json[] {
  if (!Array.isArray(value)) throw failure(`expected an array as ${position}, but got ${JSON.stringify(value)}`);
  return value;
}

function integer(value: Json | undefined, position: string): number {
  if (typeof value !== "number") throw failure(`expected a number as ${position}, but got ${JSON.stringify(value)}`);
  return Math.round(value);
}

function record(value: Json | undefined, position: string): { [key: string]: Json } {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw failure(`expected an object as ${position}, but got ${JSON.stringify(value)}`);
  return value;
}

const hashes = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/**
 * Fills the braces of a template.
 * @param template In pieces between the braces.
 */
export function format(template: readonly string[], values: readonly Json[]): string {
  if (template.length - 1 !== values.length)
    throw failure(`the template has ${template.length - 1} times {}, but there are ${values.length} values`);
  return template.reduce((filled, piece, index) => {
    const value = values[index - 1];
    if (typeof value === "object" && value !== null) throw failure(`{} cannot hold ${JSON.stringify(value)}`);
    return `${filled}${value}${piece}`;
  });
}

const functions: Record<string, Intrinsic> = {
  "States.Format": ([template, ...values]) => format(text(template, "the template").split("{}"), values),
  "States.StringToJson": ([value]) => {
    const json = text(value, "the first argument");
    try {
      return JSON.parse(json) as Json;
    } catch (error) {
      throw failure(`not JSON: ${String(error)}`);
    }
  },
  "States.JsonToString": ([value]) => JSON.stringify(value),
  "States.StringSplit": ([value, delimiters]) => {
    const delimiter = text(delimiters, "the second argument");
    let pieces = [text(value, "the first argument")];
    // Each character divides by itself, and there are no empty pieces.
    for (const character of delimiter) pieces = pieces.flatMap((piece) => piece.split(character));
    return pieces.filter((piece) => piece !== "");
  },
  "States.Array": (values) => [...values],
  "States.ArrayGetItem": ([array, position]) => {
    const item = list(array, "the first argument")[integer(position, "the second argument")];
    if (item === undefined) throw failure(`there is no item ${JSON.stringify(position)}`);
    return item;
  },
  "States.ArrayLength": ([array]) => list(array, "the first argument").length,
  "States.ArrayContains": ([array, value]) =>
    list(array, "the first argument").some((item) => isDeepStrictEqual(item, value)),
  "States.MathAdd": ([left, right]) => integer(left, "the first argument") + integer(right, "the second argument"),
  "States.JsonMerge": ([left, right, deep]) => {
    if (deep !== false) throw failure("only shallow merging exists: the third argument must be false");
    return { ...record(left, "the first argument"), ...record(right, "the second argument") };
  },
  "States.Base64Encode": ([value]) => Buffer.from(text(value, "the first argument")).toString("base64"),
  "States.Base64Decode": ([value]) => Buffer.from(text(value, "the first argument"), "base64").toString("utf8"),
  "States.Hash": ([value, algorithm]) => {
    const hash = hashes.get(text(algorithm, "the second argument"));
    if (!hash) throw failure(`there is no hash ${JSON.stringify(algorithm)}`);
    return createHash(hash).update(text(value, "the first argument")).digest("hex");
  },
};

/** Undefined for a function that the sandbox does not have. */
export function intrinsic(name: string): Intrinsic | undefined {
  return Object.hasOwn(functions, name) ? functions[name] : undefined;
}
