import type { Mutation } from "./graph.ts";

/** What is broken on purpose on its way into the program, the check that has to notice, and what it has to say. */
export const breaks: { what: string; mutation: Mutation; notices: RegExp; says: RegExp }[] = [
  {
    what: "a permission on the wrong resource",
    mutation: {
      file: "stacks/permissions.ts",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: a piece of the source.
      find: "index: () => $interpolate`${storage.table.arn}/index/${table.index.name}`",
      replace: "index: () => storage.table.arn",
    },
    notices: /granted what the blueprint says/,
    says: /SelectSquareRole may not dynamodb:Query .*\/index\/byStatus/,
  },
  {
    what: "a permission on everything",
    mutation: { file: "stacks/permissions.ts", find: "alerts: () => alerts.arn", replace: 'alerts: () => "*"' },
    notices: /wildcard that is not on the list/,
    says: /NotifyRole may do sns:Publish on \*/,
  },
  {
    what: "a role that can make itself a device",
    mutation: {
      file: "stacks/permissions.ts",
      find: "...(rows && { conditions: [{ ...rowCondition, values: [...rows] }] }),",
      replace:
        '...(rows && { conditions: [{ ...rowCondition, test: "ForAllValues:StringLike", values: ["#nobody"] }] }),',
    },
    notices: /none that decide who may come in/,
    says: /IngestRole may do .*dynamodb:PutItem.* on the rows of devices and sessions/,
  },
  {
    what: "the keys of X for what everybody can reach",
    mutation: {
      file: "stacks/blueprint.ts",
      find: '{ actions: ["lambda:InvokeFunction"], on: ["crop-square", "ask-x"] },',
      replace: '{ actions: ["lambda:InvokeFunction"], on: ["crop-square", "ask-x"] }, xKeys,',
    },
    notices: /everybody can reach has no key of X/,
    says: /WebRole may do ssm:GetParameter on the keys of X/,
  },
  {
    what: "SST's own managed policy",
    mutation: { file: "stacks/functions.ts", find: "args.managedPolicyArns = [];", replace: "" },
    notices: /managed policy/,
    says: /AWSLambdaBasicExecutionRole/,
  },
  {
    what: "a role that the whole account may take",
    mutation: {
      file: "stacks/functions.ts",
      find: "if (!$dev) args.assumeRolePolicy",
      replace: "if ($dev) args.assumeRolePolicy",
    },
    notices: /taken by one service/,
    says: /arn:aws:iam::\d+:root/,
  },
  {
    what: "the target of the schedule",
    mutation: { file: "stacks/schedule.ts", find: "arn: workflow.arn,", replace: "arn: queue.arn," },
    notices: /the schedule starts the workflow/,
    says: /^target is ".*ScheduleDeadLetters/,
  },
  {
    what: "a schedule that a deployment wakes",
    mutation: { file: "stacks/schedule.ts", find: 'ignoreChanges: ["state", ', replace: "ignoreChanges: [" },
    notices: /the schedule starts the workflow/,
    says: /a deployment changes the state/,
  },
  {
    what: "a Retry of what may have been posted",
    mutation: {
      file: "stacks/workflow.asl.json",
      find: '"ErrorEquals": ["Retryable", "Lambda.TooManyRequestsException"]',
      replace: '"ErrorEquals": ["Retryable", "Lambda.TooManyRequestsException", "States.Timeout"]',
    },
    notices: /retries what is worth it/,
    says: /Tweet is sent again after States\.Timeout/,
  },
  {
    what: "a definition that is not the file's",
    mutation: {
      file: "stacks/workflow.ts",
      find: "JSON.stringify(definition)",
      replace: "JSON.stringify(definition).replace('\"MaxAttempts\":6', '\"MaxAttempts\":1')",
    },
    notices: /is workflow\.asl\.json/,
    says: /^state Mark posted is/,
  },
  {
    what: "a rule of the bucket that deletes more than what nobody decides on",
    mutation: { file: "stacks/storage.ts", find: "filter: { prefix: folder }", replace: "filter: {}" },
    notices: /nobody decides on goes/,
    says: /^objects that expire is \[\{"filter":\{\}/,
  },
  {
    what: "the removal policy",
    mutation: { file: "sst.config.ts", find: 'isProduction ? "retain" : "remove"', replace: '"remove"' },
    notices: /production keeps its table/,
    says: /SquaresTable kept is false and not true/,
  },
  {
    what: "a key in the environment of a function",
    mutation: {
      file: "stacks/functions.ts",
      find: "STAGE: $app.stage,",
      replace: 'STAGE: new sst.Secret("XConsumerKeyAgain", "secret-XConsumerKey").value,',
    },
    notices: /keys of X stand in one SecureString/,
    says: /WatchFunction holds a key of X/,
  },
  {
    what: "a name that two regions share",
    mutation: {
      file: "stacks/permissions.ts",
      find: 'globalName("schedule")',
      replace: 'deployedName("schedule")',
    },
    notices: /the region in it/,
    says: /ScheduleRole is called twobytwo-production-schedule in every region/,
  },
  {
    what: "a name that the published policies do not cover",
    mutation: {
      file: "stacks/dead-letters.ts",
      find: "queue: { messageRetentionSeconds",
      replace: 'queue: { name: of + "DeadLetters", messageRetentionSeconds',
    },
    notices: /published policies/,
    says: /deploy\.json lacks sqs:CreateQueue on .*:IngestDeadLetters/,
  },
  {
    what: "an alarm that looks at nothing",
    mutation: {
      file: "stacks/alarms.ts",
      find: 'FunctionName: deployedName("watch")',
      replace: 'FunctionName: deployedName("watches")',
    },
    notices: /alarm for each of the facts/,
    says: /watch-failed dimensions/,
  },
  {
    what: "an alarm on the web app's requests that looks at another function",
    mutation: {
      file: "stacks/alarms.ts",
      find: 'FunctionName: deployedName("web")',
      replace: 'FunctionName: deployedName("ingest")',
    },
    notices: /alarm for each of the facts/,
    says: /web-busy dimensions/,
  },
];
