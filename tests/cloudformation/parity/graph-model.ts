import type { Graph, Resource } from "../../infra/graph.ts";
import { grants, type Model } from "./model.ts";

/** What has another name in the program than in the template. */
const calledInTemplate: Readonly<Record<string, string>> = {
  SquaresTable: "Squares",
  PicturesBucket: "Pictures",
  AlertsTopic: "Alerts",
  ScheduleDeadLettersQueue: "ScheduleDeadLetters",
  IngestDeadLettersQueue: "IngestDeadLetters",
  WorkflowRole: "StateMachineRole",
};

/** Types whose names SST or Pulumi makes up, or that are called otherwise than in the template. */
const unnamed: Readonly<Record<string, (resource: Resource) => string>> = {
  "aws:dynamodb/table:Table": ({ inputs }) => inputs["name"],
  "aws:s3/bucket:Bucket": ({ inputs }) => inputs["bucket"],
  "aws:sns/topic:Topic": ({ inputs }) => inputs["name"],
  "aws:sqs/queue:Queue": ({ inputs }) => inputs["name"],
  "aws:iam/role:Role": ({ arn }) => arn.split("role/").at(-1) ?? "",
};

const logical = ({ name }: Pick<Resource, "name">) => calledInTemplate[name] ?? name;

/** SST's graph with the names of the template, `<Squares>`, in the place of those that were made up. */
export function modelOfGraph(graph: Graph): Model {
  const made = graph.resources.flatMap((resource) => {
    const nameOf = unnamed[resource.type];
    return nameOf === undefined ? [] : [[nameOf(resource), `<${logical(resource)}>`] as const];
  });
  // A role may be called like the beginning of something else: only as the end of an ARN does its name stand for it.
  const text = made.reduce((all, [from, to]) => {
    const isRole = to.endsWith("Role>");
    return isRole
      ? all.replaceAll(`:role/${from}"`, `:role/${to}"`).replaceAll(`:role/${from}\\"`, `:role/${to}\\"`)
      : all.replaceAll(from, to);
  }, JSON.stringify(graph.resources));
  const resources = JSON.parse(
    text.replaceAll(/https:\/\/[0-9a-f]{16}\.lambda-url\.[\w-]+\.on\.aws\//g, "https://<WebUrl>/"),
  ) as Resource[];
  const entries = resources.flatMap((resource) => entriesOf(resource, resources));
  return Object.fromEntries(entries);
}

/** Parts of SST that are no resources of AWS, and code, which the template has by another way. */
const isBeside = ({ type }: Resource) => /^(pulumi|sst|random|command):/.test(type) || type.endsWith("BucketObjectv2");

function entriesOf(resource: Resource, all: readonly Resource[]): [string, unknown][] {
  if (isBeside(resource)) return [];
  const { type, inputs: of, retainOnDelete: isKept = false } = resource;
  switch (type) {
    case "aws:dynamodb/table:Table":
      return [["table", { ...tableOf(of), isKept }]];
    case "aws:s3/bucket:Bucket":
      return [["bucket", { ...bucketOf(all), isKept }]];
    case "aws:s3/bucketPolicy:BucketPolicy":
      return [["bucket policy", { grants: grants([JSON.parse(of["policy"])]), isKept }]];
    case "aws:iam/role:Role":
      return [
        [
          `role ${logical(resource)}`,
          {
            trust: grants([JSON.parse(of["assumeRolePolicy"])]),
            grants: grants(
              ((of["inlinePolicies"] ?? []) as { policy: string }[]).map(({ policy }) => JSON.parse(policy)),
            ),
          },
        ],
      ];
    case "aws:lambda/function:Function":
      return [[`function ${of["name"]}`, functionOf(of)]];
    case "aws:lambda/functionUrl:FunctionUrl":
      return [
        [
          `url of ${resources(all, "aws:lambda/function:Function").find(({ inputs }) => inputs["name"] === of["functionName"])?.arn}`,
          { authorization: of["authorizationType"], mode: of["invokeMode"] },
        ],
      ];
    case "aws:lambda/permission:Permission":
      return [
        [
          `permission for ${of["action"]} on ${of["function"]}`,
          {
            principal: of["principal"],
            source: of["sourceArn"],
            urlAuthorization: of["functionUrlAuthType"],
            viaUrl: of["invokedViaFunctionUrl"],
          },
        ],
      ];
    case "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig":
      return [
        [
          `retries of ${of["functionName"]}`,
          {
            attempts: of["maximumRetryAttempts"],
            age: of["maximumEventAgeInSeconds"],
            deadLetters: of["destinationConfig"].onFailure.destination,
          },
        ],
      ];
    case "aws:cloudwatch/logGroup:LogGroup":
      return [[`log group ${of["name"]}`, { days: of["retentionInDays"] }]];
    case "aws:sfn/stateMachine:StateMachine":
      return [[`state machine ${of["name"]}`, stateMachineOf(of)]];
    case "aws:scheduler/schedule:Schedule":
      return [[`schedule ${of["groupName"]}/${of["name"]}`, scheduleOf(of)]];
    case "aws:sqs/queue:Queue":
      return [
        [
          `queue ${logical(resource)}`,
          { seconds: of["messageRetentionSeconds"], isEncrypted: of["sqsManagedSseEnabled"] },
        ],
      ];
    case "aws:sns/topic:Topic":
      return [["topic", { displayName: of["displayName"] }]];
    case "aws:cloudwatch/eventRule:EventRule":
      return [[`rule ${of["name"]}`, ruleOf(of, all)]];
    case "aws:cloudwatch/metricAlarm:MetricAlarm":
      return [[`alarm ${of["name"]}`, alarmOf(of)]];
    case "aws:cloudwatch/dashboard:Dashboard":
      return [[`dashboard ${of["dashboardName"]}`, JSON.parse(of["dashboardBody"])]];
    case "aws:ssm/parameter:Parameter":
      return [[`parameter ${of["name"]}`, { type: of["type"], value: JSON.parse(of["value"]) }]];
    default:
      // Settings of the bucket and targets of rules are read where they belong.
      if (/^aws:(s3\/bucket|cloudwatch\/eventTarget)/.test(type)) return [];
      throw new Error(`The comparison does not know ${type}: add it here and to template-model.ts.`);
  }
}

type Inputs = Resource["inputs"];
const resources = (all: readonly Resource[], type: string) => all.filter((resource) => resource.type === type);
const inputsOf = (all: readonly Resource[], type: string): Inputs => resources(all, type)[0]?.inputs ?? {};

const tableOf = (of: Inputs) => ({
  billing: of["billingMode"],
  key: keyOf(of),
  attributes: of["attributes"].map((each: Inputs) => `${each["name"]} ${each["type"]}`).sort(),
  indexes: of["globalSecondaryIndexes"].map((each: Inputs) => ({
    name: each["name"],
    key: keyOf(each),
    projection: each["projectionType"],
  })),
  recovers: of["pointInTimeRecovery"].enabled,
  timeToLive: of["ttl"].enabled && of["ttl"].attributeName,
  isProtected: of["deletionProtectionEnabled"] ?? false,
});

const keyOf = ({ hashKey, rangeKey }: Inputs) => [
  `HASH ${hashKey}`,
  ...(rangeKey === undefined ? [] : [`RANGE ${rangeKey}`]),
];

function bucketOf(all: readonly Resource[]) {
  const setting = (type: string) => inputsOf(all, `aws:s3/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`);
  const access = setting("BucketPublicAccessBlock");
  return {
    publicAccess: {
      BlockPublicAcls: access["blockPublicAcls"],
      BlockPublicPolicy: access["blockPublicPolicy"],
      IgnorePublicAcls: access["ignorePublicAcls"],
      RestrictPublicBuckets: access["restrictPublicBuckets"],
    },
    ownership: setting("BucketOwnershipControls")["rule"].objectOwnership,
    encryption: setting("BucketServerSideEncryptionConfiguration")["rules"][0].applyServerSideEncryptionByDefault
      .sseAlgorithm,
    versions: setting("BucketVersioning")["versioningConfiguration"].status,
    lifecycle: setting("BucketLifecycleConfiguration")["rules"].map((rule: Inputs) => ({
      id: rule["id"],
      status: rule["status"],
      oldVersionsDays: rule["noncurrentVersionExpiration"]?.noncurrentDays,
      unfinishedDays: rule["abortIncompleteMultipartUpload"]?.daysAfterInitiation,
      expires: [rule["filter"]?.prefix, rule["expiration"]?.days],
    })),
    cors: setting("BucketCorsConfiguration")["corsRules"].map((rule: Inputs) => ({
      origins: rule["allowedOrigins"],
      methods: rule["allowedMethods"],
      headers: rule["allowedHeaders"],
      exposed: rule["exposeHeaders"],
      seconds: rule["maxAgeSeconds"],
    })),
    sendsEvents: setting("BucketNotification")["eventbridge"],
  };
}

const functionOf = (of: Inputs) => ({
  description: of["description"],
  runtime: of["runtime"],
  architectures: of["architectures"],
  handler: of["handler"],
  memory: of["memorySize"],
  timeout: of["timeout"],
  logs: { format: of["loggingConfig"].logFormat, group: of["loggingConfig"].logGroup },
  environment: Object.fromEntries(
    Object.entries(of["environment"].variables as Inputs).sort(([a], [b]) => (a < b ? -1 : 1)),
  ),
  role: of["role"],
  reservedConcurrency: of["reservedConcurrentExecutions"],
});

const stateMachineOf = (of: Inputs) => ({
  type: of["type"],
  definition: JSON.parse(of["definition"]),
  role: of["roleArn"],
  logs: {
    level: of["loggingConfiguration"].level,
    withData: of["loggingConfiguration"].includeExecutionData,
    group: of["loggingConfiguration"].logDestination,
  },
  isTraced: of["tracingConfiguration"].enabled,
});

const scheduleOf = (of: Inputs) => ({
  description: of["description"],
  expression: of["scheduleExpression"],
  timeZone: of["scheduleExpressionTimezone"],
  state: of["state"],
  window: of["flexibleTimeWindow"].mode,
  target: of["target"].arn,
  role: of["target"].roleArn,
  input: of["target"].input,
  attempts: of["target"].retryPolicy.maximumRetryAttempts,
  age: of["target"].retryPolicy.maximumEventAgeInSeconds,
  deadLetters: of["target"].deadLetterConfig.arn,
});

const ruleOf = (of: Inputs, all: readonly Resource[]) => ({
  description: of["description"],
  every: of["scheduleExpression"],
  pattern: of["eventPattern"] === undefined ? undefined : JSON.parse(of["eventPattern"]),
  targets: resources(all, "aws:cloudwatch/eventTarget:EventTarget")
    .filter(({ inputs }) => inputs["rule"] === of["name"])
    .map(({ inputs }) => `${inputs["targetId"]} ${inputs["arn"]}`),
});

const alarmOf = (of: Inputs) => ({
  description: of["alarmDescription"],
  metric: `${of["namespace"]} ${of["metricName"]}`,
  dimensions: Object.entries(of["dimensions"] as Inputs).map(([name, value]) => `${name}=${value}`),
  statistic: of["statistic"],
  period: of["period"],
  periods: of["evaluationPeriods"],
  threshold: of["threshold"],
  comparison: of["comparisonOperator"],
  missing: of["treatMissingData"],
  tells: of["alarmActions"],
});
