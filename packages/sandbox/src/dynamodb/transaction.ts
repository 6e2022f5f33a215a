import { database, type Item, type Json, readTable, type Store, type TableRecord } from "./dynalite.ts";
import { errorCode, isServiceError, ServiceError, validationError } from "./service-error.ts";

/** One item of a transaction. */
export interface Part {
  input: Json;
  /** The whole item for a put, its key for all others. */
  subject: Item;
  isPut: boolean;
}

export interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

export const none: Reason = { Code: "None" };

/** The one request of an entry such as `{ Put: … }`. */
export function onlyEntry(entry: Json): [kind: string, input: Json] {
  const [first, ...others] = Object.entries(entry);
  if (first === undefined || others.length > 0) {
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  return [first[0], first[1] as Json];
}

/**
 * The tables of the parts, in their order.
 * @throws ResourceNotFoundException, TransactionCanceledException for a key that does not fit its table, and
 *   ValidationException for two parts about one item.
 */
export async function readTables(store: Store, parts: readonly Part[]): Promise<TableRecord[]> {
  const tables = await Promise.all(parts.map(({ input }) => readTable(store, String(input["TableName"]))));
  const seen = new Set<string>();
  let isTwice = false;
  const reasons = parts.map(({ subject, isPut }, position): Reason => {
    const table = tables[position] as TableRecord;
    const wrong = isPut ? database.validateItem(subject, table) : database.validateKey(subject, table);
    if (wrong) return reasonOf(wrong);
    const item = `${table.TableName}~${database.createKey(subject, table)}`;
    isTwice ||= seen.has(item);
    seen.add(item);
    return none;
  });
  cancelUnlessFine(reasons);
  if (isTwice) throw validationError("Transaction request cannot include multiple operations on one item");
  return tables;
}

/** Why one part cannot be done; an error that is not about that part is thrown on. */
export function reasonOf(error: unknown): Reason {
  const code = errorCode(error);
  if (!isServiceError(error)) throw error;
  const Message = String(error.body["message"]);
  if (code === "ConditionalCheckFailedException") return { Code: "ConditionalCheckFailed", Message };
  if (code === "ValidationException") return { Code: "ValidationError", Message };
  throw error;
}

/** @throws TransactionCanceledException with one reason for each part, in their order. */
export function cancelUnlessFine(reasons: readonly Reason[]): void {
  if (reasons.every((reason) => reason.Code === none.Code)) return;
  const codes = reasons.map((reason) => reason.Code).join(", ");
  throw new ServiceError(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}

/** What one part used by itself; `TableName` and `CapacityUnits` where the request asked for it. */
export interface Used {
  TableName: string;
  CapacityUnits: number;
}

/** A transaction prepares and commits: it costs twice what its parts cost, summed up by table. */
export function consumedCapacity(input: Json, kind: "Read" | "Write", used: readonly Used[]): Json {
  const wanted = input["ReturnConsumedCapacity"] ?? "NONE";
  if (wanted === "NONE") return {};
  const byTable = new Map<string, number>();
  for (const { TableName, CapacityUnits } of used) {
    byTable.set(TableName, (byTable.get(TableName) ?? 0) + 2 * CapacityUnits);
  }
  return {
    ConsumedCapacity: [...byTable].map(([TableName, CapacityUnits]) => {
      const units = { CapacityUnits, [`${kind}CapacityUnits`]: CapacityUnits };
      return { TableName, ...units, ...(wanted === "INDEXES" && { Table: units }) };
    }),
  };
}
