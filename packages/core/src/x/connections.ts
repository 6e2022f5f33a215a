import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../clock.ts";

/** A connection that waited longer may have been closed at the other side without our having heard of it. */
const freshMs = 3_000;

export interface ConnectionOptions {
  clock: Clock;
  /** How long one call may take in all, connection to last byte; milliseconds. */
  deadlineMs: number;
  /** The certificate of a server that no authority known to Node has signed, in PEM. */
  ca?: string;
}

/** How a Node agent is asked to send a request; it is not in its types. */
type AddRequest = (this: http.Agent, request: http.ClientRequest, ...rest: unknown[]) => void;

/**
 * Connections to X that are kept between calls. Between two of them the function may have been frozen, for minutes: what X has
 * closed meanwhile looks as if it were open, and a post that is sent into it has no answer. So only a connection that was
 * in use a moment ago is used again. Every call ends at its deadline.
 */
export function keptConnections(baseUrl: string, options: ConnectionOptions): http.Agent {
  return connections(baseUrl, options).agent;
}

/**
 * The same, and one that is opened at once: reaching X takes a round trip for TCP and one for TLS, and while they are under
 * way the keys and the picture are fetched.
 */
export function openConnections(baseUrl: string, options: ConnectionOptions): http.Agent {
  const { agent, open } = connections(baseUrl, options);
  open();
  return agent;
}

function connections(
  baseUrl: string,
  { clock, deadlineMs, ca }: ConnectionOptions,
): { agent: http.Agent; open: () => void } {
  const { protocol, hostname, port } = new URL(baseUrl);
  const isPlain = protocol === "http:";
  const Base = isPlain ? http.Agent : https.Agent;
  const addRequest = Reflect.get(Base.prototype, "addRequest") as AddRequest;
  const trust = ca === undefined ? {} : { ca };
  const target = { host: hostname, servername: hostname, port: Number(port || (isPlain ? 80 : 443)), ...trust };
  const idleSince = new WeakMap<Duplex, number>();
  const isFresh = (socket: Duplex) => clock() - (idleSince.get(socket) ?? Number.NEGATIVE_INFINITY) < freshMs;
  let spare: Socket | undefined;

  class Connections extends Base {
    /** What the library offers for a deadline leaves listeners on the connection with each call. */
    addRequest(request: http.ClientRequest, ...rest: unknown[]): void {
      for (const sockets of Object.values(this.freeSockets))
        for (const socket of sockets ?? []) if (!isFresh(socket)) socket.destroy();
      const deadline = setTimeout(
        () => request.destroy(new Error(`no complete answer within ${deadlineMs} ms`)),
        deadlineMs,
      );
      request.once("close", () => clearTimeout(deadline));
      addRequest.call(this, request, ...rest);
    }

    override keepSocketAlive(socket: Duplex): boolean {
      idleSince.set(socket, clock());
      // In the types it returns nothing; without true, the agent closes the connection.
      return super.keepSocketAlive(socket) as unknown as boolean;
    }

    override createConnection(
      options: http.ClientRequestArgs,
      callback?: (error: Error | null, stream: Duplex) => void,
    ): Duplex | null | undefined {
      const waiting = spare;
      spare = undefined;
      if (waiting !== undefined) {
        if (!waiting.destroyed && isFresh(waiting)) return waiting.ref();
        waiting.destroy();
      }
      return super.createConnection(options, callback);
    }

    open(): void {
      const socket = super.createConnection(target) as Socket;
      idleSince.set(socket, clock());
      spare = socket;
      // Whether it came about is told by the request that uses it, or by the next connection.
      socket.on("error", () => {});
      // Nothing has to go on because of it, as long as no call uses it.
      socket.unref();
    }
  }

  const agent = new Connections({ keepAlive: true, ...trust });
  return { agent, open: () => agent.open() };
}
