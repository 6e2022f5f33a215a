import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "@twobytwo/scripts/root";

const main = fileURLToPath(new URL("../bin/2x2.mjs", import.meta.url));
export const samples = path.join(root, "samples");

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CommandOptions {
  /** State of the sandbox. */
  directory: string;
  environment?: Record<string, string>;
  /** Sees standard error as it comes. */
  onTold?: (text: string, child: ChildProcess) => void;
}

/** Runs `2x2` as a person does, in a process of its own, with nothing of this machine's AWS. */
export function run2x2(args: readonly string[], { directory, environment, onTold }: CommandOptions): Promise<Ended> {
  const own = Object.entries(process.env).filter(([name]) => !/^(AWS_|TWOBYTWO_|NO_COLOR|FORCE_COLOR)/.test(name));
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...Object.fromEntries(own), TZ: "UTC", TWOBYTWO_SANDBOX_DIR: directory, ...environment },
    });
    const ended: Ended = { code: null, stdout: "", stderr: "" };
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      ended.stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      ended.stderr += text;
      onTold?.(ended.stderr, child);
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ended, code }));
  });
}

export async function temporaryDirectory(): Promise<{ directory: string; remove: () => Promise<void> }> {
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-cli-"));
  return { directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) };
}
