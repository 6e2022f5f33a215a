import { action, checked, type Item, type Json, type Rules, rules, run } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
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

const getItem = action("getItem");
const getRules = rules("getItem");
const { TableName, Key, ProjectionExpression, ExpressionAttributeNames, ReturnConsumedCapacity } = getRules.types;

const transactRules: Rules = {
  types: {
    TransactItems: {
      type: "List",
      notNull: true,
      lengthGreaterThanOrEqual: 1,
      lengthLessThanOrEqual: 100,
      children: {
        type: "ValueStruct<TransactGetItem>",
        children: {
          Get: {
            type: "FieldStruct<Get>",
            notNull: true,
            children: { TableName, Key, ProjectionExpression, ExpressionAttributeNames },
          },
        },
      },
    },
    ReturnConsumedCapacity,
  },
};

/** All of the items as they were at one moment. */
export function transactGetItems({ store, gate }: Engine, body: Json): Promise<Json> {
  const input = checked(store, transactRules, body);
  const parts = (input["TransactItems"] as Json[]).map((entry): Part => {
    const [, get] = onlyEntry(entry);
    const part = checked(store, getRules, { ...get, ConsistentRead: true, ReturnConsumedCapacity: "TOTAL" });
    return { input: part, subject: part["Key"] as Item, isPut: false };
  });
  return gate.exclusive(async () => {
    await readTables(store, parts);
    const reasons: Reason[] = [];
    const used: Used[] = [];
    const Responses: Json[] = [];
    for (const part of parts) {
      try {
        const { Item, ConsumedCapacity } = await run(getItem, store, part.input);
        Responses.push(Item === undefined ? {} : { Item });
        used.push(ConsumedCapacity as Used);
        reasons.push(none);
      } catch (error) {
        reasons.push(reasonOf(error));
      }
    }
    cancelUnlessFine(reasons);
    return { Responses, ...consumedCapacity(input, "Read", used) };
  });
}
