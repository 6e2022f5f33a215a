import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { conditionFailed } from "../move.ts";
import type { Table } from "../table.ts";
import { addDevice, type Device, useDevice } from "./devices.ts";
import { useInvite } from "./invites.ts";
import { beginSession } from "./sessions.ts";

/**
 * Adds a device for an invite and begins its first session, all or nothing: an invite that two browsers use at
 * once makes one device.
 *
 * @returns false where the invite cannot be used any more, the device is there already, or there are too many.
 */
export async function admitDevice(
  table: Table,
  { invite, device, token, now }: { invite: string; device: Device; token: string; now: number },
): Promise<boolean> {
  const parts = [
    useInvite(table, invite, now),
    ...addDevice(table, device),
    beginSession(table, { token, credentialId: device.credentialId, now }),
  ];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: parts }));
    return true;
  } catch (error) {
    if (parts.some((_, index) => conditionFailed(error, index))) return false;
    throw error;
  }
}

/**
 * Begins a session of a device that has just proved itself, and notes its signature.
 *
 * @returns false where it was revoked meanwhile, or has counted further: the same signature a second time.
 */
export async function signInDevice(
  table: Table,
  session: { token: string; credentialId: string; counter: number; now: number },
): Promise<boolean> {
  try {
    const parts = [useDevice(table, session), beginSession(table, session)];
    await table.client.send(new TransactWriteCommand({ TransactItems: parts }));
    return true;
  } catch (error) {
    if (conditionFailed(error, 0)) return false;
    throw error;
  }
}
