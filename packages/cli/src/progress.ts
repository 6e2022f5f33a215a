import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { forTerminal, visible } from "@twobytwo/sandbox/terminal-text";
import { cut } from "./cut.ts";

/** How far a long work has come. */
export interface Progress {
  /** @param what the last thing that was done with */
  at(done: number, what: string): void;
  end(): void;
}

/** The person at the other end of standard error. */
export interface Console {
  /** A line for the person who waits. */
  tell(line: string): void;
  /** Shows how far a long work has come. */
  progress(total: number): Progress;
  /** Asks the person; false where nobody is there to answer. */
  confirm(question: string): Promise<boolean>;
  /**
   * Waits for one of these keys, each a character, without Enter behind it; "" for Enter alone, undefined where nobody is
   * there to answer. The question is only shown to somebody who is.
   */
  choose(question: string, keys: readonly string[]): Promise<string | undefined>;
  /** The answer to a question, of which nothing is shown; undefined where nobody is there to answer. */
  secret(question: string): Promise<string | undefined>;
  /** All that another program or a file gives as standard input; undefined at a terminal. */
  piped(): Promise<string | undefined>;
}

export interface Streams {
  stdin: (NodeJS.ReadableStream & { isTTY?: boolean; setRawMode?(isRaw: boolean): unknown }) | undefined;
  stderr: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

const barWidth = 24;
/** Lines about one long work, where no bar can be drawn. */
const mostLines = 20;

/** @param asks false where the output is for a program: nobody is asked then. */
export function createConsole({ stdin: input, stderr }: Streams, asks = true): Console {
  const stdin = asks ? input : undefined;
  let hasBar = false;
  const clearBar = () => {
    if (hasBar) stderr.write("\r\x1b[K");
    hasBar = false;
  };

  function drawBar(done: number, total: number, what: string): void {
    const filled = Math.round((barWidth * done) / Math.max(total, 1));
    const bar = `${"█".repeat(filled)}${"░".repeat(barWidth - filled)} ${done} of ${total}  `;
    stderr.write(`\r${cut(`${bar}${visible(what)}`, (stderr.columns ?? 80) - 1)}\x1b[K`);
    hasBar = true;
  }

  /** Asks at a terminal that shows nothing of what is typed; undefined where there is none. */
  async function unseen<Answer>(
    question: string,
    read: (terminal: NodeJS.ReadableStream) => Promise<Answer>,
  ): Promise<Answer | undefined> {
    if (!stdin?.isTTY || !stderr.isTTY || stdin.setRawMode === undefined) return undefined;
    stderr.write(`${forTerminal(question)} `);
    stdin.setRawMode(true);
    try {
      return await read(stdin);
    } finally {
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write("\n");
    }
  }

  return {
    tell(line) {
      clearBar();
      stderr.write(`${forTerminal(line)}\n`);
    },
    progress(total) {
      const every = Math.max(1, Math.ceil(total / mostLines));
      return {
        at(done, what) {
          if (stderr.isTTY) drawBar(done, total, what);
          else if (done % every === 0 || done === total) stderr.write(`${done} of ${total}  ${visible(what)}\n`);
        },
        end: clearBar,
      };
    },
    async confirm(question) {
      if (!stdin?.isTTY || !stderr.isTTY) return false;
      const prompt = createInterface({ input: stdin, output: stderr });
      const answer = await new Promise<string>((resolve) => {
        // A terminal that is being read gives Ctrl-C to its reader alone; Ctrl-D ends what it reads.
        prompt.once("SIGINT", () => {
          process.kill(process.pid, "SIGINT");
          prompt.close();
        });
        prompt.once("close", () => resolve(""));
        prompt.question(`${forTerminal(question)} [y/N] `, resolve);
      });
      prompt.close();
      return /^y(es)?$/i.test(answer.trim());
    },
    async choose(question, known) {
      return unseen(question, (terminal) => pressed(terminal, known));
    },
    async secret(question) {
      return unseen(question, typedUnseen);
    },
    piped: async () => (input === undefined || input.isTTY ? undefined : text(input)),
  };
}

const keys = { interrupt: "\u0003", end: "\u0004", backspace: "\u007f", delete: "\b" } as const;

/** What is typed or pasted up to the end of the line, from a terminal that shows nothing of it. */
function typedUnseen(stdin: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve) => {
    let typed = "";
    const take = (chunk: Buffer | string) => {
      for (const character of String(chunk)) {
        // A raw terminal leaves even Ctrl-C to us.
        if (character === keys.interrupt) process.kill(process.pid, "SIGINT");
        if (["\r", "\n", keys.end, keys.interrupt].includes(character)) {
          stdin.removeListener("data", take);
          resolve(typed);
          return;
        }
        const isErased = character === keys.backspace || character === keys.delete;
        typed = isErased ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on("data", take);
    stdin.resume();
  });
}

/** One press of a key that is known. What comes in several characters at once was pasted, and nobody's decision. */
function pressed(stdin: NodeJS.ReadableStream, known: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (key: string | undefined) => {
      stdin.removeListener("data", take);
      resolve(key);
    };
    const take = (chunk: Buffer | string) => {
      const typed = String(chunk);
      if (typed === keys.interrupt) {
        process.kill(process.pid, "SIGINT");
        end(undefined);
      } else if (["\r", "\n", "\r\n", keys.end].includes(typed)) end("");
      else if (known.includes(typed.toLowerCase())) end(typed.toLowerCase());
    };
    stdin.on("data", take);
    stdin.resume();
  });
}
