import { errorName } from "../errors.ts";
import { type Pause, readPause } from "../schedule/pause.ts";
import type { LastError, Square } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { beforeClaim, changeStatus } from "../squares/transition.ts";
import { type Mark, markHandedOn } from "./claim-mark.ts";
import { type GiveUp, giveBack, putInReview } from "./give-up.ts";
import { type GivenUp, type GiveUpPorts, givenUp, inHand, ofEverySquare } from "./in-hand.ts";
import type { GiveUpInput } from "./state-inputs.ts";

/** Problems of one square, which was certainly not posted. */
const ofOneSquare: ReadonlySet<string> = new Set([errorName.rejected, errorName.mediaInvalid, errorName.mediaMissing]);
/** The most squares that may be refused in one run; beyond that, a person has to look first. */
const mostRefused = 3;
/** If two squares are refused in the same way, the cause is the account. */
const alikeAtFirst = 2;
/**
 * During a pause, one refusal would be enough if the cause is the account. But then two squares that X refuses would block the
 * head of the queue for ever. So each trial, a day after the last, needs one more refused square before it pauses again.
 */
const alikeAtMost = 6;
const trialMs = 20 * 60 * 60 * 1000;

/**
 * Holds the square in hand for a person to decide, and says whether the slot goes on with the next one. It does if the
 * square was another run's, or was refused with certainty. If two squares are refused in the same way in one run, the squares
 * are not the cause, and both go back to their places. Each trial after that needs one more.
 */
export async function holdForReview(ports: GiveUpPorts, input: GiveUpInput): Promise<GivenUp> {
  const { table, clock } = ports;
  const { failure, giveUp, mark, name } = await inHand(ports, input);
  if (giveUp === undefined || mark === undefined)
    return givenUp(failure, giveUp, null, ofEverySquare.has(failure.name) ? "every square" : "this run");
  if (ofEverySquare.has(failure.name))
    return givenUp(failure, giveUp, await putInReview(table, giveUp), "every square");
  const isRefused = mark.refused.includes(giveUp.id);
  if (mark.adopted && !isRefused) return givenUp(failure, giveUp, await putInReview(table, giveUp), "this square");
  const square = await readSquare(table, giveUp.id);
  const isClaimed = square?.status === "claimed" && square.claimedBy === input.execution;
  // An earlier attempt of this step has put both back, and its answer was lost.
  const { execution: by, name: why } = square?.lastError ?? {};
  const isBack =
    (square?.status === "queued" || square?.status === "dated") && by === input.execution && why === failure.name;
  // It was not sent and nothing is wrong with it, so there is nothing for a person to decide.
  if (!ofOneSquare.has(failure.name) && isClaimed)
    return givenUp(failure, giveUp, await giveBack(table, giveUp), "this run");
  if (!ofOneSquare.has(failure.name) || !(isClaimed || isRefused || isBack))
    return givenUp(failure, giveUp, await putInReview(table, giveUp), "this run");
  const earlier = await refusedAlike(table, mark, giveUp, square);
  const stop = await sameStop(table, failure);
  const needed = alikeNeeded(stop, clock());
  if (earlier.length > 0 && earlier.length + 1 >= needed) {
    for (const one of earlier) await putBack(table, one, clock());
    return givenUp(failure, giveUp, await giveBack(table, giveUp), "every square");
  }
  // The run was started for this one square, so it does not go on with another.
  if (input.input.squareId === giveUp.id) return givenUp(failure, giveUp, await putInReview(table, giveUp), "this run");
  const squareStatus = isRefused ? "review" : await putInReview(table, giveUp, [markHandedOn(table, name, giveUp.id)]);
  const refused = mark.refused.length + (isRefused ? 0 : 1);
  const concerns = refused < Math.max(mostRefused, needed) ? "this square" : "this run";
  const isKnown = concerns === "this square" && stop !== undefined;
  return { ...givenUp(failure, giveUp, squareStatus, concerns), tell: !isKnown };
}

/** The pause that this run is a trial of, if it failed for the same reason. */
async function sameStop(table: Table, { name, message }: Omit<LastError, "at">): Promise<Pause | undefined> {
  const pause = await readPause(table);
  if (pause?.pausedBy !== "workflow" || pause.error !== name) return undefined;
  return numberless(pause.reason ?? "") === numberless(message) ? pause : undefined;
}

function alikeNeeded(stop: Pause | undefined, now: number): number {
  const since = Date.parse(stop?.pausedAt ?? "");
  if (Number.isNaN(since)) return alikeAtFirst;
  return Math.min(alikeAtFirst + Math.floor(Math.max(0, now - since) / trialMs), alikeAtMost);
}

/** A message without picture addresses and ids, so that messages about different squares can be compared. */
const numberless = (message: string) => message.replaceAll(/s3:\/\/\S+|\S*\d\S*/g, "…");

/** Earlier squares of this run that were refused in the same words. */
async function refusedAlike(
  table: Table,
  mark: Mark,
  { id, error, execution }: GiveUp,
  inHand: Square | undefined,
): Promise<Square[]> {
  // If twobytwo itself refuses a square, the cause is that square.
  if (error.name === errorName.rejected && !error.message.startsWith("X ")) return [];
  const alike: Square[] = [];
  for (const refused of mark.refused) {
    const earlier = refused === id ? undefined : await readSquare(table, refused);
    if (earlier?.lastError?.execution !== execution || earlier.lastError.name !== error.name) continue;
    if (nameless(earlier.lastError.message, earlier) === nameless(error.message, inHand)) alike.push(earlier);
  }
  return alike;
}

/** A message without the ids of its own square. Whole words only: another program's id can be as short as a word. */
function nameless(message: string, square: Square | undefined): string {
  if (square === undefined) return message;
  const keyless = message.replaceAll(square.objectKey, "…");
  return keyless.replaceAll(/[\w-]+/g, (word) => (word === square.id || word === square.mediaId ? "…" : word));
}

/** Undoes the hold of a square that was refused with certainty, once the account turns out to be the cause. */
async function putBack(table: Table, square: Square, now: number): Promise<void> {
  await changeStatus(table, {
    id: square.id,
    from: "review",
    ...beforeClaim(square),
    now: new Date(now).toISOString(),
    seenVersion: square.version,
  });
}
