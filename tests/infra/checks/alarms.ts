import { Outputs } from "@twobytwo/cli/deployment";
import { functions } from "@twobytwo/stacks/blueprint";
import { alarms as facts, settingDefaults } from "@twobytwo/stacks/deployment-facts";
import * as v from "valibot";
import { all, type Graph, only } from "../graph.ts";
import { account, region } from "../mocks.ts";
import { type Check, differs } from "./check.ts";
import { componentOf } from "./permissions.ts";

/** What an alarm looks at, in this graph. */
function looksAt(graph: Graph, of: (typeof facts)[number]["of"]): Record<string, string> {
  const queue = (name: string) => ({ QueueName: only(graph, "aws:sqs/queue:Queue", name).inputs["name"] as string });
  if (of === "state-machine")
    return { StateMachineArn: only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").arn };
  if (of === "schedule-dead-letters") return queue("ScheduleDeadLettersQueue");
  if (of === "inbox-dead-letters") return queue("IngestDeadLettersQueue");
  const component = of === "web" ? "WebFunction" : "WatchFunction";
  return { FunctionName: only(graph, "aws:lambda/function:Function", component).inputs["name"] as string };
}

export const alarmsTellTheOwner: Check = {
  name: "there is an alarm for each of the facts, which looks at this stage and tells its owner the next step",
  problems(graph) {
    const topic = only(graph, "aws:sns/topic:Topic", "AlertsTopic").arn;
    const found = all(graph, "aws:cloudwatch/metricAlarm:MetricAlarm");
    return [
      ...differs("number of alarms", found.length, facts.length),
      ...facts.flatMap((fact) => {
        const { inputs } = only(graph, "aws:cloudwatch/metricAlarm:MetricAlarm", `${componentOf(fact)}Alarm`);
        return [
          ...differs(`${fact.name} dimensions`, inputs["dimensions"], looksAt(graph, fact.of)),
          ...differs(`${fact.name} actions`, inputs["alarmActions"], [topic]),
          ...differs(`${fact.name} metric`, [inputs["namespace"], inputs["metricName"]], [fact.namespace, fact.metric]),
          ...differs(
            `${fact.name} threshold`,
            [inputs["threshold"], inputs["period"]],
            [
              typeof fact.threshold === "number" ? fact.threshold : settingDefaults[fact.threshold.setting],
              fact.periodSeconds,
            ],
          ),
          ...differs(`${fact.name} at no data`, inputs["treatMissingData"], "notBreaching"),
          ...(/Next: /.test(inputs["alarmDescription"]) ? [] : [`${fact.name} says no next step`]),
        ];
      }),
    ];
  },
};

export const dashboard: Check = {
  name: "the dashboard shows the alarms, the runs, the dead letters and every function of this stage",
  problems(graph) {
    const body = only(graph, "aws:cloudwatch/dashboard:Dashboard", "Dashboard").inputs["dashboardBody"] as string;
    const wanted = [
      ...all(graph, "aws:cloudwatch/metricAlarm:MetricAlarm").map(({ arn }) => arn),
      ...all(graph, "aws:sqs/queue:Queue").map(({ inputs }) => inputs["name"] as string),
      ...functions.map(({ name }) => `twobytwo-${graph.app.stage}-${name}`),
      only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").arn,
      region,
    ];
    return wanted.filter((name) => !body.includes(JSON.stringify(name))).map((name) => `${name} is not shown`);
  },
};

export const outputsForTheCommand: Check = {
  name: "the parameter with the outputs is what `2x2 --stage` reads, and names what is deployed",
  problems(graph) {
    const { inputs } = only(graph, "aws:ssm/parameter:Parameter", "Outputs");
    const parsed = v.safeParse(Outputs, JSON.parse(inputs["value"]));
    if (!parsed.success) return parsed.issues.map(({ message }) => message);
    const { table, bucket, stateMachineArn, credentialsParameter, alertsTopicArn, schedule } = parsed.output;
    return [
      ...differs("name", inputs["name"], `/twobytwo/${graph.app.stage}/outputs`),
      ...differs("table", table, only(graph, "aws:dynamodb/table:Table", "SquaresTable").inputs["name"]),
      ...differs("bucket", bucket, only(graph, "aws:s3/bucket:Bucket", "PicturesBucket").inputs["bucket"]),
      ...differs("workflow", stateMachineArn, only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").arn),
      ...differs(
        "credentials",
        `arn:aws:ssm:${region}:${account}:parameter${credentialsParameter}`,
        only(graph, "aws:ssm/parameter:Parameter", "XCredentials").arn,
      ),
      ...differs("topic", alertsTopicArn, only(graph, "aws:sns/topic:Topic", "AlertsTopic").arn),
      ...differs("schedule", schedule, only(graph, "aws:scheduler/schedule:Schedule", "Schedule").inputs["name"]),
    ];
  },
};
