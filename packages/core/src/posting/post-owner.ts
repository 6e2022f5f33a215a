import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { TaskError } from "../errors.ts";
import { type Square, statuses } from "../squares/square.ts";
import { byStatus, parseSquare, readRows, rowMistakes, type Table } from "../squares/table.ts";

const postId = (tweetId: string) => `#post#${tweetId}`;

/** For longer than any index is behind. */
const markLifeMs = 24 * 60 * 60 * 1000;

/** Where a square in the queue had a post, it was taken off when the square was put there. */
const mayHavePosts = statuses.filter((status) => status !== "queued");

/**
 * What a person's word that a post is that of a square adds to the transaction: two who say it of two squares at the same
 * moment do not both get through, whatever the index shows.
 *
 * @param input.now Milliseconds since the epoch.
 * @throws Rejected where another square has the post, with its name.
 */
export async function claimPost(table: Table, input: { id: string; tweetId: string; now: number }) {
  const { id, tweetId, now } = input;
  const marked = await markedSquare(table, tweetId);
  const others = [...new Set([...(marked === undefined ? [] : [marked]), ...(await listedSquares(table, tweetId))])];
  // The index, and the mark, may still say what was: the rows themselves know.
  const rows = await readRows(table, others.filter((other) => other !== id).slice(0, mostOthers));
  const owner = rows.find((row) => row["tweetId"] === tweetId);
  if (owner !== undefined) throw takenBy(tweetId, owner);
  return {
    Put: {
      TableName: table.name,
      Item: { id: postId(tweetId), squareId: id, ttl: Math.ceil((now + markLifeMs) / 1000) },
      ConditionExpression: "attribute_not_exists(id) OR squareId = :id OR squareId = :before",
      ExpressionAttributeValues: { ":id": id, ":before": marked ?? id },
    },
  };
}

/** One that has the post is as good as all. */
const mostOthers = 100;

async function markedSquare(table: Table, tweetId: string): Promise<string | undefined> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { id: postId(tweetId) }, ConsistentRead: true }),
  );
  return Item === undefined ? undefined : String(Item["squareId"]);
}

async function listedSquares(table: Table, tweetId: string): Promise<string[]> {
  const found = await Promise.all(mayHavePosts.map((status) => listedIn(table, status, tweetId)));
  return found.flat();
}

async function listedIn(table: Table, status: Square["status"], tweetId: string): Promise<string[]> {
  const found: string[] = [];
  let after: Record<string, unknown> | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        IndexName: byStatus,
        KeyConditionExpression: "#status = :status",
        FilterExpression: "tweetId = :tweetId",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": status, ":tweetId": tweetId },
        ...(after && { ExclusiveStartKey: after }),
      }),
    );
    found.push(...Items.map((item) => String(item["id"])));
    after = LastEvaluatedKey;
  } while (after !== undefined);
  return found;
}

function takenBy(tweetId: string, row: Record<string, unknown>): TaskError {
  const id = String(row["id"]);
  const title = rowMistakes(row) === undefined ? parseSquare(row).title : "";
  const name = title === "" ? `square ${id}` : `“${title}” (${id})`;
  return new TaskError(
    "rejected",
    `Post ${tweetId} is already noted as the post of ${name}, which is ${String(row["status"])}: one post is of one square. Look at the post again, and give the number of the right one. Should ${name} not be in it after all, put that square back in the queue first.`,
  );
}
