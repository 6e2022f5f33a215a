import { GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionFailed } from "../move.ts";
import { conditionHolds, readRows, type Table } from "../table.ts";

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
});
export type Device = v.InferOutput<typeof Device>;

const deviceId = (credentialId: string) => `#device#${credentialId}`;
/** The one row that names them all: without it, listing them would read the whole table. */
const directoryId = "#devices";
/** BatchGetItem takes a hundred rows; a person has fewer devices. */
const mostDevices = 50;

/** Strongly consistent: a device that was revoked is gone at once. */
export async function readDevice(table: Table, credentialId: string): Promise<Device | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: deviceId(credentialId) }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : v.parse(Device, Item);
}

/** In the order in which they were added. @throws Retryable when DynamoDB keeps rows back for want of capacity. */
export async function listDevices(table: Table): Promise<Device[]> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: directoryId }, ConsistentRead: true }),
  );
  const ids = [...((Item?.["devices"] as ReadonlySet<string> | undefined) ?? [])];
  return (await readRows(table, ids.map(deviceId)))
    .map((row) => v.parse(Device, row))
    .sort((one, other) => one.createdAt.localeCompare(other.createdAt));
}

/** The parts of a transaction that add a device; `condition` number one and two of it fail where that cannot be. */
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
 * Takes a device its access. Its sessions end with it, in the same moment.
 *
 * @returns false where there is no such device.
 */
export async function revokeDevice(table: Table, credentialId: string): Promise<boolean> {
  try {
    await table.client.send(
      new TransactWriteCommand({
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
      }),
    );
    return true;
  } catch (error) {
    if (conditionFailed(error, 0)) return false;
    throw error;
  }
}

/** The part of a transaction that fails where a device was revoked. */
export function requireDevice(table: Table, credentialId: string) {
  return {
    ConditionCheck: {
      TableName: table.name,
      Key: { id: deviceId(credentialId) },
      ConditionExpression: "attribute_exists(id)",
    },
  };
}

/** The part of a transaction that notes a signature; it fails where the device was revoked, or has counted further. */
export function useDevice(
  table: Table,
  { credentialId, counter, now }: { credentialId: string; counter: number; now: number },
) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: deviceId(credentialId) },
      UpdateExpression: "SET seenAt = :now, #counter = :counter",
      // An authenticator that does not count says 0 each time; without the row, there is no counter either.
      ConditionExpression: "#counter < :counter OR (#counter = :zero AND :counter = :zero)",
      ExpressionAttributeNames: { "#counter": "counter" },
      ExpressionAttributeValues: { ":now": new Date(now).toISOString(), ":counter": counter, ":zero": 0 },
    },
  };
}

/** Notes that a device is in use, unless it was revoked. */
export async function noteSeen(table: Table, credentialId: string, now: number): Promise<void> {
  await conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: deviceId(credentialId) },
        UpdateExpression: "SET seenAt = :now",
        ConditionExpression: "attribute_exists(id)",
        ExpressionAttributeValues: { ":now": new Date(now).toISOString() },
      }),
    ),
  );
}
