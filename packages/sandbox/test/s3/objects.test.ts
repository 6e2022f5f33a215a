import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, noise, put, startRig, temporaryDirectory } from "./rig.ts";

describe("put and get", () => {
  it("gives back bytes, text and nothing as they were put", async () => {
    const { client } = await startRig();
    const bytes = noise(100_000);
    for (const [Key, Body] of [
      ["bytes", bytes],
      ["text", "größer 🟧"],
      ["empty text", ""],
      ["empty bytes", Buffer.alloc(0)],
    ] as const) {
      const { ETag } = await client.send(new PutObjectCommand({ Bucket, Key, Body }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(Buffer.from((await got.Body?.transformToByteArray()) ?? [1])).toEqual(Buffer.from(Body));
      expect(ETag).toBe(`"${createHash("md5").update(Body).digest("hex")}"`);
      expect(got).toMatchObject({
        ETag,
        ContentLength: Buffer.byteLength(Body),
        ContentType: "application/octet-stream",
      });
    }
  });

  it("keeps headers and metadata", async () => {
    const { client } = await startRig();
    const facts = {
      ContentType: "image/jpeg",
      CacheControl: "public, max-age=60",
      ContentDisposition: 'attachment; filename="a b.jpg"',
      ContentEncoding: "identity",
      ContentLanguage: "de",
      Metadata: { title: "Two  by two", "square-id": "01J" },
    };
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a", ...facts, Expires: new Date(86_400_000) }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(head).toMatchObject({
      ...facts,
      ContentLength: 1,
      AcceptRanges: "bytes",
      ExpiresString: "Fri, 02 Jan 1970 00:00:00 GMT",
    });
    expect(await client.send(new GetObjectCommand({ Bucket, Key: "a" }))).toMatchObject(facts);
  });

  it("takes and gives what is larger than any buffer on its way, from a buffer and from a file", async () => {
    const { client } = await startRig();
    const bytes = noise(6 * 1024 ** 2);
    const file = join(await temporaryDirectory(), "large");
    await writeFile(file, bytes);
    for (const Body of [bytes, createReadStream(file)]) {
      await client.send(new PutObjectCommand({ Bucket, Key: "large", Body }));
      const got = await client.send(new GetObjectCommand({ Bucket, Key: "large" }));
      expect(bytes.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    }
  });

  it("replaces an object with all that was known about it", async () => {
    const { client } = await startRig();
    await client.send(
      new PutObjectCommand({ Bucket, Key: "a", Body: "old", ContentType: "text/old", Metadata: { a: "1" } }),
    );
    await client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "newer", ContentType: "text/new" }));
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await got.Body?.transformToString()).toBe("newer");
    expect(got).toMatchObject({ ContentType: "text/new", Metadata: {} });
  });

  it("lets a read that has begun end with the bytes it began with", async () => {
    const rig = await startRig();
    const old = noise(8 * 1024 ** 2);
    await put(rig, "a", old);
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    await put(rig, "a", "new");
    expect(old.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
  });

  it("refuses headers that it would have to pass over", async () => {
    const { client } = await startRig();
    const send = (input: object) => client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "a", ...input }));
    await expect(send({ ACL: "public-read" })).rejects.toMatchObject({ name: "AccessControlListNotSupported" });
    await expect(send({ ServerSideEncryption: "aws:kms" })).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(send({ ObjectLockLegalHoldStatus: "ON" })).rejects.toMatchObject({ name: "NotImplemented" });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "a" }))).rejects.toMatchObject({ name: "NotFound" });
    await send({ ServerSideEncryption: "AES256", ACL: "private" });
  });
});

describe("missing things", () => {
  it("are told apart by their codes, with a request id", async () => {
    const { client } = await startRig();
    await expect(client.send(new GetObjectCommand({ Bucket, Key: "no" }))).rejects.toMatchObject({
      name: "NoSuchKey",
      $metadata: { httpStatusCode: 404, requestId: expect.stringMatching(/^[0-9A-F]{16}$/) },
    });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "no" }))).rejects.toMatchObject({ name: "NotFound" });
    const elsewhere = { Bucket: "other", Key: "no" };
    for (const command of [
      new GetObjectCommand(elsewhere),
      new PutObjectCommand({ ...elsewhere, Body: "a" }),
      new DeleteObjectCommand(elsewhere),
    ]) {
      await expect(client.send(command as GetObjectCommand)).rejects.toMatchObject({ name: "NoSuchBucket" });
    }
  });
});

describe("odd keys", () => {
  const odd = [
    "ümläut 🟧.jpg",
    "per%cent%20",
    "plus+and space",
    "a",
    "a/b",
    "A",
    "folder/",
    "../../etc/passwd",
    "./dot",
    "x/../y",
    "//double//",
    "quote'\"<&>(!*)",
    "line\nend\tand\u0001control",
    "con",
    "k".repeat(1024),
    "?query=1&x#hash",
    "back\\slash",
  ];

  it("each hold their own object, list as themselves and survive a restart", async () => {
    const rig = await startRig();
    for (const key of odd) await put(rig, key, `of ${key}`);
    const { client } = await rig.restart();
    const listed = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(listed.Contents?.map(({ Key }) => Key).toSorted()).toEqual(odd.toSorted());
    for (const Key of odd) {
      const got = await client.send(new GetObjectCommand({ Bucket, Key }));
      expect(await got.Body?.transformToString()).toBe(`of ${Key}`);
    }
    for (const Key of odd) await client.send(new DeleteObjectCommand({ Bucket, Key }));
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it("are refused over 1,024 bytes", async () => {
    const rig = await startRig();
    await expect(put(rig, "ü".repeat(513))).rejects.toMatchObject({ name: "KeyTooLongError" });
  });
});

describe("delete", () => {
  it("is fine twice, and leaves the others alone", async () => {
    const rig = await startRig();
    await put(rig, "a");
    await put(rig, "a/b");
    for (const _ of [1, 2]) {
      const gone = await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
      expect(gone.$metadata.httpStatusCode).toBe(204);
    }
    const { Contents } = await rig.client.send(new ListObjectsV2Command({ Bucket }));
    expect(Contents?.map(({ Key }) => Key)).toEqual(["a/b"]);
  });
});
