import { PutCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { addDevice, type Device, revokeDevice } from "@twobytwo/core/access/devices";
import { hashOf } from "@twobytwo/core/access/secret";
import {
  beginSession,
  endSession,
  longestSessionMs,
  proofMs,
  proveSession,
  readSession,
  sessionMs,
} from "@twobytwo/core/access/sessions";
import { signInDevice } from "@twobytwo/core/access/sign-in";
import type { Table } from "@twobytwo/core/squares/table";
import { expect, it, onTestFinished } from "vitest";
import { emptyTable } from "../squares/table-fixture.ts";

const now = Date.parse("2026-05-03T18:00:00.000Z");
const day = 24 * 60 * 60 * 1000;
const at = new Date(now).toISOString();

/** A table with one device, which has not signed in. */
async function withDevice(credentialId = "laptop"): Promise<Table> {
  const { table, close } = await emptyTable();
  onTestFinished(close);
  const device: Device = {
    ...{ credentialId, name: "Laptop", publicKey: new Uint8Array([1]), counter: 0, transports: [] },
    ...{ createdAt: at, seenAt: at },
  };
  await table.client.send(new TransactWriteCommand({ TransactItems: addDevice(table, device) }));
  return table;
}

let counter = 0;
function signIn(table: Table, token: string, time = now): Promise<boolean> {
  counter += 1;
  return signInDevice(table, { token, credentialId: "laptop", counter, now: time });
}
const prove = (table: Table, token: string, time: number, credentialId = "laptop") => {
  counter += 1;
  return proveSession(table, { token, credentialId, counter, now: time });
};

it("a new sign-in ends the device's older session", async () => {
  const table = await withDevice();
  await signIn(table, "first");
  expect(await readSession(table, "first", now)).toMatchObject({ device: { credentialId: "laptop" } });
  await signIn(table, "second");
  expect(await readSession(table, "first", now)).toBeUndefined();
  expect(await readSession(table, "second", now)).toBeDefined();
});

it("a session from before devices had one goes on, until the next sign-in", async () => {
  const table = await withDevice();
  const begin = beginSession(table, { token: "old", credentialId: "laptop", now });
  await table.client.send(new TransactWriteCommand({ TransactItems: [begin] }));
  expect(await readSession(table, "old", now)).toBeDefined();
  await signIn(table, "new");
  expect(await readSession(table, "old", now)).toBeUndefined();
});

it("a session ends ninety days after the sign-in, whatever it is used", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  let time = now;
  for (; time < now + longestSessionMs; time += 20 * day)
    expect([time, (await readSession(table, "token", time)) !== undefined]).toEqual([time, true]);
  // The last use was on the eightieth day, and the browser is told of no later end than the ninetieth.
  const last = now + longestSessionMs - day;
  expect(await readSession(table, "token", last)).toMatchObject({ extendedMs: day });
  expect(await readSession(table, "token", now + longestSessionMs - 1)).toBeDefined();
  expect(await readSession(table, "token", now + longestSessionMs)).toBeUndefined();
});

it("a session of an older version, which names a later end, ends after ninety days too", async () => {
  const table = await withDevice();
  const row = (token: string) =>
    new PutCommand({
      TableName: table.name,
      Item: {
        ...{ id: `#session#${hashOf(token)}`, credentialId: "laptop", createdAt: at },
        ...{ seenAt: new Date(now + 85 * day).toISOString(), expiresAt: new Date(now + 115 * day).toISOString() },
      },
    });
  for (const token of ["used", "unused"]) await table.client.send(row(token));
  const before = await readSession(table, "used", now + 86 * day);
  expect(before).toMatchObject({ isProven: false, extendedMs: 4 * day });
  for (const token of ["used", "unused"]) expect(await readSession(table, token, now + 90 * day)).toBeUndefined();
});

it("a session that nobody uses ends after thirty days", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  expect(await readSession(table, "token", now + sessionMs - 1)).toBeDefined();
  await signIn(table, "other", now);
  expect(await readSession(table, "other", now + sessionMs)).toBeUndefined();
});

it("a sign-in is a proof, for two minutes, and an answer with the passkey is one again", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  const isProven = async (time: number) => (await readSession(table, "token", time))?.isProven;
  expect(await isProven(now + proofMs)).toBe(true);
  expect(await isProven(now + proofMs + 1)).toBe(false);
  expect(await prove(table, "token", now + day)).toBe(true);
  expect(await isProven(now + day + proofMs)).toBe(true);
  expect(await isProven(now + day + proofMs + 1)).toBe(false);
});

it("is not proven by an answer that was counted already, by another device, nor where it or its device is gone", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  const later = now + day;
  expect(await proveSession(table, { token: "token", credentialId: "laptop", counter, now: later })).toBe(false);
  expect(await prove(table, "token", later, "phone")).toBe(false);
  expect(await prove(table, "never begun", later)).toBe(false);
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: `#session#${hashOf("token")}` },
      UpdateExpression: "SET credentialId = :other",
      ExpressionAttributeValues: { ":other": "phone" },
    }),
  );
  expect(await prove(table, "token", later)).toBe(false);
  await signIn(table, "next");
  await revokeDevice(table, "laptop");
  expect(await prove(table, "next", later)).toBe(false);
  await endSession(table, "next");
  expect(await prove(table, "next", later)).toBe(false);
});

it("ends with its device, also where this process knows whose it is", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  const reads = async () => {
    const found = await readSession(table, "token", now);
    return found?.device.credentialId;
  };
  expect([await reads(), await reads()]).toEqual(["laptop", "laptop"]);
  await revokeDevice(table, "laptop");
  expect(await reads()).toBeUndefined();
});

it("goes to the device that its row names, whatever was read before", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  expect(await readSession(table, "token", now)).toBeDefined();
  // By hand: nothing of ours does so.
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: `#session#${hashOf("token")}` },
      UpdateExpression: "SET credentialId = :other",
      ExpressionAttributeValues: { ":other": "nobody" },
    }),
  );
  expect(await readSession(table, "token", now)).toBeUndefined();
});

it("is read although the pictures that the device sends keep its row busy", async () => {
  const table = await withDevice();
  await signIn(table, "token");
  table.client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const { Key } = args.input as { Key?: { id?: string | { S?: string } } };
        const id = typeof Key?.id === "string" ? Key.id : Key?.id?.S;
        if (commandName === "UpdateItemCommand" && id?.startsWith("#device#"))
          throw Object.assign(new Error("in use"), { name: "TransactionConflictException" });
        return next(args);
      },
    { step: "initialize" },
  );
  expect(await readSession(table, "token", now + day)).toMatchObject({ device: { credentialId: "laptop" } });
});
