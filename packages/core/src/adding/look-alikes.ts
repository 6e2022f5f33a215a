import { hammingDistance, likeWithin, looksLike } from "../pictures/distance.ts";
import { readRows, type Table } from "../squares/table.ts";

/**
 * An index of all squares by the looks of their pictures, in rows of the one table.
 *
 * The 64 bits of structure are dealt out to seven bands of nine or ten bits. Two pictures that differ in at most
 * six bits cannot differ in all seven bands: they agree in one of them exactly. So there is one row a band and
 * value, `#phash#<band>#<value>`, with a set of `<likeness>#<square id>`, and everything within the distance is
 * found by reading seven rows by their keys, whatever the number of squares. There are 4,096 such rows at
 * most; at 10,000 squares one holds about twenty entries (1.4 KB), so that a picture is looked up for ten
 * kilobytes read.
 *
 * A row stops at 400 entries (28 KB). Only patterns that hundreds of squares share come there, such as canvases
 * of one colour; a look-alike can then be overlooked if all seven of its rows are full.
 *
 * Entries are written in the transaction that adds the square, on condition that no row has gained one since it was read: of
 * two programs that add two encodings of one photograph at the same moment, the later one looks again. An entry whose square is gone is harmless: readers
 * look whether there is one.
 */
const bands = likeWithin.bits + 1;
const mostEntries = 400;

const rowId = (band: number, value: number) => `#phash#${band}#${value.toString(16)}`;

/** Ids of the seven rows that a likeness belongs to; its bits are dealt in turn, as neighbours go together. */
export function rowsOf(likeness: string): string[] {
  const values = Array.from({ length: bands }, () => 0);
  const bits = [...likeness.slice(0, 16)].flatMap((digit) => {
    const value = Number.parseInt(digit, 16);
    return [(value >> 3) & 1, (value >> 2) & 1, (value >> 1) & 1, value & 1];
  });
  for (const [at, bit] of bits.entries()) values[at % bands] = (values[at % bands] ?? 0) * 2 + bit;
  return values.map((value, band) => rowId(band, value));
}

export interface LookAlike {
  id: string;
  /** Bits of structure that differ, 0 to 6. */
  distance: number;
}

export interface LookAlikes {
  /** Nearest first. */
  found: LookAlike[];
  /** Rows that have room for one entry more, as they were read. */
  open: LikeRow[];
}

/** A row of the index, and how many entries it had. */
export interface LikeRow {
  id: string;
  entries: number;
}

interface LikenessRow {
  id: string;
  likes?: ReadonlySet<string>;
}

/**
 * Looks a picture up among all squares, strongly consistent: seven rows by key.
 *
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function findLookAlikes(table: Table, likeness: string): Promise<LookAlikes> {
  const ids = rowsOf(likeness);
  const rows = (await readRows(table, ids)) as unknown as LikenessRow[];
  const nearest = new Map<string, number>();
  for (const entry of rows.flatMap(({ likes }) => [...(likes ?? [])])) {
    const { likeness: other, id } = readEntry(entry);
    if (looksLike(likeness, other)) nearest.set(id, hammingDistance(likeness, other));
  }
  const sizes = new Map(rows.map(({ id, likes }) => [id, likes?.size ?? 0]));
  return {
    found: [...nearest].map(([id, distance]) => ({ id, distance })).sort((a, b) => a.distance - b.distance),
    open: ids.map((id) => ({ id, entries: sizes.get(id) ?? 0 })).filter(({ entries }) => entries < mostEntries),
  };
}

/** A likeness has no "#", an id may have one. */
function readEntry(entry: string): { likeness: string; id: string } {
  const end = entry.indexOf("#");
  return { likeness: entry.slice(0, end), id: entry.slice(end + 1) };
}

export interface Entry {
  /** Of the square. */
  id: string;
  likeness: string;
  /** Ids of the rows that it is entered into. */
  rows: readonly string[];
}

/**
 * The part of a transaction that enters squares; a row that several of them share is written once.
 *
 * @param expected how many entries a row must still have; those that are not named may have any.
 */
export function enterLookAlikes(
  table: Table,
  squares: readonly Entry[],
  expected: ReadonlyMap<string, number> = new Map(),
) {
  const byRow = new Map<string, Set<string>>();
  for (const { id, likeness, rows } of squares)
    for (const row of rows) byRow.set(row, (byRow.get(row) ?? new Set()).add(`${likeness}#${id}`));
  return [...byRow].map(([id, likes]) => {
    const entries = expected.get(id);
    return {
      Update: {
        TableName: table.name,
        Key: { id },
        UpdateExpression: "ADD likes :likes",
        ...(entries !== undefined && {
          ConditionExpression: entries === 0 ? "attribute_not_exists(likes)" : "size(likes) = :entries",
        }),
        ExpressionAttributeValues: { ":likes": likes, ...(entries && { ":entries": entries }) },
      },
    };
  });
}

/** The part of a transaction that takes a square out of the rows that it was entered into, by ten likenesses at most. */
export async function forgetLookAlikes(
  table: Table,
  { id, likenesses }: { id: string; likenesses: readonly string[] },
) {
  const entries = likenesses.map((likeness) => `${likeness}#${id}`);
  const rows = (await readRows(table, likenesses.flatMap(rowsOf))) as unknown as LikenessRow[];
  return rows
    .map((row) => ({ id: row.id, mine: entries.filter((entry) => row.likes?.has(entry)) }))
    .filter(({ mine }) => mine.length > 0)
    .map((row) => ({
      Update: {
        TableName: table.name,
        Key: { id: row.id },
        UpdateExpression: "DELETE likes :likes",
        ExpressionAttributeValues: { ":likes": new Set(row.mine) },
      },
    }));
}
