import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mostRowsAtOnce, readRows, rowWith, type Table } from "../squares/table.ts";
import { isSettled, readUploads, type Upload, type UploadOutcome } from "./uploads.ts";

/** The row that names the look-alikes that wait for a person, so that nobody has to look at every row for them. */
export const undecidedId = "#held-uploads";

export type UndecidedUpload = Upload & { outcome: Extract<UploadOutcome, { state: "similar" }> };

/**
 * Names an upload that is about to wait for a person; its own row says so afterwards. A name too many, left by a run
 * that was cut off or by a decision, does no harm: `readUndecided` looks at the rows.
 */
export async function noteUndecided(table: Table, uploadId: string): Promise<void> {
  await change(table, "ADD", [uploadId]);
}

export interface Undecided {
  /** The oldest first. */
  uploads: UndecidedUpload[];
  /** Names of others, which are settled or gone for good. */
  over: string[];
}

/**
 * The look-alikes that wait for a person.
 *
 * @param most after so many of them it looks no further; all of them unless given.
 * @param rows that of `undecidedId` among them, read a moment ago; read by itself unless given.
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function readUndecided(
  table: Table,
  most = Number.POSITIVE_INFINITY,
  rows: Promise<Record<string, unknown>[]> = readRows(table, [undecidedId]),
): Promise<Undecided> {
  const row = rowWith(await rows, undecidedId);
  // By their ids, which are ULIDs, they are in the order of their tickets.
  const ids = [...((row?.["uploads"] as ReadonlySet<string> | undefined) ?? [])].sort();
  const found: Undecided = { uploads: [], over: [] };
  for (let at = 0; at < ids.length && found.uploads.length < most; at += mostRowsAtOnce) {
    const some = ids.slice(at, at + mostRowsAtOnce);
    const rows = new Map((await readUploads(table, some)).map((upload) => [upload.uploadId, upload]));
    for (const id of some) {
      const upload = rows.get(id);
      if (upload === undefined || isSettled(upload)) found.over.push(id);
      else if (isUndecided(upload) && found.uploads.length < most) found.uploads.push(upload);
    }
  }
  return found;
}

/** Takes names out that `readUndecided` found to be over. */
export async function forgetDecided(table: Table, over: readonly string[]): Promise<void> {
  if (over.length > 0) await change(table, "DELETE", over);
}

const isUndecided = (upload: Upload): upload is UndecidedUpload => upload.outcome.state === "similar";

async function change(table: Table, verb: "ADD" | "DELETE", ids: readonly string[]): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: undecidedId },
      UpdateExpression: `${verb} uploads :ids`,
      ExpressionAttributeValues: { ":ids": new Set(ids) },
    }),
  );
}
