import { setTimeout as sleep } from "node:timers/promises";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SchedulerClient } from "@aws-sdk/client-scheduler";
import type { SFNClient } from "@aws-sdk/client-sfn";
import type { SSMClient } from "@aws-sdk/client-ssm";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import type { Clock } from "@twobytwo/core/clock";
import type { Ports } from "@twobytwo/core/ports";
import { ranksAtEnd } from "@twobytwo/core/queue/rank";
import type { StateMachine } from "@twobytwo/core/runs/runs";
import { monotonicFactory } from "ulid";
import * as v from "valibot";

const text = v.pipe(v.string(), v.minLength(1));

/** Names of the deployed resources, as a stage stores them. */
export const Outputs = v.object({
  table: text,
  bucket: text,
  schedule: text,
  scheduleGroup: text,
  stateMachineArn: text,
  credentialsParameter: text,
  alertsTopicArn: text,
  region: text,
  /** The web app; absent in stages that were deployed without one. */
  webUrl: v.optional(text),
  /** Where a new square goes unless the command says otherwise. */
  order: v.optional(v.picklist(["oldest", "shuffle"])),
});
export type Outputs = v.InferOutput<typeof Outputs>;

/** The sandbox or a stage; verbs see no difference. */
export interface Deployment extends Ports {
  /** `sandbox` or the name of the stage. */
  name: string;
  outputs: Outputs;
  stateMachine: StateMachine;
  ssm: SSMClient;
  /** Where a person sees a post. */
  postUrl(tweetId: string): string;
  /** Where accounts of Bluesky sign in unless somebody says otherwise. */
  blueskyUrl: string;
  /** Where a person sees what is on Bluesky. */
  blueskySite: string;
  /** How often to poll a run, in milliseconds. */
  pollMs: number;
  close(): Promise<void>;
}

export interface DeploymentClients {
  dynamodb: DynamoDBClient;
  s3: S3Client;
  scheduler: SchedulerClient;
  ssm: SSMClient;
  states: SFNClient;
}

export function deploymentOf(
  clients: DeploymentClients,
  settings: Pick<Deployment, "name" | "outputs" | "postUrl" | "blueskyUrl" | "blueskySite" | "pollMs"> & {
    clock: Clock;
    close?: () => Promise<void>;
  },
): Deployment {
  const { outputs, clock } = settings;
  const table = {
    client: DynamoDBDocumentClient.from(clients.dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    name: outputs.table,
  };
  return {
    ...settings,
    table,
    bucket: { client: clients.s3, name: outputs.bucket },
    schedule: { client: clients.scheduler, name: outputs.schedule, group: outputs.scheduleGroup, table },
    stateMachine: { client: clients.states, arn: outputs.stateMachineArn },
    ssm: clients.ssm,
    rankAtEnd: ranksAtEnd(clock, Math.random),
    ...(outputs.order !== undefined && { order: outputs.order }),
    newId: monotonicFactory(),
    random: Math.random,
    sleep,
    async close() {
      for (const client of Object.values(clients)) client.destroy();
      await settings.close?.();
    },
  };
}
