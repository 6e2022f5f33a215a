import { createServer, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { createXClient } from "@twobytwo/core/x/client";
import { openConnections } from "@twobytwo/core/x/connections";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { selfSigned } from "./self-signed.ts";

const credentials = { CONSUMER_KEY: "a", CONSUMER_SECRET: "b", ACCESS_TOKEN: "7-c", ACCESS_TOKEN_SECRET: "d" };
const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

let now = Date.parse("2026-11-24T18:00:00Z");
const clock = () => now;

const { cert, key } = selfSigned();
type Scheme = "http" | "https";
let scheme: Scheme = "http";

/** An X that counts its connections and what arrives on each. */
async function serve(listener: RequestListener, deadlineMs = 20_000) {
  const sockets: Socket[] = [];
  const whole: RequestListener = (request, response) =>
    void request.on("end", () => listener(request, response)).resume();
  const server = scheme === "http" ? createServer(whole) : createTlsServer({ cert, key }, whole);
  server.on(scheme === "http" ? "connection" : "secureConnection", (socket) => sockets.push(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const baseUrl = `${scheme}://localhost:${(server.address() as AddressInfo).port}`;
  const agent = openConnections(baseUrl, { clock, deadlineMs, ca: cert });
  return { sockets, agent, client: createXClient({ credentials, baseUrl, clock, deadlineMs, agent }) };
}

const posted: RequestListener = (_, response) =>
  void response.writeHead(201, { "content-type": "application/json" }).end(JSON.stringify({ data: { id: "42" } }));

describe.each<Scheme>(["http", "https"])("a connection to X by %s", (by) => {
  beforeEach(() => {
    scheme = by;
  });

  it("is used again for calls that follow at once", async () => {
    const { client, sockets } = await serve(posted);
    for (let call = 0; call < 5; call += 1) await client.post("{}");
    expect(sockets).toHaveLength(1);
  });

  it("is not used again after the function was frozen: what X closed meanwhile would look open", async () => {
    let requests = 0;
    const { client, sockets } = await serve((request, response) => {
      requests += 1;
      posted(request, response);
    });
    await client.post("{}");
    now += 10 * 60_000;
    // X has gone away from the first connection without our having heard of it: whatever is sent there has no answer.
    sockets[0]?.removeAllListeners("data").pause();
    expect(await client.post("{}")).toMatchObject({ id: "42" });
    expect(requests).toBe(2);
    expect(sockets).toHaveLength(2);
  });

  it("is not used again where X has closed it while the function was frozen, and the news of it is still on its way", async () => {
    let requests = 0;
    const { client, sockets, agent } = await serve((request, response) => {
      requests += 1;
      posted(request, response);
    });
    await client.post("{}");
    await new Promise((resolve) => setImmediate(resolve));
    const kept = Object.values(agent.freeSockets).flat()[0];
    if (kept === undefined) throw new Error("No connection was kept.");
    // A frozen process hears nothing.
    kept.pause();
    for (const event of ["end", "close", "error"]) kept.removeAllListeners(event);
    kept.on("error", () => {});
    sockets[0]?.destroy();
    now += 10 * 60_000;
    expect(await client.post("{}")).toMatchObject({ id: "42" });
    expect(requests).toBe(2);
    expect(sockets).toHaveLength(2);
  });

  it("keeps no listener of a call that has ended, however many there were", async () => {
    const warnings: string[] = [];
    const onWarning = (warning: Error) => warnings.push(warning.name);
    process.on("warning", onWarning);
    const { client, agent } = await serve(posted);
    const listeners = () => {
      const [socket] = Object.values(agent.freeSockets).flat();
      return socket?.eventNames().reduce((sum, name) => sum + socket.listenerCount(name), 0);
    };
    await client.post("{}");
    await new Promise((resolve) => setImmediate(resolve));
    const before = listeners();
    for (let call = 0; call < 30; call += 1) await client.post("{}");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", onWarning);
    expect(before).toBeGreaterThan(0);
    expect(listeners()).toBe(before);
    expect(warnings).toEqual([]);
  });

  it("is given up at the deadline, also where X keeps sending bytes and never ends", async () => {
    const drips: NodeJS.Timeout[] = [];
    const { client } = await serve((_, response) => {
      response.writeHead(201, { "content-type": "application/json" });
      drips.push(setInterval(() => response.write(" "), 20));
    }, 300);
    await expect(client.post("{}")).rejects.toMatchObject({ name: "UnknownOutcome" });
    for (const drip of drips) clearInterval(drip);
  });
});
