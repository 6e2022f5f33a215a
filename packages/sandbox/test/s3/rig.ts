import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, PutObjectCommand, S3Client, type S3ClientConfig } from "@aws-sdk/client-s3";
import { onTestFinished } from "vitest";
import { type ObjectCreated, type S3Options, startS3 } from "../../src/s3/server.ts";
import { keys } from "../fixed-keys.ts";

export const Bucket = "squares";

export interface Rig {
  url: string;
  directory: string;
  client: S3Client;
  /** What `onObjectCreated` was told, in order. */
  created: ObjectCreated[];
  /** Moves the server's clock, in milliseconds. */
  advance(by: number): void;
  close(): Promise<void>;
  /** The same directory served by a new server. */
  restart(): Promise<Rig>;
}

/** A server with one bucket in a directory of its own; all of it goes when the test ends. */
export async function startRig(options: Partial<S3Options> = {}): Promise<Rig> {
  const directory = options.directory ?? (await temporaryDirectory());
  let offset = 0;
  const created: ObjectCreated[] = [];
  const s3 = await startS3({
    directory,
    clock: () => Date.now() + offset,
    credentials: (accessKeyId) => (accessKeyId === keys.accessKeyId ? keys.secretAccessKey : undefined),
    onObjectCreated: (event) => created.push(event),
    ...options,
  });
  const client = clientFor(s3.url);
  onTestFinished(async () => {
    client.destroy();
    await s3.close();
  });
  if (!options.directory) await client.send(new CreateBucketCommand({ Bucket }));
  return {
    url: s3.url,
    directory,
    client,
    created,
    advance: (by) => {
      offset += by;
    },
    close: s3.close,
    restart: async () => {
      await s3.close();
      return await startRig({ ...options, directory });
    },
  };
}

export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "twobytwo-s3-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** The SDK warns of what these tests do on purpose. */
const silent = { debug: noop, info: noop, warn: noop, error: noop };

export function clientFor(endpoint: string, config: S3ClientConfig = {}): S3Client {
  return new S3Client({
    endpoint,
    region: "us-east-1",
    credentials: keys,
    forcePathStyle: true,
    maxAttempts: 1,
    logger: silent,
    ...config,
  });
}

export async function put(rig: Rig, Key: string, Body: string | Uint8Array = Key): Promise<void> {
  await rig.client.send(new PutObjectCommand({ Bucket, Key, Body }));
}

export interface RawReply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

/** One request exactly as given, which `fetch` would tidy up. */
export async function raw(
  url: string,
  input: { method: string; path?: string; headers?: Record<string, string>; body?: Buffer | string },
): Promise<RawReply> {
  const { hostname, port, pathname, search } = new URL(url);
  const { method, path = pathname + search, headers = {}, body } = input;
  return await new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("error", reject);
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(pieces).toString("utf8"),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The code in an error document. */
export function codeOf(text: string): string | undefined {
  return /<Code>([^<]*)<\/Code>/.exec(text)?.[1];
}

/** Changes what a client sends after it was signed. */
export function tamper(
  client: S3Client,
  change: (request: { headers: Record<string, string>; body?: unknown }) => void,
): void {
  client.middlewareStack.add(
    (next) => (args) => {
      change(args.request as { headers: Record<string, string>; body?: unknown });
      return next(args);
    },
    { step: "deserialize", name: "tamper" },
  );
}

/** Bytes that look alike nowhere, the same ones every time. */
export function noise(size: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(size);
  let state = seed;
  for (let at = 0; at + 4 <= size; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes.writeUInt32LE(state, at);
  }
  return bytes;
}

function noop(): void {}
