import { GetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { dayMs } from "../clock.ts";
import { TaskError } from "../errors.ts";
import { type Square, statuses } from "../squares/square.ts";
import { byStatus, readRows, squareOf, type Table } from "../squares/table.ts";

const postId = (tweetId: string) => `#post#${tweetId}`;

/** Longer than any index lags behind. */
const markLifeMs = dayMs;

/** A square that waits has no post: putting it in the queue, or on a date, removed the post. */
const mayHavePosts = statuses.filter((status) => status !== "queued" && status !== "dated");

/**
 * What has to be added to the transaction when a person says that a post belongs to a square. If two people say so of two
 * squares at the same moment, only one gets through, whatever the index shows.
 *
 * @param input.now Milliseconds since the epoch.
 * @throws Rejected if another square has the post, with its name.
 */
export async function claimPost(table: Table, input: { id: string; tweetId: string; now: number }) {
  const { id, tweetId, now } = input;
  const marked = await markedSquare(table, tweetId);
  const others = [...new Set([...(marked === undefined ? [] : [marked]), ...(await listedSquares(table, tweetId))])];
  // The index and the mark may be outdated; the rows themselves are not.
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

/** One square that has the post is enough to know. */
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
  const read = squareOf(row);
  const title = "square" in read ? read.square.title : "";
  const name = title === "" ? `square ${id}` : `“${title}” (${id})`;
  return new TaskError(
    "rejected",
    `Post ${tweetId} is already recorded as the post of ${name}, which is ${String(row["status"])}. A post can belong to only one square. Look at the post again, and give the number of the right one. If the post does not show ${name} after all, put that square back in the queue first.`,
  );
}
