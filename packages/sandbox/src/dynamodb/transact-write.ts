import { isDeepStrictEqual } from "node:util";
import { AwsError } from "../aws-error.ts";
import {
  action,
  checked,
  database,
  type Item,
  type Json,
  keyPrefix,
  type Rules,
  readTable,
  rules,
  run,
  type Store,
  startingWith,
  type TableRecord,
  type Write,
} from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { errorCode, isServiceError, ServiceError, validationError } from "./service-error.ts";
import { commit, conditionFailureTypes, itemOfFailure, openUnit } from "./unit-of-work.ts";

const required = { type: "String", notNull: true };

/** A condition check is a deletion whose writes are thrown away. */
const kinds = {
  ConditionCheck: kindOf("deleteItem", ["TableName", "Key"], { ConditionExpression: required }),
  Delete: kindOf("deleteItem", ["TableName", "Key", "ConditionExpression"]),
  Put: kindOf("putItem", ["TableName", "Item", "ConditionExpression"]),
  Update: kindOf("updateItem", ["TableName", "Key", "ConditionExpression"], { UpdateExpression: required }),
};
type Kind = keyof typeof kinds;

interface Part {
  kind: Kind;
  input: Json;
  /** The whole item for a put, its key for all others. */
  subject: Item;
}

const transactRules: Rules = {
  types: {
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: "ValueStruct<TransactWriteItem>",
        children: Object.fromEntries(
          Object.entries(kinds).map(([name, { types }]) => [name, { type: `FieldStruct<${name}>`, children: types }]),
        ),
      },
    },
    ClientRequestToken: { type: "String", lengthGreaterThanOrEqual: 1, lengthLessThanOrEqual: 36 },
    ReturnConsumedCapacity: { type: "String", enum: ["TOTAL", "NONE"] },
  },
};

function kindOf(name: string, fields: string[], own: Json = {}) {
  const { types, ...custom } = rules(name);
  const shared = [...fields, "ExpressionAttributeNames", "ExpressionAttributeValues"];
  const picked = Object.fromEntries(shared.map((field) => [field, types[field]]));
  return { perform: action(name), custom, types: { ...picked, ...own, ...conditionFailureTypes } };
}

/** All of the writes or none of them, also when the process is killed meanwhile. */
export function transactWriteItems(engine: Engine, body: Json): Promise<Json> {
  const { store, gate, clock } = engine;
  const input = checked(store, transactRules, body);
  const entries = input["TransactItems"] as Json[];
  const token = input["ClientRequestToken"] as string | undefined;
  const parts = entries.map((entry) => writePart(store, entry));
  return gate.exclusive(async () => {
    const earlier = token === undefined ? undefined : readToken(engine, token);
    // Equal for equal content, in whatever order the attributes were sent.
    if (earlier !== undefined && !isDeepStrictEqual(earlier, entries)) {
      throw new AwsError(
        "IdempotentParameterMismatchException",
        `The ClientRequestToken ${token} was used for another transaction: use a new one for each.`,
      );
    }
    if (earlier !== undefined) return {};
    await checkItems(store, parts);
    const { writes, used } = await performAll(store, parts);
    await commit(store, token === undefined ? writes : [...writes, tokenWrite({ token, entries, at: clock() })]);
    return consumedCapacity(input, used);
  });
}

/** What a token was used for; kept in the transaction's own batch: a client that asks again after a crash is told the truth. */
interface Remembered {
  token: string;
  entries: Json[];
  at: number;
}

const rememberedMs = 10 * 60_000;

const tokenWrite = (value: Remembered): Write => ({ type: "put", key: keyPrefix.tokens + value.token, value });

/** The transaction that this token was used for in the last ten minutes. */
function readToken({ store, clock }: Engine, token: string): Json[] | undefined {
  const earlier = store.db.getSync(keyPrefix.tokens + token) as Remembered | undefined;
  return earlier && clock() - earlier.at < rememberedMs ? earlier.entries : undefined;
}

export async function forgetOldTokens({ store, clock }: Engine): Promise<void> {
  const old: Write[] = [];
  for await (const value of store.db.values(startingWith(keyPrefix.tokens))) {
    const { token, at } = value as Remembered;
    if (clock() - at >= rememberedMs) old.push({ type: "del", key: keyPrefix.tokens + token });
  }
  await commit(store, old);
}

