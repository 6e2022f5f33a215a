import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text as readText } from "node:stream/consumers";
import type { Call, Emulator, Intercept } from "../emulator.ts";
import { type ApiAnswer, handleStatesRequest, operationOf } from "./api.ts";
import { isObject } from "./definition.ts";
import type { StepFunctions } from "./step-functions.ts";

export interface StatesServerOptions {
  stepFunctions: StepFunctions;
  /** A free one by default. */
  port?: number;
  intercept?: Intercept;
}

/** The Step Functions API alone, over HTTP. Closing it leaves executions running: close `stepFunctions` for that. */
export async function startStatesServer({
  stepFunctions,
  port = 0,
  intercept,
}: StatesServerOptions): Promise<Emulator> {
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // A client that hung up is not told anything; everybody else must see a defect of the sandbox.
      if (!response.headersSent)
        send(response, { status: 500, body: { __type: "InternalError", message: String(error) } });
      else response.destroy();
    });
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = String(request.headers["x-amz-target"] ?? "");
    const json = await readText(request);
    const body = parsed(json);
    const fault = await intercept?.(callOf(request, target, body));
    if (fault?.kind === "cut") return void request.socket.destroy();
    if (fault?.kind === "refuse")
      return send(response, { status: fault.status, body: { __type: fault.code, message: fault.message } });
    const result = await handleStatesRequest(stepFunctions, { target, body });
    if (fault?.kind === "lose-answer") return void request.socket.destroy();
    send(response, result);
  }

  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The Step Functions API has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      if (!server.listening) return;
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function callOf(request: IncomingMessage, target: string, body: unknown): Call {
  const accessKeyId = /Credential=([^/]+)\//.exec(request.headers.authorization ?? "")?.[1];
  const resource = isObject(body) ? (body["stateMachineArn"] ?? body["executionArn"]) : undefined;
  return {
    service: "states",
    operation: operationOf(target) ?? target,
    ...(accessKeyId === undefined ? {} : { accessKeyId }),
    ...(typeof resource === "string" ? { resource } : {}),
  };
}

/** What is not JSON is refused by the API, which wants an object. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function send(response: ServerResponse, { status, body }: ApiAnswer): void {
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
}
