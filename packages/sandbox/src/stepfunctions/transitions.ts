import type { Definition, State } from "./definition.ts";

/** What is wrong with the ways from state to state: where they lead to nothing, and what none of them leads to. */
export function transitionProblems({ StartAt, States }: Pick<Definition, "StartAt" | "States">): string[] {
  const all = new Map(Object.entries(States));
  const reached = new Set<string>();
  const problems = new Set<string>();
  const visit = (name: string, from: string) => {
    const state = all.get(name);
    if (state === undefined) problems.add(`${from}: there is no state "${name}".`);
    if (state === undefined || reached.has(name)) return;
    reached.add(name);
    const targets = targetsOf(state);
    if (typeof targets === "string") problems.add(`State "${name}": ${targets}.`);
    else for (const target of targets) visit(target, `State "${name}"`);
  };
  visit(StartAt, "StartAt");
  for (const name of all.keys()) if (!reached.has(name)) problems.add(`State "${name}": no other leads to it.`);
  return [...problems];
}

/** The states that may come next, or what is wrong. */
function targetsOf(state: State): string[] | string {
  if (state.Type === "Succeed" || state.Type === "Fail") return [];
  if (state.Type === "Choice") {
    const targets = [...state.Choices.map(({ Next }) => Next), ...(state.Default === undefined ? [] : [state.Default])];
    return targets.every((target) => typeof target === "string") ? targets : "a rule has no Next";
  }
  if ((state.Next === undefined) === (state.End === undefined)) return "one of Next and End is needed";
  const caught = state.Type === "Task" ? (state.Catch ?? []).map(({ Next }) => Next) : [];
  return [...(state.Next === undefined ? [] : [state.Next]), ...caught];
}
