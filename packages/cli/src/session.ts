import type { Clock } from "@twobytwo/core/clock";
import type { Context, VerbLine } from "./define-verb.ts";
import type { Deployment } from "./deployment.ts";
import type { Console } from "./progress.ts";
import type { Terminal } from "./terminal.ts";

export interface SessionOptions {
  stage: string | undefined;
  clock: Clock;
  terminal: Terminal;
  verbs: readonly VerbLine[];
  signal: AbortSignal;
  console: Console;
}

/** The context of one command; what it opened is closed at its end. */
export function createSession(options: SessionOptions): { context: Context; close(): Promise<void> } {
  const { console, ...shared } = options;
  const { stage } = shared;
  let opened: Promise<Deployment> | undefined;
  async function open(runs: boolean): Promise<Deployment> {
    if (stage !== undefined) return (await import("./open-stage.ts")).openStage(stage, shared.clock);
    const { openSandbox } = await import("./open-sandbox.ts");
    return openSandbox({ clock: shared.clock, tell: console.tell, signal: shared.signal, runs });
  }
  return {
    context: {
      ...shared,
      ...console,
      deployment({ runs } = { runs: false }) {
        opened ??= open(runs);
        return opened;
      },
    },
    async close() {
      // If it could not be opened, the verb already got the error, and there is nothing to close.
      const deployment = await opened?.catch(() => undefined);
      await deployment?.close();
    },
  };
}
