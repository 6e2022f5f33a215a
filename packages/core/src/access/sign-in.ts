import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { conditionHolds, type Table } from "../squares/table.ts";
import { conditionFailed } from "../squares/transition.ts";
import { addDevice, type Device, useDevice } from "./devices.ts";
import { findInvite, type OpenInvite, useInvite } from "./invites.ts";
import { hashOf } from "./secret.ts";
import { beginSession } from "./sessions.ts";

/**
 * Adds a device for an invite and begins its first session, all or nothing: an invite that two browsers use at
 * once makes one device, and one whose maker is revoked in the same moment makes none.
 *
 * @returns the invite; undefined where it cannot be used any more, the device is there already, or there are too many.
 */
export async function admitDevice(
  table: Table,
  { invite: secret, device, token, now }: { invite: string; device: Device; token: string; now: number },
): Promise<OpenInvite | undefined> {
  const invite = await findInvite(table, secret, now);
  if (invite === undefined || invite.by === device.credentialId) return undefined;
  const parts = [
    ...useInvite(table, invite, now),
    ...addDevice(table, { ...device, session: hashOf(token) }),
    beginSession(table, { token, credentialId: device.credentialId, now }),
  ];
  const isAdmitted = await conditionHolds(() => table.client.send(new TransactWriteCommand({ TransactItems: parts })));
  return isAdmitted ? invite : undefined;
}

/**
 * Begins a session of a device that has just proved itself, notes its signature, and ends the session that it had.
 *
 * @returns false where it was revoked meanwhile, or has counted further: the same signature a second time.
 */
export async function signInDevice(
  table: Table,
  session: { token: string; credentialId: string; counter: number; now: number },
): Promise<boolean> {
  try {
    const parts = [useDevice(table, { ...session, session: hashOf(session.token) }), beginSession(table, session)];
    await table.client.send(new TransactWriteCommand({ TransactItems: parts }));
    return true;
  } catch (error) {
    if (conditionFailed(error, 0)) return false;
    throw error;
  }
}
