import path from "node:path";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { PutCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { names } from "@twobytwo/sandbox/names";
import { portsOf } from "@twobytwo/sandbox/ports";
import { type Sandbox, startSandbox } from "@twobytwo/sandbox/sandbox";
import { picture } from "@twobytwo/sandbox/test/stage";
import { distFunctions } from "@twobytwo/scripts/build";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run2x2, samples, temporaryDirectory } from "./command.ts";

let place: Awaited<ReturnType<typeof temporaryDirectory>>;

beforeAll(async () => {
  place = await temporaryDirectory();
});
afterAll(() => place.remove());

const at = (name: string) => path.join(place.directory, name);

async function inSandbox<T>(name: string, look: (sandbox: Sandbox) => Promise<T>): Promise<T> {
  const sandbox = await startSandbox({ directory: at(name), bundles: distFunctions });
  try {
    return await look(sandbox);
  } finally {
    await sandbox.close();
  }
}

/** Every row but those that expire, without the doubt that an import leaves on the table, and every object's bytes and type, by name. */
const contents = (name: string) =>
  inSandbox(name, async ({ clients }) => {
    const { table } = portsOf(clients);
    const { Items = [] } = await table.client.send(new ScanCommand({ TableName: table.name }));
    const { Contents = [] } = await clients.s3.send(new ListObjectsV2Command({ Bucket: names.bucket }));
    const objects: [string, string | undefined, string][] = [];
    for (const { Key = "" } of Contents) {
      const { Body, ContentType } = await clients.s3.send(new GetObjectCommand({ Bucket: names.bucket, Key }));
      objects.push([Key, ContentType, (await Body?.transformToString("base64")) ?? ""]);
    }
    const rows = Items.map(({ unconfirmed: _, ...row }) => row)
      .filter(({ ttl }) => ttl === undefined)
      .sort((a, b) => (a["id"] < b["id"] ? -1 : 1));
    return { rows, objects };
  });

describe("2x2 export and 2x2 import", () => {
  it("bring every record and every byte into an empty sandbox, where the queue is as it was", async () => {
    const run = (sandbox: string, ...args: string[]) => run2x2(args, { directory: at(sandbox) });
    expect((await run("from", "add", samples, "--series", "Photographs")).code).toBe(0);
    expect((await run("from", "move", "next", "--end")).code).toBe(0);
    expect((await run("from", "draft", "next")).code).toBe(0);
    const exported = await run("from", "export", at("all.tar"));
    expect(exported.stdout).toMatch(/^Exported 8 squares and \d+ picture files to .*all\.tar/);

    const imported = await run("to", "import", at("all.tar"));
    expect(imported.stdout).toMatch(/^Imported 8 squares \(7 queued, 1 draft\) and \d+ picture files\./);
    expect(imported.stdout).toMatch(
      /^Nothing is posted yet\. This table was filled from an archive that was made on \d{4}-\d\d-\d\d at .*`2x2 doctor --account`.*`2x2 confirm` allows posting\.$/m,
    );
    const [from, to] = [await contents("from"), await contents("to")];
    expect(from.objects.length).toBeGreaterThan(16);
    expect(to).toEqual(from);
    const queue = async (sandbox: string) => JSON.parse((await run(sandbox, "list", "--json")).stdout);
    expect(await queue("to")).toEqual(await queue("from"));

    const again = await run("to", "import", at("all.tar"));
    expect(again.code).toBe(1);
    expect(again.stderr).toContain("has squares");
  });
});

describe("2x2 import-legacy", () => {
  it("takes over the first version's rows, and changes nothing when it is run again", async () => {
    await inSandbox("legacy", async ({ clients }) => {
      const { table } = portsOf(clients);
      await clients.dynamodb.send(
        new CreateTableCommand({
          TableName: "squares",
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        }),
      );
      await clients.s3.send(new CreateBucketCommand({ Bucket: "squares-2017" }));
      for (const [id, title, waiting] of [
        ["autumn-ridge.jpg", "Ridge", { process_time: 1_700_000_000 }],
        ["two-spaniels.jpg", "Spaniels", {}],
      ] as const) {
        await table.client.send(new PutCommand({ TableName: "squares", Item: { id, title, ...waiting } }));
        await clients.s3.send(new PutObjectCommand({ Bucket: "squares-2017", Key: id, Body: await picture(id) }));
      }
    });
    const run = (...args: string[]) => run2x2(args, { directory: at("legacy") });
    const args = ["import-legacy", "--table", "squares", "--bucket", "squares-2017"];
    const first = await run(...args);
    expect([first.code, first.stdout.split("\n")[0]]).toEqual([0, "Added 2 squares: 1 to the queue, 1 as posted."]);
    expect(first.stdout).toMatch(/^Nothing is posted yet\. The queue of squares was imported into this table/m);
    const before = await contents("legacy");
    const second = await run(...args);
    expect([second.code, second.stdout.split("\n")[0]]).toEqual([0, "Added 0 squares: 0 to the queue, 0 as posted."]);
    expect(await contents("legacy")).toEqual(before);
  });
});
