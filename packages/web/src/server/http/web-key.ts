import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "@twobytwo/core/squares/table";
import * as v from "valibot";
import type { WebPorts } from "./ports.ts";

const keyId = "#web-key";
const KeyRow = v.object({ key: v.instance(Uint8Array) });

/**
 * The key that signs cursors and challenges. It is created at its first use and kept in the table, so that there is no further secret to
 * deploy; anyone who can read it can read every square anyway.
 */
export async function readWebKey({ table, randomBytes }: Pick<WebPorts, "table" | "randomBytes">): Promise<Uint8Array> {
  const kept = await read(table);
  if (kept !== undefined) return kept;
  await conditionHolds(() =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { id: keyId, key: randomBytes(32) },
        ConditionExpression: "attribute_not_exists(id)",
      }),
    ),
  );
  const made = await read(table);
  if (made === undefined) throw new Error(`The row ${keyId} disappeared right after it was written.`);
  return made;
}

async function read(table: Table): Promise<Uint8Array | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: keyId }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : v.parse(KeyRow, Item).key;
}
