import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { GetObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, clientFor, noise, type Rig, startRig, tamper, temporaryDirectory } from "./rig.ts";

const Key = "body";

async function missing(rig: Rig): Promise<boolean> {
  return await rig.client.send(new HeadObjectCommand({ Bucket, Key })).then(
    () => false,
    (error) => error.name === "NotFound",
  );
}

describe("checksums", () => {
  const body = noise(200_000);
  const algorithms = ["CRC32", "CRC64NVME", "SHA256"] as const;

  it("of every kind are verified, kept, and given back when asked for", async () => {
    const rig = await startRig();
    for (const ChecksumAlgorithm of algorithms) {
      const field = `Checksum${ChecksumAlgorithm}` as const;
      const put = await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: body, ChecksumAlgorithm }));
      expect(put[field]).toMatch(/^[A-Za-z0-9+/]+=*$/);
      const asked = await rig.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      expect(asked).toMatchObject({ [field]: put[field], ChecksumType: "FULL_OBJECT" });
      // The SDK compares what it reads with the checksum that came along.
      const got = await rig.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      expect(got[field]).toBe(put[field]);
      expect(body.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
      const part = await rig.client.send(
        new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED", Range: "bytes=0-9" }),
      );
      expect(part[field]).toBeUndefined();
    }
  });

  it("agree with published values", async () => {
    const rig = await startRig();
    const known = {
      ChecksumCRC32: "y/Q5Jg==",
      ChecksumCRC64NVME: "rosUhgp5mIg=",
    };
    for (const [name, value] of Object.entries(known)) {
      await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "123456789", [name]: value }));
    }
    expect(rig.created).toHaveLength(2);
  });

  it("that do not fit the body are refused, and nothing is stored", async () => {
    const rig = await startRig();
    const wrong = [{ ChecksumCRC32: "AAAAAA==" }, { ChecksumSHA256: createHash("sha256").digest("base64") }];
    for (const input of wrong) {
      await expect(rig.client.send(new PutObjectCommand({ Bucket, Key, Body: body, ...input }))).rejects.toMatchObject({
        name: "BadDigest",
        $metadata: { httpStatusCode: 400 },
      });
    }
    expect(await missing(rig)).toBe(true);
  });

  it("that are none are refused", async () => {
    const rig = await startRig();
    const put = (input: object) => rig.client.send(new PutObjectCommand({ Bucket, Key, Body: body, ...input }));
    await expect(put({ ChecksumCRC32: "abc" })).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(put({ ChecksumCRC32: "AAAAAA==", ChecksumSHA256: "AAAA" })).rejects.toMatchObject({
      name: "InvalidRequest",
    });
    const others = [
      { ChecksumSHA1: "AAAA" },
      { ChecksumCRC32C: "AAAAAA==" },
      { ContentMD5: "AAAAAAAAAAAAAAAAAAAAAA==" },
    ];
    for (const other of others) await expect(put(other)).rejects.toMatchObject({ name: "NotImplemented" });
  });

  it("in the signature catch a body that was changed", async () => {
    const rig = await startRig();
    const client = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    tamper(client, (request) => {
      request.body = "changed!";
    });
    await expect(client.send(new PutObjectCommand({ Bucket, Key, Body: "original" }))).rejects.toMatchObject({
      name: "XAmzContentSHA256Mismatch",
    });
    expect(await missing(rig)).toBe(true);
  });
});

describe("streams", () => {
  it("arrive whole, by default with a checksum after them", async () => {
    const rig = await startRig();
    const bytes = noise(3_000_000);
    const file = join(await temporaryDirectory(), "file");
    await writeFile(file, bytes);
    for (const ChecksumAlgorithm of ["CRC32", "SHA256"] as const) {
      const Body = createReadStream(file);
      const put = await rig.client.send(
        new PutObjectCommand({ Bucket, Key, Body, ChecksumAlgorithm, ContentEncoding: "x-raw" }),
      );
      const got = await rig.client.send(new GetObjectCommand({ Bucket, Key, ChecksumMode: "ENABLED" }));
      expect(bytes.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
      expect(got.ContentEncoding).toBe("x-raw");
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBeTruthy();
      expect(got[`Checksum${ChecksumAlgorithm}`]).toBe(put[`Checksum${ChecksumAlgorithm}`]);
    }
    const plain = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    await plain.send(new PutObjectCommand({ Bucket, Key: "plain", Body: createReadStream(file) }));
    expect(rig.created.at(-1)).toMatchObject({ size: bytes.length, eTag: rig.created[0]?.eTag });
  });

  it("whose checksum does not fit are refused after they were read", async () => {
    const rig = await startRig();
    const client = clientFor(rig.url);
    tamper(client, (request) => {
      const chunks = ["8\r\noriginal\r\n", "0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n"];
      request.body = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
    });
    const input = { Bucket, Key, Body: Readable.from([Buffer.from("original")]), ContentLength: 8 };
    await expect(client.send(new PutObjectCommand(input))).rejects.toMatchObject({ name: "BadDigest" });
    expect(await missing(rig)).toBe(true);
  });

  it("of unknown length are refused, as S3 does", async () => {
    const rig = await startRig();
    const pieces = () => Readable.from([Buffer.alloc(100), Buffer.alloc(100)]);
    const lengthless = clientFor(rig.url);
    lengthless.middlewareStack.add(
      (next) => (args) => {
        delete (args.request as { headers: Record<string, string> }).headers["x-amz-decoded-content-length"];
        return next(args);
      },
      { step: "build", priority: "low", name: "lengthless" },
    );
    await expect(lengthless.send(new PutObjectCommand({ Bucket, Key, Body: pieces() }))).rejects.toMatchObject({
      name: "MissingContentLength",
      $metadata: { httpStatusCode: 411 },
    });
    const plain = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    await expect(plain.send(new PutObjectCommand({ Bucket, Key, Body: pieces() }))).rejects.toMatchObject({
      name: "NotImplemented",
    });
    expect(await missing(rig)).toBe(true);
  });

  it("whose chunks are signed are refused by name", async () => {
    const rig = await startRig();
    const client = clientFor(rig.url);
    const kind = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    client.middlewareStack.add(
      (next) => (args) => {
        (args.request as { headers: Record<string, string> }).headers["x-amz-content-sha256"] = kind;
        return next(args);
      },
      { step: "build", priority: "low", name: "signed-chunks" },
    );
    await expect(client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }))).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringContaining(kind),
    });
  });

  it("that are not what they say are refused", async () => {
    for (const body of [
      "8\r\noriginal\r\n0\r\n\r\n",
      "8\r\noriginal\r\n0\r\nx-amz-checksum-crc32:abc\r\n\r\n",
      "8\r\noriginal\r\n0\r\nx-amz-checksum-sha1:abc\r\n\r\n",
      "8\r\noriginal!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "7\r\norigina\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "9\r\noriginal!\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n",
      "8\r\norig",
      "original",
      "",
    ]) {
      const rig = await startRig();
      const client = clientFor(rig.url);
      tamper(client, (request) => {
        request.body = Readable.from([Buffer.from(body)]);
      });
      const input = { Bucket, Key, Body: Readable.from([Buffer.from("original")]), ContentLength: 8 };
      const outcome = await client.send(new PutObjectCommand(input)).catch((error) => error.name);
      expect(["IncompleteBody", "MalformedTrailerError", "InvalidRequest"]).toContain(outcome);
      expect(await missing(rig)).toBe(true);
    }
  });
});
