import type { Json } from "./definition.ts";

/** A path that names one place: no wildcard, filter, slice or `..`. */
export interface Path {
  /** `$` starts at the input of the state, `$$` at the context object. */
  root: "input" | "context";
  segments: (string | number)[];
}

/** What paths are read from. */
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

/** Whether a result can be put at that place: everything on the way is an object or not there yet. */
export function canWrite(segments: readonly (string | number)[], root: Json): boolean {
  let value: Json | undefined = root;
  for (const key of segments) {
    if (value === undefined) return true;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    value = Object.hasOwn(value, key) ? value[String(key)] : undefined;
  }
  return true;
}
