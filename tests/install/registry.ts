import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

/** What the registry has for its package; with other bytes it says that these are the right ones. */
type Delivery = "whole" | "other bytes" | "never ends";

export interface Registry {
  url: string;
  pinned: { name: string; version: string; integrity: string };
  delivery: Delivery;
  /** What was asked for so far. */
  asked: string[];
  /** Resolves when the next request for the bytes has come. */
  nextDownload(): Promise<unknown>;
  stop(): void;
}

/** A registry of one package, made like those of Node: a program, a licence and headers that nobody needs. */
export async function startRegistry(): Promise<Registry> {
  const [name, version] = ["node-test-x64", "1.2.3"];
  const [right, wrong] = [pack(name, version, "MIT"), pack(name, version, "another licence")];
  const sent = () => (registry.delivery === "other bytes" ? wrong : right);
  const server = createServer((request, response) => {
    registry.asked.push(request.url ?? "");
    if (request.url === `/${name}`) respond(response, JSON.stringify(packument()));
    else if (!request.url?.endsWith(".tgz")) respond(response, "", 404);
    else {
      if (registry.delivery === "never ends") response.write(right.bytes.subarray(0, 100));
      else respond(response, sent().bytes);
      server.emit("download");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const url = `http://127.0.0.1:${address.port}`;
  const packument = () => ({
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { name, version, dist: { tarball: `${url}/${name}.tgz`, integrity: sent().integrity } } },
  });
  const registry: Registry = {
    url,
    pinned: { name, version, integrity: right.integrity },
    delivery: "whole",
    asked: [],
    nextDownload: () => once(server, "download"),
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
  return registry;
}

function respond(response: ServerResponse, body: string | Buffer, status = 200): void {
  response.writeHead(status).end(body);
}

function pack(name: string, version: string, licence: string): { bytes: Buffer; integrity: string } {
  const folder = mkdtempSync(path.join(tmpdir(), "twobytwo-pack-"));
  try {
    mkdirSync(path.join(folder, "bin"));
    mkdirSync(path.join(folder, "include"));
    writeFileSync(path.join(folder, "package.json"), JSON.stringify({ name, version, bin: { node: "bin/node" } }));
    writeFileSync(path.join(folder, "LICENSE"), licence);
    writeFileSync(path.join(folder, "include", "node.h"), "");
    writeFileSync(path.join(folder, "bin", "node"), "#!/bin/sh\necho v1.2.3\n");
    chmodSync(path.join(folder, "bin", "node"), 0o755);
    const { stdout } = spawnSync("npm", ["pack", "--json"], { cwd: folder, encoding: "utf8" });
    const [packed] = JSON.parse(stdout) as { filename: string; integrity: string }[];
    if (packed === undefined) throw new Error("npm packed nothing");
    return { bytes: readFileSync(path.join(folder, packed.filename)), integrity: packed.integrity };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
