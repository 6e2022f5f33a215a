import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { AwsError } from "../aws-error.ts";
import type { Emulator } from "../emulator.ts";
import { close, createLocalServer, listen, readWhole } from "../local-server.ts";
import { eventOf, responseOf, type UrlResponse } from "./function-url-event.ts";
import { type InvokeResult, largestRequest } from "./result.ts";

export interface FunctionUrlOptions {
  invoke: (event: unknown) => Promise<InvokeResult>;
  /** Reserved concurrency: what comes beyond it is refused, as Lambda does. */
  mostAtOnce?: number;
  /** A free one unless given, or where the given one is taken. */
  port?: number;
  /** For tests of an address that AWS gives: hosts that it answers to beside this machine's own. */
  hosts?: RegExp;
  randomUuid?: () => string;
  /** A call that ended in an error of the function. */
  onError?: (text: string) => void;
}

const answer = (status: number, Message: string): UrlResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body: Buffer.from(JSON.stringify({ Message })),
});

/**
 * The HTTPS address of a function, over plain HTTP: browsers take `localhost` for safe, so that passkeys and Secure
 * cookies work there. It listens on this machine alone.
 */
export async function startFunctionUrl(options: FunctionUrlOptions): Promise<Emulator> {
  const { randomUuid = randomUUID } = options;
  let running = 0;

  async function handle(incoming: IncomingMessage): Promise<UrlResponse> {
    const body = await readWhole(incoming, largestRequest);
    if (!body) return answer(413, "Request Entity Too Large");
    if (options.mostAtOnce !== undefined && running >= options.mostAtOnce) return answer(429, "Rate Exceeded.");
    running += 1;
    try {
      const { method = "GET", url: target = "/", headers, socket } = incoming;
      const request = { method, target, headers, body, sourceIp: socket.remoteAddress ?? "127.0.0.1" };
      const result = await options.invoke(eventOf(request, randomUuid()));
      if ("payload" in result) return responseOf(result.payload);
      options.onError?.(`${result.error.errorType}: ${result.error.errorMessage}`);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === "RequestTooLargeException") return answer(413, "Request Entity Too Large");
      options.onError?.(`${error.name}: ${error.message}`);
    } finally {
      running -= 1;
    }
    return answer(502, "Internal Server Error");
  }

  const server = createLocalServer(async (incoming, response) => {
    try {
      send(response, incoming.method, await handle(incoming));
    } catch (error) {
      // The client hung up, or the sandbox has a mistake: either way this exchange is over.
      if (!incoming.destroyed) options.onError?.(String(error));
      response.destroy();
    }
  }, options.hosts);
  server.keepAliveTimeout = 65_000;
  const port = await listenOrElsewhere(server, options.port);
  return { url: `http://localhost:${port}`, close: () => close(server) };
}

/** On any free port where the wanted one is taken. */
async function listenOrElsewhere(server: Server, port = 0): Promise<number> {
  try {
    return await listen(server, port);
  } catch (error) {
    if (port === 0 || (error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
    return await listen(server);
  }
}

function send(response: ServerResponse, method: string | undefined, { status, headers, body }: UrlResponse): void {
  const hasBody = status !== 204 && status !== 304;
  response.writeHead(status, { ...headers, ...(hasBody && { "content-length": body.length }) });
  response.end(method === "HEAD" || !hasBody ? undefined : body);
}
