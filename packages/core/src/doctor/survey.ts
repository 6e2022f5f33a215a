import { readUndecided } from "../inbox/undecided.ts";
import { isOver } from "../posting/lease.ts";
import { type Item, squareRows } from "../squares/every-row.ts";
import { objectNames, type Square } from "../squares/square.ts";
import { squareOf, type Table } from "../squares/table.ts";

/** Which square names an object of the bucket, or which upload that may become one. */
export interface Naming {
  id: string;
  /** Of an upload, `undecided`. */
  status: string;
  /** The object that is posted, and not the original or the thumbnail. */
  isPosted: boolean;
}

/** All that one look at every row of the table finds. */
export interface Survey {
  squares: number;
  broken: { id: string; mistakes: string }[];
  /** By the key of the object. */
  named: Map<string, Naming>;
  /** Squares in `claimed` or `posting` whose lease is over. */
  overdue: Square[];
  /** Ids of the squares that are held for review. */
  inReview: string[];
  /** Ids of the squares whose deletion was cut off. */
  deleting: string[];
  /** Squares that are yet to be posted, and have no alt text. */
  withoutAltText: number;
}

/** Reads every square, page by page; only keys and what is wrong is kept. */
export async function survey(table: Table, now: number): Promise<Survey> {
  const found: Survey = {
    squares: 0,
    broken: [],
    named: new Map(),
    overdue: [],
    inReview: [],
    deleting: [],
    withoutAltText: 0,
  };
  for await (const row of squareRows(table)) {
    found.squares += 1;
    noteKeys(found.named, row);
    const read = squareOf(row);
    if ("mistakes" in read) found.broken.push({ id: String(row["id"]), mistakes: read.mistakes });
    if (row["status"] === "review") found.inReview.push(String(row["id"]));
    if (row["deletingSince"] !== undefined) found.deleting.push(String(row["id"]));
    if ("mistakes" in read) continue;
    const { square } = read;
    if ((square.status === "claimed" || square.status === "posting") && isOver(square, now)) found.overdue.push(square);
    if (["queued", "dated", "draft"].includes(square.status) && !square.altText) found.withoutAltText += 1;
  }
  // A person compares by it, and the square would name it.
  for (const { uploadId, outcome } of (await readUndecided(table)).uploads)
    found.named.set(outcome.thumbnailKey, { id: uploadId, status: "undecided", isPosted: false });
  return found;
}

/** Also of a row that is no square: its picture is not to be lost. */
function noteKeys(named: Map<string, Naming>, row: Item): void {
  for (const name of objectNames) {
    const key = row[name];
    if (typeof key !== "string" || key === "") continue;
    named.set(key, { id: String(row["id"]), status: String(row["status"]), isPosted: name === "objectKey" });
  }
}
