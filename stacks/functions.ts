/// <reference path="../.sst/platform/config.d.ts" />
import { functions as blueprints, blueskyParameter, stateMachineName } from "./blueprint.ts";
import { buildCode, codeOf } from "./code.ts";
import type { Credentials } from "./credentials.ts";
import type { DeadLetters } from "./dead-letters.ts";
import { inboxRetries, retention, runtime } from "./deployment-facts.ts";
import type { EnvironmentName, FunctionBlueprint } from "./function-blueprint.ts";
import { arnHere, deployedName, parameterName, scheduleGroup } from "./names.ts";
import { pascal } from "./pascal.ts";
import { permissionsOf } from "./permissions.ts";
import { trustOf } from "./role.ts";
import type { Settings } from "./settings.ts";
import type { Storage } from "./storage.ts";
import { urlOf } from "./web.ts";
import { viewerHeader } from "./web-domain-facts.ts";

export interface Around {
  settings: Settings;
  storage: Storage;
  credentials: Credentials;
  alerts: sst.aws.SnsTopic;
  deadLetters: DeadLetters;
}

/** By the names of the blueprint. */
export type Functions = ReadonlyMap<FunctionBlueprint["name"], sst.aws.Function>;

/** One function, role and log group for each of the blueprint. */
export function createFunctions(around: Around): Functions {
  buildCode();
  const values = environmentOf(around);
  return new Map(blueprints.map((blueprint) => [blueprint.name, createFunction(blueprint, around, values)]));
}

const environmentOf = ({
  settings,
  storage,
  credentials,
  alerts,
}: Around): Record<EnvironmentName, $util.Input<string>> => ({
  DB_TABLE_NAME: storage.table.name,
  S3_BUCKET_NAME: storage.bucket.name,
  X_CREDENTIALS_PARAMETER: credentials.name,
  X_API_URL: settings.xApiUrl,
  BLUESKY_CREDENTIALS_PARAMETER: parameterName(blueskyParameter),
  SCHEDULE_NAME: deployedName(stateMachineName),
  SCHEDULE_GROUP_NAME: scheduleGroup,
  ALERTS_TOPIC_ARN: alerts.arn,
  MAX_POSTS_PER_DAY: String(settings.mostPostsADay),
  QUEUE_ORDER: settings.order,
  STATE_MACHINE_ARN: arnHere("states", `stateMachine:${deployedName(stateMachineName)}`),
  STAGE: $app.stage,
  CROP_SQUARE_FUNCTION: deployedName("crop-square"),
  ASK_X_FUNCTION: deployedName("ask-x"),
  WEB_ORIGIN: settings.webOrigin ?? "",
  WEB_VIEWER_HEADER: settings.webDomain === undefined ? "" : viewerHeader,
});

function createFunction(
  blueprint: FunctionBlueprint,
  around: Around,
  values: Record<EnvironmentName, $util.Input<string>>,
) {
  const { name, memory, timeoutSeconds } = blueprint;
  const environment = Object.fromEntries(blueprint.environment.map((key) => [key, values[key]]));
  const deadLetters = around.deadLetters.ofFunction.get(name);
  const mostAtOnce = blueprint.concurrency === undefined ? 0 : around.settings[blueprint.concurrency];
  return new sst.aws.Function(pascal(name), {
    ...codeOf(name),
    ...urlOf(blueprint, around.settings),
    name: deployedName(name),
    description: blueprint.description,
    runtime: runtime.name,
    architecture: runtime.architecture,
    memory: `${memory} MB`,
    timeout: `${timeoutSeconds} seconds`,
    environment,
    permissions: permissionsOf(blueprint, { ...around, deadLetters }),
    logging: { format: "json" },
    ...(mostAtOnce > 0 && { concurrency: { reserved: mostAtOnce } }),
    ...(deadLetters && { retries: inboxRetries.attempts }),
    transform: {
      role: (args) => {
        // SST would let every function write every log of the account; its own group is among the permissions above.
        args.managedPolicyArns = [];
        // It would also let the whole account take the role, which only a function that runs elsewhere needs.
        if (!$dev) args.assumeRolePolicy = trustOf("lambda.amazonaws.com");
      },
      logGroup: { retentionInDays: retention.logs },
      function: (args) => {
        // SST's own variables are for its SDK, which no function uses; one of them is a key.
        if (!$dev) args.environment = { variables: environment };
      },
      eventInvokeConfig: (args) => {
        args.maximumEventAgeInSeconds = inboxRetries.mostAgeSeconds;
        if (deadLetters) args.destinationConfig = { onFailure: { destination: deadLetters.arn } };
      },
    },
  });
}
