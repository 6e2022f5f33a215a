import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "@twobytwo/core/clock";
import type { AwsService } from "./aws-http.ts";
import { startAwsServer } from "./aws-http.ts";
import { type Clients, createClients, destroyClients, secretAccessKey } from "./clients.ts";
import { startDynamoDb } from "./dynamodb/server.ts";
import type { Emulator, Intercept } from "./emulator.ts";
import { createInbox, type Inbox } from "./inbox.ts";
import { sandboxKeys } from "./keys.ts";
import { createLambdaRuntime, type LambdaRuntime } from "./lambda/runtime.ts";
import { type ChangeEnvironment, type Endpoints, functionArn, lambdas, placeholders } from "./lambdas.ts";
import { provision, stateMachineArn } from "./provision.ts";
import { announce, withdrawAnnouncement } from "./running.ts";
import { startS3 } from "./s3/server.ts";
import { createScheduler, type Scheduler } from "./scheduler/scheduler.ts";
import { createSns, type Sns } from "./sns/sns.ts";
import type { Message } from "./sns/topics.ts";
import { createSsm } from "./ssm/ssm.ts";
import { substitute } from "./stepfunctions/definition.ts";
import type { ExecutionDescription } from "./stepfunctions/executions.ts";
import { createMachine } from "./stepfunctions/machine.ts";
import { statesService } from "./stepfunctions/service.ts";
import { createStepFunctions, type StepFunctions } from "./stepfunctions/step-functions.ts";
import { startX, type XEmulator } from "./x/server.ts";

export interface SandboxOptions {
  /** Where all state is kept between starts. One sandbox at a time may use it. */
  directory: string;
  /** Folder of the built bundles. */
  bundles: string;
  /** For tests: milliseconds by which the clocks of AWS, X and the functions are ahead of this machine's. */
  timeShift?: () => number;
  /** For tests: another state machine than the project's. */
  definition?: unknown;
  /** Makes the names of executions. */
  randomUuid?: () => string;
  /** The scheduler's time; everything else keeps the real one. */
  schedulerClock?: Clock;
  /** For tests: whether an event that the scheduler just delivered comes a second time. */
  isDeliveredTwice?: () => boolean;
  schedule?: { expression: string; timeZone: string };
  /** Whether the schedule fires by itself; a test calls `scheduler.tick` instead. */
  fires?: boolean;
  /** How long a second of a Wait state or between retries lasts; 1 unless given. */
  waitScale?: number;
  intercept?: Intercept;
  changeEnvironment?: ChangeEnvironment;
  /** The Node that runs the functions, where it is not this one. */
  lambdaNode?: string;
  onExecution?: (execution: { executionArn: string }) => void;
  onMail?: (message: Message) => void;
  onLog?: (line: { functionName: string; text: string }) => void;
}

/** All of AWS and X that twobytwo uses, on this machine. */
export interface Sandbox {
  endpoints: Endpoints;
  clients: Clients;
  stepFunctions: StepFunctions;
  scheduler: Scheduler;
  lambda: LambdaRuntime;
  /** Files below `inbox/` of the bucket on their way to the function `ingest`. */
  inbox: Inbox;
  sns: Sns;
  x: XEmulator;
  /** Starts the workflow and waits until it has ended, however it ended. */
  run(input: unknown): Promise<ExecutionDescription>;
  /** Ends everything in order; executions that are under way go on at the next start. */
  close(): Promise<void>;
}

export const definitionFile = fileURLToPath(new URL("../../../stacks/workflow.asl.json", import.meta.url));

