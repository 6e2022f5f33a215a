import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Behaviour, connect, createTable } from "./contract/bench.ts";
import { conditions } from "./contract/conditions.ts";
import { items } from "./contract/items.ts";
import { queries } from "./contract/queries.ts";
import { races } from "./contract/races.ts";
import { tables } from "./contract/tables.ts";
import { transactions } from "./contract/transactions.ts";
import { targets } from "./targets.ts";

describe.each(targets)("DynamoDB as we rely on it: $name", ({ missing, deviations, start }) => {
  if (missing !== undefined) {
    it.skip(`is not checked, since ${missing}`);
    return;
  }

  let client: DynamoDBDocumentClient;
  let stop: () => Promise<void>;
  let made = 0;
  beforeAll(async () => {
    const started = await start();
    stop = started.stop;
    client = connect(started.url);
  });
  afterAll(async () => {
    client.destroy();
    await stop();
  });

  const unheard = new Set(Object.keys(deviations));
  const behaviour: Behaviour = (sentence, check) => {
    const deviation = deviations[sentence];
    unheard.delete(sentence);
    it(deviation === undefined ? sentence : `${sentence} [not so: ${deviation}]`, async () => {
      made += 1;
      const TableName = `squares-${made}`;
      await createTable(client, TableName);
      const checked = check({ client, TableName });
      if (deviation === undefined) await checked;
      else await expect(checked, "the deviation is gone: take it off the list").rejects.toThrow();
    });
  };
  describe("items", () => items(behaviour));
  describe("conditions", () => conditions(behaviour));
  describe("queries", () => queries(behaviour));
  describe("transactions", () => transactions(behaviour));
  describe("races", () => races(behaviour));
  describe("tables", () => tables(behaviour));

  it("has no deviation listed that is not of a behaviour above", () => {
    expect([...unheard]).toEqual([]);
  });
});
