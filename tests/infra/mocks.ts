import { createHash } from "node:crypto";

export const account = "123456789012";
export const region = "eu-central-1";

export type Inputs = Record<string, unknown>;

/** A resource as the program asked for it. */
export interface Asked {
  type: string;
  name: string;
  inputs: Inputs;
  arn: string;
}

const hash = (text: string, length: number) => createHash("sha256").update(text).digest("hex").slice(0, length);

const arns: Record<string, (name: string) => string> = {
  "aws:s3/bucket:Bucket": (name) => `arn:aws:s3:::${name}`,
  "aws:dynamodb/table:Table": (name) => `arn:aws:dynamodb:${region}:${account}:table/${name}`,
  "aws:iam/role:Role": (name) => `arn:aws:iam::${account}:role/${name}`,
  "aws:lambda/function:Function": (name) => `arn:aws:lambda:${region}:${account}:function:${name}`,
  "aws:sfn/stateMachine:StateMachine": (name) => `arn:aws:states:${region}:${account}:stateMachine:${name}`,
  "aws:sns/topic:Topic": (name) => `arn:aws:sns:${region}:${account}:${name}`,
  "aws:sqs/queue:Queue": (name) => `arn:aws:sqs:${region}:${account}:${name}`,
  "aws:ssm/parameter:Parameter": (name) => `arn:aws:ssm:${region}:${account}:parameter${name}`,
  "aws:cloudwatch/logGroup:LogGroup": (name) => `arn:aws:logs:${region}:${account}:log-group:${name}`,
  "aws:cloudwatch/metricAlarm:MetricAlarm": (name) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`,
  "aws:cloudwatch/eventRule:EventRule": (name) => `arn:aws:events:${region}:${account}:rule/${name}`,
  "aws:cloudfront/distribution:Distribution": (name) => `arn:aws:cloudfront::${account}:distribution/${name}`,
  "aws:cloudfront/function:Function": (name) => `arn:aws:cloudfront::${account}:function/${name}`,
  "aws:scheduler/schedule:Schedule": (name) => `arn:aws:scheduler:${region}:${account}:schedule/default/${name}`,
};

/** What a provider would answer: the inputs, and the few attributes that others are made of. */
export function answerResource(type: string, name: string, inputs: Inputs): { id: string; state: Inputs } {
  const own = inputs["bucket"] ?? inputs["name"];
  const physical = typeof own === "string" ? own : `${name}-${hash(name, 7)}`;
  const arn = arns[type]?.(physical) ?? `arn:aws:mock:${region}:${account}:${type}/${physical}`;
  const state: Inputs = { ...inputs, name: physical, arn };
  if (type === "aws:s3/bucket:Bucket") state["bucket"] = physical;
  if (type === "aws:lambda/functionUrl:FunctionUrl")
    state["functionUrl"] = `https://${hash(name, 16)}.lambda-url.${region}.on.aws/`;
  if (type === "aws:cloudfront/distribution:Distribution") state["domainName"] = `${hash(name, 13)}.cloudfront.net`;
  // An AES key.
  if (type === "random:index/randomBytes:RandomBytes")
    state["base64"] = createHash("sha256").update(name).digest("base64");
  return { id: type.startsWith("aws:sfn") || type.startsWith("aws:sns") ? arn : physical, state };
}

interface PolicyStatement {
  effect?: string;
  actions?: string[];
  resources?: string[];
  principals?: { type: string; identifiers: string[] }[];
  conditions?: { test: string; variable: string; values: string[] }[];
}

const one = <T>(values: readonly T[] | undefined) => (values?.length === 1 ? values[0] : values);

/** The document that the provider makes of statements. */
function policyDocument(statements: readonly PolicyStatement[]): string {
  const principal = ({ principals }: PolicyStatement) =>
    principals?.some(({ type }) => type === "*")
      ? "*"
      : principals && Object.fromEntries(principals.map(({ type, identifiers }) => [type, one(identifiers)]));
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({
      Effect: statement.effect ?? "Allow",
      Action: one(statement.actions),
      Resource: one(statement.resources),
      Principal: principal(statement),
      Condition:
        statement.conditions &&
        Object.fromEntries(
          statement.conditions.map(({ test, variable, values }) => [test, { [variable]: one(values) }]),
        ),
    })),
  });
}

/** @throws Error for a call that nothing here answers: a graph with a guess in it is worth nothing. */
export function answerCall(token: string, inputs: Inputs): Inputs {
  const called = token.split(":").pop();
  if (called === "getPolicyDocument") {
    const statements = inputs["statements"] as PolicyStatement[] | undefined;
    // SST tells a policy without statements from the others by this.
    return {
      ...inputs,
      statements: statements?.length ? statements : undefined,
      json: policyDocument(statements ?? []),
    };
  }
  if (called === "getCallerIdentity") return { accountId: account };
  if (called === "getRegion") return { name: region, region, id: region };
  if (called === "getPartition") return { partition: "aws", id: "aws" };
  throw new Error(`Nothing here answers the provider's ${token}`);
}

const secretMark = "4dabf18193072939515e22adb298388d";
const secretKind = "1b47061264138c4ac30d75fd1eb44270";

/** A value that a secret went into reaches the mocks in a wrapping; and so does all that is computed of it. */
export function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapped);
  if (typeof value !== "object" || value === null) return value;
  const entries = value as Inputs;
  if (entries[secretMark] === secretKind) return unwrapped(entries["value"]);
  return Object.fromEntries(Object.entries(entries).map(([name, inner]) => [name, unwrapped(inner)]));
}
