import { isLike } from "@twobytwo/sandbox/permissions";
import { policies } from "@twobytwo/stacks/policies";
import { usePatterns } from "@twobytwo/stacks/use-policy";
import { allows } from "../allows.ts";
import type { Resource } from "../graph.ts";
import { account, region } from "../mocks.ts";
import type { Check } from "./check.ts";
import { arnsIn } from "./permissions.ts";

/** Types whose names an account has once, in whatever region; docs.aws.amazon.com, "IAM identifiers", "CloudWatch dashboards". */
const onceAnAccount: Readonly<Record<string, string>> = {
  "aws:iam/role:Role": "name",
  "aws:iam/policy:Policy": "name",
  "aws:cloudwatch/dashboard:Dashboard": "dashboardName",
  "aws:cloudfront/function:Function": "name",
  "aws:cloudfront/originAccessControl:OriginAccessControl": "name",
  "aws:s3/bucket:Bucket": "bucket",
};

/** SST ends the names of its components with letters that another deployment does not have. */
const isUnique = (name: string, called: string) => new RegExp(`-${name}-[a-z]{8}$`, "i").test(called);

export const regionInGlobalNames: Check = {
  name: "what has one name in all regions of an account has the region in it, or letters of its own",
  problems: ({ resources }) =>
    resources.flatMap(({ type, name, inputs }) => {
      const property = onceAnAccount[type];
      if (property === undefined) return [];
      const called = String(inputs[property]);
      return called.startsWith("twobytwo-") && (called.includes(region) || isUnique(name, called))
        ? []
        : [`${name} is called ${called} in every region`];
    }),
};

/** What makes a thing, and on what; its parts are made by the rights to the thing. */
const making: Readonly<Record<string, (of: Resource) => readonly [action: string, arn: string]>> = {
  "aws:cloudwatch/dashboard:Dashboard": ({ inputs }) => [
    "cloudwatch:PutDashboard",
    `arn:aws:cloudwatch::${account}:dashboard/${inputs["dashboardName"]}`,
  ],
  "aws:cloudwatch/eventRule:EventRule": ({ arn }) => ["events:PutRule", arn],
  "aws:cloudwatch/logGroup:LogGroup": ({ arn }) => ["logs:CreateLogGroup", arn],
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ arn }) => ["cloudwatch:PutMetricAlarm", arn],
  "aws:cloudwatch/queryDefinition:QueryDefinition": () => ["logs:PutQueryDefinition", "*"],
  "aws:dynamodb/table:Table": ({ arn }) => ["dynamodb:CreateTable", arn],
  "aws:iam/role:Role": ({ arn }) => ["iam:CreateRole", arn],
  "aws:lambda/function:Function": ({ arn }) => ["lambda:CreateFunction", arn],
  "aws:s3/bucket:Bucket": ({ arn }) => ["s3:CreateBucket", arn],
  "aws:s3/bucketObjectv2:BucketObjectv2": ({ inputs }) => [
    "s3:PutObject",
    `arn:aws:s3:::${inputs["bucket"]}-abcdef/assets/a`,
  ],
  "aws:scheduler/schedule:Schedule": ({ arn }) => ["scheduler:CreateSchedule", arn],
  "aws:sfn/stateMachine:StateMachine": ({ arn }) => ["states:CreateStateMachine", arn],
  "aws:sns/topic:Topic": ({ arn }) => ["sns:CreateTopic", arn],
  "aws:sqs/queue:Queue": ({ arn }) => ["sqs:CreateQueue", arn],
  "aws:ssm/parameter:Parameter": ({ arn }) => ["ssm:PutParameter", arn],
  "aws:cloudfront/distribution:Distribution": ({ arn }) => ["cloudfront:CreateDistribution", arn],
  "aws:cloudfront/function:Function": ({ arn }) => ["cloudfront:CreateFunction", arn],
  "aws:cloudfront/originAccessControl:OriginAccessControl": () => ["cloudfront:CreateOriginAccessControl", "*"],
};

const isPart =
  /^(?!aws:)|^aws:s3\/bucket[A-Z](?!bjectv2)|EventTarget$|^aws:lambda\/(permission|functionUrl|functionEvent)/;

export const coveredByPolicies: Check = {
  name: "whoever has the published policies may make all of it, and use it with 2x2",
  problems: (graph) => [
    ...graph.resources.flatMap((resource) => {
      if (isPart.test(resource.type)) return [];
      const makes = making[resource.type];
      if (makes === undefined) return [`docs/policies/deploy.json is not compared with ${resource.type}`];
      const [action, arn] = makes(resource);
      return allows(policies.deploy.Statement, action, arn)
        ? []
        : [`docs/policies/deploy.json lacks ${action} on ${arn}`];
    }),
    ...Object.entries(arnsIn(graph)).flatMap(([name, arn]) => {
      const pattern = usePatterns[name as keyof typeof usePatterns];
      return pattern === undefined || isLike(pattern, arn)
        ? []
        : [`${pattern} of docs/policies/use.json is not ${arn}`];
    }),
  ],
};
