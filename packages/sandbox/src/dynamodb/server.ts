import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import type { Clock } from "@twobytwo/core/clock";
import type { Intercept } from "../emulator.ts";
import { type Answer, type AwsEmulator, type Incoming, sendAnswer } from "../http-answer.ts";
import { createInProcessHandler } from "../in-process.ts";
import { createLocalServer } from "../local-server.ts";
import type { Credentials } from "../signature-v4.ts";
import type { Json } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { createGate } from "./gate.ts";
import { parseRequest, readBody } from "./request.ts";
import { forgetOldTokens } from "./request-token.ts";
import { isServiceError, ServiceError } from "./service-error.ts";
import { openStore } from "./store.ts";
import { sweep } from "./time-to-live.ts";

/**
 * DynamoDB over HTTP: dynalite's store and expressions, with what dynalite lacks (transactions, the item of a failed
 * condition, time to live, backups, indexes that come later). Index reads are never stale, and nothing is ever throttled. What has ended by its time to live is deleted at the start and whenever
 * `DescribeTimeToLive` is called.
 * @throws Error where another process has the directory; it names that process and the ways out.
 */
export async function startDynamoDb(options: {
  /** Where the data survives a restart, and `kill -9`; in memory without it. */
  directory?: string;
  port?: number;
  credentials: Credentials;
  clock?: Clock;
  intercept?: Intercept;
}): Promise<AwsEmulator> {
  const { store, claim, close } = await openStore(options.directory);
  const engine: Engine = { store, gate: createGate(), clock: options.clock ?? Date.now };
  const { credentials, intercept = () => undefined } = options;
  const hooks = { credentials, intercept };
  const respond = (request: Incoming) => answerRequest(engine, hooks, request);
  const server = createLocalServer(async (request, response) => sendAnswer(request, response, await respond(request)));
  // An idle connection that is closed just as the client sends is an error in the client: leave them all open.
  server.keepAliveTimeout = 0;
  let closing: Promise<void> | undefined;
  const emulator = (url: string): AwsEmulator => ({
    url,
    requestHandler: createInProcessHandler(respond, () => server.listening),
    close() {
      closing ??= (async () => {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeAllConnections();
        await closed;
        await engine.gate.exclusive(close);
      })();
      return closing;
    },
  });

  try {
    await sweep(engine);
    await forgetOldTokens(store, engine.clock());
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(options.port ?? 0, "127.0.0.1", resolve);
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await claim({ pid: process.pid, url });
    return emulator(url);
  } catch (error) {
    await emulator("").close();
    throw error;
  }
}

async function answerRequest(
  engine: Engine,
  { credentials, intercept }: { credentials: Credentials; intercept: Intercept },
  request: Incoming,
): Promise<Answer> {
  if (request.method === "GET") return answer(200, {});
  let isLost = false;
  try {
    const bytes = await readBody(request);
    if (bytes === undefined) return "cut";
    const { call, perform, body } = parseRequest(request, bytes, credentials);
    const fault = await intercept(call);
    if (fault?.kind === "cut") return "cut";
    if (fault?.kind === "refuse") {
      const __type = `com.amazonaws.dynamodb.v20120810#${fault.code}`;
      throw new ServiceError(fault.status, { __type, message: fault.message });
    }
    isLost = fault?.kind === "lose-answer";
    const result = await perform(engine, body);
    return isLost ? "cut" : answer(200, result);
  } catch (error) {
    // Errors are lost as well.
    const told = answerError(error);
    return isLost ? "cut" : told;
  }
}

function answerError(error: unknown): Answer {
  if (isServiceError(error)) return answer(error.statusCode, error.body);
  console.error("The sandbox's DynamoDB failed:", error);
  const message = error instanceof Error ? error.message : String(error);
  return answer(500, { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message });
}

function answer(status: number, body: Json): Answer {
  const bytes = Buffer.from(JSON.stringify(body));
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "content-length": String(bytes.length),
    "x-amz-crc32": String(crc32(bytes)),
  };
  return { status, headers, body: bytes };
}
