import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import * as v from "valibot";
import { conditionHolds, type Table } from "./table.ts";

/** The row of the table that says why the schedule sleeps though there is stock. */
export const pauseId = "#schedule";

export const Pause = v.object({
  /** What a person paused, no machine wakes; what the workflow paused, adding a square or a person does. */
  pausedBy: v.picklist(["person", "workflow"]),
  /** ISO time. */
  pausedAt: v.optional(v.string()),
  reason: v.optional(v.string()),
  /** ISO time from which posts go on by themselves; absent: until somebody resumes. */
  until: v.optional(v.string()),
});
export type Pause = v.InferOutput<typeof Pause>;

/** Strongly consistent; undefined where nobody paused. */
export async function readPause(table: Table): Promise<Pause | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: pauseId }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : v.parse(Pause, Item);
}

/** A pause whose `until` has passed is none. `now` in milliseconds since the epoch. */
export function activePause(pause: Pause | undefined, now: number): Pause | undefined {
  return pause?.until !== undefined && Date.parse(pause.until) <= now ? undefined : pause;
}

/** @returns false where a person has paused already and the workflow may not say otherwise. */
export async function writePause(table: Table, pause: Pause): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: { ...withoutUndefined(pause), id: pauseId },
        ...(pause.pausedBy === "workflow" && {
          // A person's pause whose time has come is none any more.
          ConditionExpression: "attribute_not_exists(pausedBy) OR pausedBy <> :person OR #until <= :now",
          ExpressionAttributeNames: { "#until": "until" },
          ExpressionAttributeValues: { ":person": "person", ":now": pause.pausedAt ?? "" },
        }),
      }),
    ),
  );
}

/** Takes back a pause; as `workflow` only one of its own. @returns false where a person's pause stays. */
export async function removePause(table: Table, by: Pause["pausedBy"]): Promise<boolean> {
  return conditionHolds(() =>
    table.client.send(
      new DeleteCommand({ TableName: table.name, Key: { id: pauseId }, ...(by === "workflow" ? notByPerson : {}) }),
    ),
  );
}

const notByPerson = {
  ConditionExpression: "attribute_not_exists(pausedBy) OR pausedBy <> :person",
  ExpressionAttributeValues: { ":person": "person" },
};

const withoutUndefined = (pause: Pause) =>
  Object.fromEntries(Object.entries(pause).filter(([, value]) => value !== undefined));
