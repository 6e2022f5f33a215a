/** What Step Functions calls this failure: `States.ParameterPathFailure`, … */
export class StatesError extends Error {
  readonly error: string;
  constructor(error: string, cause: string) {
    super(cause);
    this.error = error;
  }
}

export interface Scope {
  /** What `$` is. */
  input: unknown;
  /** What `$$` is. */
  context: unknown;
}

const stepOf = /\.([A-Za-z_][\w]*)|\[(\d+)\]|\['([^']+)'\]/y;

/** A reference path: `$`, `$.a.b`, `$.a[0]`, `$$.Execution.Id`. @returns undefined where there is nothing. */
export function find(path: string, scope: Scope): unknown {
  const isContext = path.startsWith("$$");
  let at: unknown = isContext ? scope.context : scope.input;
  stepOf.lastIndex = isContext ? 2 : 1;
  while (stepOf.lastIndex < path.length) {
    const step = stepOf.exec(path);
    if (step === null) throw new StatesError("States.Runtime", `This interpreter cannot read the path ${path}.`);
    const name = step[1] ?? step[2] ?? step[3] ?? "";
    if (at === null || typeof at !== "object" || !Object.hasOwn(at, name)) return undefined;
    at = (at as Record<string, unknown>)[name];
  }
  return at;
}

/** The input with a result put at `ResultPath`; `null` lets it go, absent is `$`. */
export function place(path: string | null | undefined, input: unknown, result: unknown): unknown {
  if (path === null) return input;
  if (path === undefined || path === "$") return result;
  const names = path.slice(2).split(".");
  const copy = { ...(input as Record<string, unknown>) };
  let at = copy;
  for (const name of names.slice(0, -1)) {
    const inner = { ...((at[name] ?? {}) as Record<string, unknown>) };
    at[name] = inner;
    at = inner;
  }
  at[names.at(-1)!] = result;
  return copy;
}

/** @throws States.ParameterPathFailure where there is nothing. */
export function read(path: string, scope: Scope): unknown {
  const found = find(path, scope);
  if (found === undefined)
    throw new StatesError(
      "States.ParameterPathFailure",
      `The JSONPath '${path}' could not be found in the input '${JSON.stringify(scope.input)}'`,
    );
  return found;
}
