import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { TaskError } from "@twobytwo/core/errors";
import type { PictureStream } from "@twobytwo/core/pictures/postable";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { openConnections } from "@twobytwo/core/x/connections";
import { startX, type XEmulator } from "@twobytwo/sandbox/x/server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { painting } from "../pictures/pictures.ts";

const credentials = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b'(!)*", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d/é" };
let emulator: XEmulator;
const servers: Server[] = [];

beforeEach(async () => {
  emulator = await startX({ credentials });
});
afterEach(async () => {
  await emulator.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const clientOf = (baseUrl: string, more: Partial<Parameters<typeof createXClient>[0]> = {}): XClient =>
  createXClient({ credentials, baseUrl, clock: Date.now, deadlineMs: 20_000, ...more });

/** Another X than the emulator, for what the emulator never does. */
async function serve(listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const jpegOf = (size: number, chunks: PictureStream["chunks"]): PictureStream => ({
  contentType: "image/jpeg",
  size,
  chunks,
});
const uploaded = JSON.stringify({ data: { id: "42", expires_after_secs: 86_400 } });

describe("an upload that is streamed", () => {
  it("arrives byte by byte, in whatever pieces it came", async () => {
    const bytes = await painting(1, 400);
    const pieces = Array.from({ length: Math.ceil(bytes.length / 1000) }, (_, at) =>
      bytes.subarray(at * 1000, (at + 1) * 1000),
    );
    const { id } = await clientOf(emulator.url).upload(jpegOf(bytes.length, pieces));
    expect((await emulator.media(id))?.bytes.equals(bytes)).toBe(true);
  });

  it("is on its way to X before its end has come here", async () => {
    const arrived = Promise.withResolvers<void>();
    const { url } = await serve((request, response) => {
      request.once("data", () => arrived.resolve());
      request.on("end", () => response.end(uploaded)).resume();
    });
    async function* chunks() {
      yield Buffer.alloc(70_000);
      // Never comes where the whole is waited for first.
      await arrived.promise;
      yield Buffer.alloc(30_000);
    }
    await expect(clientOf(url).upload(jpegOf(100_000, chunks()))).resolves.toMatchObject({ id: "42" });
  });

  it("fails as its source fails, and X has no media", async () => {
    const bytes = await painting(2, 400);
    async function* chunks() {
      yield bytes.subarray(0, 5000);
      throw new TaskError("retryable", "Reading s3://bucket/key failed half-way.");
    }
    const failure = await clientOf(emulator.url)
      .upload(jpegOf(bytes.length, chunks()))
      .catch((error: Error) => error);
    expect(failure).toMatchObject({ name: "Retryable", message: "Reading s3://bucket/key failed half-way." });
    expect(emulator.calls().filter(({ status }) => status === 200)).toEqual([]);
  });

  it("takes an answer that comes before the end, and lets go of the rest", async () => {
    const { url } = await serve((_, response) => {
      response.writeHead(401, { "content-type": "application/json" }).end('{"title":"Unauthorized"}');
    });
    const letGo = Promise.withResolvers<void>();
    async function* chunks() {
      try {
        for (;;) yield Buffer.alloc(65_536);
      } finally {
        letGo.resolve();
      }
    }
    let told = 0;
    const client = clientOf(url, {
      onNotAuthorized: () => {
        told += 1;
      },
    });
    await expect(client.upload(jpegOf(5_000_000, chunks()))).rejects.toMatchObject({ name: "NotAuthorized" });
    await letGo.promise;
    expect(told).toBe(1);
  });

  it("is tried again where X never answers", async () => {
    const { url } = await serve(() => {});
    const client = clientOf(url, { deadlineMs: 50 });
    await expect(client.upload(jpegOf(4, [Buffer.alloc(4)]))).rejects.toMatchObject({
      name: "Retryable",
      message: "X could not be reached for the upload (no complete answer within 50 ms).",
    });
  });

  it("is refused with X's own words", async () => {
    const client = clientOf(emulator.url);
    await expect(client.upload(jpegOf(4, [Buffer.from("text")]))).rejects.toMatchObject({
      name: "MediaInvalid",
      message: expect.stringMatching(/^X does not accept the picture \(HTTP 400, "/),
    });
  });
});

describe("a connection that is opened ahead", () => {
  const counted = async () => {
    const found = await serve((request, response) => request.on("end", () => response.end(uploaded)).resume());
    let connections = 0;
    found.server.on("connection", () => {
      connections += 1;
    });
    return { ...found, connections: () => connections };
  };

  it("is the one that the first call uses, and the next ones", async () => {
    const { url, connections } = await counted();
    const client = clientOf(url, { agent: openConnections(url, { clock: Date.now, deadlineMs: 20_000 }) });
    for (let call = 0; call < 3; call += 1) await client.upload(jpegOf(4, [Buffer.alloc(4)]));
    expect(connections()).toBe(1);
  });

  it("is not used once it has waited long enough to be dead", async () => {
    const { url, server, connections } = await counted();
    let now = 0;
    const opened = once(server, "connection");
    const client = clientOf(url, { agent: openConnections(url, { clock: () => now, deadlineMs: 20_000 }) });
    await opened;
    now = 60_000;
    await client.upload(jpegOf(4, [Buffer.alloc(4)]));
    expect(connections()).toBe(2);
  });

  it("is nobody's failure where nothing listens", async () => {
    const { url, server } = await serve(() => {});
    await new Promise((resolve) => server.close(resolve));
    const client = clientOf(url, { agent: openConnections(url, { clock: Date.now, deadlineMs: 20_000 }) });
    await expect(client.upload(jpegOf(4, [Buffer.alloc(4)]))).rejects.toMatchObject({ name: "Retryable" });
  });
});
