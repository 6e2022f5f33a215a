import type { Clock } from "../clock.ts";
import { errorName } from "../errors.ts";
import type { LastError } from "../squares/square.ts";
import type { Table } from "../squares/table.ts";
import { type ClaimName, type Mark, readMark } from "./claim-mark.ts";
import type { GiveUp } from "./give-up.ts";
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
export const ofEverySquare: ReadonlySet<string> = new Set([
  errorName.notAuthorized,
  errorName.noCredits,
  errorName.wrongAddress,
  errorName.unconfirmed,
]);
/**
 * What this execution has claimed, according to the table: if `Select square` itself was cut off, its answer never reached the
 * state machine.
 */
export async function inHand(
  { table, clock }: GiveUpPorts,
  { execution, input, error, tweetId }: GiveUpInput,
): Promise<{ failure: Omit<LastError, "at">; giveUp?: GiveUp; mark?: Mark; name: ClaimName }> {
  const failure = { name: error.Error, message: messageOf(error) };
  const name = { execution, ...(input.scheduledTime !== undefined && { scheduledTime: input.scheduledTime }) };
  const mark = await readMark(table, name);
  if (mark?.execution !== execution) return { failure, name };
  const giveUp = {
    id: mark.squareId,
    execution,
    error: failure,
    now: clock(),
    ...(tweetId !== null && { tweetId }),
  };
  return { failure, giveUp, mark, name };
}

export function givenUp(
  failure: Omit<LastError, "at">,
  giveUp: GiveUp | undefined,
  squareStatus: string | null,
  concerns: Concern,
): GivenUp {
  return {
    error: failure.name,
    message: failure.message,
    squareId: giveUp?.id ?? null,
    squareStatus,
    concerns,
    tell: true,
  };
}
