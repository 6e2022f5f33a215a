import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Server } from "./contract.ts";

interface Started {
  start(): Promise<unknown>;
  destroy(): Promise<void>;
}

/** A free port, which the server then takes. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Bluesky's own Personal Data Server with a directory of identities in memory, and one account on it.
 *
 * @param folder where `npm run test:bluesky` has installed it.
 */
export async function startRealServer(folder: string): Promise<Server> {
  const load = createRequire(path.join(folder, "package.json"));
  const { PlcServer, Database } = load("@did-plc/server") as {
    PlcServer: { create(options: object): Started };
    Database: { mock(): object };
  };
  const { PDS, envToCfg, envToSecrets, readEnv } = load("@atproto/pds") as {
    PDS: { create(config: object, secrets: object): Promise<Started> };
    envToCfg(env: object): object;
    envToSecrets(env: object): object;
    readEnv(): object;
  };
  const [plcPort, port] = [await freePort(), await freePort()];
  const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-pds-"));
  const plc = PlcServer.create({ db: Database.mock(), port: plcPort });
  await plc.start();
  Object.assign(process.env, {
    PDS_DEV_MODE: "true",
    PDS_HOSTNAME: "localhost",
    PDS_PORT: String(port),
    PDS_DATA_DIRECTORY: directory,
    PDS_BLOBSTORE_DISK_LOCATION: path.join(directory, "blobs"),
    PDS_DID_PLC_URL: `http://localhost:${plcPort}`,
    PDS_SERVICE_HANDLE_DOMAINS: ".test",
    PDS_INVITE_REQUIRED: "false",
    PDS_JWT_SECRET: randomBytes(16).toString("hex"),
    PDS_ADMIN_PASSWORD: randomBytes(16).toString("hex"),
    PDS_PLC_ROTATION_KEY_K256_PRIVATE_KEY_HEX: createHash("sha256").update(directory).digest("hex"),
    PDS_BSKY_APP_VIEW_URL: "https://appview.invalid",
    PDS_BSKY_APP_VIEW_DID: "did:example:invalid",
    LOG_ENABLED: "false",
  });
  const env = readEnv();
  const pds = await PDS.create(envToCfg(env), envToSecrets(env));
  await pds.start();
  const service = `http://localhost:${port}`;
  const call = async (name: string, body: object, token?: string) => {
    const response = await fetch(`${service}/xrpc/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const account = await call("com.atproto.server.createAccount", {
    handle: "artist.test",
    email: "artist@example.org",
    password: randomBytes(16).toString("hex"),
  });
  const { password } = await call("com.atproto.server.createAppPassword", { name: "twobytwo" }, account["accessJwt"]);
  return {
    credentials: { service, account: account["did"]!, password: password! },
    handle: "artist.test",
    async close() {
      await pds.destroy();
      await plc.destroy();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
