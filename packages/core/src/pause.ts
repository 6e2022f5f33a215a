import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionHolds, type Table } from "./table.ts";

/** The row of the table that says why the schedule sleeps though there is stock. */
export const pauseId = "#schedule";

export const Pause = v.object({
  /** What a person paused, no machine ends; what the workflow paused ends by itself, and one square is tried. */
  pausedBy: v.picklist(["person", "workflow"]),
  /** ISO time; of the workflow's, when it stopped first for this reason. */
  pausedAt: v.optional(v.string()),
  reason: v.optional(v.string()),
  /** Name of the error for which the workflow paused. */
  error: v.optional(v.string()),
  /** The run that stopped first for this reason. */
  execution: v.optional(v.string()),
  /** ISO time from which posts go on by themselves; absent: until somebody resumes. */
  until: v.optional(v.string()),
});
export type Pause = v.InferOutput<typeof Pause>;

/**
 * How long the workflow pauses where nobody names a time: an hour less than a day, so that the same hour of the next day
 * is the first to try again.
 */
export const workflowPauseMs = 23 * 60 * 60 * 1000;

/** Strongly consistent; undefined where nobody paused. */
export async function readPause(table: Table): Promise<Pause | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: pauseId }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : ending(v.parse(Pause, Item));
}

/** An earlier version let the workflow pause until somebody resumed. */
function ending(pause: Pause): Pause {
  if (pause.pausedBy === "person" || pause.until !== undefined) return pause;
  const since = Date.parse(pause.pausedAt ?? "");
  return { ...pause, until: new Date(Number.isNaN(since) ? 0 : since + workflowPauseMs).toISOString() };
}

/** A pause whose `until` has passed is none. `now` in milliseconds since the epoch. */
export function activePause(pause: Pause | undefined, now: number): Pause | undefined {
  return pause?.until !== undefined && Date.parse(pause.until) <= now ? undefined : pause;
}

/**
 * @param now ISO time.
 * @returns false where a person has paused already and the workflow may not say otherwise.
 */
export async function writePause(table: Table, pause: Pause, now = pause.pausedAt ?? ""): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...withoutUndefined(pause), id: pauseId },
        ...(pause.pausedBy === "workflow" && {
          // A person's pause whose time has come is none any more.
          ConditionExpression: "attribute_not_exists(pausedBy) OR pausedBy <> :person OR #until <= :now",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":person": "person", ":now": now },
        }),
      }),
    ),
  );
}

/** Takes back a pause, whoever made it. */
export async function removePause(table: Table): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { id: pauseId } }));
}

/** Takes back one of the workflow's pauses. @returns false where it is no longer the one that is meant. */
export async function removeWorkflowPause(table: Table, { pausedAt, error }: Pause): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { id: pauseId },
        ConditionExpression: `pausedBy = :workflow AND ${same("pausedAt", pausedAt)} AND ${same("#error", error)}`,
        ExpressionAttributeNames: { "#error": "error" },
        ExpressionAttributeValues: {
          ":workflow": "workflow",
          ...(pausedAt !== undefined && { ":pausedAt": pausedAt }),
          ...(error !== undefined && { ":error": error }),
        },
      }),
    ),
  );
}

const same = (name: string, value: string | undefined) =>
  value === undefined ? `attribute_not_exists(${name})` : `${name} = :${name.replace("#", "")}`;

const withoutUndefined = (pause: Pause) =>
  Object.fromEntries(Object.entries(pause).filter(([, value]) => value !== undefined));
