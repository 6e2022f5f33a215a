import type { Ports } from "../ports.ts";
import type { Square } from "../squares/square.ts";
import type { Words } from "../squares/words.ts";
import { commitRows } from "./commit.ts";
import { type AddOptions, type Fresh, inspect } from "./inspect.ts";
import { keysOf, putObjects } from "./objects.ts";
import { factsOfTaken, newRow, notAdded, placesFor, type Unneeded, wake } from "./pipeline.ts";

export interface NewSquare extends Words, AddOptions {
  /** The file as a person knows it; said in errors, and kept nowhere. */
  name: string;
  bytes: Uint8Array;
}

export type Added = { added: true; square: Square; warnings: string[] } | Unneeded;

/**
 * Adds a picture and wakes the schedule. The untouched original, what is posted and a thumbnail are named by the
 * picture's content, and the row is written last, with the stock, a mark of the content and the looks in one
 * transaction: cut off anywhere and run again, it adds the picture once.
 *
 * @returns `added: false` and the square that has the very same picture or, unless `allowSimilar`, looks like it.
 * @throws MediaInvalid for what no square can be made of, Rejected for words that X would refuse, SenderGone, Retryable.
 */
export async function addSquare(ports: Ports, input: NewSquare): Promise<Added> {
  const { name, bytes, title, caption, altText, series, ...options } = input;
  const words = {
    title,
    ...(caption !== undefined && { caption }),
    ...(altText !== undefined && { altText }),
    ...(series !== undefined && { series }),
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const inspected = await inspect(ports, { name, words, bytes: buffer }, options);
  const added =
    inspected.outcome === "fresh"
      ? await add(ports, inspected, options)
      : notAdded(inspected.outcome, inspected.equals, ports.clock());
  // Also where nothing was added: the run that added it may have ended before it woke the schedule.
  if ((added.added ? added.square : added.equals).status === "queued") await wake(ports);
  return added;
}

async function add(ports: Ports, fresh: Fresh, options: AddOptions): Promise<Added> {
  const keys = keysOf(fresh.picture, options);
  await putObjects(ports, fresh.picture, keys);
  const row = newRow(ports, fresh, { keys, sortKey: await placesFor(ports, options)(), options });
  const [taken] = await commitRows(ports, [row]);
  if (taken === undefined) return { added: true, square: row.square, warnings: fresh.warnings };
  return notAdded(taken.why, await factsOfTaken(ports, row.square.sha256, taken), ports.clock());
}
