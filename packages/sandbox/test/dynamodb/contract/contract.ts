import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Target } from "../targets.ts";
import { type Behaviour, connect, createTable } from "./bench.ts";
import { conditions } from "./conditions.ts";
import { items } from "./items.ts";
import { queries } from "./queries.ts";
import { races } from "./races.ts";
import { tables } from "./tables.ts";
import { transactions } from "./transactions.ts";

/** Registers the tests of all that we rely on in a DynamoDB, for one of them. */
export function contractOf({ deviations, start }: Target): void {
  let client: DynamoDBDocumentClient;
  let stop: () => Promise<void>;
  let made = 0;
  beforeAll(async () => {
    const started = await start();
    stop = started.stop;
    client = connect(started.url);
    // Dynoxide may have to be fetched first.
  }, 180_000);
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
}
