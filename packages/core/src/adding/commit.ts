import { GetCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { requireDevice } from "../access/devices.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { noteSeries } from "../squares/series.ts";
import type { Square } from "../squares/square.ts";
import { countTransition } from "../squares/stock.ts";
import { readSquare, type Table } from "../squares/table.ts";
import { conditionFailed } from "../squares/transition.ts";
import { type Entry, enterLookAlikes, findLookAlikes, type LikeRow } from "./look-alikes.ts";

/** A square that is about to be written; its objects are in the bucket already. */
export interface NewRow {
  square: Square & { sha256: string; phash: string };
  /** Rows of the look-alikes that have room for it, as they were when nothing was found in them. */
  likeRows: readonly LikeRow[];
  /** It is wanted whatever looks like it. */
  allowSimilar: boolean;
  /** A square that the mark of this content names and that is gone: its mark is taken over. */
  instead?: string;
  /** Credential of the device of the web app that sent it: it is written only while that is there. */
  sentBy?: string;
}

/** The device that sent a picture was revoked before the square was written. */
export class SenderGone extends TaskError {
  constructor() {
    super("rejected", "The device that sent this picture has been removed since then, so the picture was not added.");
  }
}

/** Why a square was not written. */
export type Taken =
  /** Another has its content. */
  | { why: "same"; squareId: string }
  /** Another program has added one that looks like it, since it was looked for. */
  | { why: "similar"; equals: Square };

/** Entries that a program itself has made in each row of the look-alikes: they are no news to it. */
export type OwnEntries = Map<string, number>;

/** Each is a mark, a square and seven rows of look-alikes, and a transaction takes 100 items. */
export const mostRows = 10;

const markOf = (sha256: string) => `#sha256#${sha256}`;

/** What the mark of a picture's content says, strongly consistent. */
export interface ContentMark {
  squareId: string;
  /** Undefined where the square is gone. */
  square: Square | undefined;
  /** ISO time; of a square that was deleted though it was posted, or may have been. */
  postedAt?: string;
}

/** The square that has this very content. */
export async function readContentMark(table: Table, sha256: string): Promise<ContentMark | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: markOf(sha256) }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const { squareId, postedAt } = Item as { squareId: string; postedAt?: string };
  return { squareId, square: await readSquare(table, squareId), ...(postedAt !== undefined && { postedAt }) };
}

/**
 * The part of a transaction that deletes the mark of a square's content, where it names that square. With `postedAt` the mark stays, so
 * that whoever adds a folder again does not have the picture posted twice.
 */
export async function forgetContent(
  table: Table,
  { sha256, squareId, postedAt }: { sha256: string; squareId: string; postedAt: string | undefined },
) {
  const Key = { id: markOf(sha256) };
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key, ConsistentRead: true }));
  if (Item?.["squareId"] !== squareId) return [];
  const where = { TableName: table.name, Key, ConditionExpression: "squareId = :square" };
  const values = { ":square": squareId };
  if (postedAt === undefined) return [{ Delete: { ...where, ExpressionAttributeValues: values } }];
  const set = { UpdateExpression: "SET postedAt = :at", ExpressionAttributeValues: { ...values, ":at": postedAt } };
  return [{ Update: { ...where, ...set } }];
}

/** So often at the most others may add while ours are looked for again; a few are usual where hundreds are added at once. */
const mostLooks = 30;

/**
 * Writes up to ten squares of one status with their content marks, their looks and the stock, all or none of
 * them. What another program has added meanwhile is left out, and the rest is written.
 *
 * @param own what this program has entered among the look-alikes since it looked for these.
 * @returns for each row undefined where it was written, or why not.
 * @throws SenderGone where the device of one of them was revoked meanwhile.
 */
export async function commitRows(
  ports: Ports,
  rows: readonly NewRow[],
  own: OwnEntries = new Map(),
): Promise<(Taken | undefined)[]> {
  await persistently(ports, "Noting the series", () =>
    noteSeries(
      ports.table,
      rows.map(({ square }) => square.series),
    ),
  );
  const taken = new Map<string, Taken>();
  const now = new Map(rows.map((row) => [row.square.id, row]));
  const left = () => [...now.values()].filter(({ square }) => !taken.has(square.id));
  for (let looks = 0; left().length > 0; looks += 1) {
    if (looks === mostLooks)
      throw new TaskError("retryable", "Other programs are adding pictures at the same time: add these again.");
    const writing = left();
    const outcome = await write(ports, writing, own);
    if (outcome === "written") {
      for (const { likeRows } of writing) for (const { id } of likeRows) own.set(id, (own.get(id) ?? 0) + 1);
      break;
    }
    for (const [id, why] of outcome.taken) taken.set(id, why);
    for (const row of outcome.stale) {
      const again = await lookAgain(ports, row, own);
      if ("why" in again) taken.set(row.square.id, again);
      else now.set(row.square.id, again);
    }
  }
  return rows.map(({ square }) => taken.get(square.id));
}

