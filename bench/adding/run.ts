import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
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
  /** Of the process that adds, without the sandbox. */
  peakBytes: number;
  /** Bytes of it after every fiftieth part of the pictures: all that it has in memory, and JavaScript's objects alone. */
  inMemory: { all: number; objects: number }[];
  /** Of processors, for the sandbox that takes the pictures on the same cores. */
  sandboxMs: number;
}

const plain = fileURLToPath(new URL("plain-sharp.ts", import.meta.url));

/** Compiled as `2x2` is: what is measured is not how long its TypeScript takes to load. */
async function compiledAdd(): Promise<string> {
  await compilePrograms({ root, programs: { "bench/adding/add.ts": "add" }, folder: "bench", now: Date.now() });
  return path.join(root, "dist", "bench", "add.mjs");
}

/** Runs a file to its end in a process of its own, and gives what it printed as JSON. */
async function inOwnProcess<T>(file: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    env: { ...process.env, NODE_COMPILE_CACHE: path.join(root, ".cache", "compiled") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}.`);
  return JSON.parse(printed) as T;
}

/** What sharp alone needs for the pictures of a folder. */
export const plainSharp = (folder: string): Promise<Work> => inOwnProcess(plain, [folder]);

/** Adds all pictures of a folder to an empty sandbox, also where they look alike. @throws where not every one was added. */
export async function addFolder(folder: string): Promise<Adding> {
  const program = await compiledAdd();
  return inFolder(async (directory) => {
    const sandbox = await startSandbox({ directory, bundles: distFunctions });
    try {
      const { dynamodb, s3, aws, x } = sandbox.endpoints;
      const before = process.cpuUsage();
      const { notAdded, ...adding } = await inOwnProcess<Omit<Adding, "sandboxMs"> & { notAdded: number }>(program, [
        folder,
        JSON.stringify({ dynamodb, s3, aws, x }),
        directory,
      ]);
      if (notAdded > 0) throw new Error(`${notAdded} pictures were not added.`);
      const { user, system } = process.cpuUsage(before);
      return { ...adding, sandboxMs: (user + system) / 1000 };
    } finally {
      await sandbox.close();
    }
  });
}
