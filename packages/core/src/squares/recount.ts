import { createHash } from "node:crypto";
import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import type { Patience } from "../persistently.ts";
import { persistently } from "../persistently.ts";
import { squareRows } from "./every-row.ts";
import { Status, statuses } from "./square.ts";
import { ownName, type Stock, stockId } from "./stock.ts";
import { conditionHolds, rowsByStatus, type Table } from "./table.ts";

export interface Count {
  /** What `#stock` says. */
  stock: Partial<Record<Status, unknown>>;
  /** What it has to say. */
  counted: Stock;
}

/**
 * Counts the squares at an instant, although a table can only be read row by row: every change of a square counts
 * its version up, so what two readings find alike did not change between the end of the first and the beginning of
 * the second. In between the stock is read.
 *
 * @returns undefined where others changed squares during every one of the readings.
 */
export async function countStill(table: Table, { readings }: { readings: number }): Promise<Count | undefined> {
  let before = await readAll(table);
  for (let reading = 1; reading < readings; reading += 1) {
    const { Item: stock = {} } = await table.client.send(
      new GetCommand({ TableName: table.name, Key: { id: stockId }, ConsistentRead: true }),
    );
    const after = await readAll(table);
    if (after.fingerprint === before.fingerprint) return { stock, counted: after.counted };
    before = after;
  }
  return undefined;
}

/** The counts, and a sum over what every change of a row changes, whatever the order of the rows. */
async function readAll(table: Table): Promise<{ counted: Stock; fingerprint: bigint }> {
  const counted = Object.fromEntries(statuses.map((status) => [status, 0])) as Stock;
  const attributes = ["id", "status", "sortKey", "version", "updatedAt"];
  let fingerprint = 0n;
  for await (const row of squareRows(table, attributes)) {
    const facts = JSON.stringify(attributes.map((name) => String(row[name])));
    fingerprint += BigInt(`0x${createHash("sha256").update(facts).digest("hex")}`);
    const { status } = row;
    if (v.is(Status, status)) counted[status] += 1;
  }
  return { counted, fingerprint };
}

/** The counts of `#stock` that are not what was counted. */
export const miscounted = ({ stock, counted }: Count): Status[] =>
  statuses.filter((status) => (stock[status] ?? 0) !== counted[status]);

const readings = 4;
const mostTries = 5;

export type Recount =
  | { outcome: "right" }
  | { outcome: "corrected"; from: Count["stock"]; to: Stock }
  | { outcome: "busy" };

/**
 * Makes `#stock` what the table holds. It is written only where it is still what was read: whoever changed it
 * meanwhile has changed a square as well.
 */
export async function recountStock(ports: { table: Table } & Patience): Promise<Recount> {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const count = await countStill(ports.table, { readings });
    if (count === undefined) continue;
    if (miscounted(count).length === 0) return { outcome: "right" };
    const replace = () => replaceStock(ports.table, count);
    if (await persistently(ports, "Correcting the stock", replace))
      return { outcome: "corrected", from: count.stock, to: count.counted };
  }
  return { outcome: "busy" };
}

/**
 * Where the stock counts squares that are still to be posted and the index shows none, the squares are counted: such a
 * count would fail every run, or keep an empty schedule awake, for ever. Reads the whole table, and only then.
 *
 * @returns false where there is nothing to correct, or others were changing squares.
 */
export async function correctPhantoms(table: Table, stock: Stock): Promise<boolean> {
  for (const status of ["queued", "dated", "claimed", "posting"] as const) {
    if (stock[status] <= 0) continue;
    const [shown] = await rowsByStatus(table, { status, limit: 1 });
    if (shown !== undefined) continue;
    const count = await countStill(table, { readings: 2 });
    return count !== undefined && miscounted(count).length > 0 && (await replaceStock(table, count));
  }
  return false;
}

/** @returns false where the stock is no longer what was read. */
async function replaceStock(table: Table, count: Count): Promise<boolean> {
  const was = (status: Status) => count.stock[status];
  const known = statuses.filter((status) => was(status) !== undefined);
  const update = new UpdateCommand({
    TableName: table.name,
    Key: { id: stockId },
    UpdateExpression: `SET ${[ownName, ...statuses.map((status) => `#${status} = :${status}`)].join(", ")}`,
    ConditionExpression: statuses
      .map((status) => (was(status) === undefined ? `attribute_not_exists(#${status})` : `#${status} = :was_${status}`))
      .join(" AND "),
    ExpressionAttributeNames: {
      "#table": "table",
      ...Object.fromEntries(statuses.map((status) => [`#${status}`, status])),
    },
    ExpressionAttributeValues: {
      ":table": table.name,
      ...Object.fromEntries(statuses.map((status) => [`:${status}`, count.counted[status]])),
      ...Object.fromEntries(known.map((status) => [`:was_${status}`, was(status)])),
    },
  });
  return conditionHolds(() => table.client.send(update));
}
