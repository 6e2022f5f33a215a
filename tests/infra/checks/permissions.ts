import { withPictures } from "@twobytwo/scripts/build";
import { functions, stateMachineName, table } from "@twobytwo/stacks/blueprint";
import type { FunctionBlueprint } from "@twobytwo/stacks/function-blueprint";
import { accessRows, type ResourceName } from "@twobytwo/stacks/grants";
import { all, type Graph, only, type Resource, type Statement, statements } from "../graph.ts";
import { account, region } from "../mocks.ts";
import { type Check, differs, sorted } from "./check.ts";

/** Where a star in an action or a resource is right, and why. */
const allowedStars: { role: RegExp; star: RegExp; reason: string }[] = [
  {
    role: /./,
    star: /^arn:aws:logs:[^*]+:log-group:\/aws\/lambda\/[\w-]+:\*$/,
    reason: "the streams of a function's own log group have names that Lambda makes up",
  },
  {
    role: /./,
    star: /^arn:aws:s3:::[\w-]+\/(\w+\/)?\*$/,
    reason: "objects have names that are not known before, below a prefix of the one bucket",
  },
  {
    role: /./,
    star: /^arn:aws:states:[^*]+:execution:twobytwo-\w+-post-square:\*$/,
    reason: "runs of the one state machine have names that are not known before",
  },
  {
    role: /^WorkflowRole$/,
    star: /^\*$/,
    reason: "the delivery of logs and X-Ray can be granted for everything alone; see stacks/workflow.ts",
  },
];

/** Actions that are granted on `*`, since AWS knows no less. */
const onlyOnEverything = /^(logs:\w*(LogDelivery|LogDeliveries|ResourcePolic(y|ies)|DescribeLogGroups)|xray:\w+)$/;

export const noWideGrants: Check = {
  name: "no role is granted a wildcard that is not on the list with a reason",
  problems: (graph) =>
    all(graph, "aws:iam/role:Role").flatMap((role) =>
      statements(role).flatMap(({ Action, Resource }) => [
        ...Action.filter((action) => action.includes("*")).map((action) => `${role.name} may do ${action}`),
        ...Resource.filter((arn) => arn.includes("*"))
          .filter((arn) => !allowedStars.some(({ role: of, star }) => of.test(role.name) && star.test(arn)))
          .map((arn) => `${role.name} may do ${Action.join(", ")} on ${arn}`),
        ...(Resource.includes("*") && !Action.every((action) => onlyOnEverything.test(action))
          ? [`${role.name} may do ${Action.join(", ")} on everything`]
          : []),
      ]),
    ),
};

