import type { Clock } from "@twobytwo/core/clock";
import type { Deployment } from "./deployment.ts";
import type { Console } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface Option {
  type: "string" | "boolean";
  /** What it does, in a few words. */
  summary: string;
  /** What stands for its value in the usage, for example `DATE`. */
  value?: string;
  /** May be given several times. */
  multiple?: true;
  /** The only values that it takes. */
  values?: readonly string[];
}
export type Options = Record<string, Option>;

type Value<O extends Option> = O extends { type: "boolean" }
  ? boolean
  : O extends { multiple: true }
    ? string[]
    : string;

/** What a person wrote behind the name of the verb. */
export interface Input<O extends Options> {
  options: { [Name in keyof O]?: Value<O[Name]> };
  operands: string[];
}

/** What a verb works with; what it tells the person is never part of its result. */
export interface Context extends Console {
  clock: Clock;
  /** The stage that was named; undefined for the sandbox. Most verbs need `deployment` alone. */
  stage: string | undefined;
  /** Opens the sandbox, or the stage that was named, once; `runs` where runs of the workflow have to go on in it. */
  deployment(needs?: { runs: boolean }): Promise<Deployment>;
  terminal: Terminal;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
  /** All verbs, for those that speak of the others. */
  verbs: readonly VerbLine[];
}

/** A line of the overview. What is behind it is loaded when it is called. */
export interface VerbLine {
  name: string;
  summary: string;
  load(): Promise<VerbBody>;
}

/** One thing that `2x2` can do. A file in `verbs/` and a line in `all-verbs.ts` make one. */
export type Verb = Omit<VerbLine, "load"> & VerbBody;

export const loadVerb = async ({ load, ...line }: VerbLine): Promise<Verb> => ({ ...line, ...(await load()) });

/** What a file in `verbs/` says of a verb. */
export interface VerbBody<O extends Options = Options, R = unknown> {
  /** What stands behind the name, for example `ID… [--top]`. */
  usage: string;
  /** More for its help, if there is more to say. */
  details?: string;
  /** Besides `--json`, `--stage` and `--help`, which every verb has. */
  options: O;
  /** Least and most operands besides the options, and what the shell offers to complete them. */
  operands: { least: number; most: number; offers?: readonly string[] | "files" | "verbs" };
  run(context: Context, input: Input<O>): Promise<R>;
  /** The result for a person. */
  print(result: R, terminal: Terminal): string;
  /** The document that `--json` prints, or a promise of it, where it is not the result itself. */
  json?(result: R): unknown;
  /** Ctrl-C is left to the verb, which ends soon after `signal` is aborted, with a result. */
  endsItself?: true;
  /** All of the result is our own text, with lines of its own: nothing in it is from outside. */
  isOwnText?: true;
  /** Whether the command has to end with 1 although it has a result. */
  isFailure?(result: R): boolean;
}

/** Keeps the types of options and result together within one verb. */
export function defineVerb<const O extends Options, R>(verb: VerbBody<O, R>): VerbBody {
  return verb;
}

/** A command that was written wrongly: nothing was done, and the usage says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
