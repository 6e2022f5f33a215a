import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http, { type Agent, type IncomingMessage } from "node:http";
import https from "node:https";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { Clock } from "../clock.ts";
import type { PictureStream } from "../pictures/postable.ts";
import type { XCredentials } from "./credentials.ts";
import { signedHeader } from "./signature.ts";

/** X's answer, whatever its status. */
export interface XAnswer {
  code: number;
  headers: http.IncomingHttpHeaders;
  /** Parsed where it is JSON, else the text. */
  data: unknown;
}

/** What X wants to know beforehand of what it is sent. */
export const categoryOf = ({ contentType }: Pick<PictureStream, "contentType">) =>
  contentType === "image/gif" ? "tweet_gif" : "tweet_image";

/**
 * `POST /2/media/upload` with a picture that may still be on its way here: what has come is sent on at once, so that
 * the whole takes as long as the slower of the two.
 *
 * @throws what the picture's own source throws, and the error of a connection that breaks or has no whole answer in
 * `deadlineMs`.
 */
export async function uploadStreamed(
  input: { credentials: XCredentials; baseUrl: string; agent: Agent; clock: Clock; deadlineMs: number },
  picture: PictureStream,
): Promise<XAnswer> {
  const url = new URL("/2/media/upload", input.baseUrl).href;
  const boundary = `----twobytwo${randomUUID()}`;
  const category = categoryOf(picture);
  const head = Buffer.from(
    `--${boundary}\r\nContent-Disposition: form-data; name="media_category"\r\n\r\n${category}\r\n` +
      `--${boundary}\r\nContent-Disposition: form-data; name="media"\r\nContent-Type: application/octet-stream\r\n\r\n`,
  );
  const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
  const request = (url.startsWith("http:") ? http : https).request(url, {
    method: "POST",
    agent: input.agent,
    headers: {
      authorization: signedHeader({ method: "POST", url }, input.credentials, {
        nonce: randomUUID().replaceAll("-", ""),
        now: input.clock(),
      }),
      "content-type": `multipart/form-data; boundary=${boundary}`,
      "content-length": head.length + picture.size + tail.length,
    },
  });
  const deadline = setTimeout(
    () => request.destroy(new Error(`no complete answer within ${input.deadlineMs} ms`)),
    input.deadlineMs,
  );
  const source = Promise.withResolvers<never>();
  async function* body() {
    yield head;
    try {
      yield* picture.chunks;
    } catch (error) {
      source.reject(error);
      throw error;
    }
    yield tail;
  }
  const answered = once(request, "response") as Promise<[IncomingMessage]>;
  const closed = once(request, "close").then(() => Promise.reject(new Error("the connection ended without an answer")));
  try {
    // What breaks is told by the request or the source. X may answer before it has the whole, and then close: the
    // answer is what counts.
    pipeline(body(), request).catch(() => {});
    const [response] = await Promise.race([answered, source.promise, closed]);
    return { code: response.statusCode ?? 0, headers: response.headers, data: parsed(await text(response)) };
  } finally {
    clearTimeout(deadline);
    // Nobody waits for what was not sent when the answer came; the picture's source is let go of with it.
    if (!request.writableFinished) request.destroy();
  }
}

function parsed(answer: string): unknown {
  try {
    return JSON.parse(answer);
  } catch {
    return answer;
  }
}
