import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PutCommand, QueryCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { expect, it } from "vitest";
import { startDynamoDb } from "../../src/dynamodb/server.ts";
import { credentials } from "../fixed-keys.ts";
import { connect, createTable, names } from "./contract/bench.ts";
import { ids, start, TableName, temporary } from "./started.ts";

it("a directory keeps items and index over a restart", async () => {
  const directory = await temporary();
  const first = await start({ directory });
  await createTable(first.client, TableName);
  const Item = { id: "a", status: "queued", sortKey: "1" };
  await first.client.send(new PutCommand({ TableName, Item }));
  await first.close();
  await first.close();

  const { client } = await start({ directory });
  const byStatus = {
    IndexName: "byStatus",
    KeyConditionExpression: "#status = :s",
    ExpressionAttributeNames: { "#status": "status" },
    ExpressionAttributeValues: { ":s": "queued" },
  };
  expect((await client.send(new QueryCommand({ TableName, ...byStatus }))).Items).toEqual([Item]);
});

it("a directory belongs to one process: the second is told which one has it, and what to do", async () => {
  const directory = await temporary();
  const first = await start({ directory });
  const child = spawn(process.execPath, [join(import.meta.dirname, "serve.ts"), directory]);
  let said = "";
  child.stderr.on("data", (chunk) => {
    said += chunk;
  });
  expect(await once(child, "close")).toEqual([1, null]);
  expect(said).toContain(
    `${directory} is open in process ${process.pid}: use that one at ${first.url}, stop it, or choose another directory with TWOBYTWO_SANDBOX_DIR.`,
  );
  await createTable(first.client, TableName);
});

it("a directory belongs to one server of a process as well", async () => {
  const directory = await temporary();
  await start({ directory });
  await expect(startDynamoDb({ credentials, directory })).rejects.toThrow(/is open in process/);
});

it("a directory is taken over from a process that died", async () => {
  const directory = await temporary();
  const child = spawn(process.execPath, [join(import.meta.dirname, "serve.ts"), directory]);
  const [url] = await once(child.stdout, "data");
  const orphan = connect(String(url).trim());
  await createTable(orphan, TableName);
  await orphan.send(new PutCommand({ TableName, Item: { id: "a" } }));
  orphan.destroy();
  const killed = once(child, "exit");
  child.kill("SIGKILL");
  await killed;
  const { client } = await start({ directory });
  expect(await ids(client)).toEqual(["a"]);
});

it("a directory that cannot be opened for another reason is named with it", async () => {
  const directory = await temporary();
  await writeFile(join(directory, "leveldb"), "not a directory");
  await expect(startDynamoDb({ credentials, directory })).rejects.toThrow(
    new RegExp(`${directory.replaceAll("\\", "\\\\")} cannot be opened \\(.+\\): move the directory away`),
  );
});

it("closing waits for what is under way and leaves it whole", async () => {
  const directory = await temporary();
  const { client, close } = await start({ directory });
  await createTable(client, TableName);
  const writes = names(20).map((id) =>
    client.send(
      new TransactWriteCommand({
        TransactItems: [id, `${id}-twin`].map((each) => ({ Put: { TableName, Item: { id: each } } })),
      }),
    ),
  );
  const outcomes = Promise.allSettled(writes);
  await Promise.any(writes);
  await close();
  await outcomes;
  const again = await start({ directory });
  const left = await ids(again.client);
  expect(left.length).toBeGreaterThanOrEqual(2);
  expect(left.length % 2).toBe(0);
});
