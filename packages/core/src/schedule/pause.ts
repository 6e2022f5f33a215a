import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionHolds, type Table } from "../squares/table.ts";

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
  until: v.optional(
    v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(Date.parse(text)), "is no time"),
    ),
  ),
  /** ISO time at which the owner was told of this stop of the workflow. */
  toldAt: v.optional(v.string()),
});
export type Pause = v.InferOutput<typeof Pause> & {
  /** What is wrong with the row, by attribute; it is never written. */
  mistakes?: string;
};

/**
 * How long the workflow pauses where nobody names a time: an hour less than a day, so that the same hour of the next day
 * is the first to try again.
 */
export const workflowPauseMs = 23 * 60 * 60 * 1000;

/**
 * Strongly consistent; undefined where nobody paused. A row that says nothing that could be understood is a pause until a
 * person resumes: somebody has wanted one, and what is posted cannot be taken back.
 */
export async function readPause(table: Table): Promise<Pause | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: pauseId }, ConsistentRead: true }),
  );
  return pauseOf(Item);
}

/** The pause that the row says, for who reads others in the same call. */
export function pauseOf(row: Record<string, unknown> | undefined): Pause | undefined {
  if (row === undefined) return undefined;
  // Other programs write null for "none".
  const parsed = v.safeParse(Pause, Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)));
  if (parsed.success) return ending(parsed.output);
  const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "row"}: ${issue.message}`).join("; ");
  return { pausedBy: "person", reason: `the row ${pauseId} of the table cannot be read`, mistakes };
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

/** Writes a pause over whatever was there. */
export async function writePause(table: Table, pause: Pause): Promise<void> {
  await table.client.send(new PutCommand(rowOf(table, pause)));
}

const rowOf = ({ name }: Table, pause: Pause) => ({
  TableName: name,
  Item: { ...Object.fromEntries(Object.entries(pause).filter(([, value]) => value !== undefined)), id: pauseId },
});

/** What tells one pause, and one thing that happened to it, from another. */
const identity = ["pausedBy", "pausedAt", "error", "execution", "toldAt"] as const;

/** Writes a pause in the place of the one that was read. @returns false where it is another one by now. */
export async function replacePause(table: Table, before: Pause | undefined, pause: Pause): Promise<boolean> {
  const isAsRead =
    before === undefined ? { ConditionExpression: "attribute_not_exists(id)" } : isStill(before, identity);
  return conditionHolds(() => table.client.send(new PutCommand({ ...rowOf(table, pause), ...isAsRead })));
}

/** Takes back a pause, whoever made it. */
export async function removePause(table: Table): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: { id: pauseId } }));
}

/** Takes back one of the workflow's pauses. @returns false where it is no longer the one that is meant. */
export async function removeWorkflowPause(table: Table, pause: Pause): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new DeleteCommand({
        TableName: table.name,
        Key: { id: pauseId },
        ...isStill({ ...pause, pausedBy: "workflow" }, ["pausedBy", "pausedAt", "error"]),
      }),
    ),
  );
}

/** Takes back the workflow's pause where it was made for this error. @returns whether there was such a one. */
export async function removePauseFor(table: Table, error: string): Promise<boolean> {
  const pause = await readPause(table);
  return pause?.pausedBy === "workflow" && pause.error === error && (await removeWorkflowPause(table, pause));
}

/** The owner was told of the stop that this run made. @returns false where it is no longer the one that holds. */
export async function noteTold(
  table: Table,
  { execution, at }: { execution: string | undefined; at: string },
): Promise<boolean> {
  const { ExpressionAttributeValues, ...condition } = isStill({ pausedBy: "workflow", execution }, [
    "pausedBy",
    "execution",
  ]);
  return conditionHolds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { id: pauseId },
        UpdateExpression: "SET toldAt = :at",
        ...condition,
        ExpressionAttributeValues: { ...ExpressionAttributeValues, ":at": at },
      }),
    ),
  );
}

/** A condition on the row: these of its attributes are what they were. */
function isStill(pause: { [Name in keyof Pause]?: Pause[Name] | undefined }, names: readonly (keyof Pause)[]) {
  const values = names.flatMap((name) => (pause[name] === undefined ? [] : [[`:${name}`, pause[name]]]));
  return {
    ConditionExpression: names
      .map((name) => (pause[name] === undefined ? `attribute_not_exists(#${name})` : `#${name} = :${name}`))
      .join(" AND "),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(values),
  };
}
