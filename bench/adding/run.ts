import { spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { compilePrograms } from "@twobytwo/scripts/programs";
import { root } from "@twobytwo/scripts/root";
import { inFolder } from "../in-folder.ts";

/** Of a process, until it has made what it makes. */
export interface Work {
  ms: number;
  /** Of processors, on all threads. */
  processorMs: number;
}

export interface Adding extends Work {
  /** Bytes that the process had in memory at most. */
  peakBytes: number;
  /** Bytes after every fiftieth part of the pictures: all that the process has in memory, and JavaScript's objects alone. */
  inMemory: { all: number; objects: number }[];
  /** Of the sandbox that takes the pictures on the same cores; bytes ten times a second. */
  sandbox: { processorMs: number; peakBytes: number; inMemory: number[] };
}

const plain = fileURLToPath(new URL("plain-sharp.ts", import.meta.url));
const sandbox = fileURLToPath(new URL("sandbox.ts", import.meta.url));

/** Compiled as `2x2` is: what is measured is not how long its TypeScript takes to load. */
async function compiledAdd(): Promise<string> {
  await compilePrograms({ root, programs: { "bench/adding/add.ts": "add" }, folder: "bench", now: Date.now() });
  return path.join(root, "dist", "bench", "add.mjs");
}

/** Runs a file in a process of its own, which ends where its input does. @throws where it fails. */
function inOwnProcess(file: string, args: readonly string[]) {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(root, ".cache", "compiled") },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  ended.catch(() => {});
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    /** What it prints next. */
    async next<T>(): Promise<T> {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${path.basename(file)} ended with ${await ended}.`);
      return JSON.parse(value) as T;
    },
    endInput: () => child.stdin.end(),
    /** Waits for its end. */
    async end(): Promise<void> {
      child.stdin.end();
      const code = await ended;
      if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}.`);
    },
  };
}

async function printedBy<T>(file: string, args: readonly string[]): Promise<T> {
  const running = inOwnProcess(file, args);
  const printed = await running.next<T>();
  await running.end();
  return printed;
}

/** What sharp alone needs for the pictures of a folder. */
export const plainSharp = (folder: string): Promise<Work> => printedBy(plain, [folder]);

/** Adds all pictures of a folder to an empty sandbox, also where they look alike. @throws where not every one was added. */
export async function addFolder(folder: string): Promise<Adding> {
  const program = await compiledAdd();
  return inFolder(async (directory) => {
    const taking = inOwnProcess(sandbox, [directory]);
    try {
      const endpoints = JSON.stringify(await taking.next());
      const { notAdded, ...adding } = await printedBy<Omit<Adding, "sandbox"> & { notAdded: number }>(program, [
        folder,
        endpoints,
        directory,
      ]);
      if (notAdded > 0) throw new Error(`${notAdded} pictures were not added.`);
      taking.endInput();
      return { ...adding, sandbox: await taking.next() };
    } finally {
      await taking.end();
    }
  });
}
