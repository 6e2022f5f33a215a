import type { Call } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/provision";
import { beforeAll, describe, expect, it } from "vitest";
import { functions } from "../../stacks/blueprint.ts";
import { everyCheck } from "./checks/every-check.ts";
import { evaluate, type Graph, type Mutation } from "./graph.ts";
import { misfits } from "./usage.ts";

/** What is broken on purpose on its way into the program, the check that has to notice, and what it has to say. */
const breaks: { what: string; mutation: Mutation; notices: RegExp; says: RegExp }[] = [
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
    what: "an alarm that looks at nothing",
    mutation: {
      file: "stacks/alarms.ts",
      find: 'FunctionName: deployedName("watch")',
      replace: 'FunctionName: deployedName("watches")',
    },
    notices: /alarm for each of the facts/,
    says: /watch-failed dimensions/,
  },
];

describe("what is broken on purpose", () => {
  let broken: Graph;
  // All of it in one program: each break is looked for by the one check that has to notice it.
  beforeAll(async () => {
    broken = await evaluate("production", { mutations: breaks.map(({ mutation }) => mutation) });
  }, 240_000);

  it("is a program that still comes to its end", () => {
    expect(broken.errors).toEqual([]);
  });

  it.each(breaks.map((one) => [one.what, one] as const))("%s is noticed", (_, { notices, says }) => {
    const [check, ...others] = everyCheck.filter(({ name }) => notices.test(name));
    expect(others).toEqual([]);
    expect(check?.problems(broken)).toContainEqual(expect.stringMatching(says));
  });

  it("a throw in the program is noticed, where the graph is merely short", async () => {
    const { errors } = await evaluate("dev", {
      mutations: [
        {
          file: "stacks/storage.ts",
          find: "const isKept = ",
          replace: 'throw new Error("on purpose"); const isKept = ',
        },
      ],
    });
    expect(errors).toContainEqual(expect.stringMatching(/on purpose/));
  }, 240_000);
});

describe("permissions that do not fit what a function does", () => {
  const notify = functions.filter(({ name }) => name === "notify");
  const publish: Call = { service: "sns", operation: "Publish", accessKeyId: "notify", resource: names.topic };

  it("are noticed where an action is missing, in a transaction too", () => {
    const parts = [{ operation: "PutItem", resource: names.table }];
    const call: Call = { service: "dynamodb", operation: "TransactWriteItems", accessKeyId: "notify", parts };
    expect(misfits(notify, [publish, call])).toEqual([
      { function: "notify", missing: [`dynamodb:PutItem on ${names.table}`], unused: [] },
    ]);
  });

  it("are noticed where the resource is another one", () => {
    expect(misfits(notify, [publish, { ...publish, resource: "another-topic" }])).toEqual([
      { function: "notify", missing: ["sns:Publish on another-topic"], unused: [] },
    ]);
  });

  it("are noticed where an action is granted and never used", () => {
    expect(misfits(notify, [])).toEqual([{ function: "notify", missing: [], unused: ["sns:Publish on alerts"] }]);
    expect(misfits(notify, [publish])).toEqual([]);
  });

  it("are noticed where the schedule is changed without the right to pass on its role", () => {
    const call: Call = {
      service: "scheduler",
      operation: "UpdateSchedule",
      accessKeyId: "notify",
      resource: `default/${names.schedule}`,
    };
    expect(misfits(notify, [publish, call])[0]?.missing).toEqual([
      "iam:PassRole on role/schedule",
      `scheduler:UpdateSchedule on default/${names.schedule}`,
    ]);
  });
});
