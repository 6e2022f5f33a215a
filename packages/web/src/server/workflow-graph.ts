import * as v from "valibot";
import type { Workflow } from "../contract-runs.ts";

/** As much of the Amazon States Language as a graph shows; the workflow has no Map and no Parallel. */
const State = v.object({
  Type: v.string(),
  Comment: v.optional(v.string()),
  Next: v.optional(v.string()),
  Default: v.optional(v.string()),
  Choices: v.optional(v.array(v.object({ Next: v.string() }))),
  Catch: v.optional(v.array(v.object({ Next: v.string() }))),
});
const Definition = v.object({ StartAt: v.string(), States: v.record(v.string(), State) });

/** The state machine as a graph: each way from one state to another once. */
export function graphOf(definition: unknown): Workflow {
  const { StartAt, States } = v.parse(Definition, definition);
  const states = Object.entries(States);
  const ways = states.flatMap(([from, state]) => [
    ...(state.Next === undefined ? [] : [{ from, to: state.Next, kind: "next" as const }]),
    ...(state.Choices ?? []).map(({ Next }) => ({ from, to: Next, kind: "choice" as const })),
    ...(state.Default === undefined ? [] : [{ from, to: state.Default, kind: "default" as const }]),
    ...(state.Catch ?? []).map(({ Next }) => ({ from, to: Next, kind: "catch" as const })),
  ]);
  return {
    startAt: StartAt,
    states: states.map(([name, { Type, Comment }]) => ({ name, type: Type, ...(Comment && { comment: Comment }) })),
    transitions: [...new Map(ways.map((way) => [JSON.stringify(way), way])).values()],
  };
}
