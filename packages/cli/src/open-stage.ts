import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { Clock } from "@twobytwo/core/clock";
import { TaskError } from "@twobytwo/core/errors";
import { regionHere } from "@twobytwo/stacks/place";
import * as v from "valibot";
import { type Deployment, deploymentOf, Outputs } from "./deployment.ts";
import { findParameter } from "./parameter.ts";

export const outputsParameter = (stage: string) => `/twobytwo/${stage}/outputs`;

/**
 * A deployed stage, with the credentials and the region that every AWS program on this machine uses.
 *
 * @throws Rejected where there is no such stage.
 */
export async function openStage(stage: string, clock: Clock): Promise<Deployment> {
  const region = await regionHere();
  const first = new SSMClient(region === undefined ? {} : { region });
  let outputs: Outputs;
  try {
    outputs = await readOutputs(first, stage);
  } finally {
    first.destroy();
  }
  const shared = { region: outputs.region };
  // An endpoint other than AWS's has no host names of the form `<bucket>.<host>`.
  const forcePathStyle = Boolean(process.env["AWS_ENDPOINT_URL_S3"] ?? process.env["AWS_ENDPOINT_URL"]);
  const clients = {
    dynamodb: new DynamoDBClient(shared),
    s3: new S3Client({ ...shared, forcePathStyle }),
    scheduler: new SchedulerClient(shared),
    ssm: new SSMClient(shared),
    states: new SFNClient(shared),
  };
  return deploymentOf(clients, {
    name: stage,
    outputs,
    clock,
    postUrl: (tweetId) => `https://x.com/i/status/${tweetId}`,
    blueskyUrl: "https://bsky.social",
    blueskySite: "https://bsky.app",
    pollMs: 1_000,
  });
}

async function readOutputs(client: SSMClient, stage: string): Promise<Outputs> {
  const Name = outputsParameter(stage);
  const value = await findParameter(client, Name);
  if (value === undefined)
    throw new TaskError(
      "rejected",
      `There is no stage ${stage} in ${await client.config.region()} (no parameter ${Name}): check the name, AWS_REGION and AWS_PROFILE.`,
    );
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), Outputs), value);
  if (parsed.success) return parsed.output;
  const mistakes = parsed.issues.map((issue) => `${v.getDotPath(issue) ?? "text"}: ${issue.message}`).join("; ");
  throw new TaskError(
    "rejected",
    `The parameter ${Name} does not have the expected content (${mistakes}): deploy ${stage} again.`,
  );
}
