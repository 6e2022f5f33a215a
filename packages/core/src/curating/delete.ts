import { DeleteObjectCommand, HeadObjectCommand, type S3ServiceException } from "@aws-sdk/client-s3";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { forgetContent } from "../adding/commit.ts";
import { forgetLookAlikes } from "../adding/look-alikes.ts";
import { TaskError } from "../errors.ts";
import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { requireSquare } from "../squares/list.ts";
import { objectNames, type Square, statuses } from "../squares/square.ts";
import { countTransition } from "../squares/stock.ts";
import { everyRowByStatus, readSquare, type Table } from "../squares/table.ts";
import { conditionFailed, statusUpdate } from "../squares/transition.ts";
import { changedByOthers } from "./changed-by-others.ts";

export type DeletePorts = Pick<Ports, "table" | "bucket" | "clock" | "random" | "sleep">;

export interface Deleted {
  id: string;
  title: string;
  /** Its files that are kept: another square may need them. */
  kept: string[];
}

/** Whether a post of a square is out on a network, or may be: it stays there whatever becomes of the square. */
export function isOut({ status, postedAt, tweetId, tweetBody, sentAt, bluesky }: Square): boolean {
  const signs = [postedAt, tweetId, tweetBody, sentAt, bluesky?.sentAt, bluesky?.sharedAt];
  // What another program has posted may have no more than the status.
  return status === "posted" || signs.some((sign) => sign !== undefined);
}

/**
 * Deletes a square for good: its files, its row, and what the table knows of its picture. First it is taken out of the queue and
 * marked, and the row is deleted last: cut off in between, the square cannot be posted without its picture, and the same call
 * again goes on from there.
 *
 * @param input.version The `version` that a person looked at; without it, the one that is there now.
 * @param input.evenIfPosted Also where its post is out, or may be. The post stays.
 * @throws Rejected where a run has it, it is held for review, it was posted and nobody said that it may be deleted then, or somebody
 *   else changed it meanwhile.
 */
export async function deleteSquare(
  ports: DeletePorts,
  { id, version, evenIfPosted = false }: { id: string; version?: number; evenIfPosted?: boolean },
): Promise<Deleted> {
  const { table } = ports;
  const seen = await requireSquare(table, id);
  if (seen.deletingSince === undefined) {
    requireDeletable(seen, evenIfPosted);
    if (version !== undefined && version !== seen.version) throw changedByOthers(id);
    await persistently(ports, `Marking square ${id}`, () => mark(ports, seen));
  }
  const square = await requireSquare(table, id);
  const kept = await deleteFiles(ports, square);
  await persistently(ports, `Deleting square ${id}`, () => deleteRow(table, square));
  return { id, title: square.title, kept };
}

const whyNot: Partial<Record<Square["status"], string>> = {
  claimed: "is about to be posted: wait until the run has ended",
  posting: "is being posted at this moment: wait until the run has ended",
  review: "is held for review: decide first whether it was posted",
};

function requireDeletable(square: Square, evenIfPosted: boolean): void {
  const { id, status } = square;
  const why = whyNot[status];
  if (why !== undefined) throw new TaskError("rejected", `Square ${id} ${why}.`);
  if (isOut(square) && !evenIfPosted)
    throw new TaskError(
      "rejected",
      `Square ${id} ${status === "posted" ? "was" : "may have been"} posted, and a post stays where it is: delete the post first, or say that the square is to be deleted all the same.`,
    );
}

/** From here on the square is nobody's: no other status can be given to it. */
async function mark({ table, clock }: DeletePorts, { id, status, version, postedAt }: Square): Promise<void> {
  const now = new Date(clock()).toISOString();
  const change = { id, from: status, to: "withdrawn", sortKey: now, now, seenVersion: version } as const;
  const counted = status === "withdrawn" ? [] : [countTransition(table, status, "withdrawn")];
  try {
    const set = { deletingSince: now, ...(status === "posted" && { postedAt: postedAt ?? now }) };
    const TransactItems = [statusUpdate(table, { ...change, set }), ...counted];
    await table.client.send(new TransactWriteCommand({ TransactItems }));
  } catch (error) {
    if (!conditionFailed(error, 0)) throw error;
    // The answer to an earlier attempt was lost on its way.
    if ((await readSquare(table, id))?.deletingSince === undefined) throw changedByOthers(id);
  }
}

