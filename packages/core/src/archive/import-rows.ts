import { TransactWriteItemsCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { pauseId } from "../schedule/pause.ts";
import { bookOf, travels } from "../squares/books.ts";
import { type Status, statuses } from "../squares/square.ts";
import { ownName, stockId } from "../squares/stock.ts";
import { conditionFailed } from "../squares/transition.ts";
import { type Item, idOf, isSquare, rowsName } from "./format.ts";
import { type Archive, itemsIn } from "./read.ts";

type OwnPorts = Pick<Ports, "table" | "random" | "sleep">;

/** A transaction takes 100 items and four megabytes. */
const mostRows = 50;
const mostBytes = 2 * 1024 * 1024;

/**
 * Writes all rows of an archive that travel, and counts the squares anew, in transactions that hold the same rows every time:
 * one that was written by an earlier, interrupted import is left as it is.
 *
 * @throws Rejected where another program has written some of the rows.
 */
export async function writeRows(
  ports: OwnPorts,
  archive: Archive,
  options: { signal?: AbortSignal | undefined; onRows: (rows: number) => void },
): Promise<void> {
  let batch: Item[] = [];
  let bytes = 0;
  let written = 0;
  async function flush(): Promise<void> {
    if (batch.length === 0) return;
    await writeBatch(ports, batch);
    written += batch.length;
    options.onRows(written);
    batch = [];
    bytes = 0;
  }
  const { file, handle, rows, signal } = { ...archive, ...options };
  for await (const item of itemsIn({ file, handle, rows, ...(signal && { signal }) })) {
    if (!travels(idOf(item)) || idOf(item) === stockId || idOf(item) === pauseId) continue;
    const size = JSON.stringify(item).length;
    if (batch.length === mostRows || bytes + size > mostBytes) await flush();
    batch.push(item);
    bytes += size;
  }
  await flush();
}

async function writeBatch(ports: OwnPorts, batch: readonly Item[]): Promise<void> {
  const { client, name } = ports.table;
  const counts = countOf(batch);
  const TransactItems = [
    ...batch.map((item) => enter(name, item) ?? putNew(name, item)),
    ...(counts.size > 0 ? [{ Update: count(name, counts) }] : []),
  ];
  const conditional = [...batch.entries()].filter(([, item]) => addition(item) === undefined);
  await persistently(ports, `Writing ${batch.length} rows`, async () => {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems }));
    } catch (error) {
      const there = conditional.filter(([index]) => conditionFailed(error, index));
      if (there.length === 0) throw error;
      if (there.length < conditional.length) throw inTheWay(there.map(([, item]) => idOf(item)));
    }
  });
}

const inTheWay = (ids: readonly string[]) =>
  new TaskError(
    "rejected",
    `Meanwhile, another program has written rows that are also in ${rowsName} (${ids.slice(0, 3).join(", ")}): import into a deployment that nothing else is writing to.`,
  );

/** What is added to a row that is a set, as the look-alikes are: what others have entered meanwhile is kept. */
function addition(item: Item): { set: string; texts: string[] } | undefined {
  const set = bookOf(idOf(item))?.merges;
  const texts = set === undefined ? undefined : item[set]?.SS;
  return set === undefined || texts === undefined ? undefined : { set, texts };
}

const putNew = (TableName: string, Item: Item) => ({
  Put: { TableName, Item, ConditionExpression: "attribute_not_exists(id)" },
});

function enter(TableName: string, item: Item) {
  const added = addition(item);
  if (added === undefined) return undefined;
  return {
    Update: {
      TableName,
      Key: { id: { S: idOf(item) } },
      UpdateExpression: "ADD #set :texts",
      ExpressionAttributeNames: { "#set": added.set },
      ExpressionAttributeValues: { ":texts": { SS: added.texts } },
    },
  };
}

const isStatus = (text: string | undefined): text is Status => statuses.some((status) => status === text);

function countOf(items: readonly Item[]): Map<Status, number> {
  const counts = new Map<Status, number>();
  for (const item of items) {
    const status = item["status"]?.S;
    if (isSquare(item) && isStatus(status)) counts.set(status, (counts.get(status) ?? 0) + 1);
  }
  return counts;
}

function count(TableName: string, counts: ReadonlyMap<Status, number>) {
  const entries = [...counts];
  return {
    TableName,
    Key: { id: { S: stockId } },
    UpdateExpression: `SET ${ownName} ADD ${entries.map(([status]) => `#${status} :${status}`).join(", ")}`,
    ExpressionAttributeNames: {
      "#table": "table",
      ...Object.fromEntries(entries.map(([status]) => [`#${status}`, status])),
    },
    ExpressionAttributeValues: {
      ":table": { S: TableName },
      ...Object.fromEntries(entries.map(([status, by]) => [`:${status}`, { N: String(by) }])),
    },
  };
}

/** A status that was counted down to nothing is counted as nothing here too. */
export async function countZeros(ports: OwnPorts, stock: Item | undefined): Promise<void> {
  const counts = new Map(statuses.filter((status) => stock?.[status] !== undefined).map((status) => [status, 0]));
  if (counts.size === 0) return;
  const { client, name } = ports.table;
  await persistently(ports, "Counting the stock", () => client.send(new UpdateItemCommand(count(name, counts))));
}
