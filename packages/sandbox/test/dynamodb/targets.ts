import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";

/** A DynamoDB that the contract is checked against. */
export interface Target {
  name: string;
  /** Why it cannot be had on this machine. */
  missing?: string;
  /** Behaviours in which it is known to differ, with what it does instead; the suite fails where it no longer does. */
  deviations: Record<string, string>;
  start(): Promise<{ url: string; stop(): Promise<void> }>;
}

const inMemory: Target = {
  name: "the sandbox in memory",
  deviations: {},
  async start() {
    const { url, close } = await startDynamoDb({ credentials });
    return { url, stop: close };
  },
};

const onDisk: Target = {
  name: "the sandbox on disk",
  deviations: {},
  async start() {
    const directory = await mkdtemp(join(tmpdir(), "sandbox-dynamodb-"));
    const { url, close } = await startDynamoDb({ credentials, directory });
    return {
      url,
      async stop() {
        await close();
        await rm(directory, { recursive: true });
      },
    };
  },
};

/** An independent DynamoDB in Rust on SQLite: a second opinion on what we believe AWS does. */
const dynoxide: Target = {
  name: "dynoxide",
  ...whetherDynoxideIsMissing(),
  deviations: {
    "a transaction with a mistake in an expression is refused as a whole":
      "it answers TransactionCanceledException, though nothing had to be read to know",
    "time to live is not switched to what it is already": "it says yes to switching off what is off",
    "point-in-time recovery is off until it is switched on": "it does not know the backup calls",
    "the backups of a table that is not there are not found": "it does not know the backup calls",
  },
  async start() {
    const directory = await mkdtemp(join(tmpdir(), "dynoxide-"));
    const port = await freePort();
    const child = spawn(dynoxideBinary(), ["--port", String(port), "--db-path", join(directory, "db.sqlite")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    await untilListening(child);
    return {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        const exited = once(child, "exit");
        child.kill();
        await exited;
        await rm(directory, { recursive: true });
      },
    };
  },
};

export const targets = [inMemory, onDisk, dynoxide];

function whetherDynoxideIsMissing(): { missing?: string } {
  if (process.platform !== "linux" || process.arch !== "x64")
    return { missing: "its binary is for Linux on x64 alone" };
  try {
    return existsSync(dynoxideBinary()) ? {} : { missing: "its package has no binary" };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    return { missing: "@dynoxide/linux-x64 is not installed" };
  }
}

function dynoxideBinary(): string {
  return join(dirname(createRequire(import.meta.url).resolve("@dynoxide/linux-x64/package.json")), "dynoxide");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The pipe stays open: the program would die of a broken one as it says goodbye. */
async function untilListening(child: ChildProcess): Promise<void> {
  let said = "";
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on("data", (chunk) => {
      said += chunk;
      if (said.includes("listening")) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`dynoxide ended with ${code} before it listened: ${said}`)));
  });
}
