import { isDeepStrictEqual } from "node:util";
import type { Graph } from "../graph.ts";

/** One rule that every stage has to keep. */
export interface Check {
  /** A sentence of what holds. */
  name: string;
  /** What breaks it, a line each. */
  problems(graph: Graph): string[];
}

/** A problem where two values differ. */
export function differs(what: string, found: unknown, wanted: unknown): string[] {
  return isDeepStrictEqual(found, wanted)
    ? []
    : [`${what} is ${JSON.stringify(found)} and not ${JSON.stringify(wanted)}`];
}

/** The same values in any order. */
export const sorted = (values: readonly string[]): string[] => [...values].sort();