export const noManagedPolicies: Check = {
  name: "no role has a managed policy, which says nothing of what is granted",
  problems: (graph) => [
    ...all(graph, "aws:iam/role:Role").flatMap(({ name, inputs }) =>
      differs(`managed policies of ${name}`, inputs["managedPolicyArns"] ?? [], []),
    ),
    ...all(graph, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(({ name }) => `${name} attaches a policy`),
  ],
};

const services: Record<string, string> = { WorkflowRole: "states", ScheduleRole: "scheduler" };

export const oneTrust: Check = {
  name: "every role can be taken by one service and nobody else",
  problems: (graph) =>
    all(graph, "aws:iam/role:Role").flatMap(({ name, inputs }) =>
      differs(`trust of ${name}`, JSON.parse(inputs["assumeRolePolicy"]).Statement, [
        {
          Effect: "Allow",
          Principal: { Service: `${services[name] ?? "lambda"}.amazonaws.com` },
          Action: "sts:AssumeRole",
        },
      ]),
    ),
};

/** Nobody deploys it, so that no resource of the graph says it: it stands beside the keys of X. */
const blueskyCredentials = (graph: Graph) =>
  only(graph, "aws:ssm/parameter:Parameter", "XCredentials").arn.replace(/x-credentials$/, "bluesky-credentials");

/** What the names of the blueprint stand for in this graph, told from its resources and not from stacks/permissions.ts. */
export function arnsIn(graph: Graph): Record<ResourceName, string> {
  const bucket = only(graph, "aws:s3/bucket:Bucket", "PicturesBucket").arn;
  const squares = only(graph, "aws:dynamodb/table:Table", "SquaresTable").arn;
  const machine = only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").arn;
  return {
    table: squares,
    index: `${squares}/index/${table.index.name}`,
    bucket,
    objects: `${bucket}/*`,
    originals: `${bucket}/originals/*`,
    squares: `${bucket}/squares/*`,
    thumbnails: `${bucket}/thumbnails/*`,
    inbox: `${bucket}/inbox/*`,
    refused: `${bucket}/refused/*`,
    schedule: only(graph, "aws:scheduler/schedule:Schedule", "Schedule").arn,
    "schedule-role": only(graph, "aws:iam/role:Role", "ScheduleRole").arn,
    credentials: only(graph, "aws:ssm/parameter:Parameter", "XCredentials").arn,
    "bluesky-credentials": blueskyCredentials(graph),
    alerts: only(graph, "aws:sns/topic:Topic", "AlertsTopic").arn,
    "state-machine": machine,
    executions: `${machine.replace(":stateMachine:", ":execution:")}:*`,
    "crop-square": only(graph, "aws:lambda/function:Function", "CropSquareFunction").arn,
    "ask-x": only(graph, "aws:lambda/function:Function", "AskXFunction").arn,
  };
}

type Said = Pick<Statement, "Action" | "Resource"> & Partial<Pick<Statement, "Effect" | "Condition">>;

/** One line for each action on each resource. */
const spread = (granted: readonly Said[]) =>
  sorted(
    granted.flatMap(({ Action, Resource, Effect, Condition }) => {
      const how = Effect === "Deny" ? "not " : "";
      const when = Condition === undefined ? "" : ` if ${JSON.stringify(Condition)}`;
      return Action.flatMap((action) => Resource.map((of) => `${how}${action} ${of}${when}`));
    }),
  );

export const grantedAsSaid: Check = {
  name: "every function is granted what the blueprint says, on the very resources of this stage",
  problems(graph) {
    const arns = arnsIn(graph);
    return functions.flatMap((blueprint) => {
      const base = componentOf(blueprint);
      const role = only(graph, "aws:iam/role:Role", `${base}Role`);
      const log = `arn:aws:logs:${region}:${account}:log-group:/aws/lambda/twobytwo-${graph.app.stage}-${blueprint.name}:*`;
      const wanted: Said[] = [
        ...blueprint.permissions.map(({ actions, on, effect, rows }) => ({
          Action: [...actions],
          Resource: on.map((name) => arns[name]),
          ...(effect === "deny" && { Effect: "Deny" }),
          ...(rows && { Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": rows } } }),
        })),
        { Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: [log] },
        ...(blueprint.deadLetters
          ? [
              {
                Action: ["sqs:SendMessage"],
                Resource: [only(graph, "aws:sqs/queue:Queue", `${base}DeadLettersQueue`).arn],
              },
            ]
          : []),
      ];
      const [found, said] = [spread(statements(role)), spread(wanted)];
      return [
        ...found.filter((line) => !said.includes(line)).map((line) => `${role.name} may ${line}, which nothing says`),
        ...said.filter((line) => !found.includes(line)).map((line) => `${role.name} may not ${line}`),
      ];
    });
  },
};

const writes = /^dynamodb:(\*|Put|Update|Delete|BatchWrite|PartiQL(Insert|Update|Delete))/;

export const accessRowsKept: Check = {
  name: "a role that may write rows of the table may write none that decide who may come in, but for the web app's",
  problems(graph) {
    const squares = only(graph, "aws:dynamodb/table:Table", "SquaresTable").arn;
    const mayAdmit = functions.filter(({ admits }) => admits).map((blueprint) => `${componentOf(blueprint)}Role`);
    const condition = { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": accessRows } };
    const writers = all(graph, "aws:iam/role:Role").flatMap((role) => {
      const about = statements(role).filter(({ Resource }) => Resource.some((of) => of === squares || of === "*"));
      const may = about.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => Action);
      const written = may.filter((action) => writes.test(action));
      const refused = about
        .filter(({ Effect, Condition }) => Effect === "Deny" && JSON.stringify(Condition) === JSON.stringify(condition))
        .flatMap(({ Action }) => Action);
      return written.length === 0 ? [] : [{ name: role.name, open: written.filter((one) => !refused.includes(one)) }];
    });
    return [
      ...differs("functions that admit devices", mayAdmit, ["WebRole"]),
      ...writers
        .filter(({ name, open }) => open.length > 0 && !mayAdmit.includes(name))
        .map(({ name, open }) => `${name} may do ${open.join(", ")} on the rows of devices and sessions`),
      ...(writers.length < 5 ? [`only ${writers.length} roles are seen to write rows`] : []),
    ];
  },
};

/** What everybody can reach, and what would be worth the most to whoever takes it over. */
export const reachedByEverybody: Check = {
  name: "a function that everybody can reach has no key of X and no password of Bluesky, and ships nothing that opens pictures",
  problems: (graph) =>
    functions
      .filter(({ url }) => url)
      .flatMap((blueprint) => {
        const role = only(graph, "aws:iam/role:Role", `${componentOf(blueprint)}Role`);
        const parameters = [only(graph, "aws:ssm/parameter:Parameter", "XCredentials").arn, blueskyCredentials(graph)];
        const keys = statements(role).filter(({ Resource }) => parameters.some((one) => Resource.includes(one)));
        return [
          ...keys.map(
            ({ Action }) => `${role.name} may do ${Action.join(", ")} on the keys of X or the password of Bluesky`,
          ),
          ...(withPictures.names.includes(blueprint.name) ? [`${blueprint.name} ships what opens pictures`] : []),
        ];
      }),
};

export const scheduleRole: Check = {
  name: "the schedule's role may start the workflow and write its dead letters, and no more",
  problems: (graph) =>
    differs("ScheduleRole", spread(statements(only(graph, "aws:iam/role:Role", "ScheduleRole"))), [
      `sqs:SendMessage ${only(graph, "aws:sqs/queue:Queue", "ScheduleDeadLettersQueue").arn}`,
      `states:StartExecution ${only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow").arn}`,
    ]),
};

export const workflowRole: Check = {
  name: "the workflow's role may invoke the functions that its states name, and no others",
  problems(graph) {
    const machine = only(graph, "aws:sfn/stateMachine:StateMachine", "Workflow");
    const called = new Set(tasksOf(machine).map(({ FunctionName }) => FunctionName));
    const role = only(graph, "aws:iam/role:Role", "WorkflowRole");
    const invokes = statements(role).filter(({ Action }) => Action.includes("lambda:InvokeFunction"));
    return differs("WorkflowRole invokes", sorted(invokes.flatMap(({ Resource }) => Resource)), sorted([...called]));
  },
};

/** The parameters of the states that call a function. */
export function tasksOf(machine: Resource): { state: string; FunctionName: string }[] {
  const { States } = JSON.parse(machine.inputs["definition"]) as {
    States: Record<string, { Type: string; Parameters: { FunctionName: string } }>;
  };
  return Object.entries(States).flatMap(([state, { Type, Parameters }]) =>
    Type === "Task" ? [{ state, FunctionName: Parameters.FunctionName }] : [],
  );
}

/** `select-square` is the component `SelectSquare`. */
export const componentOf = ({ name }: Pick<FunctionBlueprint, "name">): string =>
  name.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());

export const machineName = (graph: Graph) => `twobytwo-${graph.app.stage}-${stateMachineName}`;
