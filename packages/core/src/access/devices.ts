import { GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionHolds, readRows, rowWith, type Table } from "../squares/table.ts";

/** One passkey of the owner, as the table keeps it. There is nothing secret in it. */
export const Device = v.object({
  /** Of the credential, base64url. */
  credentialId: v.pipe(v.string(), v.minLength(1)),
  name: v.string(),
  /** COSE. */
  publicKey: v.instance(Uint8Array),
  /** Signatures so far, 0 for ever where the authenticator does not count. */
  counter: v.number(),
  transports: v.optional(v.array(v.string()), []),
  /** ISO times. */
  createdAt: v.string(),
  seenAt: v.string(),
  /** Hash of the token of its one session; absent where it has not signed in since devices have one. */
  session: v.optional(v.string()),
});
export type Device = v.InferOutput<typeof Device>;

const deviceId = (credentialId: string) => `#device#${credentialId}`;
/**
 * The one row that names them all: without it, listing them would read the whole table. A device's own row gives it no
 * right unless this one names it, so that nobody can come in who is on no list.
 */
const directoryId = "#devices";
/** BatchGetItem takes a hundred rows; a person has fewer devices. */
const mostDevices = 50;

/** Strongly consistent: a device that was revoked is gone at once. @throws Retryable as `readDevices`. */
export async function readDevice(table: Table, credentialId: string): Promise<Device | undefined> {
  return (await readDevices(table, [credentialId])).get(credentialId);
}

/**
 * Those of the devices that there are, by their credential, in one call.
 *
 * @param credentialIds at most 99
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function readDevices(table: Table, credentialIds: Iterable<string>): Promise<Map<string, Device>> {
  const ids = deviceRowIds(credentialIds);
  return ids.length === 0 ? new Map() : devicesIn(await readRows(table, ids));
}

/** The rows that `devicesIn` needs, for who reads others in the same call. */
export function deviceRowIds(credentialIds: Iterable<string>): string[] {
  const ids = [...credentialIds].map(deviceId);
  return ids.length === 0 ? [] : [directoryId, ...ids];
}

/** The devices among these rows, by their credential; none that the directory does not name. */
export function devicesIn(rows: readonly Record<string, unknown>[]): Map<string, Device> {
  const named = namesIn(rowWith(rows, directoryId));
  return new Map(
    rows
      .filter(({ id }) => String(id).startsWith(deviceId("")))
      .map((row) => v.parse(Device, row))
      .filter(({ credentialId }) => named.has(credentialId))
      .map((device) => [device.credentialId, device]),
  );
}

const namesIn = (directory: Record<string, unknown> | undefined): ReadonlySet<string> =>
  (directory?.["devices"] as ReadonlySet<string> | undefined) ?? new Set();

/** In the order in which they were added. @throws Retryable when DynamoDB keeps rows back for want of capacity. */
export async function listDevices(table: Table): Promise<Device[]> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: directoryId }, ConsistentRead: true }),
  );
  return [...(await readDevices(table, namesIn(Item))).values()].sort((one, other) =>
    one.createdAt.localeCompare(other.createdAt),
  );
}

/** The parts of a transaction that add a device; a condition of them fails where it is there already, or there are too many. */
export function addDevice(table: Table, device: Device) {
  return [
    {
      Put: {
        TableName: table.name,
        Item: { id: deviceId(device.credentialId), ...device },
        ConditionExpression: "attribute_not_exists(id)",
      },
    },
    {
      Update: {
        TableName: table.name,
        Key: { id: directoryId },
        UpdateExpression: "ADD devices :device",
        ConditionExpression: "attribute_not_exists(devices) OR size(devices) < :most",
        ExpressionAttributeValues: { ":device": new Set([device.credentialId]), ":most": mostDevices },
      },
    },
  ];
}

/**
 * Takes a device its access. Its session ends with it, in the same moment, and so do the invites that it made.
 *
 * @returns false where there is no such device.
 */
export async function revokeDevice(table: Table, credentialId: string): Promise<boolean> {
  const removal = new TransactWriteCommand({
    TransactItems: [
      {
        Delete: {
          TableName: table.name,
          Key: { id: deviceId(credentialId) },
          ConditionExpression: "attribute_exists(id)",
        },
      },
      {
        Update: {
          TableName: table.name,
          Key: { id: directoryId },
          UpdateExpression: "DELETE devices :device",
          ExpressionAttributeValues: { ":device": new Set([credentialId]) },
        },
      },
    ],
  });
  return conditionHolds(() => table.client.send(removal));
}

/** The part of a transaction that fails where a device is not there any more, or was added at another time than `createdAt`. */
export function requireDevice(table: Table, { credentialId, createdAt }: { credentialId: string; createdAt?: string }) {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: { id: deviceId(credentialId) },
      ...(createdAt === undefined
        ? { ConditionExpression: "attribute_exists(id)" }
        : { ConditionExpression: "createdAt = :createdAt", ExpressionAttributeValues: { ":createdAt": createdAt } }),
    },
  };
}

/**
 * The part of a transaction that notes a signature; it fails where the device was revoked, or has counted further.
 *
 * @param session hash of the token of a session that begins: it ends the one that there was.
 */
export function useDevice(
  table: Table,
  { credentialId, counter, now, session }: { credentialId: string; counter: number; now: number; session?: string },
) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: deviceId(credentialId) },
      UpdateExpression: `SET seenAt = :now, #counter = :counter${session === undefined ? "" : ", #session = :session"}`,
      // An authenticator that does not count says 0 each time; without the row, there is no counter either.
      ConditionExpression: "#counter < :counter OR (#counter = :zero AND :counter = :zero)",
      ExpressionAttributeNames: { "#counter": "counter", ...(session !== undefined && { "#session": "session" }) },
      ExpressionAttributeValues: {
        ...{ ":now": new Date(now).toISOString(), ":counter": counter, ":zero": 0 },
        ...(session !== undefined && { ":session": session }),
      },
    },
  };
}

/** Notes that a device is in use, unless it was revoked. Where the pictures that it sends keep its row busy, the next request notes it. */
export async function noteSeen(table: Table, credentialId: string, now: number): Promise<void> {
  const note = new UpdateCommand({
    TableName: table.name,
    Key: { id: deviceId(credentialId) },
    UpdateExpression: "SET seenAt = :now",
    ConditionExpression: "attribute_exists(id)",
    ExpressionAttributeValues: { ":now": new Date(now).toISOString() },
  });
  try {
    await conditionHolds(() => table.client.send(note));
  } catch (error) {
    if ((error as Error).name !== "TransactionConflictException") throw error;
  }
}
