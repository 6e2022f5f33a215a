import type { Clock } from "@twobytwo/core/clock";
import { notImplemented } from "../aws-error.ts";
import { type AwsService, jsonService, startAwsServer } from "../aws-http.ts";
import type { Intercept } from "../emulator.ts";
import type { AwsEmulator } from "../http-answer.ts";
import type { Credentials } from "../signature-v4.ts";
import { aboutOf } from "./about.ts";
import { createGate, type Engine } from "./engine.ts";
import { operations } from "./operations.ts";
import { forgetOldTokens } from "./request-token.ts";
import { isServiceError } from "./service-error.ts";
import { openStore } from "./store.ts";
import { sweep } from "./time-to-live.ts";

/**
 * DynamoDB over HTTP: dynalite's store and expressions, with what dynalite lacks (transactions, the item of a failed
 * condition, time to live). A table keeps the indexes that it was made with. Index reads are never stale, and
 * nothing is ever throttled. What has ended by its time to live is deleted at the start.
 * @throws Error where another process has the directory; it names that process and the ways out.
 */
export async function startDynamoDb(options: {
  /** Where the data survives a restart, and `kill -9`; in memory without it. */
  directory?: string;
  credentials: Credentials;
  clock?: Clock;
  /** The attribute by which items end, in every table; none without it. */
  timeToLive?: string;
  intercept?: Intercept;
}): Promise<AwsEmulator> {
  const { directory, clock = Date.now, timeToLive, ...http } = options;
  const { store, claim, close } = await openStore(directory);
  const engine: Engine = { store, gate: createGate(), clock };
  let server: AwsEmulator | undefined;
  const closeAll = async () => {
    await server?.close();
    await engine.gate.exclusive(close);
  };
  try {
    if (timeToLive !== undefined) await sweep(engine, timeToLive);
    await forgetOldTokens(store, engine.clock());
    server = await startAwsServer({ ...http, services: [dynamoDbService(engine)] });
    claim({ pid: process.pid, url: server.url });
    return { ...server, close: closeAll };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function dynamoDbService(engine: Engine): AwsService {
  return jsonService({
    name: "dynamodb",
    prefix: "DynamoDB_20120810",
    version: "1.0",
    about: aboutOf,
    async handle(name, input) {
      const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
      if (!operation) throw notImplemented("DynamoDB", name);
      try {
        return { status: 200, body: await operation(engine, input) };
      } catch (error) {
        if (!isServiceError(error)) throw error;
        return { status: error.statusCode, body: error.body };
      }
    },
  });
}
