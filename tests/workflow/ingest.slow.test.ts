import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { ObjectCreated } from "@twobytwo/core/inbox/ingest";
import type { Square } from "@twobytwo/core/squares/square";
import { painting } from "@twobytwo/core/test/pictures/pictures";
import { createInbox } from "@twobytwo/sandbox/inbox";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { names } from "@twobytwo/sandbox/names";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { root } from "@twobytwo/scripts/root";
import * as v from "valibot";
import { afterEach, describe, expect, it } from "vitest";

let stage: Stage;
afterEach(async () => {
  await stage.close();
});
const iphone = path.join(root, "packages/core/test/pictures/fixtures/turned-p3.heic");

const drop = async (name: string, Body: Buffer) => {
  const { client, name: Bucket } = stage.ports.bucket;
  await client.send(new PutObjectCommand({ Bucket, Key: `inbox/${name}`, Body }));
};

async function keys(Prefix: string): Promise<string[]> {
  const { client, name: Bucket } = stage.ports.bucket;
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket, Prefix }));
  return Contents.map(({ Key = "" }) => Key).sort();
}

async function text(Key: string): Promise<string | undefined> {
  const { client, name: Bucket } = stage.ports.bucket;
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
}

async function squares(): Promise<Square[]> {
  const { client, name: TableName } = stage.ports.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return Items.filter(({ id }) => !String(id).startsWith("#")) as Square[];
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe("the inbox of the bucket", () => {
  it("takes in sixty pictures dropped at once, none twice, and puts the rest aside with a reason", async () => {
    stage = await openStage();
    const files = await Promise.all(
      upTo(60).map(async (number) => [`No. ${number}.jpg`, await painting(number)] as const),
    );
    await Promise.all([
      ...files.map(([name, bytes]) => drop(name, bytes)),
      drop("read me.txt", Buffer.from("Please post these.\n")),
      drop("a/", Buffer.alloc(0)),
    ]);
    // At least once: events come again, and a function dies in the middle of its work.
    await stage.sandbox.inbox.sweep(stage.sandbox.clients.s3);
    await stage.sandbox.lambda.kill(functionArn("ingest"));
    await stage.sandbox.inbox.idle();
    await drop("the same.jpg", await painting(7));
    await stage.sandbox.inbox.idle();

    const found = await squares();
    expect(found.map(({ title }) => title).sort()).toEqual(
      upTo(60)
        .map((number) => `No. ${number}`)
        .sort(),
    );
    expect(new Set(found.map(({ sha256 }) => sha256)).size).toBe(60);
    expect(await stage.stock()).toEqual({ queued: 60 });
    expect(await stage.scheduleState()).toBe("ENABLED");
    expect(await keys("inbox/")).toEqual(["inbox/a/"]);
    expect(await keys("originals/")).toEqual(found.map(({ originalKey }) => originalKey).sort());
    expect(await keys("refused/")).toEqual([
      "refused/read me.txt",
      "refused/read me.txt.txt",
      "refused/the same.jpg",
      "refused/the same.jpg.txt",
    ]);
    expect(await text("refused/read me.txt")).toBe("Please post these.\n");
    expect(await text("refused/read me.txt.txt")).toMatch(/^read me\.txt is text: add a JPEG/);
    const twin = found.find(({ title }) => title === "No. 7");
    expect(await text("refused/the same.jpg.txt")).toMatch(
      `the same picture as “No. 7”, in the queue (square ${twin?.id})`,
    );
    expect((await stage.run()).status).toBe("SUCCEEDED");
    expect(await stage.stock()).toEqual({ queued: 59, posted: 1 });
  }, 180_000);

  it("tries a file three times, keeps it, and takes it in after a restart", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-inbox-"));
    const invocations: string[] = [];
    const denied = { kind: "refuse", status: 400, code: "AccessDeniedException", message: "not you" } as const;
    stage = await openStage({
      directory,
      intercept: (call) => (call.accessKeyId === "ingest" && call.service === "dynamodb" ? denied : undefined),
      onLog: ({ functionName, text: line }) => {
        if (functionName.endsWith("ingest") || functionName === "inbox") invocations.push(line);
      },
    });
    await drop("IMG_0001.HEIC", await readFile(iphone));
    await stage.sandbox.inbox.idle();
    const failed = invocations.filter((line) => line.includes('"outcome":"AccessDeniedException"'));
    expect(failed).toHaveLength(3);
    expect(invocations.at(-1)).toMatch(
      /^inbox\/IMG_0001\.HEIC stays in the inbox and is tried again at the next start \(AccessDeniedException: .*not you/,
    );
    expect(await keys("")).toEqual(["inbox/IMG_0001.HEIC"]);
    await stage.close();

    stage = await openStage({ directory });
    await stage.sandbox.inbox.idle();
    expect(await squares()).toMatchObject([{ title: "IMG_0001", status: "queued", contentType: "image/jpeg" }]);
    expect(await keys("inbox/")).toEqual([]);
    await stage.close();
    await rm(directory, { recursive: true, force: true, maxRetries: 3 });
  }, 180_000);

  it("asks for every file of a long inbox, and of nothing else, never more than two at a time", async () => {
    stage = await openStage();
    const { s3 } = stage.sandbox.clients;
    const asked: string[] = [];
    let [underWay, most] = [0, 0];
    const inbox = createInbox({
      clock: Date.now,
      randomUuid: randomUUID,
      invoke: async (event) => {
        underWay += 1;
        most = Math.max(most, underWay);
        asked.push(v.parse(ObjectCreated, event).detail.object.key);
        await new Promise(setImmediate);
        underWay -= 1;
        return { requestId: "", durationMs: 0, payload: null };
      },
    });
    // Folders, which the stage's own inbox leaves where they are.
    const folders = upTo(1001).map((number) => `inbox/${number}/`);
    for (const Key of [...folders, "inboxes/", "refused/a/"])
      await s3.send(new PutObjectCommand({ Bucket: names.bucket, Key, Body: Buffer.alloc(0) }));
    await inbox.sweep(s3);
    await inbox.idle();
    expect(asked.sort()).toEqual(folders.sort());
    expect(most).toBe(2);
  }, 180_000);
});
