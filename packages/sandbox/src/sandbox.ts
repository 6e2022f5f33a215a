import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { definitionFile } from "@twobytwo/stacks/definition-file";
import { settingDefaults } from "@twobytwo/stacks/deployment-facts";
import { createInbox, type Inbox } from "./inbox.ts";
import { startFunctionUrl } from "./lambda/function-url.ts";
import { createLambdaRuntime, type Invocation, type LambdaRuntime } from "./lambda/runtime.ts";
import { lambdaService } from "./lambda/service.ts";
import { type ChangeEnvironment, functionArn, lambdas, placeholders, type SandboxEndpoints } from "./lambdas.ts";
import { stateMachineArn } from "./names.ts";
import { underPolicies } from "./permissions.ts";
import { allowBrowser, provision } from "./provision.ts";
import { announce, withdrawAnnouncement } from "./running.ts";
import { type Services, type ServicesOptions, startServices } from "./services.ts";
import type { ExecutionDescription } from "./stepfunctions/executions.ts";
import { createMachine } from "./stepfunctions/machine.ts";
import { statesService } from "./stepfunctions/service.ts";
import { createStepFunctions, type StepFunctions } from "./stepfunctions/step-functions.ts";
import { substitute } from "./stepfunctions/substitute.ts";

export interface SandboxOptions extends Omit<ServicesOptions, "deliver" | "onObjectCreated"> {
  bundles: string;
  /** For tests: another state machine than the project's. */
  definition?: unknown;
  schedule?: { expression: string; timeZone: string };
  /** How long a second of a Wait state or between retries lasts; 1 unless given. */
  waitScale?: number;
  /** For tests of code that has no role of its own: whether a call is refused that the caller's role does not grant. */
  weighsRoles?: boolean;
  changeEnvironment?: ChangeEnvironment;
  /** For measurements: functions stand still between two invocations, as on AWS. */
  freezes?: boolean;
  /** The Node that runs the functions, where it is not this one. */
  lambdaNode?: string;
  /** Of the web app; a free one unless given, or where the given one is taken. */
  webPort?: number;
  onExecution?: (execution: { executionArn: string }) => void;
  onLog?: (line: { functionName: string; text: string }) => void;
  onInvoked?: (invocation: Invocation) => void;
}

/** All of AWS and X that twobytwo uses, on this machine. */
export interface Sandbox extends Omit<Services, "endpoints" | "mounted" | "keys"> {
  endpoints: SandboxEndpoints;
  stepFunctions: StepFunctions;
  lambda: LambdaRuntime;
  /** Files below `inbox/` of the bucket on their way to the function `ingest`. */
  inbox: Inbox;
  /** Starts the workflow and waits until it has ended, however it ended. */
  run(input: unknown): Promise<ExecutionDescription>;
  /** Ends everything in order; executions that are under way go on at the next start. */
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, timeShift } = options;
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };

  try {
    const identified = {
      clock: timeShift ? () => Date.now() + timeShift() : Date.now,
      randomUuid: options.randomUuid ?? randomUUID,
    };
    const inbox = createInbox({
      ...identified,
      // Nobody knows S3's address before the functions are there.
      invoke: (event) => lambda.invoke(functionArn("ingest"), event),
      onGivenUp: (text) => options.onLog?.({ functionName: "inbox", text }),
      ...(options.waitScale !== undefined && { waitScale: options.waitScale }),
    });
    const services = await startServices({
      ...options,
      ...(options.weighsRoles === false
        ? options.intercept && { intercept: options.intercept }
        : { intercept: underPolicies(options.intercept) }),
      onObjectCreated: inbox.created,
      // Step Functions is mounted below, before anything can fire.
      deliver: async ({ target }) => {
        start(JSON.parse(target.Input));
      },
    });
    closing.unshift(() => services.close());
    const { mounted, keys, ...opened } = services;
    const { clients } = opened;
    const lambda = createLambdaRuntime({
      functions: lambdas(options.bundles, services, options.changeEnvironment),
      ...(options.onLog && { onLog: options.onLog }),
      ...(options.onInvoked && { onInvoked: options.onInvoked }),
      ...(options.freezes && { freezes: true }),
      ...(timeShift && { timeShift }),
      ...(options.lambdaNode !== undefined && { nodePath: options.lambdaNode }),
    });
    closing.unshift(() => lambda.close());
    const template = options.definition ?? JSON.parse(await readFile(definitionFile, "utf8"));
    const definition = substitute(template, placeholders());
    const machine = createMachine({
      definition,
      arn: stateMachineArn,
      invoke: lambda.invoke,
      // Its waits and time limits are real, or scaled; a shift of the clock must not end them.
      clock: Date.now,
      ...(options.waitScale !== undefined && { waitScale: options.waitScale }),
    });
    await provision(clients, {
      credentials: keys,
      scheduleExpression: options.schedule?.expression ?? "cron(0 18 * * ? *)",
      timeZone: options.schedule?.timeZone ?? "UTC",
    });
    const stepFunctions = createStepFunctions({
      ...identified,
      clock: Date.now,
      directory: path.join(directory, "executions"),
      machines: [machine],
    });
    closing.unshift(() => stepFunctions.close());
    mounted.push(statesService(stepFunctions), lambdaService(lambda));
    const start = (input: unknown) => {
      const execution = stepFunctions.start({ machineArn: stateMachineArn, input });
      options.onExecution?.(execution);
      return execution;
    };
    closing.unshift(async () => inbox.close());
    await inbox.sweep(clients.s3);
    const web = await startFunctionUrl({
      ...identified,
      invoke: (event) => lambda.invoke(functionArn("web"), event),
      onError: (text) => options.onLog?.({ functionName: "web", text }),
      mostAtOnce: settingDefaults.mostWebRequests,
      ...(options.webPort !== undefined && { port: options.webPort }),
    });
    closing.unshift(() => web.close());
    const endpoints = { ...services.endpoints, web: web.url };
    await allowBrowser(clients.s3, web.url);
    announce(directory, endpoints);
    closing.unshift(() => withdrawAnnouncement(directory));

    return {
      ...opened,
      endpoints,
      stepFunctions,
      lambda,
      inbox,
      run: (input) => stepFunctions.wait(start(input).executionArn),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
