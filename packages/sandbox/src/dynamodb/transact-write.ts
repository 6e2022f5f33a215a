import { conditionFailureTypes, itemOfFailure } from "./condition-failure.ts";
import { action, checked, type Item, type Json, type Rules, rules, run, type Store, type Write } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { fingerprintOf, readToken, tokenWrites } from "./request-token.ts";
import { serviceError } from "./service-error.ts";
import {
  cancelUnlessFine,
  consumedCapacity,
  none,
  onlyEntry,
  type Part,
  type Reason,
  readTables,
  reasonOf,
  type Used,
} from "./transaction.ts";
import { commit, openUnit } from "./unit-of-work.ts";

const getItem = action("getItem");
const required = { type: "String", notNull: true };

/** A condition check is a deletion whose writes are thrown away. */
const kinds = {
  ConditionCheck: kindOf("deleteItem", ["TableName", "Key"], { ConditionExpression: required }),
  Delete: kindOf("deleteItem", ["TableName", "Key", "ConditionExpression"]),
  Put: kindOf("putItem", ["TableName", "Item", "ConditionExpression"]),
  Update: kindOf("updateItem", ["TableName", "Key", "ConditionExpression"], { UpdateExpression: required }),
};
type Kind = keyof typeof kinds;

interface WritePart extends Part {
  kind: Kind;
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
    ReturnConsumedCapacity: { type: "String", enum: ["INDEXES", "TOTAL", "NONE"] },
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
  const fingerprint = fingerprintOf(entries);
  const parts = entries.map((entry) => writePart(store, entry));
  return gate.exclusive(async () => {
    const earlier = token === undefined ? undefined : await readToken(engine, token);
    if (earlier !== undefined && earlier !== fingerprint) {
      throw serviceError(
        "IdempotentParameterMismatchException",
        `The ClientRequestToken ${token} was used for another transaction: use a new one for each.`,
      );
    }
    const tables = await readTables(store, parts);
    if (earlier !== undefined) {
      const keys = parts.map(({ subject }, position) =>
        Object.fromEntries(
          (tables[position]?.KeySchema ?? []).map((key) => [key.AttributeName, subject[key.AttributeName]]),
        ),
      );
      return consumedCapacity(input, "Read", await usedByReading(store, parts, keys));
    }
    const { writes, used } = await performAll(store, parts);
    await commit(store, token === undefined ? writes : [...writes, tokenWrites(token, fingerprint, clock())]);
    return consumedCapacity(input, "Write", used);
  });
}

function writePart(store: Store, entry: Json): WritePart {
  const [name, request] = onlyEntry(entry);
  const kind = name as Kind;
  const { types, custom } = kinds[kind];
  const input = checked(store, { ...custom, types }, request);
  const isPut = kind === "Put";
  return { kind, input, isPut, subject: input[isPut ? "Item" : "Key"] as Item };
}

/** @throws TransactionCanceledException once all parts have been tried; nothing is written before the commit. */
async function performAll(store: Store, parts: readonly WritePart[]): Promise<{ writes: Write[]; used: Used[] }> {
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

/** A transaction that is sent again costs no more than reading what it wrote. */
function usedByReading(store: Store, parts: readonly Part[], keys: readonly Json[]): Promise<Used[]> {
  return Promise.all(
    parts.map(async ({ input }, position) => {
      const read = { TableName: input["TableName"], Key: keys[position], ConsistentRead: true };
      const answer = await run(getItem, store, { ...read, ReturnConsumedCapacity: "TOTAL" });
      return answer["ConsumedCapacity"] as Used;
    }),
  );
}
