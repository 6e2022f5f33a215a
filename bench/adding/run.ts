import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";

export interface Adding {
  pictures: number;
  ms: number;
  /** Of the process that adds, without the sandbox. */
  peakBytes: number;
  /** Bytes of it after every thousand pictures. */
  curve?: { done: number; rss: number; heapUsed: number }[];
}

/** Runs a TypeScript file to its end in a process of its own, and gives what it printed as JSON. */
export async function inOwnProcess<T>(file: string, args: readonly string[]): Promise<T> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
  const [printed, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${path.basename(file)} ended with ${code}.`);
  return JSON.parse(printed) as T;
}

/** Adds all pictures of a folder to an empty sandbox; `similar` where they look like each other. @throws where not every one was added. */
export async function addFolder(folder: string, looks: "similar" | "different"): Promise<Adding> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-bench-"));
  const sandbox = await startSandbox({ directory, bundles: distFunctions });
  try {
    const { dynamodb, s3, aws, x } = sandbox.endpoints;
    const { added, notAdded, ...adding } = await inOwnProcess<
      Omit<Adding, "pictures"> & { added: number; notAdded: number }
    >(fileURLToPath(new URL("add.ts", import.meta.url)), [
      folder,
      JSON.stringify({ dynamodb, s3, aws, x }),
      directory,
      looks,
    ]);
    if (notAdded > 0) throw new Error(`${notAdded} of ${added + notAdded} pictures were not added.`);
    return { pictures: added, ...adding };
  } finally {
    await sandbox.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }
}
