import { CloudControlClient } from "@aws-sdk/client-cloudcontrol";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import type { Aws } from "@twobytwo/cli/deploy/aws";
import { type Ended, run2x2 } from "@twobytwo/cli/test/command";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { type Account, accountId, openAccount, region } from "../engine/account.ts";
import type { Engine } from "../engine/stack.ts";
import { type Administration, administrationServices, ordinaryAccount } from "./administration.ts";
import { createCloudFormation, type Simulator } from "./cloudformation.ts";

/** An AWS account that a process can deploy to, all on this machine. */
export interface World {
  account: Account;
  engine: Engine;
  cloudFormation: Simulator;
  administration: Administration;
  /** What makes a program on this machine take it for its AWS. */
  environment: Record<string, string>;
  /** The same for this process. */
  aws: Aws;
  /** Runs `2x2` in a process of its own, as the owner of the account. */
  run(...args: string[]): Promise<Ended>;
  /** The same with another environment. */
  run2x2(args: readonly string[], environment: Record<string, string>): Promise<Ended>;
  close(): Promise<void>;
}

export async function openWorld(options: Parameters<typeof openAccount>[0] = {}): Promise<World> {
  const account = await openAccount(options);
  const engine: Engine = { account, clock: Date.now };
  const cloudFormation = createCloudFormation(engine);
  const administration = ordinaryAccount();
  account.services.mounted.unshift(...administrationServices(administration, account), cloudFormation.service);
  const aws = awsOf(account);
  const environment = {
    ...endpointEnvironment(account.services.endpoints),
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID: "owner",
    AWS_SECRET_ACCESS_KEY: account.services.secretAccessKey,
    X_API_URL: account.services.endpoints.x,
  };
  return {
    account,
    engine,
    cloudFormation,
    administration,
    environment,
    aws,
    run2x2: (args, other) => run2x2(args, { directory: account.directory, environment: other }),
    run: (...args) => run2x2(args, { directory: account.directory, environment }),
    async close() {
      await cloudFormation.idle();
      aws.close();
      await account.close();
    },
  };
}

function awsOf({ services }: Account): Aws {
  const { dynamodb, s3, scheduler, ssm } = services.clients;
  const shared = {
    region,
    credentials: { accessKeyId: "owner", secretAccessKey: services.secretAccessKey },
    endpoint: services.endpoints.aws,
  };
  const own = {
    cloudControl: new CloudControlClient(shared),
    cloudFormation: new CloudFormationClient(shared),
    iam: new IAMClient(shared),
    lambda: new LambdaClient(shared),
  };
  return {
    ...{ account: accountId, region, caller: `arn:aws:iam::${accountId}:user/owner`, dynamodb, s3, scheduler, ssm },
    ...own,
    close() {
      for (const client of Object.values(own)) client.destroy();
    },
  };
}