/** How long a picture may take from its upload to its row. */
const uploadMs = 60 * 60 * 1000;

/** @returns those that stay. */
async function deleteFiles(ports: DeletePorts, square: Square): Promise<string[]> {
  const { table, bucket } = ports;
  const keys = [...new Set([square, ...(square.madeBefore ?? [])].flatMap(keysNamed))];
  const needed = await namedByOthers(table, square.id, keys);
  // One photograph may show several squares, and the others may be on their way.
  const { originalKey, sha256 } = square;
  // Of a whole photograph, the content is that of the file.
  const isPart = sha256 !== undefined && originalKey?.includes(sha256) === false;
  if (originalKey !== undefined && isPart && (await isYoung(ports, originalKey))) needed.add(originalKey);
  const unneeded = keys.filter((key) => !needed.has(key));
  await Promise.all(
    unneeded.map((Key) =>
      persistently(ports, `Deleting s3://${bucket.name}/${Key}`, () =>
        bucket.client.send(new DeleteObjectCommand({ Bucket: bucket.name, Key })),
      ),
    ),
  );
  return [...needed];
}

async function isYoung({ bucket, clock }: DeletePorts, Key: string): Promise<boolean> {
  try {
    const { LastModified } = await bucket.client.send(new HeadObjectCommand({ Bucket: bucket.name, Key }));
    return LastModified !== undefined && LastModified.getTime() > clock() - uploadMs;
  } catch (error) {
    // Without the right to list, S3 says "forbidden" of an object that does not exist.
    if ([403, 404].includes((error as S3ServiceException).$metadata?.httpStatusCode ?? 0)) return false;
    throw error;
  }
}

const keysNamed = (row: Record<string, unknown>) =>
  objectNames.map((name) => row[name]).filter((key) => typeof key === "string" && key !== "") as string[];

const pageSize = 500;

/** Which of these objects other squares name as well. */
async function namedByOthers(table: Table, id: string, keys: readonly string[]): Promise<Set<string>> {
  const named = new Set<string>();
  for (const status of statuses)
    for await (const row of everyRowByStatus(table, { status, limit: pageSize }))
      if (row.id !== id) for (const key of keysNamed(row)) if (keys.includes(key)) named.add(key);
  return named;
}

async function deleteRow(table: Table, square: Square): Promise<void> {
  const { id, version, sha256, phash, madeBefore = [], deletingSince } = square;
  const postedAt = isOut(square) ? (square.postedAt ?? square.sentAt ?? deletingSince) : undefined;
  const row = {
    Delete: {
      TableName: table.name,
      Key: { id },
      ConditionExpression: "attribute_exists(deletingSince) AND #version = :seen",
      ExpressionAttributeNames: { "#version": "version" },
      ExpressionAttributeValues: { ":seen": version },
    },
  };
  const marks = sha256 === undefined ? [] : await forgetContent(table, { sha256, squareId: id, postedAt });
  // A transaction has room for no more of them; an entry of a square that is gone is in nobody's way.
  const likenesses = [phash, ...madeBefore.map((made) => made.phash).reverse()].filter((one) => one !== undefined);
  const looks = await forgetLookAlikes(table, { id, likenesses: likenesses.slice(0, 10) });
  const TransactItems = [row, countTransition(table, "withdrawn", undefined), ...marks, ...looks];
  try {
    await table.client.send(new TransactWriteCommand({ TransactItems }));
  } catch (error) {
    if (!conditionFailed(error, 0)) throw error;
    // The answer to an earlier attempt was lost on its way.
    if ((await readSquare(table, id)) !== undefined) throw changedByOthers(id);
  }
}
