import { forTerminal, visible, withVisibleText } from "@twobytwo/sandbox/terminal-text";
import { verbs } from "./all-verbs.ts";
import { type Command, namedVerb, readCommand, requireVerb, VerbUsageError } from "./command-line.ts";
import { loadVerb, UsageError, type Verb } from "./define-verb.ts";
import { describeError } from "./failure.ts";
import { usageLine } from "./help.ts";
import { createConsole, type Streams } from "./progress.ts";
import { createSession } from "./session.ts";
import { terminalOf } from "./terminal.ts";

/** How a command ends. */
export const exit = { done: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const;

export interface World extends Streams {
  stdout: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
  environment: Record<string, string | undefined>;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** Does what a command line says. @returns the status with which the command has to end */
export async function execute(args: readonly string[], world: World): Promise<number> {
  let command: Command;
  try {
    const line = namedVerb(args, verbs);
    command = readCommand(args, line && (await loadVerb(line)));
  } catch (error) {
    return refuse(world, error, args.includes("--json"));
  }
  const { verb, help: isHelp } = command;
  if (verb !== undefined && !isHelp) return perform(world, { ...command, verb });
  const input = { options: {}, operands: verb === undefined ? [] : [verb.name] };
  return perform(world, { ...command, verb: await loadVerb(requireVerb("help", verbs)), input });
}

async function perform(world: World, command: Command & { verb: Verb }): Promise<number> {
  const { verb, input, json, stage } = command;
  const { signal, stdin, stderr } = world;
  const terminal = terminalOf(world.stdout, world.environment);
  const person = createConsole({ stdin, stderr }, !json);
  const session = createSession({ stage, clock: Date.now, terminal, verbs, signal, console: person });
  try {
    const finished = verb.run(session.context, input).then((result) => ({ result }));
    const ended = await (verb.endsItself ? finished : Promise.race([finished, aborted(signal)]));
    if (ended === "aborted") {
      person.tell("Interrupted.");
      return exit.interrupted;
    }
    const { result } = ended;
    if (json) writeJson(world, (await verb.json?.(result)) ?? result);
    else write(world, verb.print(verb.isOwnText ? result : withVisibleText(result), terminal));
    if (signal.aborted) return exit.interrupted;
    return verb.isFailure?.(result) ? exit.failed : exit.done;
  } catch (error) {
    if (error instanceof UsageError) return refuse(world, new VerbUsageError(verb, error.message), json);
    return fail(world, error, command);
  } finally {
    await session.close();
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<"aborted">((resolve) => {
    if (signal.aborted) resolve("aborted");
    signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });

/** For a program, which gets every character as it is. */
function writeJson({ stdout }: World, document: unknown): void {
  stdout.write(`${JSON.stringify(document, null, 2)}\n`);
}

function write({ stdout }: World, text: string): void {
  stdout.write(`${forTerminal(text)}\n`);
}

function fail(world: World, error: unknown, { json, stage }: Command): number {
  const message = describeError(error, stage);
  if (json) writeJson(world, { error: { name: (error as Error).name, message } });
  const isWatched = world.environment["TWOBYTWO_DEBUG"] === "1" && error instanceof Error;
  world.stderr.write(`${isWatched ? forTerminal(error.stack ?? message) : visible(message)}\n`);
  return world.signal.aborted ? exit.interrupted : exit.failed;
}

function refuse(world: World, error: unknown, json: boolean): number {
  if (!(error instanceof UsageError)) throw error;
  const { message } = error;
  const usage = error instanceof VerbUsageError ? usageLine(error.verb) : "2x2 VERB [options]";
  const more = error instanceof VerbUsageError ? `2x2 help ${error.verb.name}` : "2x2 help";
  if (json) writeJson(world, { error: { name: error.name, message, usage } });
  world.stderr.write(`${visible(message)}\n\n  ${usage}\n\n\`${more}\` shows more.\n`);
  return exit.wrongUsage;
}
