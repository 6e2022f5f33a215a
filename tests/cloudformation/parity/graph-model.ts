import type { Graph, Resource } from "../../infra/graph.ts";
import { grants, type Model, modelOf, type Part, type Properties } from "./model.ts";

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
  "aws:cloudfront/distribution:Distribution": ({ arn }) => arn.split("/").at(-1) ?? "",
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
  const resources = JSON.parse(text.replaceAll(/[0-9a-f]{16}\.lambda-url\.[\w-]+\.on\.aws/g, "<WebUrl>")) as Resource[];
  return modelOf(resources.flatMap((resource) => partsOf(resource, resources)));
}

/** Parts of SST that are no resources of AWS; code, which the template has by another way; settings that are read with what they belong to. */
const isBeside = ({ type }: Resource) =>
  /^(pulumi|sst|random|command):|BucketObjectv2$|EventTarget$|^aws:s3\/bucket(?!:|Policy)/.test(type);

function partsOf(resource: Resource, all: readonly Resource[]): Part[] {
  if (isBeside(resource)) return [];
  const [type, shape = {}] = shapes[resource.type]?.(resource.inputs, all) ?? [resource.type];
  const properties = { ...(pascal(resource.inputs) as Properties), ...shape };
  return [{ type, logical: logical(resource), properties, isKept: resource.retainOnDelete ?? false }];
}

/** Pulumi writes `memorySize` for what CloudFormation calls `MemorySize`. */
function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [`${name[0]?.toUpperCase()}${name.slice(1)}`, pascal(inner)]),
  );
}

const inputsOf = (all: readonly Resource[], type: string): Properties =>
  all.find((resource) => resource.type === type)?.inputs ?? {};

/** CloudFormation's type, and what it calls otherwise than Pulumi. */
const shapes: Readonly<Record<string, (of: Properties, all: readonly Resource[]) => [string, Properties?]>> = {
  "aws:dynamodb/table:Table": (of) => ["AWS::DynamoDB::Table", tableOf(of)],
  "aws:s3/bucket:Bucket": (_, all) => ["AWS::S3::Bucket", bucketOf(all)],
  "aws:s3/bucketPolicy:BucketPolicy": (of) => ["AWS::S3::BucketPolicy", { grants: grants([JSON.parse(of["policy"])]) }],
  "aws:iam/role:Role": (of) => [
    "AWS::IAM::Role",
    {
      trust: grants([JSON.parse(of["assumeRolePolicy"])]),
      grants: grants(((of["inlinePolicies"] ?? []) as { policy: string }[]).map(({ policy }) => JSON.parse(policy))),
    },
  ],
  "aws:lambda/function:Function": (of) => ["AWS::Lambda::Function", { FunctionName: of["name"] }],
  "aws:lambda/functionUrl:FunctionUrl": (of, all) => {
    const called = ({ type, inputs }: Resource) =>
      type === "aws:lambda/function:Function" && inputs["name"] === of["functionName"];
    return ["AWS::Lambda::Url", { TargetFunctionArn: all.find(called)?.arn, AuthType: of["authorizationType"] }];
  },
  "aws:lambda/permission:Permission": (of) => ["AWS::Lambda::Permission", { FunctionName: of["function"] }],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": () => ["AWS::Lambda::EventInvokeConfig"],
  "aws:cloudwatch/logGroup:LogGroup": (of) => ["AWS::Logs::LogGroup", { LogGroupName: of["name"] }],
  "aws:sfn/stateMachine:StateMachine": (of) => {
    const { level: Level, includeExecutionData: IncludeExecutionData, logDestination } = of["loggingConfiguration"];
    const Destinations = [{ CloudWatchLogsLogGroup: { LogGroupArn: logDestination } }];
    return [
      "AWS::StepFunctions::StateMachine",
      {
        StateMachineName: of["name"],
        StateMachineType: of["type"],
        definition: JSON.parse(of["definition"]),
        LoggingConfiguration: { Level, IncludeExecutionData, Destinations },
      },
    ];
  },
  "aws:scheduler/schedule:Schedule": () => ["AWS::Scheduler::Schedule"],
  "aws:sqs/queue:Queue": (of) => ["AWS::SQS::Queue", { MessageRetentionPeriod: of["messageRetentionSeconds"] }],
  "aws:sns/topic:Topic": () => ["AWS::SNS::Topic"],
  "aws:cloudwatch/eventRule:EventRule": (of, all) => [
    "AWS::Events::Rule",
    {
      EventPattern: of["eventPattern"] === undefined ? undefined : JSON.parse(of["eventPattern"]),
      Targets: all
        .filter(({ type, inputs }) => type.endsWith(":EventTarget") && inputs["rule"] === of["name"])
        .map(({ inputs }) => ({ Id: inputs["targetId"], Arn: inputs["arn"] })),
    },
  ],
  "aws:cloudwatch/metricAlarm:MetricAlarm": (of) => [
    "AWS::CloudWatch::Alarm",
    {
      AlarmName: of["name"],
      Dimensions: Object.entries(of["dimensions"] as Properties).map(([Name, Value]) => ({ Name, Value })),
    },
  ],
  "aws:cloudwatch/dashboard:Dashboard": (of) => [
    "AWS::CloudWatch::Dashboard",
    { DashboardBody: JSON.parse(of["dashboardBody"]) },
  ],
  "aws:cloudwatch/queryDefinition:QueryDefinition": () => ["AWS::Logs::QueryDefinition"],
  "aws:cloudfront/originAccessControl:OriginAccessControl": (of) => [
    "AWS::CloudFront::OriginAccessControl",
    { OriginAccessControlConfig: pascal(of) },
  ],
  "aws:cloudfront/function:Function": ({ code, runtime, comment }) => [
    "AWS::CloudFront::Function",
    { FunctionCode: code, FunctionConfig: { Runtime: runtime, Comment: comment } },
  ],
  "aws:cloudfront/distribution:Distribution": (of) => [
    "AWS::CloudFront::Distribution",
    { DistributionConfig: distributionOf(of) },
  ],
  "aws:ssm/parameter:Parameter": (of) => ["AWS::SSM::Parameter", { Value: JSON.parse(of["value"]) }],
};

