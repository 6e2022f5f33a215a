import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import { requireSquare } from "../squares/list.ts";
import { noteSeries } from "../squares/series.ts";
import type { Square } from "../squares/square.ts";
import { parseSquare, readSquare, type Table } from "../squares/table.ts";
import { checkWords, type Words } from "../squares/words.ts";

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
    Object.entries(input.words).filter(
      ([name, text]) => text !== undefined && text !== (seen[name as keyof Words] ?? ""),
    ),
  ) as Partial<Words>;
  const goal = withWords(seen, change);
  const warnings = checkWords(`square ${seen.id}`, goal);
  if (Object.keys(change).length === 0) return { square: seen, changed: false, warnings };
  await noteSeries(table, [change.series]);
  const square = await updateSquare(table, seen, { ...change, updatedAt: new Date(input.now).toISOString() });
  return { square, changed: true, warnings };
}

function withWords(square: Square, change: Partial<Words>): Words {
  const { title, caption, altText } = { ...square, ...change };
  return { title, ...(caption && { caption }), ...(altText && { altText }) };
}

const whyNotEditable: Partial<Record<Square["status"], string>> = {
  posted: "is posted, and X keeps the words it was posted with: put it back in the queue to post it again",
  posting: "is being posted at this moment with the words it has: wait until the run has ended",
  claimed: "is about to be posted with the words it has: wait until the run has ended",
};

function requireEditable({ id, status }: Square): void {
  const why = whyNotEditable[status];
  if (why !== undefined) throw new TaskError("rejected", `Square ${id} ${why}.`);
}

/** What somebody else may have done in the meantime, as a person calls it. */
const watched = {
  status: "its status",
  sortKey: "its place",
  title: "title",
  caption: "caption",
  altText: "alt text",
  series: "series",
} as const satisfies Partial<Record<keyof Square, string>>;

/**
 * Writes attributes of a square as it was seen; an empty text takes the attribute away.
 *
 * @returns the square as it is now.
 * @throws Rejected where it is no longer as it was seen; the message names what changed.
 */
export async function updateSquare(
  table: Table,
  seen: Square,
  change: Partial<Pick<Square, "title" | "caption" | "altText" | "series" | "sortKey" | "updatedAt">>,
): Promise<Square> {
  const names: Record<string, string> = { "#status": "status", "#version": "version" };
  const values: Record<string, unknown> = { ":status": seen.status, ":seen": seen.version, ":one": 1 };
  const set: string[] = [];
  const remove: string[] = [];
  for (const [name, value] of Object.entries(change)) {
    names[`#${name}`] = name;
    if (value === "") {
      remove.push(`#${name}`);
      continue;
    }
    values[`:${name}`] = value;
    set.push(`#${name} = :${name}`);
  }
  // Rows of other programs have no version yet.
  const sameVersion = seen.version === 0 ? "(attribute_not_exists(#version) OR #version = :seen)" : "#version = :seen";
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: seen.id },
        UpdateExpression: `SET ${set.join(", ")}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""} ADD #version :one`,
        ConditionExpression: `#status = :status AND ${sameVersion}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    );
    return parseSquare(Attributes);
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    throw conflict(seen, await readSquare(table, seen.id));
  }
}

function conflict(seen: Square, now: Square | undefined): TaskError {
  if (now === undefined) return new TaskError("rejected", `Square ${seen.id} is no longer in the table.`);
  const changes = (Object.keys(watched) as (keyof typeof watched)[])
    .filter((name) => seen[name] !== now[name])
    .map((name) => (name === "status" ? `its status from ${seen.status} to ${now.status}` : watched[name]));
  return new TaskError(
    "rejected",
    `Somebody else changed square ${seen.id} at the same time (${changes.join(", ") || "facts of it"}): look at it again, then repeat the change.`,
  );
}
