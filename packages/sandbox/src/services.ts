import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Clock } from "@twobytwo/core/clock";
import type { XCredentials } from "@twobytwo/core/x/credentials";
import { table } from "@twobytwo/stacks/blueprint";
import { type AwsService, startAwsServer } from "./aws-http.ts";
import { keptSecret } from "./aws-secret.ts";
import { type BlueskyEmulator, startBluesky } from "./bluesky/server.ts";
import { type Clients, createClients, destroyClients } from "./clients.ts";
import { startDynamoDb } from "./dynamodb/server.ts";
import type { Emulator, Intercept } from "./emulator.ts";
import { sandboxKeys } from "./keys.ts";
import type { Endpoints } from "./names.ts";
import { type ObjectCreated, startS3 } from "./s3/server.ts";
import type { SchedulerEvent } from "./scheduler/firing.ts";
import { createScheduler, type Scheduler } from "./scheduler/scheduler.ts";
import { createSns, type Message, type Sns } from "./sns/sns.ts";
import { createSsm } from "./ssm/ssm.ts";
import { startX, type XEmulator } from "./x/server.ts";

export interface ServicesOptions {
  /** Where all state is kept between starts. One sandbox at a time may use it. */
  directory: string;
  /** For tests: milliseconds by which the clocks of AWS, X and the functions are ahead of this machine's. */
  timeShift?: () => number;
  randomUuid?: () => string;
  /** The scheduler's time; everything else keeps the real one. */
  schedulerClock?: Clock;
  /** For tests: whether an event that the scheduler just delivered comes a second time. */
  isDeliveredTwice?: () => boolean;
  intercept?: Intercept;
  onMail?: (message: Message) => void;
  /** Takes what the scheduler fires. */
  deliver: (event: SchedulerEvent) => Promise<void>;
  onObjectCreated: (object: ObjectCreated) => void;
}

/** The emulators of AWS and X, with nothing in them but what an earlier start left: no table, no bucket, no function. */
export interface Services {
  endpoints: Endpoints;
  clients: Clients;
  /** With which everybody signs who calls the emulated AWS; `credentialsFile` of the directory has it too. */
  secretAccessKey: string;
  /** The four keys of the one account of X. */
  keys: XCredentials;
  /** The services behind the shared address; one that is added is there at once. */
  mounted: AwsService[];
  scheduler: Scheduler;
  sns: Sns;
  x: XEmulator;
  bluesky: BlueskyEmulator;
  close(): Promise<void>;
}

export async function startServices(options: ServicesOptions): Promise<Services> {
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
    let secret: string | undefined;
    const signed = { ...shared, credentials: () => secret };
    const { timeToLive } = table;
    // DynamoDB first: its lock is what keeps a second sandbox out, which would write keys of its own.
    const dynamodb = await opened(startDynamoDb({ ...signed, clock, timeToLive, directory: at("dynamodb") }));
    const secretAccessKey = await keptSecret(directory);
    secret = secretAccessKey;
    const keys = sandboxKeys(directory);
    const { onObjectCreated } = options;
    const s3 = await opened(startS3({ ...signed, clock, directory: at("s3"), onObjectCreated }));
    const x = await opened(startX({ ...shared, clock, directory: at("x"), credentials: keys }));
    const bluesky = await opened(startBluesky({ ...shared, clock, directory: at("bluesky") }));
    const identified = { clock, randomUuid: options.randomUuid ?? randomUUID };
    const sns = createSns({ ...identified, ...(options.onMail && { onMessage: options.onMail }) });
    const ssm = createSsm({ ...identified, directory: at("ssm") });
    const scheduler = createScheduler({
      clock: options.schedulerClock ?? clock,
      directory: at("scheduler"),
      ...(options.isDeliveredTwice && { isDeliveredTwice: options.isDeliveredTwice }),
      deliver: options.deliver,
    });
    closing.unshift(() => scheduler.close());
    const mounted: AwsService[] = [scheduler.service, ssm, sns.service];
    const aws = await opened(startAwsServer({ ...signed, services: mounted }));
    const endpoints: Endpoints = { dynamodb: dynamodb.url, s3: s3.url, aws: aws.url, x: x.url, bluesky: bluesky.url };
    const clients = createClients(endpoints, secretAccessKey);
    closing.unshift(async () => destroyClients(clients));
    return { endpoints, clients, secretAccessKey, keys, mounted, scheduler, sns, x, bluesky, close };
  } catch (error) {
    await close();
    throw error;
  }
}
