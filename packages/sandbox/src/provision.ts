import { CreateTableCommand, type DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutBucketCorsCommand, type S3Client } from "@aws-sdk/client-s3";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { CreateTopicCommand } from "@aws-sdk/client-sns";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import type { XCredentials } from "@twobytwo/core/x/credentials";
import { scheduleDefaults, table as tableBlueprint } from "@twobytwo/stacks/blueprint";
import { browserUploads } from "@twobytwo/stacks/deployment-facts";
import type { Clients } from "./clients.ts";
import { account, names, stateMachineArn } from "./names.ts";

/** Creates what is not there yet, as a deployment does; run again it changes nothing. */
export async function provision(
  clients: Clients,
  settings: { credentials: XCredentials; scheduleExpression: string; timeZone: string },
): Promise<void> {
  await Promise.all([
    createTable(clients.dynamodb),
    unless("BucketAlreadyOwnedByYou", () => clients.s3.send(new CreateBucketCommand({ Bucket: names.bucket }))),
    unless("ParameterAlreadyExists", () =>
      clients.ssm.send(
        new PutParameterCommand({
          Name: names.credentials,
          Type: "SecureString",
          Value: JSON.stringify(settings.credentials),
        }),
      ),
    ),
    clients.sns.send(new CreateTopicCommand({ Name: names.topic })),
    unless("ConflictException", () =>
      clients.scheduler.send(
        new CreateScheduleCommand({
          Name: names.schedule,
          ScheduleExpression: settings.scheduleExpression,
          ScheduleExpressionTimezone: settings.timeZone,
          FlexibleTimeWindow: { Mode: "OFF" },
          // There is nothing to post yet; adding the first square wakes it.
          State: "DISABLED",
          Target: {
            Arn: stateMachineArn,
            RoleArn: `arn:aws:iam::${account}:role/twobytwo-sandbox-scheduler`,
            Input: scheduleDefaults.input,
            RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 3600 },
          },
        }),
      ),
    ),
  ]);
}

/** Lets pages of one origin put files into the bucket and read them: those of the app, whose port is another at each start. */
export async function allowBrowser(client: S3Client, origin: string): Promise<void> {
  const { methods, headers, exposed, maxAgeSeconds } = browserUploads;
  await client.send(
    new PutBucketCorsCommand({
      Bucket: names.bucket,
      CORSConfiguration: {
        CORSRules: [
          {
            AllowedOrigins: [origin],
            AllowedMethods: [...methods],
            AllowedHeaders: [...headers],
            ExposeHeaders: [...exposed],
            MaxAgeSeconds: maxAgeSeconds,
          },
        ],
      },
    }),
  );
}

export async function createTable(client: DynamoDBClient): Promise<void> {
  const { key, index } = tableBlueprint;
  await unless("ResourceInUseException", () =>
    client.send(
      new CreateTableCommand({
        TableName: names.table,
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [{ AttributeName: key, KeyType: "HASH" }],
        AttributeDefinitions: [key, index.hash, index.range].map((AttributeName) => ({
          AttributeName,
          AttributeType: "S",
        })),
        GlobalSecondaryIndexes: [
          {
            IndexName: index.name,
            KeySchema: [
              { AttributeName: index.hash, KeyType: "HASH" },
              { AttributeName: index.range, KeyType: "RANGE" },
            ],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      }),
    ),
  );
}

async function unless(name: string, create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if ((error as Error).name !== name) throw error;
  }
}
