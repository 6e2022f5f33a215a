import http from "node:http";
import https from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "./clock.ts";

/** A connection that waited longer may have been closed at the other side without our having heard of it. */
const freshMs = 3_000;

/**
 * Connections to X that are kept, and one that is opened at once: reaching X takes a round trip for TCP and one for
 * TLS, and while they are under way the keys and the picture are fetched.
 */
export function openConnections(baseUrl: string, clock: Clock): http.Agent {
  const { protocol, hostname, port } = new URL(baseUrl);
  const isPlain = protocol === "http:";
  const Base = isPlain ? http.Agent : https.Agent;
  const target = { host: hostname, servername: hostname, port: Number(port || (isPlain ? 80 : 443)) };
  let spare: { socket: Socket; openedAt: number } | undefined;

  class Connections extends Base {
    override createConnection(
      options: http.ClientRequestArgs,
      callback?: (error: Error | null, stream: Duplex) => void,
    ): Duplex | null | undefined {
      const waiting = spare;
      spare = undefined;
      if (waiting !== undefined) {
        if (!waiting.socket.destroyed && clock() - waiting.openedAt < freshMs) return waiting.socket.ref();
        waiting.socket.destroy();
      }
      return super.createConnection(options, callback);
    }

    open(): void {
      const socket = super.createConnection(target) as Socket;
      spare = { socket, openedAt: clock() };
      // Whether it came about is told by the request that uses it, or by the next connection.
      socket.on("error", () => {});
      // Nothing has to go on because of it, as long as no call uses it.
      socket.unref();
    }
  }

  const agent = new Connections({ keepAlive: true });
  agent.open();
  return agent;
}
