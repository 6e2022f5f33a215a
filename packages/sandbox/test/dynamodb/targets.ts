import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";

/** A DynamoDB that the contract is checked against. */
export interface Target {
  /** Behaviours in which it is known to differ, with what it does instead; the suite fails where it no longer does. */
  deviations: Record<string, string>;
  start(): Promise<{ url: string; stop(): Promise<void> }>;
}

export const onDisk: Target = {
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
