import { randomBytes } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { type AttributeValue, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { addDevice, type Device, listDevices, readDevice, revokeDevice } from "@twobytwo/core/access/devices";
import { createInvite, isInvited } from "@twobytwo/core/access/invites";
import { hashOf } from "@twobytwo/core/access/secret";
import { beginSession, readSession } from "@twobytwo/core/access/sessions";
import { exportSquares } from "@twobytwo/core/archive/export";
import { endName, rowsName } from "@twobytwo/core/archive/format";
import { importSquares } from "@twobytwo/core/archive/import";
import { padded, tarEnd, tarHeader } from "@twobytwo/core/archive/tar";
import { noteSeries, readSeries } from "@twobytwo/core/squares/series";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Studio } from "../adding/studio.ts";
import { addPaintings, type Kept, keep, rowsOf } from "./keep.ts";

let kept: Kept;
beforeEach(async () => {
  kept = await keep();
});
afterEach(() => kept.close());

const now = Date.parse("2026-05-03T18:00:00.000Z");
const at = new Date(now).toISOString();
const device = (credentialId: string): Device => ({
  ...{ credentialId, name: `Device ${credentialId}`, publicKey: new Uint8Array([1]), counter: 0, transports: [] },
  ...{ createdAt: at, seenAt: at },
});

/** A device of the owner's with a session, and an open invite. */
async function letIn({ ports: { table } }: Studio, credentialId: string, token: string): Promise<string> {
  const parts = [...addDevice(table, device(credentialId)), beginSession(table, { token, credentialId, now })];
  await table.client.send(new TransactWriteCommand({ TransactItems: parts }));
  const { secret } = await createInvite({ table, clock: () => now, randomBytes }, { by: "2x2 invite" });
  return secret;
}

const accessOf = async (studio: Studio) =>
  Object.keys(await rowsOf(studio)).filter((id) => /^#(device|session|invite|challenge)/.test(id));

/** An archive as anybody can write one: whole, and with whatever rows. */
async function craft(file: string, rows: Record<string, AttributeValue>[]): Promise<void> {
  const head = { format: "twobytwo-archive", version: 1, createdAt: at };
  const lines = Buffer.from([head, ...rows].map((row) => `${JSON.stringify(row)}\n`).join(""));
  const squares = rows.filter((row) => !row["id"]?.S?.startsWith("#")).length;
  const end = { rows: rows.length, squares, objects: 0, missing: 0, sha256: hashOf(lines.toString("utf8")) };
  const handle = await open(file, "w");
  for (const [name, bytes] of [
    [rowsName, lines],
    [endName, Buffer.from(JSON.stringify(end))],
  ] as const) {
    await handle.write(tarHeader({ name, bytes: bytes.length, modified: now }));
    await handle.write(Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]));
  }
  await handle.write(tarEnd);
  await handle.close();
}

const token = "t".repeat(43);
const later = new Date(now + 86_400_000).toISOString();
/** What would let its writer in, were it in a table: as this version writes it, as an older one, and as nobody does. */
const rights: Record<string, AttributeValue>[] = [
  {
    id: { S: "#device#thief" },
    credentialId: { S: "thief" },
    name: { S: "Thief" },
    publicKey: { B: Buffer.from([1]).toString("base64") as never },
    counter: { N: "0" },
    transports: { L: [] },
    createdAt: { S: at },
    seenAt: { S: at },
    session: { S: hashOf(token) },
  },
  { id: { S: "#devices" }, devices: { SS: ["thief"] } },
  {
    id: { S: `#session#${hashOf(token)}` },
    credentialId: { S: "thief" },
    createdAt: { S: at },
    seenAt: { S: at },
    expiresAt: { S: later },
    provenAt: { S: at },
  },
  { id: { S: `#invite#${hashOf("known")}` }, by: { S: "2x2 invite" }, createdAt: { S: at }, expiresAt: { S: later } },
  { id: { S: "#invites" }, invites: { SS: [hashOf("known")] } },
  { id: { S: `#challenge#${hashOf("known")}` }, purpose: { S: "sign-in" }, expires: { N: String(now + 1000) } },
  { id: { S: "#a-kind-of-a-later-version" } },
];
const square = { id: { S: "odd" }, status: { S: "draft" }, sortKey: { S: at }, objectKey: { S: "squares/odd.jpg" } };

