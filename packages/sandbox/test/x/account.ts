import { randomUUID } from "node:crypto";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { encodeUri } from "../../src/signature-v4.ts";
import { signature, signatureBase } from "../../src/x/oauth.ts";
import { startX, type XEmulator, type XOptions } from "../../src/x/server.ts";

export const credentials = {
  CONSUMER_KEY: "app-key",
  CONSUMER_SECRET: "app secret & more",
  ACCESS_TOKEN: "4242-token",
  ACCESS_TOKEN_SECRET: "token/secret+",
};

export const startOfTests = Date.parse("2026-11-24T10:00:00.000Z");

/** An emulated X with a clock that stands still until it is moved. */
export interface Account {
  x: XEmulator;
  clock: { now: number };
  call(method: string, path: string, init?: CallInit): Promise<Reply>;
  /** A picture that can be posted; its media id. */
  upload(bytes?: Buffer): Promise<string>;
  post(text: string, mediaIds?: string[]): Promise<Reply>;
}

export interface CallInit {
  json?: unknown;
  /** With `type` as its content type. */
  raw?: { type: string; body: string | Buffer };
  authorization?: string;
  /** Parts of the signature that differ from what is right. */
  oauth?: Record<string, string>;
  secrets?: { CONSUMER_SECRET?: string; ACCESS_TOKEN_SECRET?: string };
}

export interface Reply {
  status: number;
  type: string;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of many shapes
  body: any;
  headers: Headers;
}

export async function account(options: Partial<XOptions> = {}): Promise<Account> {
  const clock = { now: startOfTests };
  const x = await startX({ credentials, clock: () => clock.now, ...options });
  const call: Account["call"] = async (method, path, init = {}) => {
    const url = `${x.url}${path}`;
    const body = init.raw?.body ?? (init.json === undefined ? undefined : JSON.stringify(init.json));
    const type = init.raw?.type ?? (init.json === undefined ? undefined : "application/json");
    const response = await fetch(url, {
      method,
      headers: {
        authorization: init.authorization ?? sign(method, url, clock.now, init),
        ...(type === undefined ? {} : { "content-type": type }),
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
    });
    return reply(response);
  };
  return {
    x,
    clock,
    call,
    upload: async (bytes = png(8, 8)) => {
      const { body } = await call("POST", "/2/media/upload", { raw: picture(bytes) });
      return body.data.id;
    },
    post: (text, mediaIds) =>
      call("POST", "/2/tweets", { json: { text, ...(mediaIds ? { media: { media_ids: mediaIds } } : {}) } }),
  };
}

/** One account for all tests of a file, as at the start before each of them. */
export function accountForAll(): Account {
  let opened: Account;
  beforeAll(async () => {
    opened = await account();
  });
  beforeEach(async () => {
    opened.clock.now = startOfTests;
    await opened.x.reset();
  });
  afterAll(() => opened.x.close());
  return {
    get x() {
      return opened.x;
    },
    get clock() {
      return opened.clock;
    },
    call: (...given) => opened.call(...given),
    upload: (...given) => opened.upload(...given),
    post: (...given) => opened.post(...given),
  };
}

export async function reply(response: Response): Promise<Reply> {
  const text = await response.text();
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") && text !== "" ? JSON.parse(text) : undefined;
  return { status: response.status, type, text, body, headers: response.headers };
}

export function sign(method: string, url: string, now: number, init: Pick<CallInit, "oauth" | "secrets"> = {}): string {
  const oauth = Object.entries({
    oauth_consumer_key: credentials.CONSUMER_KEY,
    oauth_nonce: randomUUID(),
    oauth_signature_method: "HMAC-SHA1",
    oauth_timestamp: String(Math.floor(now / 1000)),
    oauth_token: credentials.ACCESS_TOKEN,
    oauth_version: "1.0",
    ...init.oauth,
  });
  const { CONSUMER_SECRET, ACCESS_TOKEN_SECRET } = { ...credentials, ...init.secrets };
  const base = signatureBase(method, url, oauth);
  const all = [
    ...oauth,
    [
      "oauth_signature",
      init.oauth?.["oauth_signature"] ?? signature(base, CONSUMER_SECRET, ACCESS_TOKEN_SECRET),
    ] as const,
  ];
  return `OAuth ${all.map(([name, value]) => `${encodeUri(name)}="${encodeUri(value)}"`).join(", ")}`;
}

/** A real PNG; `filler` lands in a chunk of its own, so that any bytes can be inside. */
export function png(width: number, height: number, filler: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const rows = Buffer.alloc(height * (1 + width * 3), 0x7f);
  for (let row = 0; row < height; row += 1) rows[row * (1 + width * 3)] = 0;
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", header),
    ...(filler.length > 0 ? [chunk("prVt", filler)] : []),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** The start of a JPEG as far as its frame header, with an application segment before it. */
export function jpeg(width: number, height: number): Buffer {
  const frame = Buffer.from([0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0]);
  frame.writeUInt16BE(height, 5);
  frame.writeUInt16BE(width, 7);
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2]), frame, Buffer.from([0xff, 0xd9])]);
}

export function gif(width: number, height: number): Buffer {
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  return Buffer.concat([Buffer.from("GIF89a"), size, Buffer.from([0, 0, 0, 0x3b])]);
}

export function webp(width: number, height: number): Buffer {
  const bytes = Buffer.alloc(30);
  bytes.write("RIFF", 0);
  bytes.write("WEBPVP8X", 8);
  bytes.writeUIntLE(width - 1, 24, 3);
  bytes.writeUIntLE(height - 1, 27, 3);
  return bytes;
}

/** A multipart body whose parts have no file names, as twitter-api-v2 sends them. */
export function multipart(fields: Record<string, string | Buffer>): { type: string; body: Buffer } {
  const boundary = "----boundary-of-a-test";
  const parts = Object.entries(fields).flatMap(([name, value]) => [
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`),
    Buffer.from(value),
    Buffer.from("\r\n"),
  ]);
  const body = Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
  return { type: `multipart/form-data; boundary=${boundary}`, body };
}

/** What an upload in one request sends. */
export const picture = (media: Buffer, media_category = "tweet_image") => multipart({ media_category, media });

export const duplicateBody = {
  detail: "You are not allowed to create a Tweet with duplicate content.",
  status: 403,
  title: "Forbidden",
  type: "about:blank",
};

export function invalidRequestBody(message: string, parameters: Record<string, string[]> = {}) {
  return {
    detail: "One or more parameters to your request was invalid.",
    errors: [{ message, parameters }],
    title: "Invalid Request",
    type: "https://api.x.com/2/problems/invalid-request",
  };
}

export function invalidMediaBody(...ids: string[]) {
  return invalidRequestBody("Your media IDs are invalid.", { "media.media_ids": [`[${ids.join(",")}]`] });
}
