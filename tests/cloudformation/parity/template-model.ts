import type { Resource, Template } from "@twobytwo/stacks/cloudformation/template";
import { evaluate, holds, type Physical, type Scope } from "../engine/evaluate.ts";
import { creationOrder, type Fields } from "../engine/references.ts";
import { parametersOf } from "../engine/stack.ts";
import { grants, type Model } from "./model.ts";

export interface Place {
  account: string;
  region: string;
}

// biome-ignore lint/suspicious/noExplicitAny: properties are whatever their type takes, and a test would show a mistake.
type Properties = Record<string, any>;

/** The template as it would be deployed; what has no name of its own is called as in the template, `<Squares>`. */
export function modelOfTemplate(template: Template, { account, region }: Place): Model {
  const resources = new Map<string, Physical>();
  const scope: Scope = {
    parameters: parametersOf(template, { CodeBucket: "code" }),
    conditions: template.Conditions,
    resources,
    pseudo: {
      "AWS::AccountId": account,
      "AWS::Partition": "aws",
      "AWS::Region": region,
      "AWS::StackName": "stack",
      "AWS::URLSuffix": "amazonaws.com",
    },
  };
  const entries: [string, unknown][] = [];
  for (const name of creationOrder(template.Resources)) {
    const resource = template.Resources[name] as Resource;
    if (resource.Condition !== undefined && !holds(resource.Condition, scope)) continue;
    const properties = evaluate(resource.Properties, scope) as Properties;
    resources.set(name, physicalOf(name, { resource, properties, place: { account, region } }));
    entries.push(...entriesOf(name, resource, properties));
  }
  return Object.fromEntries(entries);
}

const nameProperty: Record<string, string> = {
  "AWS::Lambda::Function": "FunctionName",
  "AWS::StepFunctions::StateMachine": "StateMachineName",
  "AWS::Scheduler::Schedule": "Name",
  "AWS::Logs::LogGroup": "LogGroupName",
  "AWS::Events::Rule": "Name",
  "AWS::CloudWatch::Alarm": "AlarmName",
  "AWS::SSM::Parameter": "Name",
};

function physicalOf(
  logical: string,
  { resource, properties, place }: { resource: Resource; properties: Properties; place: Place },
): Physical {
  const name = String(properties[nameProperty[resource.Type] ?? ""] ?? `<${logical}>`);
  const arn = (service: string, rest: string) => `arn:aws:${service}:${place.region}:${place.account}:${rest}`;
  const arns: Record<string, string> = {
    "AWS::DynamoDB::Table": arn("dynamodb", `table/${name}`),
    "AWS::S3::Bucket": `arn:aws:s3:::${name}`,
    "AWS::IAM::Role": `arn:aws:iam::${place.account}:role/${name}`,
    "AWS::Lambda::Function": arn("lambda", `function:${name}`),
    "AWS::StepFunctions::StateMachine": arn("states", `stateMachine:${name}`),
    "AWS::SNS::Topic": arn("sns", name),
    "AWS::SQS::Queue": arn("sqs", name),
    "AWS::Logs::LogGroup": arn("logs", `log-group:${name}:*`),
    "AWS::Events::Rule": arn("events", `rule/${name}`),
    "AWS::CloudWatch::Alarm": arn("cloudwatch", `alarm:${name}`),
  };
  const own = arns[resource.Type] ?? name;
  const isArn = ["AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"].includes(resource.Type);
  const attributes = { Arn: own, QueueName: name, FunctionUrl: `https://<${logical}>/` };
  return { id: isArn ? own : name, attributes };
}

const isKept = ({ DeletionPolicy = "Delete" }: Resource) => DeletionPolicy.startsWith("Retain");

