import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SSMClient } from "@aws-sdk/client-ssm";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { TaskError } from "@twobytwo/core/errors";
import { isCheckedBefore, regionHere, regionRefusal } from "@twobytwo/stacks/place";

/** The account and the region that are deployed to, with the clients for it. */
export interface Aws {
  account: string;
  region: string;
  /** ARN of whoever these credentials are. */
  caller: string;
  cloudControl: CloudControlClient;
  cloudFormation: CloudFormationClient;
  dynamodb: DynamoDBClient;
  iam: IAMClient;
  lambda: LambdaClient;
  s3: S3Client;
  scheduler: SchedulerClient;
  ssm: SSMClient;
  close(): void;
}

/**
 * With the credentials and the region that every AWS program on this machine uses.
 *
 * @throws TaskError where there is no region, or none that can be deployed to; what AWS says against the credentials.
 */
export async function openAws(): Promise<Aws> {
  const region = await regionHere();
  const refusal = regionRefusal(region);
  if (region === undefined || (refusal !== undefined && isCheckedBefore()))
    throw new TaskError("rejected", refusal ?? "");
  const sts = new STSClient({ region });
  try {
    const { Account = "", Arn = "" } = await sts.send(new GetCallerIdentityCommand({}));
    const forcePathStyle = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
    const clients = {
      // Both throttle before they refuse; waiting a little longer than usual gets it through.
      cloudControl: new CloudControlClient({ region, maxAttempts: 8 }),
      cloudFormation: new CloudFormationClient({ region, maxAttempts: 8 }),
      dynamodb: new DynamoDBClient({ region }),
      iam: new IAMClient({ region }),
      lambda: new LambdaClient({ region }),
      s3: new S3Client({ region, forcePathStyle }),
      scheduler: new SchedulerClient({ region }),
      ssm: new SSMClient({ region }),
    };
    const close = () => {
      for (const client of Object.values(clients)) client.destroy();
    };
    return { account: Account, region, caller: Arn, ...clients, close };
  } finally {
    sts.destroy();
  }
}

/** One CloudFormation stack a stage. */
export const stackNameOf = (stage: string) => `twobytwo-${stage}`;

export const partitionOf = (region: string) =>
  region.startsWith("cn-") ? "aws-cn" : region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
