import type { IncomingMessage, ServerResponse } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { HttpHandler } from "@smithy/core/protocols";
import type { Emulator } from "./emulator.ts";

/** A request as an emulator of AWS looks at it, whether or not it came through a socket. */
export type Incoming = Pick<
  IncomingMessage,
  "method" | "url" | "headers" | "destroyed" | "readableEnded" | typeof Symbol.asyncIterator
>;

/** What is sent back; "cut" where the connection ends instead. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: Buffer | Readable } | "cut";

export type Respond = (request: Incoming) => Promise<Answer>;

export interface AwsEmulator extends Emulator {
  /**
   * To be given to a client of the SDK in the same process: the same answers and the same faults without a socket,
   * which costs a fraction of the time. It knows no time limits: what is about these goes over HTTP.
   */
  readonly requestHandler: HttpHandler<object>;
}

/** Never rejects. */
export async function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): Promise<void> {
  if (answer === "cut") return void request.socket.destroy();
  const { status, headers, body } = answer;
  response.writeHead(status, headers);
  if (Buffer.isBuffer(body)) return void response.end(body);
  try {
    await pipeline(body, response);
  } catch (error) {
    request.socket.destroy();
    if (!isClientGone(error)) console.error(error);
  }
}

export function isClientGone(error: unknown): boolean {
  const codes = ["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"];
  return error instanceof Error && "code" in error && codes.includes(String(error.code));
}
