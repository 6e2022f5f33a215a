import { blueskyWarning } from "../bluesky/warning.ts";
import { TaskError } from "../errors.ts";
import { requireSquare } from "../squares/list.ts";
import { noteSeries } from "../squares/series.ts";
import type { Square } from "../squares/square.ts";
import type { Table } from "../squares/table.ts";
import { updateSquare } from "../squares/update.ts";
import { checkWords, cleanWords, type Words } from "../squares/words.ts";

export interface EditInput {
  id: string;
  /** An empty text takes a word away. */
  words: Partial<Words>;
  /** The `version` that a person looked at; without it, the one that is there now. */
  version?: number;
  /** Milliseconds since the epoch. */
  now: number;
}

export interface Edited {
  /** As it is now. */
  square: Square;
  changed: boolean;
  /** A sentence each: what the words will cost. */
  warnings: string[];
}

/**
 * Changes the words of a square that is not being posted.
 *
 * @throws Rejected where it is being posted or was, where X would refuse the words, or where somebody else
 *   changed it meanwhile; the message names what changed.
 */
export async function editSquare(table: Table, input: EditInput): Promise<Edited> {
  const seen = await requireSquare(table, input.id);
  requireEditable(seen);
  if (input.version !== undefined && input.version !== seen.version)
    throw new TaskError(
      "rejected",
      `Square ${seen.id} was changed meanwhile (it is at version ${seen.version}, not ${input.version}): look at it again, then repeat the change.`,
    );
  const change = Object.fromEntries(
    Object.entries(asEdited(input.words)).filter(
      ([name, text]) => text !== undefined && text !== (seen[name as keyof Words] ?? ""),
    ),
  ) as Partial<Words>;
  const goal = withWords(seen, change);
  const name = `square ${seen.id}`;
  const warnings = [...checkWords(name, goal), ...(await blueskyWarning(table, name, goal))];
  if (Object.keys(change).length === 0) return { square: seen, changed: false, warnings };
  await noteSeries(table, [change.series]);
  const square = await updateSquare(table, seen, { ...change, updatedAt: new Date(input.now).toISOString() });
  return { square, changed: true, warnings };
}

/** A text of nothing but blanks takes a word away, as an empty one does. */
function asEdited(words: Partial<Words>): Partial<Words> {
  const cleaned = cleanWords(words);
  return Object.fromEntries(
    Object.entries(words).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, cleaned[name as keyof Words] ?? ""]],
    ),
  );
}

function withWords(square: Square, change: Partial<Words>): Words {
  const { title, caption, altText } = { ...square, ...change };
  return { title, ...(caption && { caption }), ...(altText && { altText }) };
}

const whyNotEditable: Partial<Record<Square["status"], string>> = {
  posted: "is posted, and X keeps the text it was posted with: put it back in the queue to post it again",
  posting: "is being posted at this moment with its current text: wait until the run has ended",
  claimed: "is about to be posted with its current text: wait until the run has ended",
};

function requireEditable({ id, status }: Square): void {
  const why = whyNotEditable[status];
  if (why !== undefined) throw new TaskError("rejected", `Square ${id} ${why}.`);
}
