import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  UploadPartCommand,
  UploadPartCopyCommand,
} from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { Bucket, clientFor, noise, put, type Rig, startRig } from "./rig.ts";

const Key = "large ü.bin";
const mib = 1024 ** 2;

async function begin(rig: Rig, input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> {
  const { UploadId } = await rig.client.send(new CreateMultipartUploadCommand({ Bucket, Key, ...input }));
  return UploadId ?? "";
}

async function send(rig: Rig, UploadId: string, PartNumber: number, Body: Buffer | string) {
  const part = await rig.client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
  return { PartNumber, ETag: part.ETag, ...(part.ChecksumCRC32 ? { ChecksumCRC32: part.ChecksumCRC32 } : {}) };
}

function complete(
  rig: Rig,
  UploadId: string,
  Parts: object[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
) {
  const command = { Bucket, Key, UploadId, MultipartUpload: { Parts }, ...input };
  return rig.client.send(new CompleteMultipartUploadCommand(command));
}

describe("a multipart upload", () => {
  it("becomes one object with the ETag of its parts", async () => {
    const rig = await startRig();
    const [first, second] = [noise(5 * mib, 1), noise(100, 2)];
    const facts = { ContentType: "image/png", Metadata: { a: "1" } };
    const id = await begin(rig, { ...facts, ChecksumAlgorithm: "CRC32" });
    const parts = [await send(rig, id, 3, first), await send(rig, id, 7, second)];
    expect((await rig.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    const done = await complete(rig, id, parts);
    const md5s = [first, second].map((bytes) => createHash("md5").update(bytes).digest());
    const ETag = `"${createHash("md5").update(Buffer.concat(md5s)).digest("hex")}-2"`;
    expect(done).toMatchObject({
      Bucket,
      Key,
      ETag,
      ChecksumType: "FULL_OBJECT",
      ChecksumCRC32: expect.stringMatching(/^[\w+/]{6}==$/),
    });
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(got).toMatchObject({ ETag, ...facts });
    const bytes = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
    expect(bytes.equals(Buffer.concat([first, second]))).toBe(true);
    expect(rig.created).toEqual([{ bucket: Bucket, key: Key, size: 5 * mib + 100, eTag: ETag.replaceAll('"', "") }]);
    await expect(complete(rig, id, parts)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it("is what lib-storage makes of a large body", async () => {
    const rig = await startRig();
    const Body = noise(17 * mib);
    const upload = new Upload({ client: rig.client, params: { Bucket, Key, Body }, partSize: 5 * mib });
    expect((await upload.done()).ETag).toMatch(/-4"$/);
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
    expect(Body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    const part = await rig.client.send(new GetObjectCommand({ Bucket, Key, Range: `bytes=${5 * mib - 1}-${5 * mib}` }));
    expect(Buffer.from((await part.Body?.transformToByteArray()) ?? [])).toEqual(
      Body.subarray(5 * mib - 1, 5 * mib + 1),
    );
  });

  it("takes parts by presigned address", async () => {
    const rig = await startRig();
    const client = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    const { UploadId = "" } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const url = await getSignedUrl(client, new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1 }));
    const sent = await fetch(url, { method: "PUT", body: "part" });
    const ETag = sent.headers.get("etag") ?? "";
    expect((await complete(rig, UploadId, [{ PartNumber: 1, ETag }])).ETag).toMatch(/-1"$/);
  });

  it("has a checksum of the whole when asked for, and compares it", async () => {
    const rig = await startRig();
    const id = await begin(rig, { ChecksumAlgorithm: "CRC32", ChecksumType: "FULL_OBJECT" });
    const parts = [await send(rig, id, 1, "123456789")];
    await expect(complete(rig, id, parts, { ChecksumCRC32: "AAAAAA==" })).rejects.toMatchObject({ name: "BadDigest" });
    const done = await complete(rig, id, parts, { ChecksumCRC32: "y/Q5Jg==" });
    expect(done).toMatchObject({ ChecksumCRC32: "y/Q5Jg==", ChecksumType: "FULL_OBJECT" });
    const others = [
      { ChecksumAlgorithm: "SHA256" },
      { ChecksumAlgorithm: "CRC32", ChecksumType: "COMPOSITE" },
    ] as const;
    for (const other of others) await expect(begin(rig, other)).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("counts a part that was sent again once, as last sent", async () => {
    const rig = await startRig();
    const id = await begin(rig);
    const old = await send(rig, id, 1, "old");
    const part = await send(rig, id, 1, "new");
    await expect(complete(rig, id, [old])).rejects.toMatchObject({ name: "InvalidPart" });
    await complete(rig, id, [part]);
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe("new");
  });

  it("has the checksum of the whole by which the AWS CLI sends large files", async () => {
    const rig = await startRig();
    const id = await begin(rig, { ChecksumAlgorithm: "CRC64NVME" });
    const part = { Bucket, Key, UploadId: id, PartNumber: 1, Body: "123456789", ChecksumCRC64NVME: "rosUhgp5mIg=" };
    const { ETag, ChecksumCRC64NVME } = await rig.client.send(new UploadPartCommand(part));
    const done = await complete(rig, id, [{ PartNumber: 1, ETag, ChecksumCRC64NVME }]);
    expect(done).toMatchObject({ ChecksumCRC64NVME: "rosUhgp5mIg=", ChecksumType: "FULL_OBJECT" });
  });

  it("ends with the server, and leaves nothing behind", async () => {
    const first = await startRig();
    const id = await begin(first);
    const part = await send(first, id, 1, "part");
    const rig = await first.restart();
    expect(await readdir(join(rig.directory, "incoming"))).toEqual([]);
    await expect(complete(rig, id, [part])).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it("is gone once aborted", async () => {
    const rig = await startRig();
    const id = await begin(rig);
    const part = await send(rig, id, 1, "part");
    const aborted = await rig.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId: id }));
    expect(aborted.$metadata.httpStatusCode).toBe(204);
    const named = { Bucket, Key, UploadId: id };
    for (const later of [
      () => send(rig, id, 2, "part"),
      () => complete(rig, id, [part]),
      () => rig.client.send(new AbortMultipartUploadCommand(named)),
    ]) {
      await expect(later()).rejects.toMatchObject({ name: "NoSuchUpload" });
    }
    await expect(rig.client.send(new HeadObjectCommand({ Bucket, Key }))).rejects.toMatchObject({ name: "NotFound" });
  });

  it("refuses parts that are wrong, out of order or too small, and other uploads' ids", async () => {
    const rig = await startRig();
    const id = await begin(rig, { ChecksumAlgorithm: "CRC32" });
    const [one, two] = [await send(rig, id, 1, "1"), await send(rig, id, 2, "2")];
    await expect(complete(rig, id, [one, two])).rejects.toMatchObject({ name: "EntityTooSmall" });
    await expect(complete(rig, id, [two, one])).rejects.toMatchObject({ name: "InvalidPartOrder" });
    await expect(complete(rig, id, [{ ...one, ETag: '"no"' }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete(rig, id, [{ ...one, PartNumber: 5 }])).rejects.toMatchObject({ name: "InvalidPart" });
    await expect(complete(rig, id, [])).rejects.toMatchObject({ name: "MalformedXML" });
    await expect(complete(rig, id, [one], { Key: "other" })).rejects.toMatchObject({ name: "NoSuchUpload" });
    for (const stranger of ["../../..", "..", "0".repeat(32)]) {
      await expect(complete(rig, stranger, [one])).rejects.toMatchObject({ name: "NoSuchUpload" });
    }
    for (const number of [0, 10_001]) {
      await expect(send(rig, id, number, "x")).rejects.toMatchObject({ name: "InvalidArgument" });
    }
    const copy = { Bucket, Key, UploadId: id, PartNumber: 1, CopySource: `${Bucket}/a` };
    await expect(rig.client.send(new UploadPartCopyCommand(copy))).rejects.toMatchObject({ name: "NotImplemented" });
    expect(rig.created).toEqual([]);
  });

  it("gives way to an object that was there first, when it must", async () => {
    const rig = await startRig();
    const id = await begin(rig);
    const part = await send(rig, id, 1, "late");
    await put(rig, Key, "first");
    await expect(complete(rig, id, [part], { IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(await got.Body?.transformToString()).toBe("first");
  });
});
