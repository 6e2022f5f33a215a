import { type Item, isEqual } from "./expression.ts";

/** One write to one row. */
export interface Commit {
  table: string;
  id: string;
  at: number;
  by: string;
  before: Item | undefined;
  after: Item | undefined;
}

export const idOf = (item: Item): string => String(item["id"]?.["S"] ?? "");
export const textOf = (item: Item | undefined, name: string): string | undefined =>
  item?.[name]?.["S"] === undefined ? undefined : String(item[name]["S"]);
export const numberOf = (item: Item | undefined, name: string): number | undefined =>
  item?.[name]?.["N"] === undefined ? undefined : Number(item[name]["N"]);

/**
 * Rows by their ids; and as the index `byStatus` shows them, and any read that does not ask for consistency: both follow with a lag of
 * its own for each write.
 */
export class Table {
  readonly rows = new Map<string, Item>();
  /** All that was ever written, oldest first. */
  readonly commits: Commit[] = [];
  readonly name: string;
  readonly #late = new Map<string, Item>();
  readonly #behind: { seenAt: number; id: string; after: Item | undefined }[] = [];
  #lastSeenAt = 0;
  /** Rows of transactions that are under way, until when. */
  readonly #inFlight = new Map<string, { until: number; by: string }>();

  constructor(name: string) {
    this.name = name;
  }

  write(commit: Omit<Commit, "before" | "table">, lagMs: number): Commit {
    const done = { ...commit, table: this.name, before: this.rows.get(commit.id) };
    if (commit.after === undefined) this.rows.delete(commit.id);
    else this.rows.set(commit.id, commit.after);
    this.commits.push(done);
    this.#lastSeenAt = Math.max(this.#lastSeenAt, commit.at + lagMs);
    this.#behind.push({ seenAt: this.#lastSeenAt, id: commit.id, after: commit.after });
    return done;
  }

  /** The rows as they are seen by then. */
  late(now: number): ReadonlyMap<string, Item> {
    while (this.#behind.length > 0 && this.#behind[0]!.seenAt <= now) {
      const { id, after } = this.#behind.shift()!;
      if (after === undefined) this.#late.delete(id);
      else this.#late.set(id, after);
    }
    return this.#late;
  }

  /** Rows of the index, in its order. */
  index(now: number, status: string): Item[] {
    return inOrder([...this.late(now).values()], status);
  }

  /** The same without the lag. */
  truth(status: string): Item[] {
    return inOrder([...this.rows.values()], status);
  }

  /** @returns the row of these that another transaction holds at this moment. */
  heldByOther(now: number, ids: readonly string[], by: string): string | undefined {
    return ids.find((id) => {
      const held = this.#inFlight.get(id);
      return held !== undefined && held.until > now && held.by !== by;
    });
  }

  hold(ids: readonly string[], until: number, by: string): void {
    for (const id of ids) this.#inFlight.set(id, { until, by });
  }

  /** The rows as they were at an earlier moment, as a table that is restored has them. */
  copy(name: string, at: number): Table {
    const copy = new Table(name);
    const rows = new Map<string, Item>();
    for (const commit of this.commits) {
      if (commit.at > at) break;
      if (commit.after === undefined) rows.delete(commit.id);
      else rows.set(commit.id, commit.after);
    }
    for (const [id, after] of rows) copy.write({ id, after, at, by: "restore" }, 0);
    return copy;
  }
}

/** A row is in the index where both of its keys are there and are texts. */
function inOrder(rows: Item[], status: string): Item[] {
  return rows
    .filter((item) => isEqual(item["status"], { S: status }) && item["sortKey"]?.["S"] !== undefined)
    .sort((a, b) => compare(keyOf(a), keyOf(b)));
}

const keyOf = (item: Item) => `${String(item["sortKey"]?.["S"])}\u0000${idOf(item)}`;
const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Whether a row stands behind another in the index; `forward` or backwards. */
export const isBehind = (item: Item, start: Item, forward: boolean) =>
  forward ? compare(keyOf(item), keyOf(start)) > 0 : compare(keyOf(item), keyOf(start)) < 0;
