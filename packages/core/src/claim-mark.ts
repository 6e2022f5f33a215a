import { GetCommand } from "@aws-sdk/lib-dynamodb";
import type { Table } from "./table.ts";

export interface ClaimInput {
  /** ARN of the execution that will hold the square. */
  execution: string;
  /** ISO time of the slot that the scheduler delivered; a slot runs once, however often it is delivered. */
  scheduledTime?: string;
  /** The square to post now, wherever in the queue it stands. */
  squareId?: string;
  /** Milliseconds since the epoch. */
  now: number;
}

/** Names a slot, or an execution that has none. */
export type ClaimName = Pick<ClaimInput, "execution" | "scheduledTime">;

/** The row that makes a slot, or an execution without a slot, claim at most once. */
export interface Mark {
  execution: string;
  squareId: string;
  /** The square was another run's, and this run may still claim one of its own. */
  adopted: boolean;
}

/** A slot can be delivered again for a day; the mark that it ran is kept well beyond that. */
const markLifeMs = 7 * 24 * 60 * 60 * 1000;

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
  };
}

/** The square that this execution has in hand, in whatever status it is by now. */
export async function claimedSquareId(table: Table, name: ClaimName): Promise<string | undefined> {
  const mark = await readMark(table, name);
  return mark?.execution === name.execution ? mark.squareId : undefined;
}

/** The part of a transaction that writes the mark; its condition fails where the slot has run. */
export function markPut(table: Table, input: ClaimInput, mark: Omit<Mark, "execution">) {
  return {
    Put: {
      TableName: table.name,
      Item: {
        id: markId(input),
        execution: input.execution,
        squareId: mark.squareId,
        ...(mark.adopted && { adopted: true }),
        createdAt: new Date(input.now).toISOString(),
        ttl: Math.ceil((input.now + markLifeMs) / 1000),
      },
      ConditionExpression: "attribute_not_exists(id) OR (execution = :execution AND adopted = :true)",
      ExpressionAttributeValues: { ":execution": input.execution, ":true": true },
    },
  };
}