const tableOf = (of: Properties) => ({
  KeySchema: keyOf(of),
  AttributeDefinitions: of["attributes"]
    .map((each: Properties) => ({ AttributeName: each["name"], AttributeType: each["type"] }))
    .toSorted((a: Properties, b: Properties) => (a["AttributeName"] < b["AttributeName"] ? -1 : 1)),
  GlobalSecondaryIndexes: of["globalSecondaryIndexes"].map((each: Properties) => ({
    IndexName: each["name"],
    KeySchema: keyOf(each),
    Projection: { ProjectionType: each["projectionType"] },
  })),
  PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: of["pointInTimeRecovery"].enabled },
  TimeToLiveSpecification: { Enabled: of["ttl"].enabled, AttributeName: of["ttl"].attributeName },
  DeletionProtectionEnabled: of["deletionProtectionEnabled"] ?? false,
});

/** Without `restrictions`, which the provider wants and CloudFormation need not be told: there are none. */
function distributionOf({ isIpv6Enabled: IPV6Enabled, restrictions: _, ...of }: Properties): Properties {
  const { defaultCacheBehavior, origins, ...rest } = of;
  const { functionAssociations, ...behavior } = defaultCacheBehavior;
  return {
    ...(pascal(rest) as Properties),
    IPV6Enabled,
    Origins: origins.map(({ originId: Id, customOriginConfig: custom, ...origin }: Properties) => ({
      ...(pascal(origin) as Properties),
      Id,
      CustomOriginConfig: {
        HTTPPort: custom.httpPort,
        HTTPSPort: custom.httpsPort,
        OriginProtocolPolicy: custom.originProtocolPolicy,
        OriginSSLProtocols: custom.originSslProtocols,
      },
    })),
    DefaultCacheBehavior: {
      ...(pascal(behavior) as Properties),
      FunctionAssociations: functionAssociations.map((of: Properties) => ({
        EventType: of["eventType"],
        FunctionARN: of["functionArn"],
      })),
    },
  };
}

const keyOf = ({ hashKey, rangeKey }: Properties) => [
  { AttributeName: hashKey, KeyType: "HASH" },
  ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: "RANGE" }]),
];

/** Pulumi makes a resource of each setting of a bucket. */
function bucketOf(all: readonly Resource[]): Properties {
  const setting = (type: string) => inputsOf(all, `aws:s3/${type[0]?.toLowerCase()}${type.slice(1)}:${type}`);
  const { bucket: _, ...access } = setting("BucketPublicAccessBlock");
  const { rules: encryption } = setting("BucketServerSideEncryptionConfiguration");
  return {
    PublicAccessBlockConfiguration: pascal(access),
    OwnershipControls: { Rules: [pascal(setting("BucketOwnershipControls")["rule"])] },
    BucketEncryption: {
      ServerSideEncryptionConfiguration: encryption.map((rule: Properties) => ({
        ServerSideEncryptionByDefault: { SSEAlgorithm: rule["applyServerSideEncryptionByDefault"].sseAlgorithm },
      })),
    },
    VersioningConfiguration: pascal(setting("BucketVersioning")["versioningConfiguration"]),
    LifecycleConfiguration: {
      Rules: setting("BucketLifecycleConfiguration")["rules"].map((rule: Properties) => ({
        Id: rule["id"],
        Status: rule["status"],
        NoncurrentVersionExpiration: pascal(rule["noncurrentVersionExpiration"]),
        AbortIncompleteMultipartUpload: pascal(rule["abortIncompleteMultipartUpload"]),
        Prefix: rule["filter"]?.prefix,
        ExpirationInDays: rule["expiration"]?.days,
      })),
    },
    CorsConfiguration: {
      CorsRules: setting("BucketCorsConfiguration")["corsRules"].map(
        ({ exposeHeaders: ExposedHeaders, maxAgeSeconds: MaxAge, ...rule }: Properties) => ({
          ...(pascal(rule) as Properties),
          ExposedHeaders,
          MaxAge,
        }),
      ),
    },
    NotificationConfiguration: {
      EventBridgeConfiguration: { EventBridgeEnabled: setting("BucketNotification")["eventbridge"] },
    },
  };
}
