import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, expect, it } from "vitest";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";
import { connect, createTable, names } from "./contract/bench.ts";

const TableName = "squares";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "sandbox-crash-"));
});
afterEach(() => rm(directory, { recursive: true }));

it("killed amid many transactions at once, square, index and stock agree", async () => {
  const { child, url } = await serve(directory);
  const client = connect(url);
  await createTable(client, TableName);
  await fill(client);
  let acknowledged = 0;
  const queue = names(40);
  const lane = async () => {
    for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
      await claim(client, id);
      acknowledged += 1;
      if (acknowledged === 4) child.kill("SIGKILL");
    }
  };
  const lanes = await Promise.allSettled(names(8).map(lane));
  client.destroy();
  expect(lanes.map((outcome) => outcome.status)).toEqual(names(8).map(() => "rejected"));
  const found = await inspect(directory);
  expectToAgree(found);
  expect(found.claimed).toBeGreaterThanOrEqual(acknowledged);
});

it("a transaction cut off in the middle of its write to the disk leaves nothing of itself", async () => {
  const { child, url } = await serve(directory);
  const client = connect(url);
  await createTable(client, TableName);
  await fill(client);
  await claim(client, "001");
  const log = await newestLog();
  const before = (await stat(log)).size;
  await claim(client, "002");
  client.destroy();
  const killed = once(child, "exit");
  child.kill("SIGKILL");
  await killed;
  // What a machine that lost power, or a full disk, leaves of the second transaction: the first half of it.
  await truncate(log, before + Math.floor(((await stat(log)).size - before) / 2));
  const found = await inspect(directory);
  expectToAgree(found);
  expect(found.claimed).toBe(1);
});

it("a client that asks again after the crash with the same token is not served twice", async () => {
  const first = await serve(directory);
  const client = connect(first.url);
  await createTable(client, TableName);
  await fill(client);
  await claim(client, "001", "same-token");
  client.destroy();
  const killed = once(first.child, "exit");
  first.child.kill("SIGKILL");
  await killed;

  const second = await startDynamoDb({ credentials, directory });
  const again = connect(second.url);
  await claim(again, "001", "same-token");
  const { Item } = await again.send(new GetCommand({ TableName, Key: { id: "#stock" } }));
  expect(Item).toMatchObject({ queued: 39, claimed: 1 });
  again.destroy();
  await second.close();
});

async function serve(directory: string): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "serve.ts"), directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [url] = await once(child.stdout, "data");
  return { child, url: String(url).trim() };
}

async function fill(client: DynamoDBDocumentClient): Promise<void> {
  await Promise.all(
    names(40).map((id) => client.send(new PutCommand({ TableName, Item: { id, status: "queued", sortKey: id } }))),
  );
  await client.send(new PutCommand({ TableName, Item: { id: "#stock", queued: 40 } }));
}

async function claim(client: DynamoDBDocumentClient, id: string, ClientRequestToken = `claim-${id}`): Promise<void> {
  await client.send(
    new TransactWriteCommand({
      ClientRequestToken,
      TransactItems: [
        {
          Update: {
            TableName,
            Key: { id },
            UpdateExpression: "SET #status = :claimed",
            ConditionExpression: "#status = :queued",
            ExpressionAttributeNames: { "#status": "status" },
            ExpressionAttributeValues: { ":claimed": "claimed", ":queued": "queued" },
          },
        },
        {
          Update: {
            TableName,
            Key: { id: "#stock" },
            UpdateExpression: "ADD queued :less, claimed :more",
            ExpressionAttributeValues: { ":less": -1, ":more": 1 },
          },
        },
      ],
    }),
  );
}

interface Found {
  stock: Record<string, number>;
  claimed: number;
  queued: number;
  indexed: { claimed: number; queued: number };
}

/** Opens what the dead process left. */
async function inspect(directory: string): Promise<Found> {
  const { url, close } = await startDynamoDb({ credentials, directory });
  const client = connect(url);
  const { Items = [] } = await client.send(new ScanCommand({ TableName }));
  const indexed = async (status: string) => {
    const { Count = 0 } = await client.send(
      new QueryCommand({
        TableName,
        IndexName: "byStatus",
        Select: "COUNT",
        KeyConditionExpression: "#status = :status",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": status },
      }),
    );
    return Count;
  };
  const found = {
    stock: Items.find((item) => item["id"] === "#stock") as Record<string, number>,
    claimed: Items.filter((item) => item["status"] === "claimed").length,
    queued: Items.filter((item) => item["status"] === "queued").length,
    indexed: { claimed: await indexed("claimed"), queued: await indexed("queued") },
  };
  client.destroy();
  await close();
  return found;
}

function expectToAgree({ stock, claimed, queued, indexed }: Found): void {
  expect(claimed + queued).toBe(40);
  expect({ claimed: stock["claimed"] ?? 0, queued: stock["queued"] }).toEqual({ claimed, queued });
  expect(indexed).toEqual({ claimed, queued });
}

async function newestLog(): Promise<string> {
  const logs = (await readdir(join(directory, "leveldb"))).filter((name) => /^\d+\.log$/.test(name)).sort();
  return join(directory, "leveldb", logs.at(-1) ?? "");
}
