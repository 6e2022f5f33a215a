import { functions, scheduleDefaults } from "@twobytwo/stacks/blueprint";
import { scheduleRetries } from "@twobytwo/stacks/deployment-facts";
import definition from "@twobytwo/stacks/workflow.asl.json" with { type: "json" };
import { all, only } from "../graph.ts";
import { type Check, differs } from "./check.ts";
import { componentOf, machineName, tasksOf } from "./permissions.ts";

const machineType = "aws:sfn/stateMachine:StateMachine";
const functionType = "aws:lambda/function:Function";

export const sameDefinition: Check = {
  name: "the state machine is workflow.asl.json with ARNs in the place of the placeholders",
  problems(graph) {
    const arns = new Map(
      functions.map((blueprint) => [
        blueprint.placeholder,
        only(graph, functionType, `${componentOf(blueprint)}Function`).arn,
      ]),
    );
    const wanted = JSON.parse(JSON.stringify(definition), (_, value: unknown) => {
      const [, placeholder] = typeof value === "string" ? (/^\$\{(\w+)\}$/.exec(value) ?? []) : [];
      return placeholder === undefined ? value : arns.get(placeholder);
    }) as { States: Record<string, unknown> };
    const found = JSON.parse(only(graph, machineType, "Workflow").inputs["definition"]) as typeof wanted;
    const names = new Set([...Object.keys(wanted.States), ...Object.keys(found.States)]);
    const { States: _, ...outside } = found;
    const { States: __, ...wantedOutside } = wanted;
    return [
      ...differs("what stands outside the states", outside, wantedOutside),
      ...[...names].flatMap((name) => differs(`state ${name}`, found.States[name], wanted.States[name])),
    ];
  },
};

export const tasksAreFunctions: Check = {
  name: "every task calls a function of this stage",
  problems(graph) {
    const arns = all(graph, functionType).map(({ arn }) => arn);
    return tasksOf(only(graph, machineType, "Workflow"))
      .filter(({ FunctionName }) => !arns.includes(FunctionName))
      .map(({ state, FunctionName }) => `${state} calls ${FunctionName}, which is not deployed`);
  },
};

interface Task {
  Type: string;
  Parameters?: { InvocationType?: string };
  Retry?: { ErrorEquals: string[]; MaxAttempts?: number; BackoffRate?: number; JitterStrategy?: string }[];
}

/** What may have happened although it failed: a post is never sent again without looking for it first. */
const unknownOutcomes =
  /^(UnknownOutcome|States\.|Sandbox\.Timedout|Runtime\.ExitError|Lambda\.(Unknown|ServiceException|AWSLambdaException|SdkClientException))/;

export const retriesByName: Check = {
  name: "every task retries what is worth it, by name and with growing pauses; Tweet nothing that may be out, and a warm-up nothing",
  problems(graph) {
    const { States } = JSON.parse(only(graph, machineType, "Workflow").inputs["definition"]) as {
      States: Record<string, Task>;
    };
    return Object.entries(States).flatMap(([name, { Type, Parameters, Retry = [] }]) => {
      if (Type !== "Task") return [];
      if (Parameters?.InvocationType === "Event") return Retry.length > 0 ? [`${name} holds up the run`] : [];
      const retried = Retry.flatMap(({ ErrorEquals }) => ErrorEquals);
      return [
        ...(retried.includes("Retryable") ? [] : [`${name} does not retry Retryable`]),
        ...(retried.includes("Lambda.TooManyRequestsException") ? [] : [`${name} does not retry a throttled Lambda`]),
        ...(retried.includes("States.ALL") ? [`${name} retries everything blindly`] : []),
        ...Retry.filter(({ MaxAttempts = 0, BackoffRate = 1 }) => MaxAttempts < 2 || BackoffRate <= 1).map(
          () => `${name} gives up at once, or does not wait longer each time`,
        ),
        ...(name === "Tweet"
          ? retried.filter((error) => unknownOutcomes.test(error)).map((error) => `Tweet is sent again after ${error}`)
          : []),
      ];
    });
  },
};

export const observed: Check = {
  name: "the workflow is traced by X-Ray and logs what failed with its data",
  problems(graph) {
    const { inputs } = only(graph, machineType, "Workflow");
    const log = only(graph, "aws:cloudwatch/logGroup:LogGroup", "WorkflowLog");
    return [
      ...differs("tracing", inputs["tracingConfiguration"], { enabled: true }),
      ...differs("logging", inputs["loggingConfiguration"], {
        level: "ERROR",
        includeExecutionData: true,
        logDestination: `${log.arn}:*`,
      }),
    ];
  },
};

export const scheduled: Check = {
  name: "the schedule starts the workflow with its slot, on the minute, and a deployment leaves it as it is",
  problems(graph) {
    const schedule = only(graph, "aws:scheduler/schedule:Schedule", "Schedule");
    const { target, ...inputs } = schedule.inputs;
    return [
      ...differs("name", inputs["name"], machineName(graph)),
      ...differs("target", target.arn, only(graph, machineType, "Workflow").arn),
      ...differs("role", target.roleArn, only(graph, "aws:iam/role:Role", "ScheduleRole").arn),
      ...differs("input", target.input, scheduleDefaults.input),
      ...differs("slot in the input", JSON.parse(target.input), { scheduledTime: "<aws.scheduler.scheduled-time>" }),
      ...differs("retries", target.retryPolicy, {
        maximumRetryAttempts: scheduleRetries.attempts,
        maximumEventAgeInSeconds: scheduleRetries.mostAgeSeconds,
      }),
      ...differs("dead letters", target.deadLetterConfig, {
        arn: only(graph, "aws:sqs/queue:Queue", "ScheduleDeadLettersQueue").arn,
      }),
      ...differs("time zone", inputs["scheduleExpressionTimezone"], scheduleDefaults.timeZone),
      ...differs("rhythm", inputs["scheduleExpression"], scheduleDefaults.expression),
      ...differs("flexible window", inputs["flexibleTimeWindow"], { mode: "OFF" }),
      // Nothing is in stock yet when it is made.
      ...differs("state at first", inputs["state"], "DISABLED"),
      ...(schedule.ignoreChanges?.includes("state") ? [] : ["a deployment changes the state of the schedule"]),
    ];
  },
};
