import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { furthest, seeded } from "../pictures.ts";
import { type Mutant, mutantOf, type Whole, wholeFiles } from "./mutants.ts";
import type { Outcome } from "./reader.ts";

/** A picture of a hundred pixels takes less; one that takes longer hangs. */
const longestMs = 10_000;
/** What `ingest` has, stacks/blueprint.ts. */
const mostMemory = 2_048 * 1024 * 1024;
/** A picture that was encoded anew from the same pixels differs in nothing; one of a lossy square in this at the most. */
const mostDifference = 2;

export interface Finding {
  seed: number;
  mutant: Mutant;
  problem: string;
}

export interface Campaign {
  findings: Finding[];
  refused: number;
  same: number;
  /** Taken with other pixels, where bits of the picture itself were changed and a strict decoder has no doubt either. */
  changed: number;
}

type Answer = { outcome: Outcome; peak: number } | { outcome: { hang: string } };

/** A process that reads one file after the other, and is started anew where one kills it or makes it hang. */
class Reader {
  #child: ChildProcess | undefined;

  async read(name: string, bytes: Buffer): Promise<Answer> {
    const child = this.#child ?? this.#start();
    const waiting = new AbortController();
    const timer = AbortSignal.timeout(longestMs);
    child.send({ name, bytes });
    try {
      const signal = AbortSignal.any([timer, waiting.signal]);
      return await Promise.race([
        once(child, "message", { signal }).then(([answer]) => answer as Answer),
        once(child, "exit", { signal }).then(([code, by]) => ({
          outcome: { hang: `it ended the process (${code ?? by})` },
        })),
      ]);
    } catch (error) {
      if (!timer.aborted) throw error;
      return { outcome: { hang: `it took longer than ${longestMs / 1000} seconds` } };
    } finally {
      waiting.abort();
      if (timer.aborted || child.exitCode !== null || child.signalCode !== null) this.stop();
    }
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #start(): ChildProcess {
    this.#child = fork(fileURLToPath(new URL("reader.ts", import.meta.url)), {
      serialization: "advanced",
      execArgv: [],
    });
    return this.#child;
  }
}

/** Reads `count` mutants in turn of each whole file. The same seed gives the same mutants. */
export async function fuzz(input: { seed: number; count: number; kinds?: RegExp }): Promise<Campaign> {
  const { seed, count, kinds = /./ } = input;
  const wholes = (await wholeFiles()).filter(({ name }) => kinds.test(name));
  const random = seeded(seed);
  const campaign: Campaign = { findings: [], refused: 0, same: 0, changed: 0 };
  const reader = new Reader();
  try {
    const expected = new Map<string, Outcome>();
    for (const { name, bytes } of wholes) expected.set(name, (await reader.read(name, bytes)).outcome as Outcome);
    for (let index = 0; index < count; index += 1) {
      const whole = wholes[index % wholes.length] as Whole;
      const own = Math.floor(random() * 2 ** 32);
      const mutant = mutantOf(whole, own);
      const answer = await reader.read(mutant.name, mutant.bytes);
      const problem = judge(answer, mutant, expected.get(whole.name) as Outcome, campaign);
      if (problem !== undefined) campaign.findings.push({ seed: own, mutant, problem });
    }
  } finally {
    reader.stop();
  }
  return campaign;
}

function judge(answer: Answer, mutant: Mutant, whole: Outcome, campaign: Campaign): string | undefined {
  const { outcome } = answer;
  if ("hang" in outcome) return outcome.hang;
  if ("crash" in outcome) return outcome.crash;
  if ("peak" in answer && answer.peak > mostMemory) return `it took ${Math.round(answer.peak / 1e6)} MB`;
  if ("refusal" in outcome) {
    campaign.refused += 1;
    return isPlain(outcome.refusal, mutant.name) ? undefined : `it was refused with "${outcome.refusal}"`;
  }
  if (!("pixels" in whole)) return "the whole file was not read";
  const isSame =
    outcome.width === whole.width &&
    outcome.height === whole.height &&
    furthest(Buffer.from(outcome.pixels), Buffer.from(whole.pixels)) <= mostDifference;
  if (isSame) campaign.same += 1;
  else if (mutant.isSameOrRefused) return "it was taken, and shows something else than the whole file";
  else if (!outcome.isStrict) return "it was taken with other pixels, and a strict decoder refuses it";
  else campaign.changed += 1;
  return undefined;
}

/** One sentence that begins with the file's name, names a way out, and has no word of a library's. */
const isPlain = (refusal: string, name: string) =>
  refusal.startsWith(`${name} `) &&
  /: (?:add|copy|export|opening) .*\.$/s.test(refusal) &&
  !/vips|libheif|heif:|libpng|libjpeg|webp:|tiff2|gifload|Input (?:buffer|file)|\n/.test(refusal);
