import { functions } from "@twobytwo/stacks/blueprint";
import { inboxRetries, retention, runtime, settingDefaults } from "@twobytwo/stacks/deployment-facts";
import { all, type Graph, only } from "../graph.ts";
import { type Check, differs, sorted } from "./check.ts";
import { componentOf } from "./permissions.ts";

const functionType = "aws:lambda/function:Function";

export const asInBlueprint: Check = {
  name: "every function has the runtime, memory, time, concurrency and environment of the blueprint, and its own log",
  problems: (graph) => [
    ...differs(
      "functions",
      sorted(all(graph, functionType).map(({ name }) => name)),
      sorted(functions.map((blueprint) => `${componentOf(blueprint)}Function`)),
    ),
    ...functions.flatMap((blueprint) => {
      const base = componentOf(blueprint);
      const { inputs } = only(graph, functionType, `${base}Function`);
      const log = only(graph, "aws:cloudwatch/logGroup:LogGroup", `${base}LogGroup`).inputs;
      const name = `twobytwo-${graph.app.stage}-${blueprint.name}`;
      const wanted = {
        name,
        description: blueprint.description,
        runtime: runtime.name,
        architectures: [runtime.architecture],
        handler: runtime.handler,
        memorySize: blueprint.memory,
        timeout: blueprint.timeoutSeconds,
        reservedConcurrentExecutions: blueprint.concurrency && settingDefaults[blueprint.concurrency],
        role: only(graph, "aws:iam/role:Role", `${base}Role`).arn,
        loggingConfig: { logFormat: runtime.logFormat, logGroup: `/aws/lambda/${name}` },
      };
      return [
        ...Object.entries(wanted).flatMap(([key, value]) => differs(`${base} ${key}`, inputs[key], value)),
        ...differs(
          `${base} environment`,
          sorted(Object.keys(inputs["environment"].variables)),
          sorted(blueprint.environment),
        ),
        ...differs(`${base} log`, [log["name"], log["retentionInDays"]], [`/aws/lambda/${name}`, retention.logs]),
      ];
    }),
  ],
};

/** The evaluation gives secrets values that begin so. */
const secret = "secret-X";

export const secretsInOnePlace: Check = {
  name: "the keys of X stand in one SecureString and nowhere else, and only its name is given to functions",
  problems(graph) {
    const parameter = only(graph, "aws:ssm/parameter:Parameter", "XCredentials");
    const { credentialsReaders } = readersOf(graph);
    const leaks = graph.resources
      // SST's own links are entries of its encrypted state, and no resources of AWS.
      .filter(({ type }) => type.startsWith("aws:"))
      .filter((resource) => resource !== parameter && JSON.stringify(resource.inputs).includes(secret));
    return [
      ...leaks.map(({ name }) => `${name} holds a key of X`),
      ...differs("type of the parameter", parameter.inputs["type"], "SecureString"),
      ...differs("keys in the parameter", Object.keys(JSON.parse(parameter.inputs["value"])), [
        "CONSUMER_KEY",
        "CONSUMER_SECRET",
        "ACCESS_TOKEN",
        "ACCESS_TOKEN_SECRET",
      ]),
      ...credentialsReaders.flatMap(({ name, inputs }) =>
        differs(
          `${name} X_CREDENTIALS_PARAMETER`,
          inputs["environment"].variables["X_CREDENTIALS_PARAMETER"],
          parameter.inputs["name"],
        ),
      ),
      ...differs(
        "functions that know of the parameter",
        sorted(credentialsReaders.map(({ name }) => name)),
        sorted(
          functions
            .filter(({ permissions }) => permissions.some(({ on }) => on.includes("credentials")))
            .map((blueprint) => `${componentOf(blueprint)}Function`),
        ),
      ),
    ];
  },
};

const readersOf = (graph: Graph) => ({
  credentialsReaders: all(graph, functionType).filter(
    ({ inputs }) => inputs["environment"].variables["X_CREDENTIALS_PARAMETER"] !== undefined,
  ),
});

export const deadLetters: Check = {
  name: "functions that events invoke are tried again, and what fails for good is kept",
  problems: (graph) =>
    functions
      .filter(({ deadLetters: has }) => has)
      .flatMap((blueprint) => {
        const base = componentOf(blueprint);
        const { inputs } = only(
          graph,
          "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
          `${base}EventInvokeConfig`,
        );
        const queue = only(graph, "aws:sqs/queue:Queue", `${base}DeadLettersQueue`);
        return [
          ...differs(`${base} attempts`, inputs["maximumRetryAttempts"], inboxRetries.attempts),
          ...differs(`${base} age`, inputs["maximumEventAgeInSeconds"], inboxRetries.mostAgeSeconds),
          ...differs(`${base} dead letters`, inputs["destinationConfig"], { onFailure: { destination: queue.arn } }),
          ...differs(
            `${base} dead letters kept`,
            queue.inputs["messageRetentionSeconds"],
            retention.deadLetters * 86_400,
          ),
        ];
      }),
};

export const rules: Check = {
  name: "every rule has a target, and its function lets itself be invoked by that rule alone",
  problems: (graph) =>
    all(graph, "aws:cloudwatch/eventRule:EventRule").flatMap((rule) => {
      const invoked = all(graph, "aws:cloudwatch/eventTarget:EventTarget").filter(
        ({ inputs }) => inputs["rule"] === rule.inputs["name"],
      );
      const leave = all(graph, "aws:lambda/permission:Permission").filter(
        ({ inputs }) => inputs["sourceArn"] === rule.arn && inputs["principal"] === "events.amazonaws.com",
      );
      const target = all(graph, functionType).find(({ arn }) => arn === invoked[0]?.inputs["arn"]);
      return [
        ...differs(`targets of ${rule.name}`, invoked.length, 1),
        ...differs(
          `who lets ${rule.name} in`,
          leave.map(({ inputs }) => inputs["function"]),
          [target?.inputs["name"]],
        ),
      ];
    }),
};

export const invokedAgain: Check = {
  name: "functions that the blueprint wants invoked again and again have a rule that does it",
  problems: (graph) =>
    functions
      .filter(({ every }) => every !== undefined)
      .flatMap((blueprint) =>
        differs(
          `rule of ${blueprint.name}`,
          only(graph, "aws:cloudwatch/eventRule:EventRule", `${componentOf(blueprint)}Rule`).inputs[
            "scheduleExpression"
          ],
          blueprint.every,
        ),
      ),
};

export const publicAddress: Check = {
  name: "a function with an address may be called by everybody, by its address alone; no other may",
  problems(graph) {
    const open = all(graph, "aws:lambda/permission:Permission").filter(({ inputs }) => inputs["principal"] === "*");
    const wanted = functions
      .filter(({ url }) => url)
      .flatMap(({ name }) => {
        const of = `twobytwo-${graph.app.stage}-${name}`;
        return [
          { action: "lambda:InvokeFunction", function: of, principal: "*", invokedViaFunctionUrl: true },
          { action: "lambda:InvokeFunctionUrl", function: of, principal: "*", functionUrlAuthType: "NONE" },
        ];
      });
    const byText = (one: unknown, other: unknown) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1);
    return [
      ...differs("who may be called", open.map(({ inputs }) => ({ ...inputs })).sort(byText), wanted.sort(byText)),
      ...differs(
        "addresses",
        all(graph, "aws:lambda/functionUrl:FunctionUrl").map(({ inputs }) => inputs["functionName"]),
        functions.filter(({ url }) => url).map(({ name }) => `twobytwo-${graph.app.stage}-${name}`),
      ),
    ];
  },
};
