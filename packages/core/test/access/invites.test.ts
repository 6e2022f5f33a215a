import { randomBytes } from "node:crypto";
import { PutCommand, ScanCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { deviceAdded } from "@twobytwo/core/access/device-added";
import { addDevice, type Device, listDevices, readDevice, revokeDevice } from "@twobytwo/core/access/devices";
import { createInvite, inviteMs, isInvited, listInvites, mostInvites, voidInvite } from "@twobytwo/core/access/invites";
import { hashOf } from "@twobytwo/core/access/secret";
import { admitDevice } from "@twobytwo/core/access/sign-in";
import type { Table } from "@twobytwo/core/squares/table";
import { expect, it, onTestFinished } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-05-03T18:00:00.000Z");

async function open(): Promise<Table> {
  const { table, close } = await emptyTable();
  onTestFinished(close);
  return table;
}

const deviceOf = (credentialId: string, at = now): Device => {
  const createdAt = new Date(at).toISOString();
  return {
    ...{ credentialId, name: `Device ${credentialId}`, publicKey: new Uint8Array([1]), counter: 0, transports: [] },
    ...{ createdAt, seenAt: createdAt },
  };
};
const add = (table: Table, credentialId: string, at = now) =>
  table.client.send(new TransactWriteCommand({ TransactItems: addDevice(table, deviceOf(credentialId, at)) }));
const inviteBy = async (table: Table, by: string, at = now) =>
  (await createInvite({ table, clock: () => at, randomBytes }, { by })).secret;
const admit = (table: Table, invite: string, credentialId: string, at = now) =>
  admitDevice(table, { invite, device: deviceOf(credentialId, at), token: `of ${credentialId}`, now: at });
const names = async (table: Table) => (await listDevices(table)).map(({ credentialId }) => credentialId);

/** Does something before the transaction that follows is sent, once. */
function beforeTheTransaction(table: Table, act: () => Promise<unknown>): void {
  let isDone = false;
  table.client.middlewareStack.add(
    (next, { commandName }) =>
      async (call) => {
        if (commandName === "TransactWriteItemsCommand" && !isDone) {
          isDone = true;
          await act();
        }
        return next(call);
      },
    { step: "initialize" },
  );
}

it("an invite ends with the device that made it, and one by the command stays", async () => {
  const table = await open();
  await add(table, "thief");
  const [ofThief, ofCommand] = [await inviteBy(table, "thief"), await inviteBy(table, "2x2 invite")];
  await revokeDevice(table, "thief");
  expect(await isInvited(table, ofThief, now)).toBe(false);
  expect(await admit(table, ofThief, "again")).toBeUndefined();
  expect(await admit(table, ofCommand, "laptop")).toMatchObject({ by: "2x2 invite" });
  expect(await names(table)).toEqual(["laptop"]);
});

it("a device that is revoked in the very moment in which its invite is used lets nobody in", async () => {
  const table = await open();
  await add(table, "thief");
  const secret = await inviteBy(table, "thief");
  beforeTheTransaction(table, () => revokeDevice(table, "thief"));
  expect(await admit(table, secret, "again")).toBeUndefined();
  expect(await names(table)).toEqual([]);
});

it("a device that is revoked in the very moment in which it invites has invited nobody", async () => {
  const table = await open();
  await add(table, "thief");
  beforeTheTransaction(table, () => revokeDevice(table, "thief"));
  await expect(inviteBy(table, "thief")).rejects.toMatchObject({ name: "Rejected" });
  await expect(inviteBy(table, "nobody")).rejects.toThrow("This device was revoked");
  expect(await listInvites(table, now)).toEqual([]);
});

it("an invite of a device stays void where that very passkey is let in anew", async () => {
  const table = await open();
  await add(table, "phone");
  const secret = await inviteBy(table, "phone");
  await revokeDevice(table, "phone");
  await add(table, "phone", now + 1000);
  expect(await admit(table, secret, "other", now + 2000)).toBeUndefined();
  expect(await listInvites(table, now)).toEqual([]);
});

it("a device cannot use an invite of its own", async () => {
  const table = await open();
  await add(table, "laptop");
  expect(await admit(table, await inviteBy(table, "laptop"), "laptop")).toBeUndefined();
});

it("lists the invites that are open, the latest first, and no secret", async () => {
  const table = await open();
  await add(table, "laptop");
  const [first, second] = [await inviteBy(table, "2x2 invite"), await inviteBy(table, "laptop", now + 1)];
  const used = await inviteBy(table, "2x2 invite", now + 2);
  await admit(table, used, "phone", now + 3);
  const listed = await listInvites(table, now + 4);
  expect(listed.map(({ id, by }) => ({ id, by }))).toEqual([
    { id: hashOf(second), by: "laptop" },
    { id: hashOf(first), by: "2x2 invite" },
  ]);
  expect(listed[0]?.maker?.name).toBe("Device laptop");
  expect(await listInvites(table, now + inviteMs)).toMatchObject([{ by: "laptop" }]);
  expect(await listInvites(table, now + inviteMs + 1)).toEqual([]);
  const { Items } = await table.client.send(new ScanCommand({ TableName: table.name, ConsistentRead: true }));
  for (const secret of [first, second, used]) expect(JSON.stringify(Items)).not.toContain(secret);
});

it("an invite that was voided is good for nothing, and can be voided once", async () => {
  const table = await open();
  const secret = await inviteBy(table, "2x2 invite");
  expect(await voidInvite(table, hashOf(secret))).toBe(true);
  expect(await voidInvite(table, hashOf(secret))).toBe(false);
  expect(await admit(table, secret, "phone")).toBeUndefined();
  const other = await inviteBy(table, "2x2 invite");
  beforeTheTransaction(table, () => voidInvite(table, hashOf(other)));
  expect(await admit(table, other, "phone")).toBeUndefined();
});

it("an invite that is on no list lets nobody in", async () => {
  const table = await open();
  const row = {
    by: "2x2 invite",
    createdAt: new Date(now).toISOString(),
    expiresAt: new Date(now + 1000).toISOString(),
  };
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { id: `#invite#${hashOf("known")}`, ...row } }),
  );
  expect(await isInvited(table, "known", now)).toBe(false);
  expect(await admit(table, "known", "phone")).toBeUndefined();
});

