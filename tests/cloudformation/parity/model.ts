/** A deployment by what its parts are called; what has no name of its own is called as in the template, `<Squares>`. */
export type Model = Readonly<Record<string, unknown>>;

// biome-ignore lint/suspicious/noExplicitAny: properties are whatever their type takes, and a test would show a mistake.
export type Properties = Record<string, any>;

/** One resource as CloudFormation writes it, with everything filled in. */
export interface Part {
  type: string;
  /** As the template calls it. */
  logical: string;
  properties: Properties;
  /** Stays when the deployment is removed. */
  isKept: boolean;
}

/** What a part is called, and the properties of it that are compared. */
interface Kind {
  name: (properties: Properties, logical: string) => string;
  compared: readonly string[];
}

const kind = (name: Kind["name"], ...compared: string[]): Kind => ({ name, compared });
const called = (what: string, property: string) => (of: Properties) => `${what} ${of[property]}`;
const functionIn = (name: unknown) => String(name).split(":").at(-1);

const kinds: Readonly<Record<string, Kind>> = {
  "AWS::DynamoDB::Table": kind(
    () => "table",
    ...["BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "TimeToLiveSpecification"],
    ...["PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "isKept"],
  ),
  "AWS::S3::Bucket": kind(
    () => "bucket",
    ...["PublicAccessBlockConfiguration", "OwnershipControls", "BucketEncryption", "VersioningConfiguration"],
    ...["LifecycleConfiguration", "CorsConfiguration", "NotificationConfiguration", "isKept"],
  ),
  "AWS::S3::BucketPolicy": kind(() => "bucket policy", "grants", "isKept"),
  "AWS::IAM::Role": kind((_, logical) => `role ${logical}`, "trust", "grants"),
  "AWS::Lambda::Function": kind(
    called("function", "FunctionName"),
    ...["Description", "Runtime", "Architectures", "Handler", "MemorySize", "Timeout", "LoggingConfig"],
    ...["Environment", "Role", "ReservedConcurrentExecutions"],
  ),
  "AWS::Lambda::Url": kind((of) => `url of ${of["TargetFunctionArn"]}`, "AuthType", "InvokeMode"),
  "AWS::Lambda::Permission": kind(
    (of) => `permission for ${of["Action"]} on ${functionIn(of["FunctionName"])}`,
    ...["Principal", "SourceArn", "FunctionUrlAuthType", "InvokedViaFunctionUrl"],
  ),
  "AWS::Lambda::EventInvokeConfig": kind(
    called("retries of", "FunctionName"),
    ...["MaximumRetryAttempts", "MaximumEventAgeInSeconds", "DestinationConfig"],
  ),
  "AWS::Logs::LogGroup": kind(called("log group", "LogGroupName"), "RetentionInDays"),
  "AWS::StepFunctions::StateMachine": kind(
    called("state machine", "StateMachineName"),
    ...["StateMachineType", "definition", "RoleArn", "LoggingConfiguration", "TracingConfiguration"],
  ),
  "AWS::Scheduler::Schedule": kind(
    (of) => `schedule ${of["GroupName"]}/${of["Name"]}`,
    ...["Description", "ScheduleExpression", "ScheduleExpressionTimezone", "State", "FlexibleTimeWindow", "Target"],
  ),
  "AWS::SQS::Queue": kind((_, logical) => `queue ${logical}`, "MessageRetentionPeriod", "SqsManagedSseEnabled"),
  "AWS::SNS::Topic": kind(() => "topic", "DisplayName"),
  "AWS::Events::Rule": kind(called("rule", "Name"), "Description", "ScheduleExpression", "EventPattern", "Targets"),
  "AWS::CloudWatch::Alarm": kind(
    called("alarm", "AlarmName"),
    ...["AlarmDescription", "Namespace", "MetricName", "Dimensions", "Statistic", "Period", "EvaluationPeriods"],
    ...["Threshold", "ComparisonOperator", "TreatMissingData", "AlarmActions"],
  ),
  "AWS::CloudWatch::Dashboard": kind(called("dashboard", "DashboardName"), "DashboardBody"),
  "AWS::Logs::QueryDefinition": kind(called("query", "Name"), "QueryString", "LogGroupNames"),
  "AWS::CloudFront::OriginAccessControl": kind(() => "origin access", "OriginAccessControlConfig"),
  "AWS::CloudFront::Function": kind(() => "viewer function", "Name", "FunctionCode", "FunctionConfig"),
  "AWS::CloudFront::Distribution": kind(() => "distribution", "DistributionConfig"),
  "AWS::SSM::Parameter": kind(called("parameter", "Name"), "Type", "Value"),
};

/** @throws Error for a type that would be left out of the comparison, and for a property that nothing of its type has. */
export function modelOf(parts: readonly Part[]): Model {
  const unseen = new Set(parts.flatMap(({ type }) => kinds[type]?.compared.map((name) => `${type} ${name}`) ?? []));
  // An address that answers to CloudFront alone is not for everybody.
  unseen.delete("AWS::Lambda::Permission FunctionUrlAuthType");
  const entries = parts.map(({ type, logical, properties, isKept }) => {
    const known = kinds[type];
    if (known === undefined) throw new Error(`The comparison does not know ${type}: add it to parity/model.ts.`);
    const all = inOrder({ ...properties, isKept }) as Properties;
    const compared = known.compared.filter((name) => all[name] !== undefined);
    for (const name of compared) unseen.delete(`${type} ${name}`);
    return [known.name(properties, logical), Object.fromEntries(compared.map((name) => [name, all[name]]))] as const;
  });
  if (unseen.size > 0) throw new Error(`Compared, but nowhere there: ${[...unseen].join(", ")}.`);
  return Object.fromEntries(entries);
}

/** With the keys of all objects in one order, and without what is undefined. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder);
  if (!isObject(value)) return value;
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => [key, inOrder(inner)]));
}

/** `dynamodb:GetItem on arn:…`, one for each pair, so that the way in which statements are grouped does not count. */
export function grants(documents: readonly unknown[]): string[] {
  const statements = documents.flatMap((document) => (document as { Statement: unknown[] }).Statement);
  return statements
    .flatMap((statement) => {
      const { Effect, Action, Resource, Principal, Condition } = statement as Record<string, unknown>;
      const who = Principal === undefined ? "" : ` for ${JSON.stringify(Principal)}`;
      const when = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
      return list(Action).flatMap((action) =>
        list(Resource ?? "").map((resource) => `${Effect} ${action} on ${resource}${who}${when}`),
      );
    })
    .sort();
}

const list = (value: unknown) => [value].flat() as string[];

export interface Difference {
  /** Where, for example `function tweet.MemorySize`. */
  at: string;
  sst: unknown;
  cloudFormation: unknown;
}

/** Every place in which two models are not the same. */
export function differences(sst: unknown, cloudFormation: unknown, at = ""): Difference[] {
  if (JSON.stringify(sst) === JSON.stringify(cloudFormation)) return [];
  if (!isObject(sst) || !isObject(cloudFormation)) return [{ at, sst, cloudFormation }];
  return [...new Set([...Object.keys(sst), ...Object.keys(cloudFormation)])]
    .sort()
    .flatMap((key) => differences(sst[key], cloudFormation[key], at === "" ? key : `${at}.${key}`));
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
