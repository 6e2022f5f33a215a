import { type IncomingHttpHeaders, validateHeaderValue } from "node:http";
import { Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { buildQueryString, type HttpHandler, type HttpRequest, HttpResponse } from "@smithy/core/protocols";
import { type AwsEmulator, type Incoming, type Respond, sendAnswer } from "./http-answer.ts";
import { close, createLocalServer, listen } from "./local-server.ts";

/** Serves answers over HTTP, and without a socket to clients in the same process. */
export async function serveAnswers(respond: Respond): Promise<AwsEmulator> {
  const server = createLocalServer(async (request, response) => sendAnswer(request, response, await respond(request)));
  // A connection that is closed just as the client sends is an error at the client: idle ones stay open.
  server.keepAliveTimeout = 0;
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requestHandler: createInProcessHandler(respond, () => server.listening),
    close: () => close(server),
  };
}

/**
 * Hands the requests of an SDK's client to an emulator of the same process. What goes wrong looks to the client as it
 * would over HTTP: ECONNRESET where the connection is cut, ECONNREFUSED where the emulator was closed.
 */
function createInProcessHandler(respond: Respond, isOpen: () => boolean): HttpHandler<object> {
  return {
    metadata: { handlerProtocol: "http/1.1" },
    async handle(request) {
      // As with a socket, whatever else is due comes first: who calls in a circle would stop every timer.
      await setImmediate();
      if (!isOpen()) throw broken("connect ECONNREFUSED", "ECONNREFUSED");
      const answer = await respond(incomingOf(request));
      if (answer === "cut") throw broken("socket hang up", "ECONNRESET");
      const { status: statusCode, headers } = answer;
      // A stream always, as HTTP gives it: the SDK takes nothing else where an object may be empty.
      const body = Readable.from(answer.body.length > 0 ? [answer.body] : []);
      return { response: new HttpResponse({ statusCode, headers: { ...headers }, body }) };
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
}

function incomingOf(request: HttpRequest): Incoming {
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of Object.entries(request.headers)) {
    // What no connection would carry, none is carried here.
    validateHeaderValue(name, value);
    headers[name.toLowerCase()] = value;
  }
  const query = buildQueryString(request.query);
  const url = query === "" ? request.path : `${request.path}?${query}`;
  return Object.assign(bodyOf(request.body), { method: request.method, url, headers });
}

/** A stream of its own: where the caller's ends with an error, the emulator sees a caller that went away. */
function bodyOf(body: unknown): Readable {
  if (body === undefined || body === null) return Readable.from([]);
  if (typeof body === "string") return Readable.from([Buffer.from(body)]);
  if (body instanceof Uint8Array) return Readable.from([Buffer.from(body.buffer, body.byteOffset, body.byteLength)]);
  if (body instanceof Readable) return Readable.from(body);
  throw new TypeError("A body is a text, bytes, or a stream of Node.");
}

const broken = (message: string, code: string) => Object.assign(new Error(message), { code });
