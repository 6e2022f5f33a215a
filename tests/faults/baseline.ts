import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createXClient } from "@twobytwo/core/x/client";

/** The first version's order of work, written afresh: draw an unposted square, upload, tweet, and only then mark it. */
const table = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const s3 = new S3Client({ forcePathStyle: true });
const ssm = new SSMClient({});
const {
  DB_TABLE_NAME: TableName,
  S3_BUCKET_NAME: Bucket,
  X_CREDENTIALS_PARAMETER: Name,
  X_API_URL: baseUrl = "",
} = process.env;

export async function handler({ drawn }: { drawn: number }): Promise<string> {
  const { Items: unposted = [] } = await table.send(
    new QueryCommand({
      TableName,
      IndexName: "byStatus",
      KeyConditionExpression: "#status = :queued",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":queued": "queued" },
    }),
  );
  const square = unposted[Math.floor(drawn * unposted.length)];
  if (square === undefined) return "nothing to post";
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key: square["objectKey"] }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name, WithDecryption: true }));
  const x = createXClient({
    credentials: JSON.parse(Parameter?.Value ?? ""),
    baseUrl,
    clock: Date.now,
    deadlineMs: 20_000,
  });
  const media = await x.upload({ chunks: [bytes], size: bytes.length, contentType: "image/jpeg" });
  const { id } = await x.post(JSON.stringify({ text: square["title"], media: { media_ids: [media.id] } }));
  await table.send(
    new UpdateCommand({
      TableName,
      Key: { id: square["id"] },
      UpdateExpression: "SET #status = :posted, sortKey = :now, tweetId = :id",
      ExpressionAttributeNames: { "#status": "status" },
      ExpressionAttributeValues: { ":posted": "posted", ":now": new Date().toISOString(), ":id": id },
    }),
  );
  return id;
}
