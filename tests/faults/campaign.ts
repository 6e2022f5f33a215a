import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Played } from "./play.ts";
import { buildSubject, type SubjectName } from "./subjects.ts";

export interface Campaign {
  runs: number;
  /** How often each kind of fault struck. */
  injected: Record<string, number>;
  squares: Record<string, number>;
  repeats: number;
  losses: number;
  failed: Played[];
}

export interface CampaignOptions {
  subject: SubjectName;
  seed: number;
  runs: number;
  /** Ends at the first scenario that fails. */
  untilFailure?: boolean;
  onPlayed?: (played: Played) => void;
}

export type FromPlayer = { played: Played } | { injected: Record<string, number> } | { broken: string };
export type ToPlayer = { seed: number } | { end: true };

/** Plays one scenario a seed, in several processes at once. */
export async function runCampaign(options: CampaignOptions): Promise<Campaign> {
  const campaign: Campaign = { runs: 0, injected: {}, squares: {}, repeats: 0, losses: 0, failed: [] };
  let next = options.seed;
  const end = options.seed + options.runs;
  const isOver = () => next >= end || (options.untilFailure === true && campaign.failed.length > 0);

  async function player(bundles: string): Promise<void> {
    const child = fork(fileURLToPath(new URL("player.ts", import.meta.url)), [options.subject, bundles], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
    });
    const send = (message: ToPlayer) => child.send(message);
    const turn = () => {
      if (isOver()) return send({ end: true });
      next += 1;
      return send({ seed: next - 1 });
    };
    let broken: string | undefined;
    child.on("message", (message: FromPlayer) => {
      if ("broken" in message) broken = message.broken;
      else if ("injected" in message) add(campaign.injected, message.injected);
      else {
        campaign.runs += 1;
        add(campaign.squares, message.played.squares);
        campaign.repeats += message.played.repeats;
        campaign.losses += message.played.losses;
        if (message.played.violations.length > 0) campaign.failed.push(message.played);
        options.onPlayed?.(message.played);
        turn();
      }
    });
    turn();
    await new Promise<void>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(broken ?? `a player ended with ${code}`))));
    });
  }

  // Twice as many as cores, since a player waits for its own functions half of the time; where a few scenarios are
  // enough, each further player would cost more to start than it plays.
  const most = availableParallelism() * (options.untilFailure || options.runs < 100 ? 1 : 2);
  const players = Math.max(1, Math.min(most, options.runs));
  const folder = await mkdtemp(path.join(tmpdir(), "twobytwo-subject-"));
  try {
    const bundles = await buildSubject(options.subject, folder);
    await Promise.all(Array.from({ length: players }, () => player(bundles)));
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
  campaign.failed.sort((a, b) => a.seed - b.seed);
  return campaign;
}

function add(total: Record<string, number>, more: Record<string, number>): void {
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
}