it("an archive takes no device, session or invite along", async () => {
  const [from, to] = [await kept.studio(1), await kept.studio(2)];
  await addPaintings(from, ["Blue"]);
  const secret = await letIn(from, "laptop", token);
  const { rows } = await exportSquares(from.ports, { file: kept.file("all.tar") });
  const bytes = await readFile(kept.file("all.tar"));
  for (const word of ["laptop", hashOf(token), hashOf(secret), "#devices"])
    expect([word, bytes.includes(word)]).toEqual([word, false]);
  const imported = await importSquares(to.ports, { file: kept.file("all.tar") });
  expect(imported).toMatchObject({ rows, squares: 1 });
  expect(imported).not.toHaveProperty("leftOut");
  expect(await accessOf(to)).toEqual([]);
});

it("an archive that somebody crafted lets nobody in, and says what was left out", async () => {
  const to = await kept.studio(2);
  await craft(kept.file("crafted.tar"), [...rights, square]);
  expect(await importSquares(to.ports, { file: kept.file("crafted.tar") })).toMatchObject({
    squares: 1,
    rows: 1,
    leftOut: { access: 6, other: 1 },
  });
  expect(Object.keys(await rowsOf(to)).sort()).toEqual(["#stock", "odd"]);
  const { table } = to.ports;
  expect(await readSession(table, token, now)).toBeUndefined();
  expect(await isInvited(table, "known", now)).toBe(false);
});

it("an older archive, made before a device was revoked, does not bring it back", async () => {
  const to = await kept.studio(2);
  const { table } = to.ports;
  await letIn(to, "thief", token);
  await revokeDevice(table, "thief");
  await craft(kept.file("old.tar"), [...rights, square]);
  await importSquares(to.ports, { file: kept.file("old.tar") });
  expect(await readDevice(table, "thief")).toBeUndefined();
  expect(await readSession(table, token, now)).toBeUndefined();
  expect(await listDevices(table)).toEqual([]);
});

it("an owner who has signed in to a new stage imports a backup there, and stays signed in", async () => {
  const [from, to] = [await kept.studio(1), await kept.studio(2)];
  await addPaintings(from, ["Blue"]);
  await letIn(from, "laptop", "a".repeat(43));
  await noteSeries(from.ports.table, ["Spring"]);
  await exportSquares(from.ports, { file: kept.file("all.tar") });
  await letIn(to, "phone", token);
  await noteSeries(to.ports.table, ["Autumn"]);
  expect(await importSquares(to.ports, { file: kept.file("all.tar") })).toMatchObject({ squares: 1 });
  const { table } = to.ports;
  expect((await listDevices(table)).map(({ name }) => name)).toEqual(["Device phone"]);
  expect(await readSession(table, token, now)).toMatchObject({ device: { credentialId: "phone" } });
  expect(await readSeries(table)).toEqual(["Autumn", "Spring"]);
});

it("a row in the table that no list of devices shows gives nobody any right", async () => {
  const { ports } = await kept.studio(2);
  const { table } = ports;
  const [thief, , session, invite] = rights.map((row) =>
    row["publicKey"] === undefined ? row : { ...row, publicKey: { B: new Uint8Array([1]) } },
  ) as Record<string, AttributeValue>[];
  for (const Item of [thief, session, invite])
    await table.client.send(new PutItemCommand({ TableName: table.name, Item }));
  expect(await listDevices(table)).toEqual([]);
  expect(await readDevice(table, "thief")).toBeUndefined();
  expect(await readSession(table, token, now)).toBeUndefined();
  expect(await isInvited(table, "known", now)).toBe(false);
});
