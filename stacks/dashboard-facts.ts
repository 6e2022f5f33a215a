/** What the dashboard shows. `Text` is a string, or what becomes one when it is deployed. */
export interface DashboardNames<Text> {
  region: Text;
  stateMachineArn: Text;
  tableName: Text;
  functionNames: readonly Text[];
  deadLetterQueues: readonly Text[];
  alarmArns: readonly Text[];
}

/** A metric in the form of CloudWatch: namespace, name, then names and values of its dimensions. */
type Metric<Text> = readonly (string | Text | { label?: Text; stat?: string })[];

/**
 * The body of a CloudWatch dashboard; docs.aws.amazon.com/AmazonCloudWatch, "Dashboard body structure". Two columns of
 * twelve, in the order of the questions: is anything wrong, do runs end well, how long do they take, what does it use.
 */
export function dashboardBody<Text>(names: DashboardNames<Text>) {
  const { region, stateMachineArn, tableName, functionNames, deadLetterQueues, alarmArns } = names;
  const states = (name: string): Metric<Text> => ["AWS/States", name, "StateMachineArn", stateMachineArn];
  const ofFunctions = (name: string): Metric<Text>[] =>
    functionNames.map((of) => ["AWS/Lambda", name, "FunctionName", of]);
  const table = (name: string): Metric<Text> => ["AWS/DynamoDB", name, "TableName", tableName];
  const chart = (title: string, stat: string, metrics: readonly Metric<Text>[], period = 3600) => ({
    title,
    metrics,
    view: "timeSeries",
    stat,
    period,
    region,
  });
  const charts = [
    chart("Runs", "Sum", [
      states("ExecutionsStarted"),
      states("ExecutionsSucceeded"),
      states("ExecutionsFailed"),
      states("ExecutionsTimedOut"),
      states("ExecutionsAborted"),
    ]),
    chart(
      "Dead letters",
      "Maximum",
      deadLetterQueues.map((of) => ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", of]),
    ),
    chart("How long a run takes, in milliseconds", "p50", [
      states("ExecutionTime"),
      [...states("ExecutionTime"), { stat: "p99" }],
    ]),
    chart("How long the functions take at most, in milliseconds", "Maximum", ofFunctions("Duration")),
    chart("Errors of the functions", "Sum", ofFunctions("Errors")),
    chart("Invocations of the functions", "Sum", ofFunctions("Invocations")),
    chart("Request units of the table", "Sum", [
      table("ConsumedReadCapacityUnits"),
      table("ConsumedWriteCapacityUnits"),
    ]),
    chart("State transitions, for which Step Functions charges", "Sum", [states("ConsumedCapacity")]),
  ];
  return {
    widgets: [
      { type: "alarm", x: 0, y: 0, width: 24, height: 3, properties: { title: "Alarms", alarms: alarmArns } },
      ...charts.map((properties, at) => ({
        type: "metric",
        x: (at % 2) * 12,
        y: 3 + Math.floor(at / 2) * 6,
        width: 12,
        height: 6,
        properties,
      })),
    ],
  };
}
