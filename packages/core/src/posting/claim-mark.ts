import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { dayMs } from "../clock.ts";
import type { Row, Table } from "../squares/table.ts";

export interface ClaimInput {
  /** ARN of the execution that is to claim the square. */
  execution: string;
  /** ISO time of the slot that the scheduler delivered; a slot runs once, however often it is delivered. */
  scheduledTime?: string;
  /** The square to post now, wherever in the queue it stands and whatever its date is. */
  squareId?: string;
  /** How many squares have a date, as the stock says; absent or 0: nobody looks for one that is due. */
  dated?: number;
  /** The first look at the queue, where it was begun before; nothing of it has to be so any more. */
  head?: Promise<Row[]> | undefined;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Names a slot, or an execution that has none. */
export type ClaimName = Pick<ClaimInput, "execution" | "scheduledTime">;

/** The row that makes a slot, or an execution without a slot, claim at most once. */
export interface Mark {
  execution: string;
  squareId: string;
  /** The square was another run's, or was refused for certain: this run may still claim one. */
  adopted: boolean;
  /** Squares of this run that were refused, in their order. */
  refused: readonly string[];
}

/** A slot can be delivered again for a day; the mark that it ran is kept well beyond that. */
const markLifeMs = 7 * dayMs;

const markId = ({ scheduledTime, execution }: ClaimName) =>
  scheduledTime === undefined ? `#run#${execution}` : `#slot#${scheduledTime}`;

export async function readMark(table: Table, name: ClaimName): Promise<Mark | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: markId(name) }, ConsistentRead: true }),
  );
  if (Item === undefined) return undefined;
  return {
    execution: String(Item["execution"]),
    squareId: String(Item["squareId"]),
    adopted: Item["adopted"] === true,
    refused: Array.isArray(Item["refused"]) ? Item["refused"].map(String) : [],
  };
}

/** The part of a transaction that writes the mark; its condition fails where the slot has run. */
export function markWrite(table: Table, input: ClaimInput, mark: Omit<Mark, "execution" | "refused">) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: markId(input) },
      UpdateExpression:
        "SET execution = :execution, squareId = :squareId, adopted = :adopted, createdAt = :now, #ttl = :ttl",
      ConditionExpression: "attribute_not_exists(id) OR (execution = :execution AND adopted = :true)",
      ExpressionAttributeNames: { "#ttl": "ttl" },
      ExpressionAttributeValues: {
        ":execution": input.execution,
        ":squareId": mark.squareId,
        ":adopted": mark.adopted,
        ":true": true,
        ":now": new Date(input.now).toISOString(),
        ":ttl": Math.ceil((input.now + markLifeMs) / 1000),
      },
    },
  };
}

/** The part of a transaction that gives the slot back to its run: the square was refused, and another may be claimed. */
export function markHandedOn(table: Table, name: ClaimName, refused: string) {
  return {
    Update: {
      TableName: table.name,
      Key: { id: markId(name) },
      UpdateExpression: "SET adopted = :true, refused = list_append(if_not_exists(refused, :none), :refused)",
      ConditionExpression: "execution = :execution",
      ExpressionAttributeValues: { ":true": true, ":none": [], ":refused": [refused], ":execution": name.execution },
    },
  };
}
