import type { Resource, Template } from "@twobytwo/stacks/cloudformation/template";
import { evaluate, holds, type Physical, type Scope } from "../engine/evaluate.ts";
import { creationOrder, type Fields } from "../engine/references.ts";
import { parametersOf } from "../engine/stack.ts";
import { grants, type Model, modelOf, type Part, type Properties } from "./model.ts";

export interface Place {
  account: string;
  region: string;
}

/** The template as it would be deployed. */
export function modelOfTemplate(
  template: Template,
  { account, region, parameters }: Place & { parameters?: Readonly<Record<string, string>> },
): Model {
  const resources = new Map<string, Physical>();
  const scope: Scope = {
    parameters: parametersOf(template, { CodeBucket: "code", ...parameters }),
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
  const parts: Part[] = [];
  for (const logical of creationOrder(template.Resources)) {
    const resource = template.Resources[logical] as Resource;
    if (resource.Condition !== undefined && !holds(resource.Condition, scope)) continue;
    const { Type: type, DeletionPolicy = "Delete" } = resource;
    const properties = evaluate(resource.Properties, scope) as Properties;
    resources.set(logical, physicalOf(logical, { type, properties, place: { account, region } }));
    const shape = shapes[type]?.(properties) ?? properties;
    parts.push({ type, logical, properties: shape, isKept: DeletionPolicy.startsWith("Retain") });
  }
  return modelOf(parts);
}

const names = ["FunctionName", "StateMachineName", "LogGroupName", "AlarmName", "Name"];

function physicalOf(
  logical: string,
  { type, properties, place }: { type: string; properties: Properties; place: Place },
): Physical {
  const own = names.map((one) => properties[one]).find((one) => one !== undefined);
  const name = String(own ?? properties["OriginAccessControlConfig"]?.Name ?? `<${logical}>`);
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
    "AWS::CloudFront::Function": `arn:aws:cloudfront::${place.account}:function/${name}`,
  };
  const itsArn = arns[type] ?? name;
  const isArn = ["AWS::StepFunctions::StateMachine", "AWS::SNS::Topic"].includes(type);
  const attributes = { Arn: itsArn, FunctionARN: itsArn, QueueName: name, FunctionUrl: `https://<${logical}>/` };
  return { id: isArn ? itsArn : name, attributes };
}

/** Where the text of a template is not yet what AWS has then. */
const shapes: Readonly<Record<string, (of: Properties) => Properties>> = {
  "AWS::DynamoDB::Table": (of) => ({
    ...of,
    AttributeDefinitions: of["AttributeDefinitions"].toSorted((a: Properties, b: Properties) =>
      a["AttributeName"] < b["AttributeName"] ? -1 : 1,
    ),
    DeletionProtectionEnabled: of["DeletionProtectionEnabled"] ?? false,
  }),
  "AWS::S3::BucketPolicy": (of) => ({ grants: grants([of["PolicyDocument"]]) }),
  "AWS::IAM::Role": (of) => ({
    trust: grants([of["AssumeRolePolicyDocument"]]),
    grants: grants((of["Policies"] as Fields[]).map(({ PolicyDocument }) => PolicyDocument)),
  }),
  // A parameter of type Number arrives as text, which CloudFormation takes for a number.
  "AWS::Lambda::Function": ({ ReservedConcurrentExecutions: reserved, ...of }) => ({
    ...of,
    ReservedConcurrentExecutions: reserved && Number(reserved),
  }),
  "AWS::CloudWatch::Alarm": (of) => ({ ...of, Threshold: Number(of["Threshold"]) }),
  "AWS::CloudWatch::Dashboard": (of) => ({ ...of, DashboardBody: JSON.parse(of["DashboardBody"]) }),
  "AWS::SSM::Parameter": (of) => ({ ...of, Value: JSON.parse(of["Value"]) }),
  "AWS::StepFunctions::StateMachine": (of) => ({
    ...of,
    definition: JSON.parse(
      String(of["DefinitionString"]).replaceAll(/\$\{(\w+)\}/g, (_, name) => of["DefinitionSubstitutions"][name]),
    ),
  }),
};
