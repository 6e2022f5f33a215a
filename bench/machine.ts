import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, loadavg, release, type as system, totalmem } from "node:os";
import path from "node:path";
import { root } from "@twobytwo/scripts/root";

/** Where a result was measured; without it no time means anything. */
export interface Machine {
  processor: string;
  cores: number;
  memoryGigabytes: number;
  system: string;
  node: string;
  /** Processes that wanted a core, on average over the last minute, when the bench began. */
  load: number;
}

export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 2 ** 30),
    system: `${system()} ${release()}`,
    node: process.version,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** The project's version, as package.json has it. */
export async function projectVersion(): Promise<string> {
  const manifest = await readFile(path.join(root, "package.json"), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}
