import { CopyObjectCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, put, startRig } from "./rig.ts";

describe("copy", () => {
  it("takes bytes, headers and metadata along", async () => {
    const rig = await startRig();
    const { client } = rig;
    const facts = { ContentType: "image/png", Metadata: { a: "1" } };
    await client.send(new PutObjectCommand({ Bucket, Key: "a ü+%", Body: "bytes", ...facts }));
    const { CopyObjectResult } = await client.send(
      new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/${encodeURIComponent("a ü+%")}` }),
    );
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "b" }));
    expect(await got.Body?.transformToString()).toBe("bytes");
    expect(got).toMatchObject({
      ...facts,
      ETag: CopyObjectResult?.ETag,
      ChecksumCRC32: CopyObjectResult?.ChecksumCRC32,
    });
    expect(rig.created.map(({ key }) => key)).toEqual(["a ü+%", "b"]);
  });

  it("replaces what is known about an object in place", async () => {
    const rig = await startRig();
    await put(rig, "a", "bytes");
    const onto = { Bucket, Key: "a", CopySource: `/${Bucket}/a` };
    await expect(rig.client.send(new CopyObjectCommand(onto))).rejects.toMatchObject({ name: "InvalidRequest" });
    await rig.client.send(
      new CopyObjectCommand({ ...onto, MetadataDirective: "REPLACE", ContentType: "text/x", Metadata: { b: "2" } }),
    );
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key: "a" }));
    expect(await got.Body?.transformToString()).toBe("bytes");
    expect(got).toMatchObject({ ContentType: "text/x", Metadata: { b: "2" } });
  });

  it("weighs conditions on its source and its destination", async () => {
    const rig = await startRig();
    await put(rig, "a");
    const copy = (input: object) =>
      rig.client.send(new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...input }));
    await expect(copy({ CopySourceIfMatch: '"no"' })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await copy({ IfNoneMatch: "*" });
    await expect(copy({ IfNoneMatch: "*" })).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(copy({ CopySource: `${Bucket}/none` })).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(copy({ CopySource: `none/a` })).rejects.toMatchObject({ name: "NoSuchBucket" });
    await expect(copy({ CopySource: `${Bucket}/a?versionId=1` })).rejects.toMatchObject({ name: "NotImplemented" });
  });
});