function entriesOf(logical: string, resource: Resource, of: Properties): [string, unknown][] {
  switch (resource.Type) {
    case "AWS::DynamoDB::Table":
      return [["table", { ...tableOf(of), isKept: isKept(resource) }]];
    case "AWS::S3::Bucket":
      return [["bucket", { ...bucketOf(of), isKept: isKept(resource) }]];
    case "AWS::S3::BucketPolicy":
      return [["bucket policy", { grants: grants([of["PolicyDocument"]]), isKept: isKept(resource) }]];
    case "AWS::IAM::Role":
      return [
        [
          `role ${logical}`,
          {
            trust: grants([of["AssumeRolePolicyDocument"]]),
            grants: grants((of["Policies"] as Fields[]).map(({ PolicyDocument }) => PolicyDocument)),
          },
        ],
      ];
    case "AWS::Lambda::Function":
      return [[`function ${of["FunctionName"]}`, functionOf(of)]];
    case "AWS::Lambda::Url":
      return [[`url of ${of["TargetFunctionArn"]}`, { authorization: of["AuthType"], mode: of["InvokeMode"] }]];
    case "AWS::Lambda::Permission":
      return [
        [
          `permission for ${of["Action"]} on ${String(of["FunctionName"]).split(":").at(-1)}`,
          {
            principal: of["Principal"],
            source: of["SourceArn"],
            urlAuthorization: of["FunctionUrlAuthType"],
            viaUrl: of["InvokedViaFunctionUrl"],
          },
        ],
      ];
    case "AWS::Lambda::EventInvokeConfig":
      return [
        [
          `retries of ${of["FunctionName"]}`,
          {
            attempts: of["MaximumRetryAttempts"],
            age: of["MaximumEventAgeInSeconds"],
            deadLetters: of["DestinationConfig"].OnFailure.Destination,
          },
        ],
      ];
    case "AWS::Logs::LogGroup":
      return [[`log group ${of["LogGroupName"]}`, { days: of["RetentionInDays"] }]];
    case "AWS::StepFunctions::StateMachine":
      return [[`state machine ${of["StateMachineName"]}`, stateMachineOf(of)]];
    case "AWS::Scheduler::Schedule":
      return [[`schedule ${of["GroupName"]}/${of["Name"]}`, scheduleOf(of)]];
    case "AWS::SQS::Queue":
      return [[`queue ${logical}`, { seconds: of["MessageRetentionPeriod"], isEncrypted: of["SqsManagedSseEnabled"] }]];
    case "AWS::SNS::Topic":
      return [["topic", { displayName: of["DisplayName"] }]];
    case "AWS::Events::Rule":
      return [
        [
          `rule ${of["Name"]}`,
          {
            description: of["Description"],
            every: of["ScheduleExpression"],
            pattern: of["EventPattern"],
            targets: (of["Targets"] as Properties[]).map(({ Id, Arn }) => `${Id} ${Arn}`),
          },
        ],
      ];
    case "AWS::CloudWatch::Alarm":
      return [[`alarm ${of["AlarmName"]}`, alarmOf(of)]];
    case "AWS::CloudWatch::Dashboard":
      return [[`dashboard ${of["DashboardName"]}`, JSON.parse(of["DashboardBody"])]];
    case "AWS::SSM::Parameter":
      return [[`parameter ${of["Name"]}`, { type: of["Type"], value: JSON.parse(of["Value"]) }]];
    default:
      throw new Error(`The comparison does not know ${resource.Type}: add it here and to graph-model.ts.`);
  }
}

const tableOf = (of: Properties) => ({
  billing: of["BillingMode"],
  key: of["KeySchema"].map(keyOf),
  attributes: of["AttributeDefinitions"]
    .map((each: Properties) => `${each["AttributeName"]} ${each["AttributeType"]}`)
    .sort(),
  indexes: of["GlobalSecondaryIndexes"].map((each: Properties) => ({
    name: each["IndexName"],
    key: each["KeySchema"].map(keyOf),
    projection: each["Projection"].ProjectionType,
  })),
  recovers: of["PointInTimeRecoverySpecification"].PointInTimeRecoveryEnabled,
  timeToLive: of["TimeToLiveSpecification"].Enabled && of["TimeToLiveSpecification"].AttributeName,
  isProtected: of["DeletionProtectionEnabled"] ?? false,
});

