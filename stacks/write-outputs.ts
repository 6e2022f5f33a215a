/// <reference path="../.sst/platform/config.d.ts" />
import { parameterName, scheduleGroup } from "./names.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import type { Workflow } from "./workflow.ts";

/** What `2x2 --stage` reads; packages/cli/src/deployment.ts has the schema. @returns what `sst deploy` prints */
export function writeOutputs({
  settings,
  kept,
  storage,
  credentials,
  alerts,
  workflow,
  schedule,
  webUrl,
}: {
  settings: Settings;
  kept: Record<string, string>;
  storage: Storage;
  credentials: { name: string };
  alerts: sst.aws.SnsTopic;
  workflow: Workflow;
  schedule: aws.scheduler.Schedule;
  webUrl: $util.Output<string> | undefined;
}) {
  const { region } = aws.getRegionOutput();
  const webAddress = settings.webOrigin ?? webUrl;
  const outputs = {
    table: storage.table.name,
    bucket: storage.bucket.name,
    schedule: schedule.name,
    scheduleGroup,
    stateMachineArn: workflow.arn,
    credentialsParameter: credentials.name,
    alertsTopicArn: alerts.arn,
    region,
    order: settings.order,
    ...(webAddress && { webUrl: webAddress }),
  };
  new aws.ssm.Parameter("Outputs", {
    name: parameterName("outputs"),
    type: "String",
    description: "Where the command 2x2 finds this stage",
    value: $jsonStringify(outputs),
  });
  new aws.ssm.Parameter("KeptSettings", {
    name: parameterName("settings"),
    type: "String",
    description: "What a later deployment keeps, where it does not set it",
    value: JSON.stringify(kept),
  });
  return {
    table: outputs.table,
    bucket: outputs.bucket,
    workflow: workflow.arn,
    runs: $interpolate`https://${region}.console.aws.amazon.com/states/home?region=${region}#/statemachines/view/${workflow.arn}`,
    ...(webAddress && { web: webAddress }),
  };
}
