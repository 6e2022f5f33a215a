import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";

/** A DynamoDB that the contract is checked against. */
export interface Target {
  name: string;
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

export const targets = [inMemory, onDisk];
