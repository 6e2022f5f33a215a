import type { Clock } from "../clock.ts";
import { errorName } from "../errors.ts";
import { type Pause, readPause } from "../schedule/pause.ts";
import type { LastError, Square } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { claimAttributes, moveSquare } from "../squares/transition.ts";
import { type ClaimName, type Mark, markHandedOn, readMark } from "./claim-mark.ts";
import { type GiveUp, holdForReview, releaseSquare } from "./release.ts";
import { type Concern, type GiveUpInput, messageOf } from "./state-inputs.ts";

/** Where a failed run leaves its square, and what happens next; the input of `Notify` and of `Failed`. */
export interface GivenUp {
  error: string;
  message: string;
  squareId: string | null;
  squareStatus: string | null;
  concerns: Concern;
  /** False if the owner already knows about this stop: another attempt failed, and nothing has changed. */
  tell: boolean;
}

export interface GiveUpPorts {
  table: Table;
  clock: Clock;
}

/** Problems of the account, the deployment or the table: every other square would fail too. */
const ofEverySquare: ReadonlySet<string> = new Set([
  errorName.notAuthorized,
  errorName.noCredits,
  errorName.wrongAddress,
  errorName.unconfirmed,
]);
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

/** Puts the current square back in its place in the queue, or holds it for review if it may have been posted. */
export async function releaseInHand(ports: GiveUpPorts, input: GiveUpInput): Promise<GivenUp> {
  const { failure, hold } = await inHand(ports, input);
  const squareStatus = hold === undefined ? null : await releaseSquare(ports.table, hold);
  return givenUp(failure, hold, squareStatus, ofEverySquare.has(failure.name) ? "every square" : "this run");
}

/**
 * Holds the current square for a person to decide, and says whether the slot goes on with the next one. It does if the
 * square was another run's, or was refused with certainty. If two squares are refused in the same way in one run, the squares
 * are not the cause, and both go back to their places. Each trial after that needs one more.
 */
export async function holdInHand(ports: GiveUpPorts, input: GiveUpInput): Promise<GivenUp> {
  const { table, clock } = ports;
  const { failure, hold, mark, name } = await inHand(ports, input);
  if (hold === undefined || mark === undefined)
    return givenUp(failure, hold, null, ofEverySquare.has(failure.name) ? "every square" : "this run");
  if (ofEverySquare.has(failure.name)) return givenUp(failure, hold, await holdForReview(table, hold), "every square");
  const isRefused = mark.refused.includes(hold.id);
  if (mark.adopted && !isRefused) return givenUp(failure, hold, await holdForReview(table, hold), "this square");
  const square = await readSquare(table, hold.id);
  const isHeld = square?.status === "claimed" && square.claimedBy === input.execution;
  // An earlier attempt of this step has put both back, and its answer was lost.
  const { execution: by, name: why } = square?.lastError ?? {};
  const isBack = square?.status === "queued" && by === input.execution && why === failure.name;
  // It was not sent and nothing is wrong with it, so there is nothing for a person to decide.
  if (!ofOneSquare.has(failure.name) && isHeld)
    return givenUp(failure, hold, await releaseSquare(table, hold), "this run");
  if (!ofOneSquare.has(failure.name) || !(isHeld || isRefused || isBack))
    return givenUp(failure, hold, await holdForReview(table, hold), "this run");
  const earlier = await refusedAlike(table, mark, hold, square);
  const stop = await sameStop(table, failure);
  const needed = alikeNeeded(stop, clock());
  if (earlier.length > 0 && earlier.length + 1 >= needed) {
    for (const one of earlier) await putBack(table, one, clock());
    return givenUp(failure, hold, await releaseSquare(table, hold), "every square");
  }
  // The run was started for this one square, so it does not go on with another.
  if (input.input.squareId === hold.id) return givenUp(failure, hold, await holdForReview(table, hold), "this run");
  const squareStatus = isRefused ? "review" : await holdForReview(table, hold, [markHandedOn(table, name, hold.id)]);
  const refused = mark.refused.length + (isRefused ? 0 : 1);
  const concerns = refused < Math.max(mostRefused, needed) ? "this square" : "this run";
  const isKnown = concerns === "this square" && stop !== undefined;
  return { ...givenUp(failure, hold, squareStatus, concerns), tell: !isKnown };
}

/**
 * What this execution holds, according to the table: if `Select square` itself was cut off, its answer never reached the
 * state machine.
 */
async function inHand(
  { table, clock }: GiveUpPorts,
  { execution, input, error, tweetId }: GiveUpInput,
): Promise<{ failure: Omit<LastError, "at">; hold?: GiveUp; mark?: Mark; name: ClaimName }> {
  const failure = { name: error.Error, message: messageOf(error) };
  const name = { execution, ...(input.scheduledTime !== undefined && { scheduledTime: input.scheduledTime }) };
  const mark = await readMark(table, name);
  if (mark?.execution !== execution) return { failure, name };
  const hold = {
    id: mark.squareId,
    execution,
    error: failure,
    now: clock(),
    ...(tweetId !== null && { tweetId }),
  };
  return { failure, hold, mark, name };
}

function givenUp(
  failure: Omit<LastError, "at">,
  hold: GiveUp | undefined,
  squareStatus: string | null,
  concerns: Concern,
): GivenUp {
  return {
    error: failure.name,
    message: failure.message,
    squareId: hold?.id ?? null,
    squareStatus,
    concerns,
    tell: true,
  };
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
  await moveSquare(table, {
    id: square.id,
    from: "review",
    to: "queued",
    sortKey: square.rank ?? square.sortKey,
    now: new Date(now).toISOString(),
    seenVersion: square.version,
    remove: claimAttributes,
  });
}
