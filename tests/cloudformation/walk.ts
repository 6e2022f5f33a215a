import { readFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { type Deployment, deploymentOf, Outputs } from "@twobytwo/cli/deployment";
import type { Zip } from "@twobytwo/scripts/cloudformation";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import * as v from "valibot";
import { type Account, region } from "./engine/account.ts";
import { apply, newStack, parametersOf, type Stack } from "./engine/stack.ts";

const codeBucket = "twobytwo-check-code";

/** The zips, as a person uploads them before the template is used. */
export async function uploadZips({ services }: Account, zips: readonly Zip[], prefix: string): Promise<void> {
  const { s3 } = services.clients;
  await s3.send(new CreateBucketCommand({ Bucket: codeBucket }));
  for (const { file } of zips) {
    const Body = await readFile(file);
    await s3.send(new PutObjectCommand({ Bucket: codeBucket, Key: `${prefix}${path.basename(file)}`, Body }));
  }
}

export interface WalkOptions {
  template: Template;
  /** Besides the code bucket and the address of X's emulator. */
  parameters?: Readonly<Record<string, string>>;
  onStep?: (logicalId: string) => Promise<void>;
}

/** Creates all of the template in the account, each resource when all that it names is there. */
export async function walk(account: Account, { template, parameters = {}, onStep }: WalkOptions): Promise<Stack> {
  const given = { Stage: "check", CodeBucket: codeBucket, XApiUrl: account.services.endpoints.x, ...parameters };
  const stack = newStack("twobytwo-check", account.unique());
  const engine = { account, clock: Date.now, ...(onStep && { onStep }) };
  await apply(engine, stack, { template, parameters: parametersOf(template, given) });
  return stack;
}

/** What the template has no way to create, and `2x2 credentials set` does. */
export async function writeCredentials({ services }: Account, Name: string): Promise<void> {
  const Value = JSON.stringify(services.keys);
  await services.clients.ssm.send(new PutParameterCommand({ Name, Value, Type: "SecureString" }));
}

/** The deployment as the command `2x2 --stage` sees it: by the parameter that the template wrote. */
export async function openDeployed({ services }: Account, stage: string): Promise<Deployment> {
  const { sns: _, ...clients } = services.clients;
  const Name = `/twobytwo/${stage}/outputs`;
  const { Parameter } = await clients.ssm.send(new GetParameterCommand({ Name }));
  const outputs = v.parse(v.pipe(v.string(), v.parseJson(), Outputs), Parameter?.Value);
  const credentials = { accessKeyId: "owner", secretAccessKey: services.secretAccessKey };
  const states = new SFNClient({ region, credentials, endpoint: services.endpoints.aws });
  const opened = deploymentOf(
    { ...clients, states },
    { name: stage, outputs, clock: Date.now, postUrl: (id) => id, pollMs: 0 },
  );
  // The account goes on to use its own clients.
  return { ...opened, sleep, close: async () => states.destroy() };
}
