/// <reference path="../.sst/platform/config.d.ts" />

/** As in the CloudFormation template: whoever looks for `twobytwo-production-tweet` finds it, however it was deployed. */
export const deployedName = (name: string): string => `${$app.name}-${$app.stage}-${name}`;

export const logGroupName = (name: string) => `/aws/lambda/${deployedName(name)}`;

/**
 * For what has one name in all regions of an account: roles, dashboards, and what belongs to CloudFront. With the region in it,
 * one stage can be deployed in two.
 */
export const globalName = (name: string) => $interpolate`${deployedName(name)}-${aws.getRegionOutput().region}`;

/** Name of an SSM parameter of this stage. */
export const parameterName = (name: string): string => `/${$app.name}/${$app.stage}/${name}`;

/** Schedules stand in the group that every account has. */
export const scheduleGroup = "default";

/**
 * An ARN in the account and region that are deployed to, for example of `scheduler` and `schedule/default/name`. Named
 * and not taken from the resource where that would close a circle: the state machine needs the functions, and these
 * the right to the state machine and its schedule.
 */
export function arnHere(service: string, resource: string) {
  const { accountId } = aws.getCallerIdentityOutput();
  const { partition } = aws.getPartitionOutput();
  const { region } = aws.getRegionOutput();
  return $interpolate`arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}
