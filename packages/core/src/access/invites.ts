import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "../clock.ts";
import type { Table } from "../table.ts";
import { hashOf, newSecret, type RandomBytes, ttlOf } from "./secret.ts";

/** How long a link can be used. */
export const inviteMs = 24 * 60 * 60 * 1000;

export interface NewInvite {
  /** Known to nobody else: the table keeps its hash. */
  secret: string;
  /** ISO time. */
  expiresAt: string;
}

const inviteId = (secret: string) => `#invite#${hashOf(secret)}`;

/** Makes an invite by which one device, once, becomes one of the owner's. */
export async function createInvite(
  { table, clock, randomBytes }: { table: Table; clock: Clock; randomBytes: RandomBytes },
  { by }: { by: string },
): Promise<NewInvite> {
  const now = clock();
  const secret = newSecret(randomBytes);
  const expiresAt = new Date(now + inviteMs).toISOString();
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: {
        id: inviteId(secret),
        by,
        createdAt: new Date(now).toISOString(),
        expiresAt,
        ttl: ttlOf(now + inviteMs),
      },
      ConditionExpression: "attribute_not_exists(id)",
    }),
  );
  return { secret, expiresAt };
}

/** The page of the web app that takes an invite; what stands behind `#` is never sent to a server by a browser. */
export const inviteAddress = (origin: string, secret: string) => `${origin.replace(/\/$/, "")}/invite#${secret}`;

/** Whether an invite can still be used; strongly consistent. */
export async function isInvited(table: Table, secret: string, now: number): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: inviteId(secret) }, ConsistentRead: true }),
  );
  return Item !== undefined && String(Item["expiresAt"]) > new Date(now).toISOString();
}

/** The part of a transaction that uses an invite up; it fails where it was used before, or is too old. */
export function useInvite(table: Table, secret: string, now: number) {
  return {
    Delete: {
      TableName: table.name,
      Key: { id: inviteId(secret) },
      ConditionExpression: "expiresAt > :now",
      ExpressionAttributeValues: { ":now": new Date(now).toISOString() },
    },
  };
}
