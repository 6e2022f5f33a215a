import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionHolds, type Table } from "../table.ts";
import { type Device, noteSeen, readDevice } from "./devices.ts";
import { hashOf, ttlOf } from "./secret.ts";

/** How long a session lasts that nobody uses. */
export const sessionMs = 30 * 24 * 60 * 60 * 1000;
/** It is not written down more often that a session is in use. */
const noteEveryMs = 60 * 60 * 1000;

const SessionRow = v.object({ credentialId: v.string(), seenAt: v.string(), expiresAt: v.string() });

const sessionId = (token: string) => `#session#${hashOf(token)}`;

/** The part of a transaction that begins a session; the table keeps the token's hash alone. */
export function beginSession(table: Table, { token, credentialId, now }: Beginning) {
  const at = new Date(now).toISOString();
  return {
    Put: {
      TableName: table.name,
      Item: { id: sessionId(token), credentialId, createdAt: at, seenAt: at, ...lifeFrom(now) },
      ConditionExpression: "attribute_not_exists(id)",
    },
  };
}

interface Beginning {
  token: string;
  credentialId: string;
  /** Milliseconds since the epoch. */
  now: number;
}

const lifeFrom = (now: number) => ({
  expiresAt: new Date(now + sessionMs).toISOString(),
  ttl: ttlOf(now + sessionMs),
});

/**
 * Whose session a token stands for, and undefined where it stands for none any more: never known, ended, too old,
 * or of a device that was revoked. Both reads are strongly consistent.
 *
 * @returns `isExtended` where it now lasts longer than the browser knows.
 */
export async function readSession(
  table: Table,
  token: string,
  now: number,
): Promise<{ device: Device; isExtended: boolean } | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: sessionId(token) }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  const session = v.parse(SessionRow, Item);
  if (Date.parse(session.expiresAt) <= now) return undefined;
  const device = await readDevice(table, session.credentialId);
  if (device === undefined) return undefined;
  if (now - Date.parse(session.seenAt) < noteEveryMs) return { device, isExtended: false };
  const [isExtended] = await Promise.all([extend(table, token, now), noteSeen(table, device.credentialId, now)]);
  return isExtended ? { device, isExtended } : undefined;
}

/** @returns false where the session was ended meanwhile. */
async function extend(table: Table, token: string, now: number): Promise<boolean> {
  const { expiresAt, ttl } = lifeFrom(now);
  return conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: sessionId(token) },
        UpdateExpression: "SET seenAt = :now, expiresAt = :expiresAt, #ttl = :ttl",
        ConditionExpression: "attribute_exists(id)",
        ExpressionAttributeNames: { "#ttl": "ttl" },
        ExpressionAttributeValues: { ":now": new Date(now).toISOString(), ":expiresAt": expiresAt, ":ttl": ttl },
      }),
    ),
  );
}

/** Whether there is such a session, however old and whoever's; strongly consistent. */
export async function hasSession(table: Table, token: string): Promise<boolean> {
  const { Item } = await table.client.send(
    new GetCommand({
      TableName: table.name,
      Key: { id: sessionId(token) },
      ConsistentRead: true,
      ProjectionExpression: "id",
    }),
  );
  return Item !== undefined;
}

export async function endSession(table: Table, token: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { id: sessionId(token) } }));
}
