import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdir, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it, onTestFinished } from "vitest";
import { startS3 } from "../../src/s3/server.ts";
import { credentials } from "../fixed-keys.ts";
import { Bucket, clientFor, noise, put, type Rig, startRig, temporaryDirectory } from "./rig.ts";

interface Process {
  child: ChildProcess;
  url: string;
  client: ReturnType<typeof clientFor>;
  kill(): Promise<void>;
}

/** @param limits of the shell that starts it, as one sets them there */
async function startProcess(directory: string, limits = ""): Promise<Process> {
  const script = fileURLToPath(new URL("./s3-process.ts", import.meta.url));
  const [file, ...args] =
    limits === ""
      ? [process.execPath, script, directory]
      : ["/bin/sh", "-c", `${limits}; exec "$@"`, "sh", process.execPath, script, directory];
  const child = spawn(file as string, args, { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const lines = createInterface({ input: child.stdout });
  const [url] = await once(lines, "line");
  return {
    child,
    url,
    client: clientFor(url),
    kill: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}

async function filesOf(directory: string): Promise<string[]> {
  const all = await readdir(directory, { recursive: true, withFileTypes: true });
  return all.filter((entry) => entry.isFile() && entry.name !== "bucket.json").map((entry) => entry.name);
}

async function bytesOf(rig: Pick<Rig, "client">, Key: string): Promise<Buffer> {
  const got = await rig.client.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  expect(got.ETag).toBe(`"${createHash("md5").update(bytes).digest("hex")}"`);
  expect(got.ContentLength).toBe(bytes.length);
  return bytes;
}

describe.runIf(process.platform === "linux")("a server whose shell limits the size of files", () => {
  it("says so, and which way out there is, and keeps the object that was there", async () => {
    const { client } = await startProcess(await temporaryDirectory(), "ulimit -f 100");
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "old" }));
    const large = client.send(new PutObjectCommand({ Bucket, Key: "a", Body: noise(1_000_000) }));
    await expect(large).rejects.toMatchObject({
      name: "InternalError",
      message: expect.stringContaining("raise the limit of the shell (ulimit -f)"),
    });
    expect((await bytesOf({ client }, "a")).toString()).toBe("old");
  });
});

describe("a server that is killed", () => {
  it("while a put comes in has the old object afterwards, and no half one", async () => {
    const directory = await temporaryDirectory();
    const first = await startProcess(directory);
    await first.client.send(new CreateBucketCommand({ Bucket }));
    await first.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "old" }));
    const plain = clientFor(first.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    const url = new URL(await getSignedUrl(plain, new PutObjectCommand({ Bucket, Key: "a" })));
    const half = request(url, { method: "PUT", headers: { "content-length": "10000000" } });
    const failed = new Promise((resolve) => half.once("error", resolve));
    await new Promise((resolve) => half.write(noise(1_000_000), resolve));
    await first.kill();
    await failed;
    // As where it was killed while it wrote.
    await writeFile(join(directory, "incoming", "half"), "x");
    const rig = await startRig({ directory });
    expect((await bytesOf(rig, "a")).toString()).toBe("old");
    expect(await filesOf(directory)).toHaveLength(2);
  });

  it("amid many overwrites has for each key what it confirmed last, or what it was about to write", async () => {
    const directory = await temporaryDirectory();
    const names = ["a", "b", "c", "d", "e", "f"];
    const versions = [0, 1, 2, 3].map((at) => noise(64_000 + at * 16, at + 1));
    const versionOf = (count: number) => versions[count % versions.length] ?? Buffer.alloc(0);
    const confirmed = new Map(names.map((name) => [name, -1]));
    for (let round = 0; round < 2; round++) {
      const server = await startProcess(directory);
      if (round === 0) await server.client.send(new CreateBucketCommand({ Bucket }));
      let puts = 0;
      let kill: Promise<void> | undefined;
      await Promise.all(
        names.map(async (Key) => {
          for (let count = (confirmed.get(Key) ?? -1) + 1; !kill; count++) {
            const sent = await server.client.send(new PutObjectCommand({ Bucket, Key, Body: versionOf(count) })).then(
              () => true,
              () => false,
            );
            if (!sent) return;
            confirmed.set(Key, count);
            puts++;
            // Sooner or later in each round, always with the other writers' puts under way.
            if (puts === 10 + round * 7) kill = server.kill();
          }
        }),
      );
      expect(kill).toBeDefined();
      await kill;
      const next = await startS3({ directory, credentials });
      const client = clientFor(next.url);
      for (const Key of names) {
        const last = confirmed.get(Key) ?? -1;
        const bytes = await bytesOf({ client }, Key);
        const found = [last, last + 1].find((count) => count >= 0 && versionOf(count).equals(bytes));
        expect({ Key, last, found }).toEqual({ Key, last, found: expect.any(Number) });
        confirmed.set(Key, found ?? last);
      }
      expect(await filesOf(directory)).toHaveLength(names.length * 2);
      await next.close();
    }
  }, 120_000);
});

describe("a server that starts again", () => {
  it("knows its buckets and objects with all about them", async () => {
    const rig = await startRig();
    await rig.client.send(
      new PutObjectCommand({ Bucket, Key: "a", Body: "a", ContentType: "image/png", Metadata: { b: "c" } }),
    );
    const before = await rig.client.send(new GetObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }));
    const after = await (await rig.restart()).client.send(
      new GetObjectCommand({ Bucket, Key: "a", ChecksumMode: "ENABLED" }),
    );
    expect(await after.Body?.transformToString()).toBe("a");
    const { Body: _, $metadata: __, ...facts } = before;
    expect(facts.ChecksumCRC32).toBeTruthy();
    expect(after).toMatchObject(facts);
  });

  it("names a file that it cannot read", async () => {
    const directory = await temporaryDirectory();
    const rig = await startRig({ directory });
    await rig.client.send(new CreateBucketCommand({ Bucket }));
    await writeFile(join(directory, `bucket-${Bucket}`, "objects", "broken.json"), "{");
    await expect(rig.restart()).rejects.toThrow(/broken\.json is damaged: delete it/);
  });
});

describe("a server that closes", () => {
  it("ends open connections, twice if need be, and lets nothing more take effect", async () => {
    const held = Promise.withResolvers<void>();
    const arrived = { PutObject: Promise.withResolvers<void>(), DeleteObject: Promise.withResolvers<void>() };
    const directory = await temporaryDirectory();
    const before = await startRig({ directory });
    await before.client.send(new CreateBucketCommand({ Bucket }));
    await put(before, "before");
    await before.close();
    const rig = await startRig({
      directory,
      intercept: async ({ operation }) => {
        if (operation === "PutObject" || operation === "DeleteObject") arrived[operation].resolve();
        await held.promise;
        return undefined;
      },
    });
    const late = put(rig, "late").catch((error) => error.code);
    const lateDelete = rig.client.send(new DeleteObjectCommand({ Bucket, Key: "before" })).catch((error) => error.code);
    await Promise.all([arrived.PutObject.promise, arrived.DeleteObject.promise]);
    await Promise.all([rig.close(), rig.close()]);
    expect(await Promise.all([late, lateDelete])).toEqual(["ECONNRESET", "ECONNRESET"]);
    held.resolve();
    const after = await startRig({ directory });
    const { Contents } = await after.client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["before"]);
    expect((await bytesOf(after, "before")).toString()).toBe("before");
  });
});