export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { directory, intercept, timeShift } = options;
  const clock = timeShift ? () => Date.now() + timeShift() : Date.now;
  const shared = { ...(intercept && { intercept }) };
  const at = (name: string) => path.join(directory, name);
  const closing: (() => Promise<unknown>)[] = [];
  const opened = async <E extends Emulator>(starting: Promise<E>): Promise<E> => {
    const emulator = await starting;
    closing.unshift(() => emulator.close());
    return emulator;
  };
  const close = async () => {
    for (const end of closing.splice(0)) await end();
  };

  try {
    const keys = await sandboxKeys(directory);
    // DynamoDB first: its lock is what keeps a second sandbox out.
    const dynamodb = await opened(startDynamoDb({ ...shared, clock, directory: at("dynamodb") }));
    const identified = { clock, randomUuid: options.randomUuid ?? randomUUID };
    const inbox = createInbox({
      ...identified,
      // Nobody knows S3's address before the functions are there.
      invoke: (event) => lambda.invoke(functionArn("ingest"), event),
      onGivenUp: (text) => options.onLog?.({ functionName: "inbox", text }),
      ...(options.waitScale !== undefined && { waitScale: options.waitScale }),
    });
    const s3 = await opened(
      startS3({
        ...shared,
        clock,
        directory: at("s3"),
        credentials: () => secretAccessKey,
        onObjectCreated: inbox.created,
      }),
    );
    const x = await opened(
      startX({
        ...shared,
        clock,
        directory: at("x"),
        credentials: {
          consumerKey: keys.CONSUMER_KEY,
          consumerSecret: keys.CONSUMER_SECRET,
          accessToken: keys.ACCESS_TOKEN,
          accessTokenSecret: keys.ACCESS_TOKEN_SECRET,
        },
      }),
    );
    const sns = createSns({
      ...identified,
      directory: at("sns"),
      ...(options.onMail && { onMessage: options.onMail }),
    });
    const ssm = createSsm({ ...identified, directory: at("ssm") });
    const scheduler = createScheduler({
      ...identified,
      clock: options.schedulerClock ?? clock,
      directory: at("scheduler"),
      ...(options.isDeliveredTwice && { isDeliveredTwice: options.isDeliveredTwice }),
      // The services of the server below are mounted before anything can fire.
      deliver: async ({ target }) => {
        start(JSON.parse(target.Input));
      },
    });
    closing.unshift(() => scheduler.close());
    const services: AwsService[] = [scheduler.service, ssm, sns.service];
    const aws = await opened(startAwsServer({ ...shared, services }));

    const endpoints: Endpoints = { dynamodb: dynamodb.url, s3: s3.url, aws: aws.url, x: x.url };
    const lambda = createLambdaRuntime({
      functions: lambdas(options.bundles, endpoints, options.changeEnvironment),
      ...(options.onLog && { onLog: options.onLog }),
      ...(timeShift && { timeShift }),
      ...(options.lambdaNode !== undefined && { nodePath: options.lambdaNode }),
    });
    closing.unshift(() => lambda.close());
    const definition = options.definition ?? JSON.parse(await readFile(definitionFile, "utf8"));
    const machine = createMachine({
      definition: substitute(definition, placeholders()),
      arn: stateMachineArn,
      invoke: (name, payload) => lambda.invoke(name, payload),
      // Its waits and time limits are real, or scaled; a shift of the clock must not end them.
      clock: Date.now,
      ...(options.waitScale !== undefined && { waitScale: options.waitScale }),
    });
    const clients = createClients(endpoints);
    closing.unshift(async () => destroyClients(clients));
    await provision(clients, {
      credentials: keys,
      scheduleExpression: options.schedule?.expression ?? "cron(0 18 * * ? *)",
      timeZone: options.schedule?.timeZone ?? "UTC",
    });
    const stepFunctions = createStepFunctions({
      ...identified,
      clock: Date.now,
      directory: at("executions"),
      machines: [machine],
    });
    closing.unshift(() => stepFunctions.close());
    services.push(statesService(stepFunctions));
    const start = (input: unknown) => {
      const execution = stepFunctions.start({ machineArn: stateMachineArn, input });
      options.onExecution?.(execution);
      return execution;
    };
    closing.unshift(async () => inbox.close());
    await inbox.sweep(clients.s3);
    await announce(directory, endpoints);
    closing.unshift(() => withdrawAnnouncement(directory));
    if (options.fires) scheduler.run();

    return {
      endpoints,
      clients,
      stepFunctions,
      scheduler,
      lambda,
      inbox,
      sns,
      x,
      run: (input) => stepFunctions.wait(start(input).executionArn),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
