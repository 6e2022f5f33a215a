import {
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetBucketWebsiteCommand,
  GetObjectAclCommand,
  GetObjectAttributesCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  ListObjectVersionsCommand,
  ListPartsCommand,
  PutBucketLoggingCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectAclCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  PutPublicAccessBlockCommand,
  RestoreObjectCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { Bucket, put, startRig } from "./rig.ts";

describe("buckets", () => {
  it("are made, found, listed and deleted", async () => {
    const { client } = await startRig();
    const made = await client.send(new CreateBucketCommand({ Bucket: "another.one" }));
    expect(made.Location).toBe("/another.one");
    const { Buckets } = await client.send(new ListBucketsCommand({}));
    expect(Buckets?.map(({ Name }) => Name)).toEqual(["another.one", Bucket]);
    expect(Buckets?.[0]?.CreationDate).toBeInstanceOf(Date);
    expect((await client.send(new HeadBucketCommand({ Bucket }))).BucketRegion).toBe("us-east-1");
    await client.send(new DeleteBucketCommand({ Bucket: "another.one" }));
    await expect(client.send(new HeadBucketCommand({ Bucket: "another.one" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    await expect(client.send(new DeleteBucketCommand({ Bucket: "another.one" }))).rejects.toMatchObject({
      name: "NoSuchBucket",
    });
  });

  it("keep to the rules for names, and exist once", async () => {
    const { client } = await startRig();
    for (const name of ["ab", "Upper", "under_score", "dot..dot", "192.168.0.1", "-dash"]) {
      await expect(client.send(new CreateBucketCommand({ Bucket: name }))).rejects.toMatchObject({
        name: "InvalidBucketName",
      });
    }
    const outcomes = await Promise.allSettled(
      [1, 2, 3].map(() => client.send(new CreateBucketCommand({ Bucket: "twin" }))),
    );
    const losses = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.name] : []));
    expect(losses).toEqual(["BucketAlreadyOwnedByYou", "BucketAlreadyOwnedByYou"]);
  });

  it("are not deleted while they hold something", async () => {
    const rig = await startRig();
    await put(rig, "a");
    await expect(rig.client.send(new DeleteBucketCommand({ Bucket }))).rejects.toMatchObject({
      name: "BucketNotEmpty",
    });
    await rig.client.send(new DeleteObjectCommand({ Bucket, Key: "a" }));
    await rig.client.send(new DeleteBucketCommand({ Bucket }));
    await rig.client.send(new CreateBucketCommand({ Bucket }));
    await put(rig, "b");
  });

  it("are in one region", async () => {
    const rig = await startRig();
    const create = (LocationConstraint: "eu-central-1") =>
      rig.client.send(
        new CreateBucketCommand({ Bucket: "far-away", CreateBucketConfiguration: { LocationConstraint } }),
      );
    await expect(create("eu-central-1")).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(/^The sandbox is in us-east-1 alone, not in .*eu-central-1/),
    });
  });
});

describe("what a deployment puts on a bucket", () => {
  it("is taken, and must be well-formed", async () => {
    const rig = await startRig();
    const { client } = rig;
    const block = { BlockPublicAcls: true };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: block }));
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy: "{}" }));
    await expect(client.send(new PutBucketPolicyCommand({ Bucket, Policy: "{" }))).rejects.toMatchObject({
      name: "MalformedXML",
    });
    await rig.restart();
  });
});

describe("what the sandbox does not have", () => {
  it("is refused, and leaves object and bucket alone", async () => {
    const rig = await startRig();
    await put(rig, "a", "bytes");
    const on = { Bucket, Key: "a" };
    for (const command of [
      new PutObjectAclCommand({ ...on, ACL: "private" }),
      new PutObjectRetentionCommand({ ...on, Retention: { Mode: "GOVERNANCE" } }),
      new GetObjectAclCommand(on),
      new GetObjectTaggingCommand(on),
      new ListPartsCommand({ ...on, UploadId: "1" }),
      new ListObjectsCommand({ Bucket }),
      new GetBucketTaggingCommand({ Bucket }),
      new GetBucketCorsCommand({ Bucket }),
      new GetBucketVersioningCommand({ Bucket }),
      new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
      new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: "a" }] } }),
      new PutObjectCommand({ ...on, Body: "b", Tagging: "a=b" }),
      new PutObjectCommand({ ...on, Body: "b", StorageClass: "STANDARD_IA" }),
      new GetObjectAttributesCommand({ ...on, ObjectAttributes: ["ETag"] }),
      new GetObjectCommand({ ...on, VersionId: "1" }),
      new GetObjectCommand({ ...on, PartNumber: 1 }),
      new DeleteObjectCommand({ ...on, VersionId: "1" }),
      new RestoreObjectCommand({ ...on, RestoreRequest: { Days: 1 } }),
      new GetBucketAclCommand({ Bucket }),
      new GetBucketWebsiteCommand({ Bucket }),
      new ListObjectVersionsCommand({ Bucket }),
      new PutBucketLoggingCommand({ Bucket, BucketLoggingStatus: {} }),
    ]) {
      await expect(rig.client.send(command as GetObjectCommand)).rejects.toMatchObject({
        name: "NotImplemented",
        $metadata: { httpStatusCode: 501 },
      });
    }
    const got = await rig.client.send(new GetObjectCommand(on));
    expect(await got.Body?.transformToString()).toBe("bytes");
  });
});
