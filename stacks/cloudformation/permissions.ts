import { blueskyParameter, stateMachineName, table } from "../blueprint.ts";
import { retention } from "../deployment-facts.ts";
import { type Permission, type ResourceName, rowCondition } from "../grants.ts";
import { arnHere, arnOf, either, ref, sub, type Value } from "./template.ts";

/**
 * Names instead of attributes where an attribute would close a circle: the state machine needs the functions, these
 * their roles, and these the right to the state machine and its schedule.
 */
export const deployedName = (name: string) => `twobytwo-\${Stage}-${name}`;
/** For what has one name in all regions of an account; roles get theirs from CloudFormation. */
export const globalName = (name: string) => `${deployedName(name)}-\${AWS::Region}`;
export const scheduleGroup = "default";
export const stateMachineArn = arnHere("states", `stateMachine:${deployedName(stateMachineName)}`);
const scheduleArn = arnHere("scheduler", `schedule/${scheduleGroup}/${deployedName(stateMachineName)}`);

/** Name of the parameter that holds the keys, whether it was given or not. */
export const credentialsParameter = either(
  "HasCredentialsParameter",
  ref("CredentialsParameter"),
  sub("/twobytwo/${Stage}/x-credentials"),
);

export const blueskyCredentials = sub(`/twobytwo/\${Stage}/${blueskyParameter}`);

const arns: Record<ResourceName, Value> = {
  table: arnOf("Squares"),
  index: sub(`\${Squares.Arn}/index/${table.index.name}`),
  bucket: arnOf("Pictures"),
  objects: sub("${Pictures.Arn}/*"),
  originals: sub("${Pictures.Arn}/originals/*"),
  squares: sub("${Pictures.Arn}/squares/*"),
  thumbnails: sub("${Pictures.Arn}/thumbnails/*"),
  inbox: sub("${Pictures.Arn}/inbox/*"),
  refused: sub("${Pictures.Arn}/refused/*"),
  schedule: scheduleArn,
  "schedule-role": arnOf("ScheduleRole"),
  credentials: sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter${Name}", {
    Name: credentialsParameter,
  }),
  "bluesky-credentials": arnHere("ssm", `parameter/twobytwo/\${Stage}/${blueskyParameter}`),
  alerts: ref("Alerts"),
  "state-machine": stateMachineArn,
  executions: arnHere("states", `execution:${deployedName(stateMachineName)}:*`),
  "crop-square": arnHere("lambda", `function:${deployedName("crop-square")}`),
  "ask-x": arnHere("lambda", `function:${deployedName("ask-x")}`),
};

export const allow = (actions: readonly string[], resources: readonly Value[]) => ({
  Effect: "Allow",
  Action: actions.length === 1 ? (actions[0] as string) : actions,
  Resource: resources.length === 1 ? (resources[0] as Value) : resources,
});

/** One permission of the blueprint as a statement of a policy. */
export const statementOf = ({ actions, on, effect, rows }: Permission): Value => ({
  ...allow(
    actions,
    on.map((name) => arns[name]),
  ),
  ...(effect === "deny" && { Effect: "Deny" }),
  ...(rows && { Condition: { [rowCondition.test]: { [rowCondition.variable]: [...rows] } } }),
});

/** A role that one service may take, with these statements and no others. */
export const role = (service: string, statements: readonly Value[]) => ({
  Type: "AWS::IAM::Role",
  Properties: {
    AssumeRolePolicyDocument: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
    },
    Policies: [{ PolicyName: "twobytwo", PolicyDocument: { Version: "2012-10-17", Statement: statements } }],
  },
});

export const deadLetterQueue = {
  Type: "AWS::SQS::Queue",
  Properties: { MessageRetentionPeriod: retention.deadLetters * 86_400, SqsManagedSseEnabled: true },
} as const;
