import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import type { Square } from "./square.ts";
import { parseSquare, readSquare, type Table } from "./table.ts";

/** What somebody else may have done in the meantime, as a person calls it. */
const watched = {
  status: "its status",
  sortKey: "its place",
  title: "title",
  caption: "caption",
  altText: "alt text",
  series: "series",
} as const satisfies Partial<Record<keyof Square, string>>;

/**
 * Writes attributes of a square as it was seen; an empty text takes the attribute away.
 *
 * @returns the square as it is now.
 * @throws Rejected where it is no longer as it was seen; the message names what changed.
 */
export async function updateSquare(
  table: Table,
  seen: Square,
  change: Partial<Pick<Square, "title" | "caption" | "templated" | "altText" | "series" | "sortKey" | "updatedAt">>,
): Promise<Square> {
  const names: Record<string, string> = { "#status": "status", "#version": "version" };
  const values: Record<string, unknown> = { ":status": seen.status, ":seen": seen.version, ":one": 1 };
  const set: string[] = [];
  const remove: string[] = [];
  for (const [name, value] of Object.entries(change)) {
    names[`#${name}`] = name;
    if (value === "") {
      remove.push(`#${name}`);
      continue;
    }
    values[`:${name}`] = value;
    set.push(`#${name} = :${name}`);
  }
  // Rows of other programs have no version yet.
  const sameVersion = seen.version === 0 ? "(attribute_not_exists(#version) OR #version = :seen)" : "#version = :seen";
  try {
    const { Attributes } = await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: seen.id },
        UpdateExpression: `SET ${set.join(", ")}${remove.length > 0 ? ` REMOVE ${remove.join(", ")}` : ""} ADD #version :one`,
        ConditionExpression: `#status = :status AND ${sameVersion}`,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: "ALL_NEW",
      }),
    );
    return parseSquare(Attributes);
  } catch (error) {
    if ((error as Error).name !== "ConditionalCheckFailedException") throw error;
    throw conflict(seen, await readSquare(table, seen.id));
  }
}

function conflict(seen: Square, now: Square | undefined): TaskError {
  if (now === undefined) return new TaskError("rejected", `Square ${seen.id} is no longer in the table.`);
  const changes = (Object.keys(watched) as (keyof typeof watched)[])
    .filter((name) => seen[name] !== now[name])
    .map((name) => (name === "status" ? `its status from ${seen.status} to ${now.status}` : watched[name]));
  return new TaskError(
    "rejected",
    `Somebody else changed square ${seen.id} at the same time (${changes.join(", ") || "some of its facts"}): look at it again, then repeat the change.`,
  );
}
