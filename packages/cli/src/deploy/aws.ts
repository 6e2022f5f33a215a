import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** The account and the region that are deployed to, with the clients for it. */
export interface Aws {
  account: string;
  region: string;
  cloudFormation: CloudFormationClient;
  s3: S3Client;
  scheduler: SchedulerClient;
  close(): void;
}

/** With the credentials and the region that every AWS program on this machine uses. */
export async function openAws(): Promise<Aws> {
  const sts = new STSClient({});
  const forcePathStyle = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  try {
    const region = await sts.config.region();
    const { Account = "" } = await sts.send(new GetCallerIdentityCommand({}));
    // A change of the stack is throttled before it is refused; waiting a little longer than usual gets it through.
    const cloudFormation = new CloudFormationClient({ region, maxAttempts: 8 });
    const [s3, scheduler] = [new S3Client({ region, forcePathStyle }), new SchedulerClient({ region })];
    const close = () => {
      for (const client of [cloudFormation, s3, scheduler]) client.destroy();
    };
    return { account: Account, region, cloudFormation, s3, scheduler, close };
  } finally {
    sts.destroy();
  }
}

/** One CloudFormation stack a stage. */
export const stackNameOf = (stage: string) => `twobytwo-${stage}`;
