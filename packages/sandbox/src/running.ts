import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { SandboxEndpoints } from "./lambdas.ts";
import { readIfThere } from "./saved-state.ts";

const Running = v.object({
  pid: v.number(),
  endpoints: v.object({
    dynamodb: v.string(),
    s3: v.string(),
    aws: v.string(),
    x: v.string(),
    bluesky: v.string(),
    web: v.string(),
  }),
});

const fileIn = (directory: string) => path.join(directory, "running.json");

/** Says where the sandbox of this process can be reached, for the commands of others. */
export async function announce(directory: string, endpoints: SandboxEndpoints): Promise<void> {
  await writeFile(fileIn(directory), `${JSON.stringify({ pid: process.pid, endpoints })}\n`);
}

export async function withdrawAnnouncement(directory: string): Promise<void> {
  await rm(fileIn(directory), { force: true });
}

/** The sandbox that runs on this state directory in another process; undefined where there is none. */
export function findRunning(directory: string): SandboxEndpoints | undefined {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Running), readIfThere(fileIn(directory)));
  return parsed.success && isAlive(parsed.output.pid) ? parsed.output.endpoints : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
