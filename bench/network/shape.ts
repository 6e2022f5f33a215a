import type { AddressInfo } from "node:net";
import { createServer, type Socket, connect as tcp } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** What a line to a service is like, the same for whoever uses it. */
export interface Line {
  /** Milliseconds that each byte takes there and back: the distance. */
  roundTripMs: number;
  /**
   * Milliseconds from a request's last byte to the first byte of its answer, at least: what the service itself takes.
   * An emulator that is faster waits, one that is slower is late.
   */
  firstByteMs: number;
  /** Each connection, each way. */
  bytesPerSecond: number;
  /** Round trips before the first byte of a new connection: 1 for TCP, 1 more for TLS 1.3. */
  roundTripsToConnect: number;
}

/** The lines between the parts. S3 and DynamoDB are near, and take their time; X is far away, and behind TLS. */
export const lines = {
  dynamodb: { roundTripMs: 0, firstByteMs: 5, bytesPerSecond: 40e6, roundTripsToConnect: 0 },
  s3: { roundTripMs: 0, firstByteMs: 30, bytesPerSecond: 40e6, roundTripsToConnect: 0 },
  x: { roundTripMs: 80, firstByteMs: 0, bytesPerSecond: 10e6, roundTripsToConnect: 2 },
} as const satisfies Record<string, Line>;

export interface ShapedLine {
  url: string;
  /** Bytes that came back from the service since the start. */
  received(): number;
  close(): Promise<void>;
}

/**
 * Puts a line of that kind before a service: bytes pass as they are, so that signatures hold, and later. The target
 * may be known only after the line is there.
 */
export async function shapedLine(line: Line, target: () => string): Promise<ShapedLine> {
  const sockets = new Set<Socket>();
  let received = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const { hostname, port } = new URL(target());
    const far = tcp({ host: hostname, port: Number(port), noDelay: true });
    const connectedAt = performance.now() + line.roundTripsToConnect * line.roundTripMs;
    const end = () => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("close", () => sockets.delete(socket)).on("error", end);
    }
    let askedAt = 0;
    void carry(near, far, line, () => {
      askedAt = performance.now();
      return connectedAt;
    }).catch(end);
    void carry(far, near, line, (bytes) => {
      received += bytes;
      return askedAt + line.firstByteMs;
    }).catch(end);
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => received,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What a line holds in flight before the sender has to wait, as a TCP window does. */
const windowMs = 50;

/** `notBefore` is told of each chunk, and says when it may be on its way at the earliest. */
async function carry(from: Socket, to: Socket, line: Line, notBefore: (bytes: number) => number): Promise<void> {
  let sentAt = 0;
  let delivered = Promise.resolve();
  for await (const chunk of from as AsyncIterable<Buffer>) {
    sentAt = Math.max(performance.now(), sentAt, notBefore(chunk.length));
    // Small parts, as packets are: the far end sees the first of them before the last is sent.
    for (let at = 0; at < chunk.length; at += partBytes) {
      const part = chunk.subarray(at, at + partBytes);
      sentAt = Math.max(performance.now(), sentAt) + (part.length / line.bytesPerSecond) * 1000;
      const arrivesAt = sentAt + line.roundTripMs / 2;
      delivered = delivered.then(async () => {
        await until(arrivesAt);
        to.write(part);
      });
      delivered.catch(() => undefined);
      await until(sentAt - windowMs);
    }
  }
  await delivered;
  to.end();
}

const partBytes = 16 * 1024;

async function until(moment: number): Promise<void> {
  const left = moment - performance.now();
  // A timer is late by up to a millisecond; what is nearer than that is now.
  if (left > 0.5) await sleep(left);
}
