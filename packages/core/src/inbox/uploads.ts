import { GetCommand, PutCommand, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { requireDevice } from "../access/devices.ts";
import { dayMs } from "../clock.ts";
import { Corners, Point } from "../squares/square.ts";
import { readRows, type Table } from "../squares/table.ts";
import { conditionFailed } from "../squares/transition.ts";
import { inboxFolder } from "./keys.ts";
import { addTicket, forgetEnded, ticketMs } from "./tickets.ts";

/** Below it lies what the web app's users have sent; everything else of the inbox was dropped by hand. */
export const uploadFolder = `${inboxFolder}web/`;

/** How long it is known what came of an upload. */
export const uploadMs = 7 * dayMs;
/** Nobody waits longer for an outcome: a run, and its retries where it fails, are over by then. */
const patienceMs = 60 * 60 * 1000;
/** How long a look-alike waits for a person; the bucket then deletes the picture by itself. */
export const undecidedMs = 30 * dayMs;

export const UploadOutcome = v.variant("state", [
  v.object({ state: v.literal("waiting") }),
  v.object({ state: v.literal("added"), squareId: v.string(), warnings: v.array(v.string()) }),
  v.object({ state: v.literal("duplicate"), equals: v.string() }),
  v.object({ state: v.literal("similar"), equals: v.string(), thumbnailKey: v.string() }),
  v.object({
    state: v.literal("refused"),
    reason: v.string(),
    /** ETag of the file, where it is kept beside what was refused of the inbox. */
    putAside: v.optional(v.string()),
    /** The runs that looked at it died: the picture itself was not found to be at fault, and it may be sent again. */
    gaveUp: v.optional(v.literal(true)),
  }),
]);
export type UploadOutcome = v.InferOutput<typeof UploadOutcome>;

/** One picture that somebody sends by the web app, as the table knows it before and after. */
export const Upload = v.object({
  /** A ULID, and the id of the square that it becomes. */
  uploadId: v.string(),
  /** Of the file, for a person. */
  name: v.string(),
  /** Where the picture is put. */
  key: v.string(),
  title: v.optional(v.string()),
  caption: v.optional(v.string()),
  altText: v.optional(v.string()),
  series: v.optional(v.string()),
  order: v.optional(v.picklist(["oldest", "shuffle"])),
  status: v.optional(v.picklist(["queued", "draft"])),
  corners: v.optional(Corners),
  grey: v.optional(Point),
  /** Somebody has seen what it looks like, and wants it all the same. */
  allowSimilar: v.optional(v.boolean(), false),
  /**
   * Credential of the device that sends it, or that has wanted it all the same; where that is gone, nothing is added.
   * Absent in rows of an earlier version, whose forms end within a quarter of an hour.
   */
  device: v.optional(v.string()),
  /** Milliseconds since the epoch, until when its form may be sent. */
  openUntil: v.optional(v.number()),
  /** Milliseconds since the epoch, from when on something should have come of it. */
  lateAt: v.optional(v.number()),
  /** Runs that have begun to look at it, and have not said how that ended. */
  tries: v.optional(v.instance(Set<string>)),
  outcome: UploadOutcome,
});
export type Upload = v.InferOutput<typeof Upload>;

const rowId = (uploadId: string) => `#upload#${uploadId}`;
const ulidPattern = /^[0-9A-HJKMNP-TV-Z]{26}$/;

/** Where an upload's picture is put: the name is kept, for a person who looks into the bucket, and trusted for nothing. */
export function uploadKey(uploadId: string, name: string): string {
  const safe = name
    .normalize("NFKD")
    .replaceAll(/[^\w.-]+/g, "_")
    .replaceAll(/\.{2,}/g, ".")
    .replace(/^\.+/, "")
    .slice(-100);
  return `${uploadFolder}${uploadId}/${safe || "picture"}`;
}

/** The upload to which a key of the bucket belongs; undefined for every other key. */
export function uploadIdOf(key: string): string | undefined {
  if (!key.startsWith(uploadFolder)) return undefined;
  const [id = ""] = key.slice(uploadFolder.length).split("/");
  return ulidPattern.test(id) ? id : undefined;
}

export type Opening =
  | "opened"
  /** So many pictures of this device are on their way already. */
  | "too many"
  /** The device was revoked meanwhile. */
  | "no device";

/**
 * Opens an upload and counts it among those of its device, all or nothing, however many ask at once. Asked again with
 * the same upload, because an answer was lost, it opens nothing more.
 */
export async function openUpload(table: Table, upload: Upload, now: number): Promise<Opening> {
  const { device } = upload;
  const openUntil = now + ticketMs;
  const opened = { ...upload, openUntil, lateAt: openUntil + patienceMs };
  const row = {
    TableName: table.name,
    Item: { id: rowId(upload.uploadId), ...opened, ttl: Math.ceil((now + uploadMs) / 1000) },
    ConditionExpression: "attribute_not_exists(id)",
  };
  if (device === undefined) {
    await table.client.send(new PutCommand(row));
    return "opened";
  }
  const open = () =>
    table.client.send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: row },
          addTicket(table, { device, uploadId: upload.uploadId, openUntil }),
          requireDevice(table, { credentialId: device }),
        ],
      }),
    );
  const first = await openingOf(open, table, upload);
  if (first !== "too many" || !(await forgetEnded(table, device, now))) return first;
  return openingOf(open, table, upload);
}

