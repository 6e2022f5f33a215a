import { deployStatements, everyStage, type Statement } from "./deploy-policy.ts";
import type { Permission, ResourceName } from "./grants.ts";
import { usePatterns, usePermissions } from "./use-policy.ts";

export interface Policy {
  Version: "2012-10-17";
  Statement: readonly Statement[];
}

const patternOf = (name: ResourceName): string => {
  const pattern = usePatterns[name];
  if (pattern === undefined) throw new Error(`stacks/use-policy.ts does not say what ${name} is like.`);
  return pattern;
};

/** A role may be passed on to the scheduler alone, which only the schedule's own role lets take it. */
const toScheduler = { StringEquals: { "iam:PassedToService": "scheduler.amazonaws.com" } };

const statementOf = ({ actions, on }: Permission, index: number): Statement => ({
  Sid: `Use${index + 1}`,
  Effect: "Allow",
  Action: actions,
  Resource: on.map(patternOf),
  ...(actions.includes("iam:PassRole") && { Condition: toScheduler }),
});

/** The policies for people, by their names: docs/policies/NAME.json is each of them. */
export const policies: Readonly<Record<"deploy" | "use", Policy>> = {
  deploy: { Version: "2012-10-17", Statement: deployStatements(everyStage) },
  use: { Version: "2012-10-17", Statement: usePermissions.map(statementOf) },
};
