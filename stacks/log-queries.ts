import { functions } from "./blueprint.ts";

/** A query of CloudWatch Logs Insights that is saved with the deployment. */
export interface LogQuery {
  /** Last part of its name. */
  name: string;
  /** Names of the functions whose logs it reads. */
  of: readonly string[];
  lines: readonly string[];
}

const everyFunction = functions.map(({ name }) => name);

/**
 * In Lambda's JSON log format, what a function logs as an object is the object `message` of its line
 * (docs.aws.amazon.com/lambda, "Log and monitor Node.js Lambda functions"), and Insights finds `message.step` by that name
 * (docs.aws.amazon.com/AmazonCloudWatch, "Supported logs and discovered fields"). How an invocation ended stands in Lambda's own
 * `platform.report`: a function that was out of time or memory says nothing itself.
 */
export const logQueries: readonly LogQuery[] = [
  {
    name: "failures",
    of: everyFunction,
    lines: [
      "fields @timestamp, message.step, message.outcome, message.squareId, message.message, message.failure, record.status, @log",
      'filter (ispresent(message.outcome) and message.outcome != "done") or ispresent(message.failure) or (ispresent(record.status) and record.status != "success")',
      "sort @timestamp desc",
      "limit 100",
    ],
  },
  {
    name: "square",
    of: everyFunction,
    lines: [
      "fields @timestamp, message.step, message.outcome, message.ms, message.message, message.execution",
      "# The square's id, as `2x2 list` and the web app show it:",
      'filter message.squareId = "01J00000000000000000000000"',
      "sort @timestamp asc",
      "limit 1000",
    ],
  },
  {
    name: "requests",
    of: functions.filter(({ url }) => url).map(({ name }) => name),
    lines: [
      "filter ispresent(message.status)",
      "stats count(*) as requests, max(message.ms) as slowest by message.path, message.status",
      "sort requests desc",
      "limit 100",
    ],
  },
];

/** Comment lines stand alone; commands are joined by a pipe. */
export const queryText = ({ lines }: LogQuery): string =>
  lines.map((line, index) => (index === 0 || line.startsWith("#") ? line : `| ${line}`)).join("\n");