async function openingOf(open: () => Promise<unknown>, table: Table, { uploadId }: Upload): Promise<Opening> {
  try {
    await open();
    return "opened";
  } catch (error) {
    if (conditionFailed(error, 2)) return "no device";
    // The answer to an earlier attempt was lost on its way.
    if (conditionFailed(error, 0) && (await readUpload(table, uploadId)) !== undefined) return "opened";
    if (conditionFailed(error, 1)) return "too many";
    throw error;
  }
}

/** Strongly consistent; undefined where there is none, or not any more. */
export async function readUpload(table: Table, uploadId: string): Promise<Upload | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: rowId(uploadId) }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : v.parse(Upload, Item);
}

/** Those that there are of at most a hundred, in any order. @throws Retryable when DynamoDB keeps rows back for want of capacity. */
export async function readUploads(table: Table, uploadIds: readonly string[]): Promise<Upload[]> {
  const ids = uploadIds.filter((id) => ulidPattern.test(id));
  return (await readRows(table, ids.map(rowId))).map((row) => v.parse(Upload, row));
}

/** Whether it was added, refused, or found to be there: nothing more comes of it. */
export const isSettled = ({ outcome }: Upload) => outcome.state !== "waiting" && outcome.state !== "similar";

/**
 * Notes what came of an upload, unless that is settled. A look-alike is known for as long as it may wait. A run that was
 * given up and lives all the same has the last word of what it has added.
 *
 * @returns it as it is now; undefined where it is gone.
 */
export function settleUpload(
  table: Table,
  uploadId: string,
  { outcome, now }: { outcome: UploadOutcome; now: number },
): Promise<Upload | undefined> {
  const isUndecided = outcome.state === "similar";
  const isThere = outcome.state === "added" || outcome.state === "duplicate";
  return changeUpload(table, uploadId, {
    update: `SET outcome = :outcome${isUndecided ? ", #ttl = :ttl" : ""} REMOVE tries`,
    condition: `outcome.#state IN (:waiting, :similar)${isThere ? " OR outcome.gaveUp = :true" : ""}`,
    values: {
      ":outcome": outcome,
      ":waiting": "waiting",
      ":similar": "similar",
      ...(isUndecided && { ":ttl": Math.ceil((now + undecidedMs) / 1000) }),
      ...(isThere && { ":true": true }),
    },
  });
}

/**
 * Wants a look-alike all the same; from then on it is that device's, whoever has sent it.
 *
 * @returns it as it is now, whatever it is; undefined where it is gone.
 */
export function allowUpload(
  table: Table,
  uploadId: string,
  { device, now }: { device: string; now: number },
): Promise<Upload | undefined> {
  return changeUpload(table, uploadId, {
    update: "SET outcome = :outcome, allowSimilar = :true, device = :device, lateAt = :lateAt",
    condition: "outcome.#state = :similar",
    values: {
      ":outcome": { state: "waiting" },
      ":true": true,
      ":device": device,
      ":lateAt": now + patienceMs,
      ":similar": "similar",
    },
  });
}

/** Does not want a look-alike. @returns it as it is now, whatever it is; undefined where it is gone. */
export function declineUpload(table: Table, uploadId: string): Promise<Upload | undefined> {
  return changeUpload(table, uploadId, {
    update: "SET outcome = :outcome",
    condition: "outcome.#state = :similar",
    values: { ":outcome": { state: "refused", reason: declined }, ":similar": "similar" },
  });
}

const declined = "It looks like another square, and you chose not to add it.";
export const isDeclined = ({ outcome }: Upload) => outcome.state === "refused" && outcome.reason === declined;

/** @returns the row as it is now, whether the condition held or not; undefined where it is gone. */
export async function changeUpload(
  table: Table,
  uploadId: string,
  { update, condition, values }: { update: string; condition: string; values: Record<string, unknown> },
): Promise<Upload | undefined> {
  if (!ulidPattern.test(uploadId)) return undefined;
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: rowId(uploadId) },
        UpdateExpression: update,
        ConditionExpression: condition,
        ExpressionAttributeNames: { "#state": "state", ...(update.includes("#ttl") && { "#ttl": "ttl" }) },
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    );
    return v.parse(Upload, Attributes);
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    return readUpload(table, uploadId);
  }
}
