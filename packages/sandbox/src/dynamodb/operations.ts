import { action, checked, type Rules, rules, run } from "./dynalite.ts";
import type { Operation } from "./engine.ts";
import { isServiceError, ServiceError } from "./service-error.ts";
import { transactWriteItems } from "./transact-write.ts";
import { commit, conditionFailureTypes, itemOfFailure, openItemUnit, openTableUnit, openUnit } from "./unit-of-work.ts";

/** By the name that stands in `x-amz-target`. */
export const operations: Readonly<Record<string, Operation>> = {
  BatchGetItem: plain("batchGetItem"),
  BatchWriteItem: batchWriteItem(),
  CreateTable: onTable("createTable"),
  DeleteItem: onItem("deleteItem"),
  DeleteTable: onTable("deleteTable"),
  DescribeTable: plain("describeTable"),
  GetItem: plain("getItem"),
  ListTables: plain("listTables"),
  PutItem: onItem("putItem"),
  Query: plain("query"),
  Scan: plain("scan"),
  TransactWriteItems: transactWriteItems,
  UpdateItem: onItem("updateItem"),
};

/** As dynalite does it: one read, or one write of one key. */
function plain(name: string): Operation {
  const [perform, ruleSet] = [action(name), rules(name)];
  return ({ store, gate }, body) => {
    const input = checked(store, ruleSet, body);
    return gate.shared(() => run(perform, store, input));
  };
}

function onItem(name: string): Operation {
  const perform = action(name);
  const { types, ...custom } = rules(name);
  const ruleSet: Rules = { ...custom, types: { ...types, ...conditionFailureTypes } };
  return ({ store, gate }, body) => {
    const input = checked(store, ruleSet, body);
    return gate.shared(async () => {
      const unit = openItemUnit(store);
      try {
        return await run(perform, unit.store, input);
      } catch (error) {
        if (!isServiceError(error)) throw error;
        throw new ServiceError(error.statusCode, { ...error.body, ...itemOfFailure(input, error, unit.found) });
      }
    });
  };
}

/** Stricter than AWS, which may write some of a batch and not the rest. */
function batchWriteItem(): Operation {
  const [perform, ruleSet] = [action("batchWriteItem"), rules("batchWriteItem")];
  return ({ store, gate }, body) => {
    const input = checked(store, ruleSet, body);
    return gate.exclusive(async () => {
      const unit = openUnit(store);
      const answer = await run(perform, unit.store, input);
      await commit(store, unit.writes);
      return answer;
    });
  };
}

/** Answers as AWS does, `CREATING` or the like, but is done by then: whoever polls is not kept waiting. */
function onTable(name: string): Operation {
  const [perform, ruleSet] = [action(name), rules(name)];
  return ({ store, gate }, body) => {
    const input = checked(store, ruleSet, body);
    return gate.exclusive(async () => {
      const unit = openTableUnit(store);
      const answer = structuredClone(await run(perform, unit.store, input));
      await unit.ended;
      return answer;
    });
  };
}