function writePart(store: Store, entry: Json): Part {
  const [name, request] = onlyEntry(entry);
  const kind = name as Kind;
  const { types, custom } = kinds[kind];
  const input = checked(store, { ...custom, types }, request);
  return { kind, input, subject: input[kind === "Put" ? "Item" : "Key"] as Item };
}

/** @throws TransactionCanceledException once all parts have been tried; nothing is written before the commit. */
async function performAll(store: Store, parts: readonly Part[]): Promise<{ writes: Write[]; used: Used[] }> {
  const reasons: Reason[] = [];
  const writes: Write[] = [];
  const used: Used[] = [];
  for (const { kind, input } of parts) {
    const unit = openUnit(store);
    try {
      const answer = await run(kinds[kind].perform, unit.store, { ...input, ReturnConsumedCapacity: "TOTAL" });
      used.push(answer["ConsumedCapacity"] as Used);
      if (kind !== "ConditionCheck") writes.push(...unit.writes);
      reasons.push(none);
    } catch (error) {
      reasons.push({ ...reasonOf(error), ...itemOfFailure(input, error, unit.found) });
    }
  }
  cancelUnlessFine(reasons);
  return { writes, used };
}

interface Reason {
  Code: string;
  Message?: string;
  Item?: Item;
}

const none: Reason = { Code: "None" };

/** The one request of an entry such as `{ Put: … }`. */
function onlyEntry(entry: Json): [kind: string, input: Json] {
  const [first, ...others] = Object.entries(entry);
  if (first === undefined || others.length > 0) {
    throw validationError("TransactItems can only contain one of Check, Put, Update or Delete");
  }
  return [first[0], first[1] as Json];
}

/** @throws ResourceNotFoundException, TransactionCanceledException for a key that does not fit its table, and
 *   ValidationException for two parts about one item. */
async function checkItems(store: Store, parts: readonly Part[]): Promise<void> {
  const tables = await Promise.all(parts.map(({ input }) => readTable(store, String(input["TableName"]))));
  const seen = new Set<string>();
  let isTwice = false;
  const reasons = parts.map(({ subject, kind }, position): Reason => {
    const table = tables[position] as TableRecord;
    const wrong = kind === "Put" ? database.validateItem(subject, table) : database.validateKey(subject, table);
    if (wrong) return reasonOf(wrong);
    const item = `${table.TableName}~${database.createKey(subject, table)}`;
    isTwice ||= seen.has(item);
    seen.add(item);
    return none;
  });
  cancelUnlessFine(reasons);
  if (isTwice) throw validationError("Transaction request cannot include multiple operations on one item");
}

/** Why one part cannot be done; an error that is not about that part is thrown on. */
function reasonOf(error: unknown): Reason {
  const code = errorCode(error);
  if (!isServiceError(error)) throw error;
  const Message = String(error.body["message"]);
  if (code === "ConditionalCheckFailedException") return { Code: "ConditionalCheckFailed", Message };
  if (code === "ValidationException") return { Code: "ValidationError", Message };
  throw error;
}

/** @throws TransactionCanceledException with one reason for each part, in their order. */
function cancelUnlessFine(reasons: readonly Reason[]): void {
  if (reasons.every((reason) => reason.Code === none.Code)) return;
  const codes = reasons.map((reason) => reason.Code).join(", ");
  throw new ServiceError(400, {
    __type: "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    CancellationReasons: reasons,
  });
}

/** What one part used by itself; `TableName` and `CapacityUnits` where the request asked for it. */
interface Used {
  TableName: string;
  CapacityUnits: number;
}

/** A transaction prepares and commits: it costs twice what its parts cost, summed up by table. */
function consumedCapacity(input: Json, used: readonly Used[]): Json {
  if (input["ReturnConsumedCapacity"] !== "TOTAL") return {};
  const byTable = new Map<string, number>();
  for (const { TableName, CapacityUnits } of used) {
    byTable.set(TableName, (byTable.get(TableName) ?? 0) + 2 * CapacityUnits);
  }
  return {
    ConsumedCapacity: [...byTable].map(([TableName, CapacityUnits]) => ({
      TableName,
      CapacityUnits,
      WriteCapacityUnits: CapacityUnits,
    })),
  };
}
