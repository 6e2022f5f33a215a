import { functions, stateMachineName } from "../blueprint.ts";
import { inboxRetries, retention, runtime } from "../deployment-facts.ts";
import type { EnvironmentName, FunctionBlueprint } from "../function-blueprint.ts";
import { pascal } from "../pascal.ts";
import { viewerHeader } from "../web-domain-facts.ts";
import { webOrigin } from "./parameters.ts";
import {
  allow,
  blueskyCredentials,
  credentialsParameter,
  deadLetterQueue,
  deployedName,
  role,
  scheduleGroup,
  stateMachineArn,
  statementOf,
} from "./permissions.ts";
import { arnOf, either, noValue, type Resources, ref, sub, type Value } from "./template.ts";

export const logicalName = ({ name }: Pick<FunctionBlueprint, "name">) => `${pascal(name)}Function`;

const environment: Record<EnvironmentName, Value> = {
  DB_TABLE_NAME: ref("Squares"),
  S3_BUCKET_NAME: ref("Pictures"),
  X_CREDENTIALS_PARAMETER: credentialsParameter,
  X_API_URL: ref("XApiUrl"),
  BLUESKY_CREDENTIALS_PARAMETER: blueskyCredentials,
  SCHEDULE_NAME: sub(deployedName(stateMachineName)),
  SCHEDULE_GROUP_NAME: scheduleGroup,
  ALERTS_TOPIC_ARN: ref("Alerts"),
  MAX_POSTS_PER_DAY: ref("MaxPostsPerDay"),
  QUEUE_ORDER: ref("Order"),
  STATE_MACHINE_ARN: stateMachineArn,
  STAGE: ref("Stage"),
  CROP_SQUARE_FUNCTION: sub(deployedName("crop-square")),
  ASK_X_FUNCTION: sub(deployedName("ask-x")),
  WEB_ORIGIN: webOrigin,
  WEB_VIEWER_HEADER: either("HasWebDomain", viewerHeader, ""),
};

const reserved: Record<NonNullable<FunctionBlueprint["concurrency"]>, Value> = {
  mostWebRequests: either("HasWebConcurrency", ref("WebConcurrency"), noValue),
  mostIngests: either("HasIngestConcurrency", ref("IngestConcurrency"), noValue),
};

/**
 * A role, a log group and the function itself, for each of the blueprint.
 *
 * @param zipNames names of the zips in the bucket, below the prefix, by the names of the functions
 */
export const functionResources = (zipNames: Readonly<Record<string, string>>): Resources =>
  Object.assign(
    {},
    ...functions.map((blueprint) => resourcesOf(blueprint, zipNames[blueprint.name] ?? `${blueprint.name}.zip`)),
  );

function resourcesOf(blueprint: FunctionBlueprint, zipName: string): Resources {
  const { name, memory, timeoutSeconds, permissions } = blueprint;
  const [base, id] = [pascal(name), logicalName(blueprint)];
  return {
    [`${base}Log`]: {
      Type: "AWS::Logs::LogGroup",
      Properties: { LogGroupName: sub(`/aws/lambda/${deployedName(name)}`), RetentionInDays: retention.logs },
    },
    [`${base}Role`]: role("lambda.amazonaws.com", [
      ...permissions.map(statementOf),
      // The ARN of a log group ends with what stands for its streams.
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [arnOf(`${base}Log`)]),
      ...(blueprint.deadLetters ? [allow(["sqs:SendMessage"], [arnOf(`${base}DeadLetters`)])] : []),
    ]),
    [id]: {
      Type: "AWS::Lambda::Function",
      Properties: {
        FunctionName: sub(deployedName(name)),
        Description: blueprint.description,
        Runtime: runtime.name,
        Architectures: [runtime.architecture],
        Handler: runtime.handler,
        Code: { S3Bucket: ref("CodeBucket"), S3Key: sub(`\${CodePrefix}${zipName}`) },
        Role: arnOf(`${base}Role`),
        MemorySize: memory,
        Timeout: timeoutSeconds,
        LoggingConfig: { LogFormat: runtime.logFormat, LogGroup: ref(`${base}Log`) },
        Environment: { Variables: Object.fromEntries(blueprint.environment.map((key) => [key, environment[key]])) },
        ...(blueprint.concurrency && { ReservedConcurrentExecutions: reserved[blueprint.concurrency] }),
      },
    },
    ...(blueprint.deadLetters && deadLetters(base, id)),
    ...(blueprint.url && publicUrl(base, id)),
    ...(blueprint.every !== undefined && regularly(blueprint, blueprint.every)),
  };
}

/** Lambda's own attempts at an event, and where it ends if none succeeds. */
const deadLetters = (base: string, id: string): Resources => ({
  [`${base}DeadLetters`]: deadLetterQueue,
  [`${base}Retries`]: {
    Type: "AWS::Lambda::EventInvokeConfig",
    Properties: {
      FunctionName: ref(id),
      Qualifier: "$LATEST",
      MaximumRetryAttempts: inboxRetries.attempts,
      MaximumEventAgeInSeconds: inboxRetries.mostAgeSeconds,
      DestinationConfig: { OnFailure: { Destination: arnOf(`${base}DeadLetters`) } },
    },
  },
});

/** What EventBridge invokes again and again, whether there is anything to do or not. */
const regularly = ({ name, description }: FunctionBlueprint, every: string): Resources => ({
  [`${pascal(name)}Rule`]: {
    Type: "AWS::Events::Rule",
    Properties: {
      Name: sub(deployedName(name)),
      Description: description,
      ScheduleExpression: every,
      Targets: [{ Id: name, Arn: arnOf(logicalName({ name })) }],
    },
  },
  [`${pascal(name)}RulePermission`]: permitRule(name),
});

/** Lets the rule of a function invoke it. */
export const permitRule = (name: string) => ({
  Type: "AWS::Lambda::Permission",
  Properties: {
    FunctionName: arnOf(logicalName({ name })),
    Action: "lambda:InvokeFunction",
    Principal: "events.amazonaws.com",
    SourceArn: arnOf(`${pascal(name)}Rule`),
  },
});

/** An address for everybody; since October 2025 it takes both permissions. With a domain of its own it is for CloudFront alone. */
const publicUrl = (base: string, id: string): Resources => ({
  [`${base}Url`]: {
    Type: "AWS::Lambda::Url",
    Properties: {
      TargetFunctionArn: arnOf(id),
      AuthType: either("HasWebDomain", "AWS_IAM", "NONE"),
      InvokeMode: "BUFFERED",
    },
  },
  [`${base}UrlPermission`]: {
    Type: "AWS::Lambda::Permission",
    Condition: "HasNoWebDomain",
    Properties: {
      FunctionName: arnOf(id),
      Action: "lambda:InvokeFunctionUrl",
      Principal: "*",
      FunctionUrlAuthType: "NONE",
    },
  },
  [`${base}UrlInvokePermission`]: {
    Type: "AWS::Lambda::Permission",
    Condition: "HasNoWebDomain",
    Properties: {
      FunctionName: arnOf(id),
      Action: "lambda:InvokeFunction",
      Principal: "*",
      InvokedViaFunctionUrl: true,
    },
  },
});
