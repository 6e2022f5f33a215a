import { GetRoleCommand, type IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";
import { partitionOf } from "./aws.ts";
import type { Target } from "./names.ts";

/** What a deployment calls to make each type of resource, and on what; the region and the account are put in front. */
export const needed: Readonly<Record<string, readonly (readonly [action: string, resource: string])[]>> = {
  "AWS::CloudWatch::Alarm": [["cloudwatch:PutMetricAlarm", "alarm:twobytwo-STAGE-web-busy"]],
  "AWS::CloudWatch::Dashboard": [["cloudwatch:PutDashboard", "dashboard/twobytwo-STAGE-dashboard"]],
  "AWS::DynamoDB::Table": [["dynamodb:CreateTable", "table/twobytwo-STAGE-Squares"]],
  "AWS::Events::Rule": [["events:PutRule", "rule/twobytwo-STAGE-watch"]],
  "AWS::IAM::Role": [
    ["iam:CreateRole", "role/twobytwo-STAGE-WebRole"],
    ["iam:PutRolePolicy", "role/twobytwo-STAGE-WebRole"],
    ["iam:PassRole", "role/twobytwo-STAGE-WebRole"],
  ],
  "AWS::Lambda::Function": [
    ["lambda:CreateFunction", "function:twobytwo-STAGE-web"],
    ["lambda:CreateFunctionUrlConfig", "function:twobytwo-STAGE-web"],
    ["lambda:AddPermission", "function:twobytwo-STAGE-web"],
    ["lambda:PutFunctionConcurrency", "function:twobytwo-STAGE-web"],
  ],
  "AWS::Logs::LogGroup": [["logs:CreateLogGroup", "log-group:/aws/lambda/twobytwo-STAGE-web"]],
  "AWS::Logs::QueryDefinition": [["logs:PutQueryDefinition", "*"]],
  "AWS::S3::Bucket": [["s3:CreateBucket", "twobytwo-stage-pictures"]],
  "AWS::SNS::Topic": [["sns:CreateTopic", "twobytwo-STAGE-Alerts"]],
  "AWS::SQS::Queue": [["sqs:CreateQueue", "twobytwo-STAGE-ScheduleDeadLetters"]],
  "AWS::SSM::Parameter": [["ssm:PutParameter", "parameter/twobytwo/STAGE/outputs"]],
  "AWS::Scheduler::Schedule": [["scheduler:CreateSchedule", "schedule/default/twobytwo-STAGE-post-square"]],
  "AWS::StepFunctions::StateMachine": [["states:CreateStateMachine", "stateMachine:twobytwo-STAGE-post-square"]],
};

/** These are no region's, and buckets no account's. */
const withoutRegion = /^(iam|s3):|^cloudwatch:PutDashboard$/;
const withoutAccount = /^s3:/;

export interface Rights {
  denied: string[];
  /** Actions on which IAM decides by what only the call itself has. */
  undecided: string[];
}

/**
 * Asks IAM whether these credentials may make what a deployment makes, without making it. What an organization forbids is
 * in the answer; what a bucket's or a key's own policy says is not.
 *
 * @returns undefined where IAM simulates nobody of the kind: the root user, a federated user
 * @throws what AWS answers to those who may not ask
 */
export async function simulateRights(client: IAMClient, caller: string, target: Target): Promise<Rights | undefined> {
  const PolicySourceArn = await principalOf(client, caller);
  if (PolicySourceArn === undefined) return undefined;
  const decisions = await Promise.all(
    Object.values(needed)
      .flat()
      .map(async ([action, resource]) => {
        const { EvaluationResults = [] } = await client.send(
          new SimulatePrincipalPolicyCommand({
            PolicySourceArn,
            ActionNames: [action],
            ResourceArns: [arnOf(action, resource, target)],
            ...(action === "iam:PassRole" && {
              ContextEntries: [
                {
                  ContextKeyName: "iam:PassedToService",
                  ContextKeyType: "string",
                  ContextKeyValues: ["lambda.amazonaws.com"],
                },
              ],
            }),
          }),
        );
        const [{ EvalDecision, MissingContextValues = [] } = { EvalDecision: undefined }] = EvaluationResults;
        const isOpen = EvalDecision === undefined || (EvalDecision !== "allowed" && MissingContextValues.length > 0);
        return { action, isOpen, isAllowed: EvalDecision === "allowed" };
      }),
  );
  const named = (wanted: (decision: (typeof decisions)[number]) => boolean) =>
    decisions.filter(wanted).map(({ action }) => action);
  return {
    denied: named(({ isAllowed, isOpen }) => !isAllowed && !isOpen),
    undecided: named(({ isOpen }) => isOpen),
  };
}

/** A role that is in use has an ARN of STS, which leaves out its path; IAM wants its own. */
async function principalOf(client: IAMClient, caller: string): Promise<string | undefined> {
  const [, role] = /:assumed-role\/([^/]+)\//.exec(caller) ?? [];
  if (role === undefined) return /:(user|role)\//.test(caller) ? caller : undefined;
  const { Role } = await client.send(new GetRoleCommand({ RoleName: role }));
  return Role?.Arn;
}

function arnOf(action: string, resource: string, { stage, account, region }: Target): string {
  // What is about nothing in particular.
  if (resource === "*") return resource;
  const [service] = action.split(":");
  const [at, of] = [withoutRegion.test(action) ? "" : region, withoutAccount.test(action) ? "" : account];
  const name = resource.replace("STAGE", stage).replace("stage", stage);
  return `arn:${partitionOf(region)}:${service}:${at}:${of}:${name}`;
}
