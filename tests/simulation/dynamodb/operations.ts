import { holds, Invalid, type Item, type Names, Reader } from "./expression.ts";
import { idOf, isBehind, type Table } from "./table.ts";
import { updated } from "./update.ts";

/** What comes back over the wire; errors of DynamoDB are answers as well. */
export interface Answer {
  status: number;
  body: Record<string, unknown>;
}

export interface Desk {
  now: number;
  /** Who calls, for the record of what was written. */
  by: string;
  tables: Map<string, Table>;
  /** How far the index and reads without consistency are behind, drawn for each write. */
  lagMs: () => number;
  /** How long a transaction keeps its rows from others, drawn for each. */
  holdMs: () => number;
  /** Transactions that were made, by their tokens. */
  tokens: Map<string, string>;
}

type Input = Names & Record<string, unknown>;
type Write = Names & { TableName: string; ConditionExpression?: string } & Record<string, unknown>;

const done = (body: Record<string, unknown> = {}): Answer => ({ status: 200, body });
export const fails = (name: string, message: string, more: object = {}): Answer => ({
  status: 400,
  body: { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...more },
});

class Missing extends Error {}

/** Answers one call of DynamoDB's API, as documented. */
export function answer(desk: Desk, operation: string, input: Input): Answer {
  try {
    return (
      operations[operation]?.(desk, input) ?? fails("UnknownOperationException", `This model has no ${operation}.`)
    );
  } catch (error) {
    if (error instanceof Invalid) return fails("ValidationException", error.message);
    if (error instanceof Missing) return fails("ResourceNotFoundException", "Requested resource not found");
    throw error;
  }
}

function tableOf(desk: Desk, name: unknown): Table {
  const table = desk.tables.get(String(name));
  if (table === undefined) throw new Missing();
  return table;
}

interface Wanted extends Record<string, unknown> {
  Keys: Item[];
}

/** What a read is shown that asks for consistency, or does not. */
function rowsFor(desk: Desk, name: unknown, read: Record<string, unknown>): ReadonlyMap<string, Item> {
  const table = tableOf(desk, name);
  return read["ConsistentRead"] === true ? table.rows : table.late(desk.now);
}

const keyOf = (write: Record<string, unknown>) => idOf((write["Key"] ?? write["Item"]) as Item);

const operations: Record<string, (desk: Desk, input: Input) => Answer> = {
  GetItem(desk, input) {
    const item = rowsFor(desk, input["TableName"], input).get(keyOf(input));
    return done(item === undefined ? {} : { Item: projected(item, input) });
  },
  PutItem: (desk, input) => single(desk, "Put", input as Write),
  UpdateItem: (desk, input) => single(desk, "Update", input as Write),
  DeleteItem: (desk, input) => single(desk, "Delete", input as Write),
  Query: query,
  Scan: scan,
  BatchGetItem(desk, input) {
    const Responses: Record<string, Item[]> = {};
    for (const [name, wanted] of Object.entries(input["RequestItems"] as Record<string, Wanted>)) {
      const rows = rowsFor(desk, name, wanted);
      Responses[name] = wanted.Keys.map((key) => rows.get(idOf(key))).filter((row) => row !== undefined);
    }
    return done({ Responses, UnprocessedKeys: {} });
  },
  TransactWriteItems: transactWrite,
};

interface Planned {
  table: Table;
  id: string;
  after: Item | undefined;
  changes: boolean;
}

/** What a write would make of its row. @returns undefined where its condition does not hold. */
function plan(desk: Desk, kind: string, write: Write): Planned | undefined {
  const table = tableOf(desk, write.TableName);
  const id = keyOf(write);
  const before = table.rows.get(id);
  if (!holds(write.ConditionExpression, write, before)) return undefined;
  switch (kind) {
    case "Put":
      return { table, id, after: write["Item"] as Item, changes: true };
    case "Update":
      return {
        table,
        id,
        changes: true,
        after: updated(String(write["UpdateExpression"]), write, before ?? (write["Key"] as Item)),
      };
    case "Delete":
      return { table, id, after: undefined, changes: before !== undefined };
    case "ConditionCheck":
      return { table, id, after: before, changes: false };
    default:
      throw new Invalid(`Unknown write ${kind}`);
  }
}

function commit(desk: Desk, { table, id, after, changes }: Planned): void {
  if (changes) table.write({ id, after, at: desk.now, by: desk.by }, desk.lagMs());
}

