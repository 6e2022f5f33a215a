import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { crc32 } from "node:zlib";
import type { Clock } from "@twobytwo/core/clock";
import type { Emulator, Intercept } from "../emulator.ts";
import { createLocalServer } from "../local-server.ts";
import type { Credentials } from "../signature-v4.ts";
import type { Json } from "./dynalite.ts";
import { createGate, type Engine } from "./engine.ts";
import { parseRequest, readBody } from "./request.ts";
import { forgetOldTokens } from "./request-token.ts";
import { isServiceError, ServiceError } from "./service-error.ts";
import { openStore } from "./store.ts";
import { sweep } from "./time-to-live.ts";

/**
 * DynamoDB over HTTP: dynalite's store and expressions, with what dynalite lacks (transactions, the item of a failed
 * condition, time to live, backups). A table keeps the indexes that it was made with. Index reads are never stale, and
 * nothing is ever throttled. What has ended by its time to live is deleted at the start and whenever
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
}): Promise<Emulator> {
  const { store, claim, close } = await openStore(options.directory);
  const engine: Engine = { store, gate: createGate(), clock: options.clock ?? Date.now };
  const { credentials, intercept = () => undefined } = options;
  const hooks = { credentials, intercept };
  const server = createLocalServer((request, response) => void answerRequest(engine, hooks, request, response));
  // An idle connection that is closed just as the client sends is an error in the client: leave them all open.
  server.keepAliveTimeout = 0;
  let closing: Promise<void> | undefined;
  const emulator = (url: string): Emulator => ({
    url,
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
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method === "GET") return answer(response, 200, {});
  try {
    const bytes = await readBody(request);
    if (bytes === undefined) return;
    const { call, perform, body } = parseRequest(request, bytes, credentials);
    const fault = await intercept(call);
    if (fault?.kind === "cut") return void request.socket.destroy();
    if (fault?.kind === "refuse") {
      const __type = `com.amazonaws.dynamodb.v20120810#${fault.code}`;
      throw new ServiceError(fault.status, { __type, message: fault.message });
    }
    let result: Json;
    try {
      result = await perform(engine, body);
    } finally {
      // Errors are lost as well: what is answered after this goes nowhere.
      if (fault?.kind === "lose-answer") request.socket.destroy();
    }
    answer(response, 200, result);
  } catch (error) {
    answerError(response, error);
  }
}

function answerError(response: ServerResponse, error: unknown): void {
  if (isServiceError(error)) {
    answer(response, error.statusCode, error.body);
    return;
  }
  console.error("The sandbox's DynamoDB failed:", error);
  const message = error instanceof Error ? error.message : String(error);
  answer(response, 500, { __type: "com.amazonaws.dynamodb.v20120810#InternalServerError", message });
}

function answer(response: ServerResponse, status: number, body: Json): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": bytes.length,
    "x-amz-crc32": crc32(bytes),
  });
  response.end(bytes);
}
