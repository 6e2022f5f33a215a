import { readdir } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it, vi } from "vitest";
import type { Call, Fault } from "../../src/emulator.ts";
import { Bucket, clientFor, noise, put, type Rig, startRig } from "./rig.ts";

const Key = "a/b c";

/** A rig that notes calls, and does to the next ones what `fault` says. */
async function faultyRig() {
  const calls: Call[] = [];
  const plan: { fault: (call: Call) => Fault | undefined } = { fault: () => undefined };
  const rig = await startRig({
    intercept: (call) => {
      calls.push(call);
      return plan.fault(call);
    },
  });
  calls.length = 0;
  return { rig, calls, plan };
}

async function text(rig: Rig, key = Key): Promise<string | undefined> {
  const got = await rig.client.send(new GetObjectCommand({ Bucket, Key: key })).catch(() => undefined);
  return await got?.Body?.transformToString();
}

describe("the intercept", () => {
  it("sees every call as IAM names it, with its caller and what it is about", async () => {
    const { rig, calls } = await faultyRig();
    const { client } = rig;
    const on = { Bucket, Key };
    await put(rig, Key);
    await text(rig);
    await client.send(new HeadObjectCommand(on));
    await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/a%2Fb%20c` }));
    await client.send(new ListObjectsV2Command({ Bucket }));
    await client.send(new ListBucketsCommand({}));
    const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["GET"] }];
    await client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(on));
    await client.send(new UploadPartCommand({ ...on, UploadId, PartNumber: 1, Body: "x" }));
    const post = await createPresignedPost(client, { Bucket, Key: "posted" });
    const form = new FormData();
    for (const [name, value] of Object.entries(post.fields)) form.append(name, value);
    form.append("file", "x");
    expect((await fetch(post.url, { method: "POST", body: form })).status).toBe(204);
    const seen = calls.map(({ service, accessKeyId, operation, resource }) => {
      expect([service, accessKeyId]).toEqual(["s3", "sandbox"]);
      return `${operation} ${resource}`;
    });
    expect(seen).toEqual([
      "PutObject squares/a/b c",
      "GetObject squares/a/b c",
      "GetObject squares/a/b c",
      "GetObject squares/a/b c",
      "PutObject squares/copy",
      "ListBucket squares",
      "ListAllMyBuckets undefined",
      "PutBucketCORS squares",
      "PutObject squares/a/b c",
      "PutObject squares/a/b c",
      "PutObject squares/posted",
    ]);
  });

  it("does not see calls whose signature is wrong", async () => {
    const { rig, calls } = await faultyRig();
    const wrong = clientFor(rig.url, { credentials: { accessKeyId: "sandbox", secretAccessKey: "wrong" } });
    await expect(wrong.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
    });
    expect((await fetch(`${rig.url}/${Bucket}/a`)).status).toBe(403);
    expect(calls).toEqual([]);
  });

  it("refuses with the status and code that it likes, before anything happens", async () => {
    const { rig, plan } = await faultyRig();
    await put(rig, Key, "old");
    plan.fault = () => ({ kind: "refuse", status: 503, code: "SlowDown", message: "Please reduce your request rate." });
    const refused = {
      name: "SlowDown",
      message: "Please reduce your request rate.",
      $metadata: { httpStatusCode: 503 },
    };
    const Body = noise(5_000_000);
    await expect(rig.client.send(new PutObjectCommand({ Bucket, Key, Body }))).rejects.toMatchObject(refused);
    await expect(rig.client.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject(refused);
    await expect(rig.client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(refused);
    plan.fault = () => undefined;
    expect(await text(rig)).toBe("old");
    expect(rig.created).toHaveLength(1);
  });

  it("cuts the connection before anything happens", async () => {
    const { rig, plan } = await faultyRig();
    await put(rig, Key, "old");
    plan.fault = () => ({ kind: "cut" });
    const cut = { code: expect.stringMatching(/ECONNRESET|EPIPE/) };
    await expect(rig.client.send(new PutObjectCommand({ Bucket, Key, Body: noise(5_000_000) }))).rejects.toMatchObject(
      cut,
    );
    await expect(rig.client.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject(cut);
    await expect(rig.client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(cut);
    plan.fault = () => undefined;
    expect(await text(rig)).toBe("old");
  });

  it("lets a call take effect and loses the answer", async () => {
    const { rig, plan } = await faultyRig();
    const lost = { code: "ECONNRESET" };
    plan.fault = () => ({ kind: "lose-answer" });
    await expect(rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "new" }))).rejects.toMatchObject(lost);
    await expect(rig.client.send(new GetObjectCommand({ Bucket, Key }))).rejects.toMatchObject(lost);
    plan.fault = () => undefined;
    expect(await text(rig)).toBe("new");
    expect(rig.created).toHaveLength(1);
    const { UploadId } = await rig.client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const part = { Bucket, Key, UploadId, PartNumber: 1 };
    const { ETag } = await rig.client.send(new UploadPartCommand({ ...part, Body: "joined" }));
    plan.fault = () => ({ kind: "lose-answer" });
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await expect(
      rig.client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload })),
    ).rejects.toMatchObject(lost);
    plan.fault = () => undefined;
    expect(await text(rig)).toBe("joined");
    plan.fault = () => ({ kind: "lose-answer" });
    await expect(rig.client.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject(lost);
    plan.fault = () => undefined;
    expect(await text(rig)).toBeUndefined();
  });

  it("holds a call up for as long as it likes", async () => {
    const held = Promise.withResolvers<void>();
    const rig = await startRig({
      intercept: async ({ operation }) => {
        if (operation === "PutObject") await held.promise;
        return undefined;
      },
    });
    const late = put(rig, Key, "late");
    expect(await text(rig)).toBeUndefined();
    held.resolve();
    await late;
    expect(await text(rig)).toBe("late");
  });

  it("that fails is an error of the server, which goes on", async () => {
    const silenced = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const rig = await startRig({
      intercept: ({ operation }) => {
        if (operation === "DeleteObject") throw new Error("a fault in the test itself");
        return undefined;
      },
    });
    await put(rig, Key);
    await expect(rig.client.send(new DeleteObjectCommand({ Bucket, Key }))).rejects.toMatchObject({
      name: "InternalError",
      $metadata: { httpStatusCode: 500 },
    });
    expect(silenced.mock.calls).toMatchObject([[{ message: "a fault in the test itself" }]]);
    silenced.mockRestore();
    expect(await text(rig)).toBe(Key);
  });
});

describe("a client that leaves", () => {
  it("half-way through a put leaves nothing behind", async () => {
    const rig = await startRig();
    await put(rig, Key, "old");
    const client = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    const url = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key })));
    const put_ = request(url, { method: "PUT", headers: { "content-length": "10000000" } });
    const failed = new Promise((resolve) => put_.once("error", resolve));
    await new Promise((resolve) => put_.write(noise(1_000_000), resolve));
    put_.destroy();
    await failed;
    expect(await readdir(join(rig.directory, "incoming"))).toEqual([]);
    expect(await text(rig)).toBe("old");
    expect(rig.created).toHaveLength(1);
  });

  it("before its answer does the server no harm, and its put stands", async () => {
    const leaving = new AbortController();
    const arrived = Promise.withResolvers<void>();
    const left = Promise.withResolvers<void>();
    const rig = await startRig({
      onObjectCreated: () => leaving.abort(),
      intercept: async ({ operation }) => {
        if (operation !== "ListBucket") return undefined;
        arrived.resolve();
        await left.promise;
        return undefined;
      },
    });
    const write = new PutObjectCommand({ Bucket, Key, Body: "x" });
    await expect(rig.client.send(write, { abortSignal: leaving.signal })).rejects.toMatchObject({ name: "AbortError" });
    const list = request(await getSignedUrl(rig.client, new ListObjectsV2Command({ Bucket })));
    const closed = new Promise((resolve) => list.once("close", resolve));
    list.once("error", () => undefined);
    list.end();
    await arrived.promise;
    list.destroy();
    await closed;
    left.resolve();
    expect(await text(rig)).toBe("x");
  });

  it("half-way through a get does the server no harm", async () => {
    const complaints = vi.spyOn(console, "error");
    const rig = await startRig();
    await put(rig, Key, noise(20_000_000));
    for (let round = 0; round < 5; round++) {
      const leaving = new AbortController();
      const reply = await fetch(await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key })), {
        signal: leaving.signal,
      });
      await reply.body?.getReader().read();
      leaving.abort();
    }
    expect((await rig.client.send(new HeadObjectCommand({ Bucket, Key }))).ContentLength).toBe(20_000_000);
    expect(complaints).not.toHaveBeenCalled();
    complaints.mockRestore();
  });
});
