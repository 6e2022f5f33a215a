import { rm } from "node:fs/promises";
import path from "node:path";
import type { SandboxEndpoints } from "./lambdas.ts";
import { savedState } from "./saved-state.ts";

const file = "running.json";
const stateIn = (directory: string) => savedState<{ pid: number; endpoints: SandboxEndpoints }>(directory, file);

/** Says where the sandbox of this process can be reached, for the commands of others. */
export const announce = (directory: string, endpoints: SandboxEndpoints): void =>
  stateIn(directory).save({ pid: process.pid, endpoints });

export const withdrawAnnouncement = (directory: string): Promise<void> =>
  rm(path.join(directory, file), { force: true });

/** The sandbox that runs on this state directory in another process; undefined where there is none. */
export function findRunning(directory: string): SandboxEndpoints | undefined {
  const running = stateIn(directory).load();
  return running && isAlive(running.pid) ? running.endpoints : undefined;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
