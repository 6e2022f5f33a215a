import { GetCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { type Clock, dayMs } from "../clock.ts";
import { TaskError } from "../errors.ts";
import { conditionHolds, readRows, type Table } from "../squares/table.ts";
import { conditionFailed } from "../squares/transition.ts";
import { type Device, readDevice, readDevices, requireDevice } from "./devices.ts";
import { hashOf, newSecret, type RandomBytes, ttlOf } from "./secret.ts";

/** How long a link can be used. */
export const inviteMs = dayMs;
/** So many can be open at once, each for a device that somebody is about to add. */
export const mostInvites = 20;

export interface NewInvite {
  /** Known to nobody else: the table keeps its hash. */
  secret: string;
  /** ISO time. */
  expiresAt: string;
}

/** An invite that can be used. */
export interface OpenInvite {
  /** Hash of its secret, hex: it names the invite, and nobody can use it. */
  id: string;
  /** What made it: the credential of a device, or a command. */
  by: string;
  /** The device that made it, where it was one. */
  maker?: Device;
  /** ISO times. */
  createdAt: string;
  expiresAt: string;
}

const InviteRow = v.object({
  id: v.string(),
  by: v.string(),
  /** When the device was added that made it; absent where it was a command. */
  bySince: v.optional(v.string()),
  createdAt: v.string(),
  expiresAt: v.string(),
});

const prefix = "#invite#";
const rowId = (id: string) => `${prefix}${id}`;
/** Names all that are open. An invite that it does not name is good for nothing, so that none is on no list. */
const directoryId = "#invites";
/** As a credential is written; the name of a command has a space in it. */
const isCredential = (by: string) => /^[\w-]+$/.test(by);

/**
 * Makes an invite by which one device, once, becomes one of the owner's. One that a device makes is good only as long
 * as that device is.
 *
 * @param by the credential of a device, or the command as a person writes it, for example `2x2 invite`.
 * @throws Rejected where that device was revoked, or too many are open.
 */
export async function createInvite(
  { table, clock, randomBytes }: { table: Table; clock: Clock; randomBytes: RandomBytes },
  { by }: { by: string },
): Promise<NewInvite> {
  const now = clock();
  const maker = isCredential(by) ? await readDevice(table, by) : undefined;
  if (maker === undefined && isCredential(by)) throw makerIsGone();
  await forgetOver(table, now);
  const secret = newSecret(randomBytes);
  const expiresAt = new Date(now + inviteMs).toISOString();
  const parts = [
    {
      Put: {
        TableName: table.name,
        Item: {
          ...{ id: rowId(hashOf(secret)), by, bySince: maker?.createdAt },
          ...{ createdAt: new Date(now).toISOString(), expiresAt, ttl: ttlOf(now + inviteMs) },
        },
        ConditionExpression: "attribute_not_exists(id)",
      },
    },
    {
      Update: {
        TableName: table.name,
        Key: { id: directoryId },
        UpdateExpression: "ADD invites :invite",
        ConditionExpression: "attribute_not_exists(invites) OR size(invites) < :most",
        ExpressionAttributeValues: { ":invite": new Set([hashOf(secret)]), ":most": mostInvites },
      },
    },
    ...(maker === undefined ? [] : [requireDevice(table, maker)]),
  ];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems: parts }));
  } catch (error) {
    if (conditionFailed(error, 1)) throw tooMany();
    if (conditionFailed(error, 2)) throw makerIsGone();
    throw error;
  }
  return { secret, expiresAt };
}

const makerIsGone = () =>
  new TaskError("rejected", "This device was revoked and cannot invite others: use another device, or `2x2 invite`.");
const tooMany = () =>
  new TaskError(
    "rejected",
    `${mostInvites} invites are open, which is the most there can be: void one that nobody will use, on the page Devices or with \`2x2 invite void ID\`.`,
  );

