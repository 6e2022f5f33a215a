import "@twobytwo/scripts/require-node";
import { onInterruption } from "@twobytwo/sandbox/interruption";
import { execute, exit } from "./execute.ts";

/** A reader that has seen enough, such as `head`, is no failure. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exit.done);
  throw error;
});

const interruption = new AbortController();
onInterruption(process, {
  clock: Date.now,
  first: () => interruption.abort(),
  // Who asks twice does not want to wait for a tidy end.
  again: () => process.exit(exit.interrupted),
});

const { stdin, stdout, stderr, env: environment } = process;
const { signal } = interruption;
process.exitCode = await execute(process.argv.slice(2), { stdin, stdout, stderr, environment, signal });
// What was interrupted may be in the middle of a call that nobody answers any more.
if (signal.aborted) process.exit();
