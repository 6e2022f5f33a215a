import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { ownAccessKeyId } from "./aws-secret.ts";
import { type Endpoints, region } from "./names.ts";

export type Clients = ReturnType<typeof createClients>;

/** @param secretAccessKey The one secret of the sandbox's AWS; the access key id only says who calls. */
export function createClients(endpoints: Endpoints, secretAccessKey: string) {
  const shared = { region, credentials: { accessKeyId: ownAccessKeyId, secretAccessKey }, maxAttempts: 2 };
  const aws = { ...shared, endpoint: endpoints.aws };
  return {
    dynamodb: new DynamoDBClient({ ...shared, endpoint: endpoints.dynamodb }),
    s3: new S3Client({ ...shared, endpoint: endpoints.s3, forcePathStyle: true }),
    scheduler: new SchedulerClient(aws),
    ssm: new SSMClient(aws),
    sns: new SNSClient(aws),
  };
}

export function destroyClients(clients: Clients): void {
  for (const client of Object.values(clients)) client.destroy();
}
