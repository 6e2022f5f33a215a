import "../../../scripts/require-node.mjs";
import { execute, exit } from "./execute.ts";

/** A reader that has seen enough, such as `head`, is no failure. */
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(exit.done);
  throw error;
});

const interruption = new AbortController();
for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  process.on(name, () => {
    // Who asks twice does not want to wait for a tidy end.
    if (interruption.signal.aborted) process.exit(exit.interrupted);
    interruption.abort();
  });

const { stdin, stdout, stderr, env: environment } = process;
const { signal } = interruption;
process.exitCode = await execute(process.argv.slice(2), { stdin, stdout, stderr, environment, signal });
// What was interrupted may be in the middle of a call that nobody answers any more.
if (signal.aborted) process.exit();