it("no more than twenty are open, and those that are over make room", async () => {
  const table = await open();
  for (let count = 0; count < mostInvites; count += 1) await inviteBy(table, "2x2 invite");
  await expect(inviteBy(table, "2x2 invite")).rejects.toThrow(/20 invites are open.*void one/);
  const [one] = await listInvites(table, now);
  await voidInvite(table, one?.id ?? "");
  await inviteBy(table, "2x2 invite");
  await expect(inviteBy(table, "2x2 invite")).rejects.toThrow("void one");
  await inviteBy(table, "2x2 invite", now + inviteMs);
  expect(await listInvites(table, now + inviteMs)).toHaveLength(1);
});

it("a device whose name stands on no list is no device, whatever its own row says", async () => {
  const table = await open();
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { id: "#device#thief", ...deviceOf("thief") } }),
  );
  await add(table, "laptop");
  // Nor is one that goes by the name of another.
  await table.client.send(
    new PutCommand({ TableName: table.name, Item: { id: "#device#other", ...deviceOf("laptop") } }),
  );
  expect(await readDevice(table, "thief")).toBeUndefined();
  expect(await readDevice(table, "other")).toBeUndefined();
  expect(await names(table)).toEqual(["laptop"]);
});

it("the mail of a new device names it, who invited it and the way to revoke it, in lines that a name cannot add to", () => {
  const device = { ...deviceOf("abcdefghijklmnop"), name: "Phone\n\nAll is well.\u2028 \u202eNo need to look" };
  const { subject, message } = deviceAdded({ stage: "production", device, by: "Old\nlaptop" });
  expect(subject).toMatch(/^2x2: the device "Phone All is well. No need to look" was added to production$/);
  expect(message.split("\n")).toHaveLength(3);
  expect(message).toContain("with an invite from “Old laptop”.");
  expect(message).toContain("`2x2 devices revoke abcdefghijkl --stage production`");
  expect(deviceAdded({ stage: "sandbox", device, by: "npm start" }).message).not.toContain("--stage");
});