/** The page of the web app that takes an invite; what stands behind `#` is never sent to a server by a browser. */
export const inviteAddress = (origin: string, secret: string) => `${origin.replace(/\/$/, "")}/invite#${secret}`;

async function idsOfAll(table: Table): Promise<string[]> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: directoryId }, ConsistentRead: true }),
  );
  return [...((Item?.["invites"] as ReadonlySet<string> | undefined) ?? [])];
}

/** The invites that can be used, the latest first; strongly consistent. */
export async function listInvites(table: Table, now: number): Promise<OpenInvite[]> {
  const open = await openOf(table, await idsOfAll(table), now);
  return open.sort((one, other) => other.createdAt.localeCompare(one.createdAt));
}

async function openOf(table: Table, ids: readonly string[], now: number): Promise<OpenInvite[]> {
  const rows = (await readRows(table, ids.map(rowId))).map((row) => v.parse(InviteRow, row));
  const makers = await readDevices(table, new Set(rows.map(({ by }) => by).filter(isCredential)));
  return rows.flatMap(({ id, by, bySince, createdAt, expiresAt }) => {
    const maker = makers.get(by);
    const isMakerThere = !isCredential(by) || (maker !== undefined && maker.createdAt === bySince);
    if (!isMakerThere || expiresAt <= new Date(now).toISOString()) return [];
    return [{ id: id.slice(prefix.length), by, createdAt, expiresAt, ...(maker && { maker }) }];
  });
}

/** The invite of a secret while it can be used; strongly consistent. */
export async function findInvite(table: Table, secret: string, now: number): Promise<OpenInvite | undefined> {
  const id = hashOf(secret);
  const isNamed = (await idsOfAll(table)).includes(id);
  return isNamed ? (await openOf(table, [id], now))[0] : undefined;
}

/** Whether an invite can still be used; strongly consistent. */
export async function isInvited(table: Table, secret: string, now: number): Promise<boolean> {
  return (await findInvite(table, secret, now)) !== undefined;
}

/** Names of invites that were used, are too old, or whose maker is gone: they make room for others. */
async function forgetOver(table: Table, now: number): Promise<void> {
  const ids = await idsOfAll(table);
  const open = new Set((await openOf(table, ids, now)).map(({ id }) => id));
  const over = ids.filter((id) => !open.has(id));
  if (over.length === 0) return;
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: directoryId },
      UpdateExpression: "DELETE invites :over",
      ExpressionAttributeValues: { ":over": new Set(over) },
    }),
  );
}

const unname = (table: Table, id: string) => ({
  Update: {
    TableName: table.name,
    Key: { id: directoryId },
    UpdateExpression: "DELETE invites :invite",
    ExpressionAttributeValues: { ":invite": new Set([id]) },
  },
});

/**
 * The parts of a transaction that use an invite up; a condition of them fails where it was used before, was voided, is too
 * old, or where the device that made it was revoked meanwhile.
 */
export function useInvite(table: Table, { id, maker }: Pick<OpenInvite, "id" | "maker">, now: number) {
  return [
    {
      Delete: {
        TableName: table.name,
        Key: { id: rowId(id) },
        ConditionExpression: "expiresAt > :now",
        ExpressionAttributeValues: { ":now": new Date(now).toISOString() },
      },
    },
    unname(table, id),
    ...(maker === undefined ? [] : [requireDevice(table, maker)]),
  ];
}

/**
 * Makes an invite good for nothing.
 *
 * @param id its hash, as a list names it
 * @returns false where there is none: it was used, voided or forgotten.
 */
export async function voidInvite(table: Table, id: string): Promise<boolean> {
  const remove = {
    Delete: { TableName: table.name, Key: { id: rowId(id) }, ConditionExpression: "attribute_exists(id)" },
  };
  const removal = new TransactWriteCommand({ TransactItems: [remove, unname(table, id)] });
  return conditionHolds(() => table.client.send(removal));
}
