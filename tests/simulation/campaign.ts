import { fork } from "node:child_process";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import type { Played } from "./play.ts";

/** A scenario as it is told from process to process. */
export type Told = Omit<Played, "journal"> & { digest: string };

export interface Simulation {
  runs: number;
  /** How often each kind of fault struck. */
  injected: Record<string, number>;
  squares: Record<string, number>;
  posts: number;
  failed: Told[];
}

export interface SimulationOptions {
  seed: number;
  runs: number;
  /** A broken version, by its name; the project as it is unless given. */
  mutant?: string;
  /** Ends at the first scenario that fails. */
  untilFailure?: boolean;
  /** Processes, one for each core unless given. */
  players?: number;
  onPlayed?: (played: Told) => void;
}

export type FromPlayer = { played: Told } | { broken: string };
export type ToPlayer = { seed: number } | { end: true };

/** Plays one scenario a seed, in one process for each core. */
export async function simulate(options: SimulationOptions): Promise<Simulation> {
  const all: Simulation = { runs: 0, injected: {}, squares: {}, posts: 0, failed: [] };
  const end = options.seed + options.runs;
  let next = options.seed;
  const isOver = () => next >= end || (options.untilFailure === true && all.failed.length > 0);

  async function player(): Promise<void> {
    const child = fork(fileURLToPath(new URL("player.ts", import.meta.url)), options.mutant ? [options.mutant] : [], {
      execArgv: ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=128", "--min-semi-space-size=64"],
    });
    const send = (message: ToPlayer) => child.send(message);
    const turn = () => {
      if (isOver()) return send({ end: true });
      next += 1;
      return send({ seed: next - 1 });
    };
    let broken: string | undefined;
    child.on("message", (message: FromPlayer) => {
      if ("broken" in message) {
        broken = message.broken;
        return;
      }
      const { played } = message;
      all.runs += 1;
      all.posts += played.posts;
      add(all.injected, played.injected);
      add(all.squares, played.squares);
      if (played.violations.length > 0) all.failed.push(played);
      options.onPlayed?.(played);
      turn();
    });
    turn();
    await new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(broken ?? `a player ended with ${code}`))));
    });
  }

  const players = Math.max(1, Math.min(options.players ?? availableParallelism(), options.runs));
  await Promise.all(Array.from({ length: players }, player));
  all.failed.sort((a, b) => a.seed - b.seed);
  return all;
}

function add(total: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
}
