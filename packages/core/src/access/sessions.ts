import { DeleteCommand, GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { dayMs } from "../clock.ts";
import { conditionHolds, readRows, rowWith, type Table } from "../squares/table.ts";
import { type Device, deviceRowIds, devicesIn, noteSeen, readDevice, useDevice } from "./devices.ts";
import { hashOf, ttlOf } from "./secret.ts";

/** How long a session lasts that nobody uses. */
export const sessionMs = 30 * dayMs;
/** How long after the sign-in a session ends, however much it is used. */
export const longestSessionMs = 90 * dayMs;
/** For what cannot be undone the person has proved themselves by a passkey, so long ago at the most. */
export const proofMs = 2 * 60 * 1000;
/** It is not written down more often that a session is in use. */
const noteEveryMs = 60 * 60 * 1000;

const SessionRow = v.object({
  credentialId: v.string(),
  createdAt: v.string(),
  seenAt: v.string(),
  expiresAt: v.string(),
  /** When the person last answered with the device's passkey. */
  provenAt: v.optional(v.string()),
});
type SessionRow = v.InferOutput<typeof SessionRow>;

const rowId = (token: string) => `#session#${hashOf(token)}`;

/** The part of a transaction that begins a session; the table keeps the token's hash alone. */
export function beginSession(table: Table, { token, credentialId, now }: Beginning) {
  const at = new Date(now).toISOString();
  const item = { id: rowId(token), credentialId, createdAt: at, seenAt: at, provenAt: at };
  return {
    Put: {
      TableName: table.name,
      Item: { ...item, ...lifeFrom(now, now) },
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

/** When a session ends that is used now, in milliseconds since the epoch. */
const endOf = (now: number, began: number) => Math.min(now + sessionMs, began + longestSessionMs);

function lifeFrom(now: number, began: number) {
  const end = endOf(now, began);
  return { expiresAt: new Date(end).toISOString(), ttl: ttlOf(end) };
}

export interface Session {
  device: Device;
  /** Milliseconds from now to its end where it now lasts longer than the browser knows; absent where it does not. */
  extendedMs?: number;
  /** The person has proved themselves by the passkey a moment ago, see `proofMs`. */
  isProven: boolean;
}

/** Whose the sessions are that this process has read: a session never goes to another device. */
const owners = new WeakMap<object, Map<string, string>>();
const mostOwners = 1_000;

/** The rows of a session and, where its device is known, of that device, in one call. */
async function readOwned(table: Table, token: string) {
  const known = owners.get(table.client) ?? new Map<string, string>();
  owners.set(table.client, known);
  const [id, key] = [rowId(token), `${table.name}/${rowId(token)}`];
  const owner = known.get(key);
  const rows = await readRows(table, [id, ...deviceRowIds(owner === undefined ? [] : [owner])]);
  const row = rowWith(rows, id);
  const session = row && v.parse(SessionRow, row);
  if (known.size >= mostOwners) known.clear();
  if (session) known.set(key, session.credentialId);
  return { session, ...(owner !== undefined && session?.credentialId === owner && { devices: devicesIn(rows) }) };
}

/**
 * Whose session a token stands for, and undefined where it stands for none any more: never known, ended, too old,
 * followed by another of the same device, or of a device that was revoked. All reads are strongly consistent.
 */
export async function readSession(table: Table, token: string, now: number): Promise<Session | undefined> {
  const { session, devices } = await readOwned(table, token);
  if (session === undefined) return undefined;
  const began = Date.parse(session.createdAt);
  // Not `expiresAt` alone: a row of an older version may name a later time.
  if (Math.min(Date.parse(session.expiresAt), began + longestSessionMs) <= now) return undefined;
  const device = devices ? devices.get(session.credentialId) : await readDevice(table, session.credentialId);
  if (device === undefined || (device.session !== undefined && device.session !== hashOf(token))) return undefined;
  const isProven = isProof(session, now);
  if (now - Date.parse(session.seenAt) < noteEveryMs) return { device, isProven };
  const [isExtended] = await Promise.all([
    extend(table, { token, now, began }),
    noteSeen(table, device.credentialId, now),
  ]);
  return isExtended ? { device, isProven, extendedMs: endOf(now, began) - now } : undefined;
}

const isProof = ({ provenAt }: SessionRow, now: number) =>
  provenAt !== undefined && now - Date.parse(provenAt) <= proofMs;

/** @returns false where the session was ended meanwhile. */
async function extend(table: Table, { token, now, began }: { token: string; now: number; began: number }) {
  const { expiresAt, ttl } = lifeFrom(now, began);
  return conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: rowId(token) },
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
      Key: { id: rowId(token) },
      ConsistentRead: true,
      ProjectionExpression: "id",
    }),
  );
  return Item !== undefined;
}

/**
 * Notes that the person has just answered with the passkey of the session's device, and the signature with it.
 *
 * @param counter signatures of the passkey so far
 * @returns false where the session or the device is gone meanwhile, or the passkey has counted further.
 */
export async function proveSession(
  table: Table,
  { token, credentialId, counter, now }: Beginning & { counter: number },
): Promise<boolean> {
  const prove = {
    Update: {
      TableName: table.name,
      Key: { id: rowId(token) },
      UpdateExpression: "SET provenAt = :now",
      ConditionExpression: "credentialId = :device",
      ExpressionAttributeValues: { ":now": new Date(now).toISOString(), ":device": credentialId },
    },
  };
  const parts = [useDevice(table, { credentialId, counter, now }), prove];
  return conditionHolds(() => table.client.send(new TransactWriteCommand({ TransactItems: parts })));
}

export async function endSession(table: Table, token: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { id: rowId(token) } }));
}
