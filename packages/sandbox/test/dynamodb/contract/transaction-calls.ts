import {
  GetCommand,
  PutCommand,
  TransactGetCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from "@aws-sdk/lib-dynamodb";
import type { Bench } from "./bench.ts";

export type Parts = NonNullable<TransactWriteCommandInput["TransactItems"]>;
type Extras = Omit<TransactWriteCommandInput, "TransactItems">;

export const cancelled = { name: "TransactionCanceledException" };

export function write({ client }: Bench, TransactItems: Parts, extras: Extras = {}) {
  return client.send(new TransactWriteCommand({ TransactItems, ...extras }));
}

export async function put({ client, TableName }: Bench, Item: Record<string, unknown>): Promise<void> {
  await client.send(new PutCommand({ TableName, Item }));
}

export async function read({ client, TableName }: Bench, id: string): Promise<Record<string, unknown> | undefined> {
  return (await client.send(new GetCommand({ TableName, Key: { id }, ConsistentRead: true }))).Item;
}

export async function readAll(bench: Bench, ids: string[], extra: { ProjectionExpression?: string } = {}) {
  const TransactItems = gets(bench, ids, extra);
  return (await bench.client.send(new TransactGetCommand({ TransactItems }))).Responses ?? [];
}

export function gets({ TableName }: Bench, ids: string[], extra: { ProjectionExpression?: string } = {}) {
  return ids.map((id) => ({ Get: { TableName, Key: { id }, ...extra } }));
}
