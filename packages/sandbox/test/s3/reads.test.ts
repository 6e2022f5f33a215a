import { GetObjectCommand, type GetObjectCommandInput, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { Bucket, put, type Rig, raw, startRig } from "./rig.ts";

const Key = "digits";

async function get(rig: Rig, input: Partial<GetObjectCommandInput>) {
  const got = await rig.client.send(new GetObjectCommand({ Bucket, Key, ...input }));
  return { text: await got.Body?.transformToString(), range: got.ContentRange, status: got.$metadata.httpStatusCode };
}

describe("ranges", () => {
  it("give the bytes from start to end, to the end, and from the end", async () => {
    const rig = await startRig();
    await put(rig, Key, "0123456789");
    expect(await get(rig, { Range: "bytes=2-4" })).toEqual({ text: "234", range: "bytes 2-4/10", status: 206 });
    expect(await get(rig, { Range: "bytes=7-" })).toEqual({ text: "789", range: "bytes 7-9/10", status: 206 });
    expect(await get(rig, { Range: "bytes=-3" })).toEqual({ text: "789", range: "bytes 7-9/10", status: 206 });
    expect(await get(rig, { Range: "bytes=8-99" })).toEqual({ text: "89", range: "bytes 8-9/10", status: 206 });
    expect(await get(rig, { Range: "bytes=-99" })).toEqual({ text: "0123456789", range: "bytes 0-9/10", status: 206 });
    expect(await get(rig, { Range: "bytes=0-0" })).toEqual({ text: "0", range: "bytes 0-0/10", status: 206 });
  });

  it("outside the object are refused", async () => {
    const rig = await startRig();
    await put(rig, Key, "0123456789");
    await put(rig, "empty", "");
    for (const input of [{ Range: "bytes=10-" }, { Range: "bytes=-0" }, { Range: "bytes=0-0", Key: "empty" }]) {
      await expect(get(rig, input)).rejects.toMatchObject({ name: "InvalidRange", $metadata: { httpStatusCode: 416 } });
    }
  });

  it("that are none, or several, give the whole object", async () => {
    const rig = await startRig();
    await put(rig, Key, "0123456789");
    for (const Range of ["bytes=4-2", "bytes=0-1,3-4", "lines=1-2", "bytes=-"]) {
      expect(await get(rig, { Range })).toMatchObject({ text: "0123456789", status: 200 });
    }
  });

  it("are told by HEAD, without a body", async () => {
    const rig = await startRig();
    await put(rig, Key, "0123456789");
    const head = await rig.client.send(new HeadObjectCommand({ Bucket, Key, Range: "bytes=2-4" }));
    expect(head).toMatchObject({ ContentLength: 3, ContentRange: "bytes 2-4/10", $metadata: { httpStatusCode: 206 } });
  });
});

describe("conditions", () => {
  it("by ETag and date answer 304 and 412, to GET and HEAD alike", async () => {
    const rig = await startRig();
    const { ETag = "" } = await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "0123456789" }));
    const { LastModified = new Date(0) } = await rig.client.send(new HeadObjectCommand({ Bucket, Key }));
    const before = new Date(LastModified.getTime() - 1000);
    const cases: Array<[Partial<GetObjectCommandInput>, number]> = [
      [{ IfMatch: ETag }, 200],
      [{ IfMatch: `"no", ${ETag}` }, 200],
      [{ IfMatch: "*" }, 200],
      [{ IfMatch: '"no"' }, 412],
      [{ IfNoneMatch: '"no"' }, 200],
      [{ IfNoneMatch: ETag }, 304],
      [{ IfNoneMatch: `W/${ETag}` }, 304],
      [{ IfNoneMatch: "*" }, 304],
      [{ IfModifiedSince: LastModified }, 304],
      [{ IfModifiedSince: before }, 200],
      [{ IfNoneMatch: '"no"', IfModifiedSince: LastModified }, 200],
    ];
    const status = (sent: Promise<{ $metadata: { httpStatusCode?: number } }>) =>
      sent.then(
        (reply) => reply.$metadata.httpStatusCode,
        (error) => error.$metadata.httpStatusCode,
      );
    for (const [input, expected] of cases) {
      const got = await status(rig.client.send(new GetObjectCommand({ Bucket, Key, ...input })));
      const head = await status(rig.client.send(new HeadObjectCommand({ Bucket, Key, ...input })));
      expect({ input, got, head }).toEqual({ input, got: expected, head: expected });
    }
  });

  it("that find nothing new answer with the ETag and no body", async () => {
    const rig = await startRig();
    const { ETag = "" } = await rig.client.send(new PutObjectCommand({ Bucket, Key, Body: "0123456789" }));
    const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key }));
    const reply = await raw(url, { method: "GET", headers: { "if-none-match": ETag } });
    expect(reply).toMatchObject({ status: 304, text: "", headers: { etag: ETag } });
    expect(reply.headers["last-modified"]).toMatch(/GMT$/);
  });
});

describe("answers to HEAD", () => {
  it("have no body, found or not", async () => {
    const rig = await startRig();
    await put(rig, Key, "0123456789");
    const found = await raw(await getSignedUrl(rig.client, new HeadObjectCommand({ Bucket, Key })), { method: "HEAD" });
    expect(found).toMatchObject({ status: 200, text: "", headers: { "content-length": "10" } });
    const missing = await raw(await getSignedUrl(rig.client, new HeadObjectCommand({ Bucket, Key: "no" })), {
      method: "HEAD",
    });
    expect(missing).toMatchObject({ status: 404, text: "" });
    expect(missing.headers["x-amz-request-id"]).toMatch(/^[0-9A-F]{16}$/);
  });
});
