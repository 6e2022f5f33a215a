import { createInterface } from "node:readline/promises";
import { cut } from "./display-width.ts";

/** How far a long work has come. */
export interface Progress {
  /** @param what the last thing that was done with */
  at(done: number, what: string): void;
  end(): void;
}

/** The person at the other end of standard error. */
export interface Console {
  tell(line: string): void;
  progress(total: number): Progress;
  confirm(question: string): Promise<boolean>;
}

export interface Streams {
  stdin: (NodeJS.ReadableStream & { isTTY?: boolean }) | undefined;
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

const barWidth = 24;
/** Lines about one long work, where no bar can be drawn. */
const mostLines = 20;

/** Without `stdin` nobody is asked: the output is for a program. */
export function createConsole({ stdin, stderr }: Streams): Console {
  let hasBar = false;
  const clearBar = () => {
    if (hasBar) stderr.write("\r\x1b[K");
    hasBar = false;
  };

  function drawBar(done: number, total: number, what: string): void {
    const filled = Math.round((barWidth * done) / Math.max(total, 1));
    const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${done} of ${total}  `;
    stderr.write(`\r${cut(`${bar}${what}`, (stderr.columns ?? 80) - 1)}\x1b[K`);
    hasBar = true;
  }

  return {
    tell(line) {
      clearBar();
      stderr.write(`${line}\n`);
    },
    progress(total) {
      const every = Math.max(1, Math.ceil(total / mostLines));
      return {
        at(done, what) {
          if (stderr.isTTY) drawBar(done, total, what);
          else if (done % every === 0 || done === total) stderr.write(`${done} of ${total}  ${what}\n`);
        },
        end: clearBar,
      };
    },
    async confirm(question) {
      if (!stdin?.isTTY || !stderr.isTTY) return false;
      const prompt = createInterface({ input: stdin, output: stderr });
      try {
        return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
      } finally {
        prompt.close();
      }
    },
  };
}
