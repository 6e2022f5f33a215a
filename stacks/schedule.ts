/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints, inboxEvents, scheduleDefaults, stateMachineName } from "./blueprint.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { scheduleRetries } from "./deployment-facts.ts";
import type { Functions } from "./functions.ts";
import { deployedName, scheduleGroup } from "./names.ts";
import { pascal } from "./pascal.ts";
import { scheduleRoleName } from "./permissions.ts";
import { roleFor } from "./role.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import type { Workflow } from "./workflow.ts";

/** What starts the workflow. It sleeps until the first square is added, and afterwards belongs to `2x2`. */
export function createSchedule({
  settings,
  workflow,
  deadLetters,
}: {
  settings: Settings;
  workflow: Workflow;
  deadLetters: DeadLetters;
}) {
  const queue = deadLetters.ofSchedule;
  const role = roleFor("Schedule", {
    name: scheduleRoleName(),
    service: "scheduler.amazonaws.com",
    statements: [
      { actions: ["states:StartExecution"], resources: [workflow.arn] },
      { actions: ["sqs:SendMessage"], resources: [queue.arn] },
    ],
  });
  return new aws.scheduler.Schedule(
    "Schedule",
    {
      name: deployedName(stateMachineName),
      groupName: scheduleGroup,
      description: "Posts the next square",
      scheduleExpression: settings.scheduleExpression,
      scheduleExpressionTimezone: settings.timeZone,
      flexibleTimeWindow: { mode: "OFF" },
      state: "DISABLED",
      target: {
        arn: workflow.arn,
        roleArn: role.arn,
        input: scheduleDefaults.input,
        retryPolicy: {
          maximumRetryAttempts: scheduleRetries.attempts,
          maximumEventAgeInSeconds: scheduleRetries.mostAgeSeconds,
        },
        deadLetterConfig: { arn: queue.arn },
      },
    },
    // A paused bot is not woken by a deployment, nor one put to sleep that has squares; nor is `2x2 schedule` undone.
    { ignoreChanges: ["state", "startDate", "scheduleExpression", "scheduleExpressionTimezone"] },
  );
}

/** Files that are dropped below `inbox/` of the bucket become squares. */
export function createInbox({ storage, functions }: { storage: Storage; functions: Functions }) {
  const pattern = { ...inboxEvents, detail: { ...inboxEvents.detail, bucket: { name: [storage.bucket.name] } } };
  invokedBy("ingest", functions, {
    description: "Files below inbox/ become squares",
    eventPattern: $jsonStringify(pattern),
  });
}

/** Functions that are invoked again and again, whatever happens. */
export function createWatch(functions: Functions) {
  for (const { name, every, description } of blueprints)
    if (every !== undefined) invokedBy(name, functions, { description, scheduleExpression: every });
}

/** A rule of EventBridge, its target, and the function's leave to be invoked by it. */
function invokedBy(name: string, functions: Functions, args: aws.cloudwatch.EventRuleArgs) {
  const target = functions.get(name);
  if (target === undefined) throw new Error(`The blueprint has no function ${name} for a rule to invoke.`);
  const of = pascal(name);
  const rule = new aws.cloudwatch.EventRule(`${of}Rule`, { name: deployedName(name), ...args });
  new aws.lambda.Permission(`${of}RulePermission`, {
    action: "lambda:InvokeFunction",
    function: target.name,
    principal: "events.amazonaws.com",
    sourceArn: rule.arn,
  });
  new aws.cloudwatch.EventTarget(`${of}RuleTarget`, { rule: rule.name, targetId: name, arn: target.arn });
}
