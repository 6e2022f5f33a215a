import { functions } from "../blueprint.ts";
import { dashboardBody } from "../dashboard-facts.ts";
import { alarms } from "../deployment-facts.ts";
import { pascal } from "../pascal.ts";
import { deployedName } from "./permissions.ts";
import { type Resources, sub } from "./template.ts";

/** One page that shows how things have been. */
export const dashboard: Resources = {
  Dashboard: {
    Type: "AWS::CloudWatch::Dashboard",
    Properties: {
      DashboardName: sub("twobytwo-${Stage}"),
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
};
