import { functions, inboxEvents, scheduleDefaults, stateMachineName } from "../blueprint.ts";
import { retention, scheduleRetries, stateMachineLogging } from "../deployment-facts.ts";
import { logicalName, permitRule } from "./functions.ts";
import { allow, deadLetterQueue, deployedName, role, scheduleGroup, stateMachineArn } from "./permissions.ts";
import { arnOf, type Resources, ref, sub } from "./template.ts";

const called = functions.filter(({ placeholder }) => placeholder !== undefined);

/** @param definition workflow.asl.json as it stands, with its placeholders */
export const workflow = (definition: unknown): Resources => ({
  StateMachineLog: {
    Type: "AWS::Logs::LogGroup",
    // Step Functions delivers its logs to groups whose names begin so without a growing policy.
    Properties: {
      LogGroupName: sub(`/aws/vendedlogs/states/${deployedName(stateMachineName)}`),
      RetentionInDays: retention.logs,
    },
  },
  StateMachineRole: role("states.amazonaws.com", [
    allow(
      ["lambda:InvokeFunction"],
      called.map((blueprint) => arnOf(logicalName(blueprint))),
    ),
    allow(stateMachineLogging, ["*"]),
  ]),
  StateMachine: {
    Type: "AWS::StepFunctions::StateMachine",
    Properties: {
      StateMachineName: sub(deployedName(stateMachineName)),
      StateMachineType: "STANDARD",
      RoleArn: arnOf("StateMachineRole"),
      DefinitionString: JSON.stringify(definition),
      DefinitionSubstitutions: Object.fromEntries(
        called.map((blueprint) => [blueprint.placeholder ?? "", arnOf(logicalName(blueprint))]),
      ),
      LoggingConfiguration: {
        Level: "ERROR",
        IncludeExecutionData: true,
        Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: arnOf("StateMachineLog") } }],
      },
      TracingConfiguration: { Enabled: true },
    },
  },
});

export const schedule: Resources = {
  ScheduleDeadLetters: {
    ...deadLetterQueue,
  },
  ScheduleRole: role("scheduler.amazonaws.com", [
    allow(["states:StartExecution"], [stateMachineArn]),
    allow(["sqs:SendMessage"], [arnOf("ScheduleDeadLetters")]),
  ]),
  Schedule: {
    Type: "AWS::Scheduler::Schedule",
    Properties: {
      Name: sub(deployedName(stateMachineName)),
      GroupName: scheduleGroup,
      Description: "Posts the next square",
      ScheduleExpression: ref("ScheduleExpression"),
      ScheduleExpressionTimezone: ref("ScheduleTimeZone"),
      State: ref("ScheduleState"),
      FlexibleTimeWindow: { Mode: "OFF" },
      Target: {
        Arn: ref("StateMachine"),
        RoleArn: arnOf("ScheduleRole"),
        Input: scheduleDefaults.input,
        RetryPolicy: {
          MaximumRetryAttempts: scheduleRetries.attempts,
          MaximumEventAgeInSeconds: scheduleRetries.mostAgeSeconds,
        },
        DeadLetterConfig: { Arn: arnOf("ScheduleDeadLetters") },
      },
    },
  },
};

/** Files that are dropped below `inbox/` of the bucket. */
export const inbox: Resources = {
  IngestRule: {
    Type: "AWS::Events::Rule",
    Properties: {
      Name: sub(deployedName("ingest")),
      Description: "Files below inbox/ become squares",
      EventPattern: {
        ...inboxEvents,
        detail: { ...inboxEvents.detail, bucket: { name: [ref("Pictures")] } },
      },
      Targets: [{ Id: "ingest", Arn: arnOf("IngestFunction") }],
    },
  },
  IngestRulePermission: permitRule("ingest"),
};
