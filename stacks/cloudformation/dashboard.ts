import { functions } from "../blueprint.ts";
import { dashboardBody } from "../dashboard-facts.ts";
import { alarms } from "../deployment-facts.ts";
import { logQueries, queryText } from "../log-queries.ts";
import { pascal } from "../pascal.ts";
import { deployedName, globalName } from "./permissions.ts";
import { type Resources, ref, sub } from "./template.ts";

/** One page that shows how things have been, and what to ask the logs. */
export const dashboard: Resources = {
  Dashboard: {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: sub(globalName("dashboard")),
      DashboardBody: sub(
        JSON.stringify(
          dashboardBody({
            region: "${AWS::Region}",
            stateMachineArn: "${StateMachine}",
            tableName: "${Squares}",
            functionNames: functions.map(({ name }) => deployedName(name)),
            deadLetterQueues: ["${ScheduleDeadLetters.QueueName}", "${IngestDeadLetters.QueueName}"],
            alarmArns: alarms.map(({ name }) => `\${${pascal(name)}Alarm.Arn}`),
          }),
        ),
      ),
    },
  },
  ...Object.fromEntries(
    logQueries.map((query) => [
      `${pascal(query.name)}Query`,
      {
        Type: "AWS::Logs::QueryDefinition",
        Properties: {
          Name: sub(`twobytwo-\${Stage}/${query.name}`),
          QueryString: queryText(query),
          LogGroupNames: query.of.map((name) => ref(`${pascal(name)}Log`)),
        },
      },
    ]),
  ),
};
