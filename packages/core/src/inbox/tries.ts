import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import type { Table } from "../squares/table.ts";
import { changeUpload, readUpload, type Upload } from "./uploads.ts";

/**
 * Runs that died over an upload, after which the next one gives it up instead of dying as well. Lambda delivers an
 * event three times: the last of them still tells the person.
 */
export const mostDeaths = 2;

/**
 * Notes that a run begins to look at an upload, under a name of its own, so that a run that dies can be told from one
 * that fails.
 *
 * @returns it as it is now, with this run among its `tries` where it waits; undefined where it is gone.
 */
export function beginTry(table: Table, uploadId: string, run: string): Promise<Upload | undefined> {
  return changeUpload(table, uploadId, {
    update: "ADD tries :run",
    condition: "outcome.#state = :waiting",
    values: { ":run": new Set([run]), ":waiting": "waiting" },
  });
}

/** Notes that a run has failed in good order: what it met is not the picture's fault, and it may be tried again. */
export async function endTry(table: Table, uploadId: string, run: string): Promise<void> {
  await changeUpload(table, uploadId, {
    update: "DELETE tries :run",
    condition: "outcome.#state = :waiting",
    values: { ":run": new Set([run]), ":waiting": "waiting" },
  });
}

/** The time that the function `ingest` has: a run that began longer ago is over. */
const runMs = 120_000;
const lookEveryMs = 1000;
const mostLooks = 60;

export const nameOfRun = (now: number, random: number) => `${now}-${random}`;
const beganAt = (run: string) => Number(run.slice(0, run.indexOf("-")));

/**
 * Whether an event that came several times at once, and not again after a run that died, is why there are so many runs:
 * gives those that may be alive a minute to say what came of it.
 */
export async function anotherSawToIt(
  { table, clock, random, sleep }: Pick<Ports, "table" | "clock" | "random" | "sleep">,
  { uploadId, name }: Upload,
  own: string,
): Promise<boolean> {
  for (let looks = 0; looks < mostLooks; looks += 1) {
    const upload = await persistently({ random, sleep }, `Reading the result of ${name}`, () =>
      readUpload(table, uploadId),
    );
    if (upload === undefined || upload.outcome.state !== "waiting") return true;
    const others = [...(upload.tries ?? [])].filter((run) => run !== own);
    if (others.every((run) => beganAt(run) <= clock() - runMs)) return false;
    await sleep(lookEveryMs);
  }
  return false;
}
