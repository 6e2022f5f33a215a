/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints, stateMachineName } from "./blueprint.ts";
import { retention, stateMachineLogging } from "./deployment-facts.ts";
import type { Functions } from "./functions.ts";
import { deployedName, globalName } from "./names.ts";
import { roleFor } from "./role.ts";
import definition from "./workflow.asl.json";

export type Workflow = ReturnType<typeof createWorkflow>;

/**
 * The state machine of workflow.asl.json. SST has a component for state machines of its own, which writes the
 * definition anew in another language: docs/decisions/sst.md says why it is not used.
 */
export function createWorkflow(functions: Functions) {
  const name = deployedName(stateMachineName);
  const called = blueprints.flatMap(({ name: of, placeholder }) => {
    const arn = functions.get(of)?.arn;
    return placeholder === undefined || arn === undefined ? [] : [{ placeholder, arn }];
  });
  const logGroup = new aws.cloudwatch.LogGroup("WorkflowLog", {
    // Step Functions delivers its logs to groups whose names begin so without a growing policy.
    name: `/aws/vendedlogs/states/${name}`,
    retentionInDays: retention.logs,
  });
  const role = roleFor("Workflow", {
    name: globalName("workflow"),
    service: "states.amazonaws.com",
    statements: [
      { actions: ["lambda:InvokeFunction"], resources: called.map(({ arn }) => arn) },
      { actions: [...stateMachineLogging], resources: ["*"] },
    ],
  });
  const stateMachine = new aws.sfn.StateMachine("Workflow", {
    name,
    type: "STANDARD",
    roleArn: role.arn,
    definition: substituted(called),
    // What a run worked with is logged where it failed; no state ever holds a key.
    loggingConfiguration: {
      level: "ERROR",
      includeExecutionData: true,
      logDestination: $interpolate`${logGroup.arn}:*`,
    },
    tracingConfiguration: { enabled: true },
  });
  return { name, stateMachine, arn: stateMachine.arn };
}

/** workflow.asl.json with ARNs in the place of its placeholders, and nothing else changed. */
const substituted = (called: readonly { placeholder: string; arn: $util.Output<string> }[]) =>
  $util
    .all(called.map(({ arn }) => arn))
    .apply((arns) =>
      called.reduce(
        (text, { placeholder }, at) => text.replaceAll(`\${${placeholder}}`, arns[at] ?? ""),
        JSON.stringify(definition),
      ),
    );
