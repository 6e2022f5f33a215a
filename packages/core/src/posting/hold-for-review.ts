import { errorName } from "../errors.ts";
import { type Pause, readPause } from "../schedule/pause.ts";
import type { LastError, Square } from "../squares/square.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { changeStatus, claimAttributes } from "../squares/transition.ts";
import { type Mark, markHandedOn } from "./claim-mark.ts";
import { type GiveUp, giveBack, putInReview } from "./give-up.ts";
import { type GivenUp, type GiveUpPorts, givenUp, inHand, ofEverySquare } from "./in-hand.ts";
import type { GiveUpInput } from "./state-inputs.ts";

/** These are about the one square as it is, and certain: it was not posted. */
const ofOneSquare: ReadonlySet<string> = new Set([errorName.rejected, errorName.mediaInvalid, errorName.mediaMissing]);
/** So many squares may be refused in one run; more in a row are for a person to look at first. */
const mostRefused = 3;
/** Two that are refused alike are the account's. */
const alikeAtFirst = 2;
/**
 * Were it the account's, one would do. But two squares at the head of the queue that X dislikes would stand there for ever: each
 * trial, a day after the one before, takes one square more before it says so again.
 */
const alikeAtMost = 6;
const trialMs = 20 * 60 * 60 * 1000;

/**
 * Holds the square in hand for a person to decide, and says whether the slot goes on with the next one: where the square was
 * another run's, or where it was refused for certain. Two that are refused alike in one run say that it is not the
 * squares: both go back to their places. In each trial after that it takes one more.
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
  // An earlier try of this step has put both back, and its answer was lost.
  const { execution: by, name: why } = square?.lastError ?? {};
  const isBack = square?.status === "queued" && by === input.execution && why === failure.name;
  // Nothing was sent of it, and nothing is wrong with it: there is nothing for a person to decide.
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
  // Who asked for this very square has not asked for another one.
  if (input.input.squareId === giveUp.id) return givenUp(failure, giveUp, await putInReview(table, giveUp), "this run");
  const squareStatus = isRefused ? "review" : await putInReview(table, giveUp, [markHandedOn(table, name, giveUp.id)]);
  const refused = mark.refused.length + (isRefused ? 0 : 1);
  const concerns = refused < Math.max(mostRefused, needed) ? "this square" : "this run";
  const isKnown = concerns === "this square" && stop !== undefined;
  return { ...givenUp(failure, giveUp, squareStatus, concerns), tell: !isKnown };
}

/** The stop of the account after which this is a trial, where it ends as the ones before it. */
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

/** A message without addresses of pictures and without ids, of whatever square they are. */
const numberless = (message: string) => message.replaceAll(/s3:\/\/\S+|\S*\d\S*/g, "…");

/** Squares that this run had before, and that were refused in the same words. */
async function refusedAlike(
  table: Table,
  mark: Mark,
  { id, error, execution }: GiveUp,
  inHand: Square | undefined,
): Promise<Square[]> {
  // What twobytwo itself finds wrong with a square is wrong with that square.
  if (error.name === errorName.rejected && !error.message.startsWith("X ")) return [];
  const alike: Square[] = [];
  for (const refused of mark.refused) {
    const earlier = refused === id ? undefined : await readSquare(table, refused);
    if (earlier?.lastError?.execution !== execution || earlier.lastError.name !== error.name) continue;
    if (nameless(earlier.lastError.message, earlier) === nameless(error.message, inHand)) alike.push(earlier);
  }
  return alike;
}

/** A message without what it names of its own square; an id of another program can be as short as a word. */
function nameless(message: string, square: Square | undefined): string {
  if (square === undefined) return message;
  const keyless = message.replaceAll(square.objectKey, "…");
  return keyless.replaceAll(/[\w-]+/g, (word) => (word === square.id || word === square.mediaId ? "…" : word));
}

/** It was refused for certain, and held only because it seemed to be the only one. */
async function putBack(table: Table, square: Square, now: number): Promise<void> {
  await changeStatus(table, {
    id: square.id,
    from: "review",
    to: "queued",
    sortKey: square.rank ?? square.sortKey,
    now: new Date(now).toISOString(),
    seenVersion: square.version,
    remove: claimAttributes,
  });
}
