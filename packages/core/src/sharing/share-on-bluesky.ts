import type { BlueskyClient } from "../bluesky/client.ts";
import { errorName, TaskError } from "../errors.ts";
import type { ShareOnBlueskyInput } from "../posting/state-inputs.ts";
import { readConnection } from "../squares/connection.ts";
import { openBetween, patienceMs } from "./due.ts";
import { type SharePorts, share } from "./share.ts";

export interface ShareOnBlueskyPorts extends Pick<SharePorts<never>, "table" | "bucket" | "clock"> {
  /** The client of this account. */
  bluesky: (account: string) => Promise<BlueskyClient>;
  /** Milliseconds that the function still has. */
  leftMs: () => number;
}

/** Less time than a square may take is not begun with. */
const oneSquareMs = 25_000;

/** Failures that would befall every other square as well. */
const ofEverySquare: ReadonlySet<string> = new Set([
  errorName.notAuthorized,
  errorName.rateLimited,
  errorName.wrongAddress,
  errorName.retryable,
]);

/**
 * Shares the square that this run has posted, and those of the last three days that could not be shared before. What fails is
 * noted on its square; the first failure is thrown after the others have had their turn.
 */
export async function shareOnBluesky(
  { table, bucket, clock, bluesky, leftMs }: ShareOnBlueskyPorts,
  { execution, squareId }: ShareOnBlueskyInput,
): Promise<{ shared: string[] }> {
  const connection = await readConnection(table);
  if (connection === undefined) return { shared: [] };
  const now = clock();
  const open = await openBetween(table, connection, { from: now - patienceMs, to: now });
  // The index may not show yet what this run has posted.
  const ids = new Set([...(squareId === null ? [] : [squareId]), ...open.map(({ id }) => id)]);
  if (ids.size === 0) return { shared: [] };
  const network = await bluesky(connection.account);
  const shared: string[] = [];
  let failure: unknown;
  for (const id of ids) {
    if (leftMs() < oneSquareMs) break;
    try {
      if (await share({ table, bucket, network, connection, clock, execution }, id)) shared.push(id);
    } catch (error) {
      failure ??= error;
      if (!(error instanceof TaskError) || ofEverySquare.has(error.name)) break;
    }
  }
  if (failure !== undefined) throw failure;
  return { shared };
}
