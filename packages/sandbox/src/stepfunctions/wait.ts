import type { Json, State } from "./definition.ts";
import { parsePath, type Roots, readPath } from "./json-path.ts";
import { runtimeError } from "./state-error.ts";
import { effectiveInput } from "./step.ts";

const timestamp = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const longestSeconds = 99_999_999;

/**
 * When a Wait state that was entered at a moment is over, in milliseconds since the epoch. The engine would go by
 * the machine's clock, and take a wait of more than 24 days for none.
 */
export function waitUntil(state: State, enteredAt: number, roots: Roots): number {
  if (state.Timestamp !== undefined) return instant(state.Timestamp, "Timestamp");
  if (state.TimestampPath !== undefined) return instant(read(state, state.TimestampPath, roots), "TimestampPath");
  if (state.SecondsPath !== undefined) return enteredAt + seconds(read(state, state.SecondsPath, roots)) * 1000;
  return enteredAt + seconds(state.Seconds ?? 0) * 1000;
}

function read(state: State, text: string, { input, context }: Roots): Json {
  const path = parsePath(text);
  const value = path && readPath(path, { input: effectiveInput(state, { input, context }), context });
  if (value === undefined) throw runtimeError(`The path '${text}' of the Wait state leads nowhere in the input.`);
  return value;
}

function instant(value: Json, field: string): number {
  const ms = typeof value === "string" && timestamp.test(value) ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(ms))
    throw runtimeError(`${field} gave ${JSON.stringify(value)}, which is not a time as in RFC 3339.`);
  return ms;
}

function seconds(value: Json): number {
  if (!Number.isInteger(value) || Number(value) < 0 || Number(value) > longestSeconds)
    throw runtimeError(`${JSON.stringify(value)} is not a number of seconds from 0 to ${longestSeconds}.`);
  return Number(value);
}
