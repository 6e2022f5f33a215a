import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { startSandbox } from "@twobytwo/sandbox/sandbox";
import { distFunctions } from "@twobytwo/scripts/build";
import { inFolder } from "../in-folder.ts";

export interface Adding {
  ms: number;
  /** Of the process that adds, without the sandbox. */
  peakBytes: number;
  /** Bytes of it after every ten pictures. */
  inMemory: number[];
}

const program = fileURLToPath(new URL("add.ts", import.meta.url));

/** Adds all pictures of a folder to an empty sandbox, also where they look alike. @throws where not every one was added. */
export async function addFolder(folder: string): Promise<Adding> {
  return inFolder(async (directory) => {
    const sandbox = await startSandbox({ directory, bundles: distFunctions });
    try {
      const { dynamodb, s3, aws, x } = sandbox.endpoints;
      const args = [program, folder, JSON.stringify({ dynamodb, s3, aws, x }), directory];
      const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", ...args], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const ended = new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
      const [printed, code] = await Promise.all([text(child.stdout), ended]);
      if (code !== 0) throw new Error(`The process that adds ended with ${code}.`);
      const { notAdded, ...adding } = JSON.parse(printed) as Adding & { notAdded: number };
      if (notAdded > 0) throw new Error(`${notAdded} pictures were not added.`);
      return adding;
    } finally {
      await sandbox.close();
    }
  });
}
