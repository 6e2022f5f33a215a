import { StateError } from "./errors.ts";

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A path that names one place: no wildcard, filter, slice or `..`. */
export interface Path {
  /** `$` starts at the input of the state, `$$` at the context object. */
  root: "input" | "context";
  segments: (string | number)[];
}

export interface Roots {
  input: Json;
  context: Json;
}

const segment = /\.([\p{L}\p{N}_-]+)|\[(\d+)\]|\['([^'"\\]+)'\]|\["([^'"\\]+)"\]/uy;

/** Undefined for anything that is not a path to one place. */
export function parsePath(text: string): Path | undefined {
  const start = /^\$\$?/.exec(text)?.[0];
  if (!start) return undefined;
  const segments: (string | number)[] = [];
  segment.lastIndex = start.length;
  while (segment.lastIndex < text.length) {
    const match = segment.exec(text);
    if (!match) return undefined;
    const [, dotted, index, single, double] = match;
    segments.push(index === undefined ? (dotted ?? single ?? double ?? "") : Number(index));
  }
  return { root: start === "$" ? "input" : "context", segments };
}

/** Undefined when there is nothing at that place. */
export function readPath({ root, segments }: Path, roots: Roots): Json | undefined {
  let value: Json | undefined = roots[root];
  for (const key of segments) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<string | number, Json>)[key];
  }
  return value;
}

/**
 * The input with a result at a place: `$` is all of it, null leaves it as it is.
 * @throws StateError `States.ResultPathMatchFailure` where something on the way is no object
 */
export function withResult(input: Json, path: string | null | undefined, result: Json): Json {
  if (path === null) return input;
  const write = (value: Json | undefined, [key, ...rest]: (string | number)[]): Json => {
    if (key === undefined) return result;
    const before = value ?? {};
    if (typeof before !== "object" || Array.isArray(before) || value === null)
      throw new StateError("States.ResultPathMatchFailure", `Nothing can be written at ${path} of the input.`);
    const inner = Object.hasOwn(before, key) ? before[String(key)] : undefined;
    return { ...before, [key]: write(inner, rest) };
  };
  return write(input, parsePath(path ?? "$")?.segments ?? []);
}
