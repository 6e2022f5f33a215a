import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Any port: who forwards one from another machine has a number of their own. */
const ownNames = /^(?:127\.0\.0\.1|localhost)(?::\d{1,5})?$/i;

/**
 * A server for this machine alone. A page of any website can point a name of its own at 127.0.0.1 and so speak with us as if
 * it were ours; a browser then says that name as the host, and gets 403 before anything of the request is looked at.
 *
 * @param also hosts that count beside our own names, where a test stands in for a public address
 */
export function createLocalServer(listener: RequestListener, also?: RegExp): Server {
  return createServer((request, response) => {
    const { host = "" } = request.headers;
    if (ownNames.test(host) || also?.test(host)) return listener(request, response);
    const message = `The sandbox answers only to 127.0.0.1 and localhost, not to ${JSON.stringify(host)}: use one of these.\n`;
    // Read to the end first: answering earlier shows as a broken pipe at the client.
    request.resume().once("end", () => {
      response.writeHead(403, {
        "content-type": "text/plain; charset=utf-8",
        "content-length": Buffer.byteLength(message),
        "x-content-type-options": "nosniff",
        connection: "close",
      });
      response.end(request.method === "HEAD" ? undefined : message);
    });
  });
}

/**
 * Reads a body to its end even when it is larger than `most`: an answer before that shows as a broken pipe at the client.
 *
 * @returns undefined for one that is too large
 */
export async function readWhole(request: AsyncIterable<unknown>, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= most) chunks.push(chunk);
  }
  return size > most ? undefined : Buffer.concat(chunks);
}

/** @returns the port that it has: the wanted one, or any that is free where 0 is wanted */
export async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Ends open connections too. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
