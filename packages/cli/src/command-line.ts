import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { type Input, type Options, UsageError, type Verb, type VerbLine } from "./define-verb.ts";
import { nearest } from "./suggest.ts";

/** What every verb takes. */
export const commonOptions = {
  json: { type: "boolean", summary: "print one JSON document instead of text" },
  stage: { type: "string", value: "NAME", summary: "work on a deployed stage instead of the sandbox" },
  help: { type: "boolean", summary: "show help for this verb" },
} as const satisfies Options;

export interface Command {
  /** Undefined if none was named. */
  verb: Verb | undefined;
  input: Input<Options>;
  json: boolean;
  help: boolean;
  stage: string | undefined;
}

/** A mistake in the arguments of a verb; `verb` has the usage to show. */
export class VerbUsageError extends UsageError {
  readonly verb: Verb;
  constructor(verb: Verb, message: string) {
    super(message);
    this.verb = verb;
  }
}

const config = (options: Options): ParseArgsOptionsConfig => ({
  ...Object.fromEntries(
    Object.entries(options).map(([name, { type, multiple = false }]) => [name, { type, multiple }]),
  ),
  help: { type: "boolean", short: "h" },
});

/** The verb that a command line names, if it names one. @throws UsageError for one that there is not. */
export function namedVerb(args: readonly string[], verbs: readonly VerbLine[]): VerbLine | undefined {
  const name = verbName(args);
  return name === undefined ? undefined : requireVerb(name, verbs);
}

/** @throws UsageError, with the name that was probably meant. */
export function requireVerb(name: string, verbs: readonly VerbLine[]): VerbLine {
  const verb = verbs.find((known) => known.name === name);
  if (verb === undefined) throw new UsageError(unknownVerb(name, verbs));
  return verb;
}

/**
 * @param verb the one that `namedVerb` found
 * @throws UsageError that names the mistake.
 */
export function readCommand(args: readonly string[], verb: Verb | undefined): Command {
  const options = { ...commonOptions, ...verb?.options };
  const { values, positionals } = parse(args, options, verb);
  const { json, help, stage, ...own } = values;
  const input: Input<Options> = { options: own as Input<Options>["options"], operands: positionals.slice(1) };
  if (verb !== undefined && help !== true) check(verb, input);
  return {
    verb,
    input,
    json: json === true,
    help: help === true,
    stage: typeof stage === "string" ? stage : undefined,
  };
}

/** The first argument that is neither an option nor an option's value; options may come before the verb. */
function verbName(args: readonly string[]): string | undefined {
  const { tokens } = parseArgs({ args: [...args], options: config(commonOptions), strict: false, tokens: true });
  return tokens.find((token) => token.kind === "positional")?.value;
}

function unknownVerb(name: string, verbs: readonly VerbLine[]): string {
  const meant = nearest(
    name,
    verbs.map((verb) => verb.name),
  );
  return `2x2 has no verb "${name}"${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}

function parse(args: readonly string[], options: Options, verb: Verb | undefined) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options: config(options), allowPositionals: true });
    for (const [name, value] of Object.entries(values)) requireValue(name, value, options);
    return { values, positionals };
  } catch (error) {
    const message = error instanceof UsageError ? error.message : sayOption(error as Error, options, verb);
    throw verb === undefined ? new UsageError(message) : new VerbUsageError(verb, message);
  }
}

function requireValue(name: string, value: unknown, options: Options): void {
  const allowed = options[name]?.values;
  if (value === "" && name === "stage") throw new UsageError("--stage needs the name of a stage.");
  if (allowed !== undefined && !allowed.includes(String(value)))
    throw new UsageError(`--${name} accepts ${allowed.join(", ")}, not "${String(value)}".`);
}

/** Replaces Node's own messages, which are written for programmers. */
function sayOption(error: Error & { code?: string }, options: Options, verb: Verb | undefined): string {
  const [, written = ""] = /'(-[^\s'=,]*)/.exec(error.message) ?? [];
  const option = options[written.replace(/^--/, "")];
  switch (error.code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION": {
      const meant = nearest(written.replace(/^-+/, ""), Object.keys(options));
      const suggestion = meant === undefined ? "" : `; did you mean --${meant}?`;
      return `${verb === undefined ? "2x2" : `2x2 ${verb.name}`} has no option ${written}${suggestion}`;
    }
    case "ERR_PARSE_ARGS_INVALID_OPTION_VALUE":
      return option?.type === "string"
        ? `${written} needs a value: ${written} ${option.value ?? "VALUE"}; write one that begins with a dash as ${written}=-…`
        : `${written} takes no value.`;
    default:
      throw error;
  }
}

function check(verb: Verb, { operands }: Input<Options>): void {
  const { least, most } = verb.operands;
  if (operands.length < least) throw new VerbUsageError(verb, `2x2 ${verb.name} needs more arguments.`);
  if (operands.length > most)
    throw new VerbUsageError(verb, `2x2 ${verb.name} does not know what to do with "${operands[most]}".`);
}

/** A whole number from 1, as `--limit` takes it. */
export function wholeNumber(text: string, called: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text);
  throw new UsageError(`${called} must be a whole number from 1, not "${text}".`);
}
