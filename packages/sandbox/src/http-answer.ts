import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpHandler } from "@smithy/core/protocols";
import type { Emulator } from "./emulator.ts";

/** A request as an emulator of AWS looks at it, whether or not it came through a socket. */
export type Incoming = Pick<
  IncomingMessage,
  "method" | "url" | "headers" | "destroyed" | "readableEnded" | typeof Symbol.asyncIterator
>;

/** What is sent back; "cut" where the connection ends instead. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: Buffer } | "cut";

export type Respond = (request: Incoming) => Promise<Answer>;

export interface AwsEmulator extends Emulator {
  /**
   * To be given to a client of the SDK in the same process: the same answers and the same faults without a socket, which
   * costs a fraction of the time. It knows no time limits and no aborting: what is about these goes over HTTP.
   */
  readonly requestHandler: HttpHandler<object>;
}

export function sendAnswer(request: IncomingMessage, response: ServerResponse, answer: Answer): void {
  if (answer === "cut") return void request.socket.destroy();
  response.writeHead(answer.status, answer.headers);
  response.end(answer.body);
}