const keyOf = ({ AttributeName, KeyType }: Properties) => `${KeyType} ${AttributeName}`;

const bucketOf = (of: Properties) => ({
  publicAccess: of["PublicAccessBlockConfiguration"],
  ownership: of["OwnershipControls"].Rules[0].ObjectOwnership,
  encryption: of["BucketEncryption"].ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm,
  versions: of["VersioningConfiguration"].Status,
  lifecycle: of["LifecycleConfiguration"].Rules.map((rule: Properties) => ({
    id: rule["Id"],
    status: rule["Status"],
    oldVersionsDays: rule["NoncurrentVersionExpiration"]?.NoncurrentDays,
    unfinishedDays: rule["AbortIncompleteMultipartUpload"]?.DaysAfterInitiation,
    expires: [rule["Prefix"], rule["ExpirationInDays"]],
  })),
  cors: of["CorsConfiguration"].CorsRules.map((rule: Properties) => ({
    origins: rule["AllowedOrigins"],
    methods: rule["AllowedMethods"],
    headers: rule["AllowedHeaders"],
    exposed: rule["ExposedHeaders"],
    seconds: rule["MaxAge"],
  })),
  sendsEvents: of["NotificationConfiguration"].EventBridgeConfiguration.EventBridgeEnabled,
});

const functionOf = (of: Properties) => ({
  description: of["Description"],
  runtime: of["Runtime"],
  architectures: of["Architectures"],
  handler: of["Handler"],
  memory: of["MemorySize"],
  timeout: of["Timeout"],
  logs: { format: of["LoggingConfig"].LogFormat, group: of["LoggingConfig"].LogGroup },
  environment: Object.fromEntries(Object.entries(of["Environment"].Variables as Fields).sort(byName)),
  role: of["Role"],
  // A parameter of type Number arrives as text, which CloudFormation takes for a number.
  reservedConcurrency: of["ReservedConcurrentExecutions"] && Number(of["ReservedConcurrentExecutions"]),
});

const byName = ([a]: [string, unknown], [b]: [string, unknown]) => (a < b ? -1 : 1);

const stateMachineOf = (of: Properties) => ({
  type: of["StateMachineType"],
  definition: JSON.parse(
    String(of["DefinitionString"]).replaceAll(/\$\{(\w+)\}/g, (_, name) => of["DefinitionSubstitutions"][name]),
  ),
  role: of["RoleArn"],
  logs: {
    level: of["LoggingConfiguration"].Level,
    withData: of["LoggingConfiguration"].IncludeExecutionData,
    group: of["LoggingConfiguration"].Destinations[0].CloudWatchLogsLogGroup.LogGroupArn,
  },
  isTraced: of["TracingConfiguration"].Enabled,
});

const scheduleOf = (of: Properties) => ({
  description: of["Description"],
  expression: of["ScheduleExpression"],
  timeZone: of["ScheduleExpressionTimezone"],
  state: of["State"],
  window: of["FlexibleTimeWindow"].Mode,
  target: of["Target"].Arn,
  role: of["Target"].RoleArn,
  input: of["Target"].Input,
  attempts: of["Target"].RetryPolicy.MaximumRetryAttempts,
  age: of["Target"].RetryPolicy.MaximumEventAgeInSeconds,
  deadLetters: of["Target"].DeadLetterConfig.Arn,
});

const alarmOf = (of: Properties) => ({
  description: of["AlarmDescription"],
  metric: `${of["Namespace"]} ${of["MetricName"]}`,
  dimensions: (of["Dimensions"] as Properties[]).map(({ Name, Value }) => `${Name}=${Value}`),
  statistic: of["Statistic"],
  period: of["Period"],
  periods: of["EvaluationPeriods"],
  threshold: Number(of["Threshold"]),
  comparison: of["ComparisonOperator"],
  missing: of["TreatMissingData"],
  tells: of["AlarmActions"],
});
