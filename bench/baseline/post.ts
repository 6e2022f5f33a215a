import { createWriteStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { Agent } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { DynamoDBDocumentClient, paginateQuery, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { type ITwitterApiClientPlugin, TwitterApi } from "twitter-api-v2";

/**
 * The first version's order of work, written afresh: list all that is not posted, draw one, download all of it to a
 * file, upload the file, tweet, and only then mark it. Its clients are made once and keep their connections, as ours.
 */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const s3 = new S3Client({ forcePathStyle: true });
const {
  CONSUMER_KEY: appKey = "",
  CONSUMER_SECRET: appSecret = "",
  ACCESS_TOKEN: accessToken = "",
  ACCESS_TOKEN_SECRET: accessSecret = "",
  DB_TABLE_NAME: TableName,
  S3_BUCKET_NAME: Bucket,
  X_API_URL: baseUrl,
} = process.env;
const atSandbox: ITwitterApiClientPlugin = {
  onBeforeRequestConfig({ params }) {
    const { pathname, search } = new URL(params.url);
    params.url = new URL(`${pathname}${search}`, baseUrl).href;
  },
};
const { v2 } = new TwitterApi(
  { appKey, appSecret, accessToken, accessSecret },
  { httpAgent: new Agent({ keepAlive: true }), plugins: [atSandbox] },
);

/** @param event Where in the list the square is that chance chose, from 0 up to but not 1. */
export async function handler({ drawn }: { drawn: number }): Promise<{ squareId: string; tweetId: string }> {
  const squares: Record<string, unknown>[] = [];
  const pages = paginateQuery(
    { client: table },
    {
      TableName,
      IndexName: "byStatus",
      KeyConditionExpression: "#status = :queued",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":queued": "queued" },
    },
  );
  for await (const { Items = [] } of pages) squares.push(...Items);
  const square = squares[Math.floor(drawn * squares.length)];
  if (square === undefined) throw new Error("nothing to post");

  const file = path.join(tmpdir(), `${square["id"]}.jpg`);
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: String(square["originalKey"]) }));
  await pipeline(Body as NodeJS.ReadableStream, createWriteStream(file));
  const media = await readFile(file);
  await rm(file);
  const uploaded = await v2.post<{ data: { id: string } }>(
    "media/upload",
    { media, media_category: "tweet_image" },
    { forceBodyMode: "form-data" },
  );
  const body = { text: String(square["title"]), media: { media_ids: [uploaded.data.id] } };
  const posted = await v2.post<{ data: { id: string } }>("tweets", body, { forceBodyMode: "json" });
  await table.send(
    new UpdateCommand({
      TableName,
      Key: { id: square["id"] },
      UpdateExpression: "SET #status = :posted, sortKey = :now, tweetId = :id",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":posted": "posted", ":now": new Date().toISOString(), ":id": posted.data.id },
    }),
  );
  return { squareId: String(square["id"]), tweetId: posted.data.id };
}
