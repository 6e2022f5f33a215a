export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

interface Retrier {
  ErrorEquals: string[];
  IntervalSeconds?: number;
  MaxAttempts?: number;
  BackoffRate?: number;
  MaxDelaySeconds?: number;
  JitterStrategy?: "NONE" | "FULL";
}

interface Catcher {
  ErrorEquals: string[];
  Next: string;
  ResultPath?: string | null;
}

export type ChoiceRule = { [key: string]: Json };

export type StateType = "Task" | "Pass" | "Wait" | "Choice" | "Succeed" | "Fail";

/** A state in JSONPath, with the fields of every type that the sandbox runs. */
export interface State {
  Type: StateType;
  Comment?: string;
  Next?: string;
  End?: true;
  InputPath?: string | null;
  ResultPath?: string | null;
  Parameters?: Json;
  ResultSelector?: Json;
  Result?: Json;
  Resource?: string;
  TimeoutSeconds?: number;
  Retry?: Retrier[];
  Catch?: Catcher[];
  Choices?: ChoiceRule[];
  Default?: string;
  Seconds?: number;
  SecondsPath?: string;
  TimestampPath?: string;
  Error?: string;
  ErrorPath?: string;
  Cause?: string;
  CausePath?: string;
}

/** A state machine in Amazon States Language that `validate.ts` and `supported.ts` found nothing wrong with. */
export interface Definition {
  Comment?: string;
  StartAt: string;
  TimeoutSeconds?: number;
  States: Record<string, State>;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Puts values in the place of `${Name}`, as CloudFormation's DefinitionSubstitutions do.
 * @throws Error that lists placeholders without a value and values without a placeholder.
 */
export function substitute(definition: unknown, values: Record<string, string>): unknown {
  const unused = new Set(Object.keys(values));
  const unknown = new Set<string>();
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, replace(inner)]));
    if (typeof value !== "string") return value;
    return value.replace(/\$\{([^}]*)\}/g, (placeholder, name: string) => {
      unused.delete(name);
      const known = Object.hasOwn(values, name) ? values[name] : undefined;
      if (known === undefined) unknown.add(name);
      return known ?? placeholder;
    });
  };
  const replaced = replace(definition);
  const problems = [
    ...[...unknown].map((name) => `the placeholder \${${name}} has no value`),
    ...[...unused].map((name) => `the value ${name} has no placeholder`),
  ];
  if (problems.length > 0) throw new Error(`The state machine cannot be completed: ${problems.join("; ")}.`);
  return replaced;
}
