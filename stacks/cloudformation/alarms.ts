import { type AlarmFact, alarms as alarmFacts } from "../deployment-facts.ts";
import { pascal } from "../pascal.ts";
import { deployedName } from "./permissions.ts";
import { attribute, type Resources, ref, sub, type Value } from "./template.ts";

const dimensions: Record<AlarmFact["of"], Value> = {
  "state-machine": { Name: "StateMachineArn", Value: ref("StateMachine") },
  "schedule-dead-letters": { Name: "QueueName", Value: attribute("ScheduleDeadLetters", "QueueName") },
  "inbox-dead-letters": { Name: "QueueName", Value: attribute("IngestDeadLetters", "QueueName") },
  watch: { Name: "FunctionName", Value: ref("WatchFunction") },
  web: { Name: "FunctionName", Value: ref("WebFunction") },
};

/** Who is told, and of what. */
export const alarms: Resources = {
  Alerts: { Type: "AWS::SNS::Topic", Properties: { DisplayName: "twobytwo" } },
  AlertsByMail: {
    Type: "AWS::SNS::Subscription",
    Condition: "HasMail",
    Properties: { TopicArn: ref("Alerts"), Protocol: "email", Endpoint: ref("AlertsMail") },
  },
  ...Object.fromEntries(alarmFacts.map((fact) => [`${pascal(fact.name)}Alarm`, alarmOf(fact)])),
};

function alarmOf({ name, namespace, metric, of, statistic, periodSeconds, threshold, description }: AlarmFact) {
  return {
    Type: "AWS::CloudWatch::Alarm",
    Properties: {
      AlarmName: sub(deployedName(name)),
      AlarmDescription: description,
      Namespace: namespace,
      MetricName: metric,
      Dimensions: [dimensions[of]],
      Statistic: statistic,
      Period: periodSeconds,
      EvaluationPeriods: 1,
      Threshold: typeof threshold === "number" ? threshold : ref(pascal(threshold.setting)),
      ComparisonOperator: "GreaterThanOrEqualToThreshold",
      TreatMissingData: "notBreaching",
      AlarmActions: [ref("Alerts")],
    },
  };
}
