import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { ListExecutionsCommand, SFNClient } from "@aws-sdk/client-sfn";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";
import { GetParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { fromAwsError } from "@twobytwo/core/aws-errors";
import { expect, it, onTestFinished, vi } from "vitest";
import { awsLimits } from "../src/aws-limits.ts";
import { silentServer } from "./silent.ts";

const config = async () => ({
  ...awsLimits({ connectMs: 5_000, answerMs: 20 }),
  endpoint: await silentServer(),
  region: "us-east-1",
  credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox-secret" },
  maxAttempts: 1,
});
type Config = Awaited<ReturnType<typeof config>>;
type Asking = (config: Config) => { client: { destroy(): void }; answer: Promise<unknown> };

const services: Record<string, Asking> = {
  DynamoDB: (made) => {
    const client = new DynamoDBClient(made);
    return { client, answer: client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "a" } } })) };
  },
  S3: (made) => {
    const client = new S3Client({ ...made, forcePathStyle: true });
    return { client, answer: client.send(new GetObjectCommand({ Bucket: "b", Key: "k" })) };
  },
  Scheduler: (made) => {
    const client = new SchedulerClient(made);
    return { client, answer: client.send(new GetScheduleCommand({ Name: "daily" })) };
  },
  "Step Functions": (made) => {
    const client = new SFNClient(made);
    const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:post";
    return { client, answer: client.send(new ListExecutionsCommand({ stateMachineArn })) };
  },
  SNS: (made) => {
    const client = new SNSClient(made);
    return { client, answer: client.send(new PublishCommand({ TopicArn: "arn", Message: "m" })) };
  },
  SSM: (made) => {
    const client = new SSMClient(made);
    return { client, answer: client.send(new GetParameterCommand({ Name: "p" })) };
  },
};

it.each(Object.entries(services))(
  "%s that takes a call and never answers it is given up in time, to be tried again",
  async (_, ask) => {
    const { client, answer } = ask(await config());
    onTestFinished(() => client.destroy());
    const failure = await answer.catch((error: unknown) => fromAwsError(error, "Asking"));
    expect(failure).toMatchObject({ name: "Retryable", message: expect.stringContaining("TimeoutError") });
  },
);

it("every client of a function has these limits", async () => {
  onTestFinished(() => void vi.unstubAllEnvs());
  const named = ["DB_TABLE_NAME", "S3_BUCKET_NAME", "SCHEDULE_NAME", "STATE_MACHINE_ARN"];
  for (const name of [...named, "ASK_X_FUNCTION", "CROP_SQUARE_FUNCTION"]) vi.stubEnv(name, "a");
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("ALERTS_TOPIC_ARN", "arn:aws:sns:us-east-1:000000000000:alerts");
  vi.stubEnv("STAGE", "test");
  const { adding, alerts, bucket, schedule, table, web } = await import("../src/deps.ts");
  const ports = [adding, alerts, bucket, schedule, table, web];
  for (const port of ports) port.forget();
  onTestFinished(() => {
    for (const port of ports) port.forget();
  });
  const clients = {
    table: table().client,
    bucket: bucket().client,
    adding: adding().bucket.client,
    schedule: schedule().client,
    alerts: alerts()?.client,
    runs: web().stateMachine.client,
  };
  const limits = Object.entries(clients).map(async ([name, client]) => {
    const settings = Reflect.get(client?.config.requestHandler ?? {}, "configProvider") as Promise<object>;
    const limited = ["connectionTimeout", "requestTimeout", "throwOnRequestTimeout"];
    return [name, Object.fromEntries(Object.entries(await settings).filter(([setting]) => limited.includes(setting)))];
  });
  const usual = { connectionTimeout: 2_000, requestTimeout: 8_000, throwOnRequestTimeout: true };
  expect(Object.fromEntries(await Promise.all(limits))).toEqual({
    table: usual,
    bucket: usual,
    adding: { ...usual, requestTimeout: 60_000 },
    schedule: usual,
    alerts: usual,
    runs: usual,
  });
});
