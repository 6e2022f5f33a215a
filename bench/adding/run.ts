import { spawn } from "node:child_process";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
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

const program = (name: string) => fileURLToPath(new URL(`${name}.ts`, import.meta.url));

/** Runs a TypeScript file to its end in a process of its own, and gives what it printed as JSON. */
async function inOwnProcess<T>(file: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}.`);
  return JSON.parse(printed) as T;
}

/** What sharp alone needs for the pictures of a folder. */
export const plainSharp = (folder: string): Promise<Work> => inOwnProcess(program("plain-sharp"), [folder]);

/** Adds all pictures of a folder to an empty sandbox, also where they look alike. @throws where not every one was added. */
export async function addFolder(folder: string): Promise<Adding> {
  return inFolder(async (directory) => {
    const sandbox = await startSandbox({ directory, bundles: distFunctions });
    try {
      const { dynamodb, s3, aws, x } = sandbox.endpoints;
      const before = process.cpuUsage();
      const { notAdded, ...adding } = await inOwnProcess<Omit<Adding, "sandboxMs"> & { notAdded: number }>(
        program("add"),
        [folder, JSON.stringify({ dynamodb, s3, aws, x }), directory],
      );
      if (notAdded > 0) throw new Error(`${notAdded} pictures were not added.`);
      const { user, system } = process.cpuUsage(before);
      return { ...adding, sandboxMs: (user + system) / 1000 };
    } finally {
      await sandbox.close();
    }
  });
}
