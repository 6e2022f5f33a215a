import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { onTestFinished } from "vitest";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import type { Emulator } from "../../src/emulator.ts";
import { credentials } from "../fixed-keys.ts";
import { connect } from "./contract/bench.ts";

export const TableName = "squares";

/** Closed after the test. */
export async function start(
  options: Partial<Parameters<typeof startDynamoDb>[0]> = {},
): Promise<Emulator & { client: DynamoDBDocumentClient }> {
  const emulator = await startDynamoDb({ credentials, ...options });
  const client = connect(emulator.url);
  onTestFinished(async () => {
    client.destroy();
    await emulator.close();
  });
  return { ...emulator, client };
}

/** Deleted after the test. */
export async function temporary(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "sandbox-dynamodb-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** What the table has, in order. */
export async function ids(client: DynamoDBDocumentClient): Promise<unknown[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.map((item) => item["id"]).sort();
}
