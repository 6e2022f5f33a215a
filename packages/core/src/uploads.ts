import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { inboxFolder } from "./ingest-keys.ts";
import { Corners, Point } from "./square.ts";
import { readRows, type Table } from "./table.ts";

/** Below it lies what the web app's users have sent; everything else of the inbox was dropped by hand. */
export const uploadFolder = `${inboxFolder}web/`;

const day = 24 * 60 * 60 * 1000;
/** How long it is known what came of an upload. */
export const uploadMs = 7 * day;
/** How long a look-alike waits for a person; the bucket then deletes the picture by itself. */
export const heldMs = 30 * day;

export const Outcome = v.variant("state", [
  v.object({ state: v.literal("waiting") }),
  v.object({ state: v.literal("added"), squareId: v.string(), warnings: v.array(v.string()) }),
  v.object({ state: v.literal("duplicate"), equals: v.string() }),
  v.object({ state: v.literal("similar"), equals: v.string(), thumbnailKey: v.string() }),
  v.object({ state: v.literal("refused"), reason: v.string() }),
]);
export type Outcome = v.InferOutput<typeof Outcome>;

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
  outcome: Outcome,
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

export async function openUpload(table: Table, upload: Upload, now: number): Promise<void> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { id: rowId(upload.uploadId), ...upload, ttl: Math.ceil((now + uploadMs) / 1000) },
      ConditionExpression: "attribute_not_exists(id)",
    }),
  );
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
 * Notes what came of an upload, unless that is settled. A look-alike is known for as long as it may wait.
 *
 * @returns it as it is now; undefined where it is gone.
 */
export function settleUpload(
  table: Table,
  uploadId: string,
  { outcome, now }: { outcome: Outcome; now: number },
): Promise<Upload | undefined> {
  const until = outcome.state === "similar" ? { knownUntil: now + heldMs } : {};
  return change(table, uploadId, { from: ["waiting", "similar"], outcome, ...until });
}

/** Wants a look-alike all the same. @returns it as it is now, whatever it is; undefined where it is gone. */
export function allowUpload(table: Table, uploadId: string): Promise<Upload | undefined> {
  return change(table, uploadId, { from: ["similar"], outcome: { state: "waiting" }, allowSimilar: true });
}

/** Does not want a look-alike. @returns it as it is now, whatever it is; undefined where it is gone. */
export function declineUpload(table: Table, uploadId: string): Promise<Upload | undefined> {
  return change(table, uploadId, { from: ["similar"], outcome: { state: "refused", reason: declined } });
}

const declined = "It looks like another square, and was not wanted.";
export const isDeclined = ({ outcome }: Upload) => outcome.state === "refused" && outcome.reason === declined;

async function change(
  table: Table,
  uploadId: string,
  {
    from,
    outcome,
    allowSimilar,
    knownUntil,
  }: { from: Outcome["state"][]; outcome: Outcome; allowSimilar?: true; knownUntil?: number },
): Promise<Upload | undefined> {
  if (!ulidPattern.test(uploadId)) return undefined;
  const states = from.map((state, index) => [`:from${index}`, state] as const);
  const sets = [
    "outcome = :outcome",
    ...(allowSimilar ? ["allowSimilar = :allowed"] : []),
    ...(knownUntil === undefined ? [] : ["#ttl = :ttl"]),
  ];
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: rowId(uploadId) },
        UpdateExpression: `SET ${sets.join(", ")}`,
        ConditionExpression: `outcome.#state IN (${states.map(([name]) => name).join(", ")})`,
        ExpressionAttributeNames: { "#state": "state", ...(knownUntil !== undefined && { "#ttl": "ttl" }) },
        ExpressionAttributeValues: {
          ":outcome": outcome,
          ...(allowSimilar && { ":allowed": true }),
          ...(knownUntil !== undefined && { ":ttl": Math.ceil(knownUntil / 1000) }),
          ...Object.fromEntries(states),
        },
        ReturnValues: "ALL_NEW",
      }),
    );
    return v.parse(Upload, Attributes);
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    return readUpload(table, uploadId);
  }
}
