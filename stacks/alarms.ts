/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints } from "./blueprint.ts";
import { dashboardBody } from "./dashboard-facts.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { type AlarmFact, alarms as alarmFacts } from "./deployment-facts.ts";
import { logQueries, queryText } from "./log-queries.ts";
import { deployedName, globalName, logGroupName } from "./names.ts";
import { pascal } from "./pascal.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import type { Workflow } from "./workflow.ts";

/** Who is told: AWS sends a mail with a link to confirm, and nothing before it is followed. */
export function createAlerts({ alertsMail }: Settings): sst.aws.SnsTopic {
  const topic = new sst.aws.SnsTopic("Alerts", { transform: { topic: { displayName: $app.name } } });
  if (alertsMail !== undefined)
    new aws.sns.TopicSubscription("AlertsByMail", { topic: topic.arn, protocol: "email", endpoint: alertsMail });
  return topic;
}

/** An alarm for each of the facts, one page that shows how things have been, and what to ask the logs. */
export function createAlarms({
  settings,
  alerts,
  storage,
  workflow,
  deadLetters,
}: {
  settings: Settings;
  alerts: sst.aws.SnsTopic;
  storage: Storage;
  workflow: Workflow;
  deadLetters: DeadLetters;
}) {
  const queues = { schedule: deadLetters.ofSchedule, inbox: deadLetters.ofFunction.get("ingest") };
  const dimensions: Record<AlarmFact["of"], Record<string, $util.Input<string>>> = {
    "state-machine": { StateMachineArn: workflow.arn },
    "schedule-dead-letters": { QueueName: queues.schedule.nodes.queue.name },
    "inbox-dead-letters": { QueueName: queues.inbox?.nodes.queue.name ?? "" },
    watch: { FunctionName: deployedName("watch") },
    web: { FunctionName: deployedName("web") },
  };
  const alarms = alarmFacts.map(
    ({ name, namespace, metric, of, statistic, periodSeconds, threshold, description }) =>
      new aws.cloudwatch.MetricAlarm(`${pascal(name)}Alarm`, {
        name: deployedName(name),
        alarmDescription: description,
        namespace,
        metricName: metric,
        dimensions: dimensions[of],
        statistic,
        period: periodSeconds,
        evaluationPeriods: 1,
        threshold: typeof threshold === "number" ? threshold : settings[threshold.setting],
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        treatMissingData: "notBreaching",
        alarmActions: [alerts.arn],
      }),
  );
  new aws.cloudwatch.Dashboard("Dashboard", {
    dashboardName: globalName("dashboard"),
    dashboardBody: $jsonStringify(
      dashboardBody<$util.Input<string>>({
        region: aws.getRegionOutput().region,
        stateMachineArn: workflow.arn,
        tableName: storage.table.name,
        functionNames: blueprints.map(({ name }) => deployedName(name)),
        deadLetterQueues: [queues.schedule, queues.inbox].flatMap((queue) => queue?.nodes.queue.name ?? []),
        alarmArns: alarms.map(({ arn }) => arn),
      }),
    ),
  });
  for (const query of logQueries)
    new aws.cloudwatch.QueryDefinition(`${pascal(query.name)}Query`, {
      name: `${$app.name}-${$app.stage}/${query.name}`,
      queryString: queryText(query),
      logGroupNames: query.of.map(logGroupName),
    });
}