/** Rows of the look-alikes have gained entries since: it may be one that looks like this picture. */
async function lookAgain(ports: Ports, row: NewRow, own: OwnEntries): Promise<NewRow | Taken> {
  const { found, open } = await persistently(ports, "Looking for look-alikes", () =>
    findLookAlikes(ports.table, row.square.phash),
  );
  for (const { id } of found) {
    const equals = id === row.square.id ? undefined : await readSquare(ports.table, id);
    if (equals !== undefined) return { why: "similar", equals };
  }
  return { ...row, likeRows: othersIn(open, own) };
}

/** Of what was read, what others have entered. */
export const othersIn = (rows: readonly LikeRow[], own: OwnEntries): LikeRow[] =>
  rows.map(({ id, entries }) => ({ id, entries: entries - (own.get(id) ?? 0) }));

interface Unwritten {
  taken: Map<string, Taken>;
  /** Those whose looks have to be looked for again. */
  stale: readonly NewRow[];
}

async function write(ports: Ports, rows: readonly NewRow[], own: OwnEntries): Promise<"written" | Unwritten> {
  const { table } = ports;
  const { expected, disagreeing } = expectations(rows, own);
  if (disagreeing.length > 0) return { taken: new Map(), stale: disagreeing };
  const looks = enterLookAlikes(table, rows.map(entryOf), expected);
  const transaction = [...transactionOf(table, rows, looks), ...sendersOf(table, rows)];
  const writing = rows.length === 1 ? `Writing square ${rows[0]?.square.id}` : `Writing ${rows.length} squares`;
  return persistently(ports, writing, async () => {
    try {
      await table.client.send(new TransactWriteCommand({ TransactItems: transaction }));
      return "written";
    } catch (error) {
      const failed = rows.filter((_, index) => conditionFailed(error, index));
      const gained = new Set(
        looks.filter((_, index) => conditionFailed(error, rows.length * 2 + index)).map(({ Update }) => Update.Key.id),
      );
      const isSenderGone = transaction.some((part, index) => "ConditionCheck" in part && conditionFailed(error, index));
      if (failed.length === 0 && gained.size === 0 && !isSenderGone) throw error;
      const taken = new Map<string, Taken>();
      for (const { square } of failed) {
        const mark = await readContentMark(table, square.sha256);
        // The answer to an earlier attempt was lost on its way, and all was written.
        if (mark?.squareId === square.id) return "written";
        if (mark !== undefined) taken.set(square.id, { why: "same", squareId: mark.squareId });
      }
      if (isSenderGone) throw new SenderGone();
      const stale = rows.filter(
        (row) => !row.allowSimilar && !taken.has(row.square.id) && row.likeRows.some(({ id }) => gained.has(id)),
      );
      if (taken.size === 0 && stale.length === 0) throw error;
      return { taken, stale };
    }
  });
}

const sendersOf = (table: Table, rows: readonly NewRow[]) =>
  [...new Set(rows.flatMap(({ sentBy }) => sentBy ?? []))].map((device) =>
    requireDevice(table, { credentialId: device }),
  );

const entryOf = ({ square, likeRows }: NewRow): Entry => ({
  id: square.id,
  likeness: square.phash,
  rows: likeRows.map(({ id }) => id),
});

/** How many entries each row must have; two that have read one row at different times look again. */
function expectations(
  rows: readonly NewRow[],
  own: OwnEntries,
): { expected: Map<string, number>; disagreeing: readonly NewRow[] } {
  const expected = new Map<string, number>();
  const disagreeing: NewRow[] = [];
  for (const row of rows.filter(({ allowSimilar }) => !allowSimilar))
    for (const { id, entries } of row.likeRows) {
      const now = entries + (own.get(id) ?? 0);
      if ((expected.get(id) ?? now) !== now && !disagreeing.includes(row)) disagreeing.push(row);
      else expected.set(id, now);
    }
  return { expected, disagreeing };
}

function transactionOf(table: Table, rows: readonly NewRow[], looks: ReturnType<typeof enterLookAlikes>) {
  const absent = "attribute_not_exists(id)";
  const marks = rows.map(({ square, instead }) => ({
    Put: {
      TableName: table.name,
      Item: { id: markOf(square.sha256), squareId: square.id },
      ...(instead === undefined
        ? { ConditionExpression: absent }
        : {
            ConditionExpression: `${absent} OR squareId = :instead`,
            ExpressionAttributeValues: { ":instead": instead },
          }),
    },
  }));
  const squares = rows.map(({ square }) => ({
    Put: { TableName: table.name, Item: square, ConditionExpression: absent },
  }));
  return [
    ...marks,
    ...squares,
    ...looks,
    countTransition(table, undefined, rows[0]?.square.status, { squares: rows.length }),
  ];
}