function single(desk: Desk, kind: string, write: Write): Answer {
  const table = tableOf(desk, write.TableName);
  const id = keyOf(write);
  if (table.heldByOther(desk.now, [id], desk.by) !== undefined)
    return fails("TransactionConflictException", "Transaction is ongoing for the item");
  const before = table.rows.get(id);
  const planned = plan(desk, kind, write);
  if (planned === undefined)
    return fails("ConditionalCheckFailedException", "The conditional request failed", {
      ...(write["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD" && before && { Item: before }),
    });
  commit(desk, planned);
  const returned = { ALL_NEW: planned.after, ALL_OLD: before }[String(write["ReturnValues"])];
  return done(returned === undefined ? {} : { Attributes: returned });
}

function transactWrite(desk: Desk, input: Input): Answer {
  const token = input["ClientRequestToken"] as string | undefined;
  const { ClientRequestToken: _, ...same } = input;
  const text = JSON.stringify(same);
  if (token !== undefined && desk.tokens.has(token))
    return desk.tokens.get(token) === text
      ? done()
      : fails("IdempotentParameterMismatchException", "A token was used for another transaction");
  const writes = (input["TransactItems"] as Record<string, Write>[]).map((item) => Object.entries(item)[0]!);
  const ids = writes.map(([, write]) => keyOf(write));
  if (new Set(ids).size !== ids.length)
    throw new Invalid("Transaction request cannot include multiple operations on one item");
  const reasons: Record<string, unknown>[] = [];
  const plans: Planned[] = [];
  for (const [index, [kind, write]] of writes.entries()) {
    const table = tableOf(desk, write.TableName);
    if (table.heldByOther(desk.now, [ids[index]!], desk.by) !== undefined) {
      reasons.push({ Code: "TransactionConflict", Message: "Transaction is ongoing for the item" });
      continue;
    }
    try {
      const planned = plan(desk, kind, write);
      const was = table.rows.get(ids[index]!);
      const shown = write["ReturnValuesOnConditionCheckFailure"] === "ALL_OLD" && was ? { Item: was } : {};
      if (planned === undefined)
        reasons.push({ Code: "ConditionalCheckFailed", Message: "The conditional request failed", ...shown });
      else {
        plans.push(planned);
        reasons.push({ Code: "None" });
      }
    } catch (error) {
      if (!(error instanceof Invalid)) throw error;
      reasons.push({ Code: "ValidationError", Message: error.message });
    }
  }
  if (plans.length < writes.length) return cancelled(reasons);
  for (const planned of plans) commit(desk, planned);
  for (const planned of plans) planned.table.hold([planned.id], desk.now + desk.holdMs(), desk.by);
  if (token !== undefined) desk.tokens.set(token, text);
  return done();
}

/** @param reasons one for each write, `None` where it was not to blame. */
export function cancelled(reasons: Record<string, unknown>[]): Answer {
  const codes = reasons.map(({ Code }) => Code).join(", ");
  return {
    status: 400,
    body: {
      __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
      Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
      CancellationReasons: reasons,
    },
  };
}

function query(desk: Desk, input: Input): Answer {
  const table = tableOf(desk, input["TableName"]);
  if (input["IndexName"] !== "byStatus") throw new Invalid("This model queries the index alone.");
  const text = String(input["KeyConditionExpression"]);
  const reader = new Reader(text, input);
  if (reader.path() !== "status" || reader.word() !== "=")
    throw new Invalid("Query condition missed key schema element");
  const status = String(reader.value(reader.word())["S"]);
  const forward = input["ScanIndexForward"] !== false;
  const start = input["ExclusiveStartKey"] as Item | undefined;
  const inOrder = table.index(desk.now, status);
  const rows = (forward ? inOrder : inOrder.reverse())
    .filter((item) => holds(text, input, item))
    .filter((item) => start === undefined || isBehind(item, start, forward));
  return page(rows, input, ({ id, status, sortKey }) => ({ id: id!, status: status!, sortKey: sortKey! }));
}

function scan(desk: Desk, input: Input): Answer {
  const start = input["ExclusiveStartKey"] as Item | undefined;
  const all = [...rowsFor(desk, input["TableName"], input).values()].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
  const rows = start === undefined ? all : all.filter((item) => idOf(item) > idOf(start));
  return page(rows, input, ({ id }) => ({ id: id! }));
}

function page(rows: Item[], input: Input, keyed: (item: Item) => Item): Answer {
  const limit = (input["Limit"] as number | undefined) ?? rows.length;
  const read = rows.slice(0, limit);
  const last = read.at(-1);
  const Items = read
    .filter((item) => holds(input["FilterExpression"] as string | undefined, input, item))
    .map((item) => projected(item, input));
  return done({
    ...(input["Select"] !== "COUNT" && { Items }),
    Count: Items.length,
    ScannedCount: read.length,
    ...(last !== undefined && read.length === limit && limit > 0 && rows.length >= limit && input["Limit"] !== undefined
      ? { LastEvaluatedKey: keyed(last) }
      : {}),
  });
}

function projected(item: Item, input: Input): Item {
  const text = input["ProjectionExpression"] as string | undefined;
  if (text === undefined) return item;
  const reader = new Reader(text, input);
  const shown: Item = {};
  do {
    const name = reader.path();
    if (item[name] !== undefined) shown[name] = item[name];
  } while (reader.is(","));
  return shown;
}
