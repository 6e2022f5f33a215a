import { GetCommand, PutCommand, TransactWriteCommand, type TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
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
