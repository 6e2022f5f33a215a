import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { addMany } from "@twobytwo/core/adding/add-many";
import type { PictureFile } from "@twobytwo/core/adding/picture-files";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import { keys } from "@twobytwo/sandbox/test/fixed-keys";
import { monotonicFactory } from "ulid";
import { painting, seeded } from "../pictures/pictures.ts";
import type { Endpoints } from "./studio.ts";

/**
 * Adds as many paintings as the second argument says to the studio that the first one names, and prints what this
 * process has in memory, in megabytes, whenever another hundred are done.
 */
const { dynamodb, s3, aws, bucket, table: name } = JSON.parse(process.argv[2] ?? "{}") as Endpoints;
const count = Number(process.argv[3]);

const shared = { region: "us-east-1", credentials: keys };
const table = {
  client: DynamoDBDocumentClient.from(new DynamoDBClient({ ...shared, endpoint: dynamodb }), {
    marshallOptions: { removeUndefinedValues: true },
  }),
  name,
};
const random = seeded(1);

async function* paintings(): AsyncGenerator<PictureFile> {
  for (let number = 0; number < count; number += 1)
    yield { name: `${number}.jpg`, size: 20_000, words: { title: `No. ${number}` }, read: () => painting(number, 200) };
}

const summary = await addMany(
  {
    table,
    bucket: { client: new S3Client({ ...shared, endpoint: s3, forcePathStyle: true }), name: bucket },
    schedule: { client: new SchedulerClient({ ...shared, endpoint: aws }), name: "daily", group: "default", table },
    clock: Date.now,
    rankAtEnd: ranksAtEnd(Date.now, random),
    newId: monotonicFactory(random),
    random,
    sleep: async () => {},
  },
  paintings(),
  { allowSimilar: true },
  ({ done }) => {
    if (done % 100 !== 0) return;
    globalThis.gc?.();
    console.log(JSON.stringify({ done, megabytes: Math.round(process.memoryUsage().rss / 1e6) }));
  },
);
console.log(JSON.stringify({ added: summary.added.length, refused: summary.refused.length }));
