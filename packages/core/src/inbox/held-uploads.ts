import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { mostRowsAtOnce, type Table } from "../squares/table.ts";
import { isSettled, type Outcome, readUploads, type Upload } from "./uploads.ts";

/** The row that names the look-alikes that wait for a person, so that nobody has to look at every row for them. */
const heldId = "#held-uploads";

export type HeldUpload = Upload & { outcome: Extract<Outcome, { state: "similar" }> };

/**
 * Names an upload that is about to wait for a person; its own row says so afterwards. A name too many, left by a run
 * that was cut off or by a decision, does no harm: `readHeld` looks at the rows.
 */
export async function noteHeld(table: Table, uploadId: string): Promise<void> {
  await change(table, "ADD", [uploadId]);
}

export interface Held {
  /** The oldest first. */
  uploads: HeldUpload[];
  /** Names of others, which are settled or gone for good. */
  over: string[];
}

/**
 * The look-alikes that wait for a person.
 *
 * @param most after so many of them it looks no further; all of them unless given.
 * @throws Retryable when DynamoDB keeps rows back for want of capacity.
 */
export async function readHeld(table: Table, most = Number.POSITIVE_INFINITY): Promise<Held> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: heldId }, ConsistentRead: true }),
  );
  // By their ids, which are ULIDs, they are in the order of their tickets.
  const ids = [...((Item?.["uploads"] as ReadonlySet<string> | undefined) ?? [])].sort();
  const held: Held = { uploads: [], over: [] };
  for (let at = 0; at < ids.length && held.uploads.length < most; at += mostRowsAtOnce) {
    const some = ids.slice(at, at + mostRowsAtOnce);
    const rows = new Map((await readUploads(table, some)).map((upload) => [upload.uploadId, upload]));
    for (const id of some) {
      const upload = rows.get(id);
      if (upload === undefined || isSettled(upload)) held.over.push(id);
      else if (isHeld(upload) && held.uploads.length < most) held.uploads.push(upload);
    }
  }
  return held;
}

/** Takes names out that `readHeld` found to be over. */
export async function forgetHeld(table: Table, over: readonly string[]): Promise<void> {
  if (over.length > 0) await change(table, "DELETE", over);
}

const isHeld = (upload: Upload): upload is HeldUpload => upload.outcome.state === "similar";

async function change(table: Table, verb: "ADD" | "DELETE", ids: readonly string[]): Promise<void> {
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: { id: heldId },
      UpdateExpression: `${verb} uploads :ids`,
      ExpressionAttributeValues: { ":ids": new Set(ids) },
    }),
  );
}
