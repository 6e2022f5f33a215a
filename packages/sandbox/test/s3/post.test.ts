import { createHmac } from "node:crypto";
import { CreateBucketCommand, GetObjectCommand, HeadObjectCommand } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { describe, expect, it } from "vitest";
import { keys } from "../fixed-keys.ts";
import { Bucket, clientFor, codeOf, noise, type Rig, raw, startRig } from "./rig.ts";

const fileName = "$" + "{filename}";

function presign(rig: Rig, options: Partial<PresignedPostOptions> = {}): Promise<PresignedPost> {
  return createPresignedPost(rig.client, { Bucket, Key: "a.txt", ...options });
}

async function post(
  signed: PresignedPost,
  input: { file?: Blob; name?: string; fields?: Record<string, string> } = {},
) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...signed.fields, ...input.fields })) form.append(name, value);
  form.append("file", input.file ?? new Blob(["content"]), input.name ?? "picture.txt");
  const reply = await fetch(signed.url, { method: "POST", body: form, redirect: "manual" });
  const text = await reply.text();
  return { status: reply.status, code: codeOf(text), text, headers: reply.headers };
}

describe("a posted form", () => {
  it("becomes an object with what its fields say", async () => {
    const rig = await startRig();
    const bytes = noise(300_000);
    const Fields = {
      "Content-Type": "image/png",
      "Cache-Control": "no-cache",
      "x-amz-meta-title": "Zwei ü",
    };
    const reply = await post(await presign(rig, { Fields }), { file: new Blob([new Uint8Array(bytes)]) });
    expect(reply).toMatchObject({ status: 204, text: "" });
    expect(reply.headers.get("etag")).toBe(`"${rig.created[0]?.eTag}"`);
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key: "a.txt" }));
    expect(bytes.equals((await got.Body?.transformToByteArray()) ?? Buffer.alloc(0))).toBe(true);
    expect(got).toMatchObject({ ContentType: "image/png", CacheControl: "no-cache" });
    expect(Buffer.from(got.Metadata?.["title"] ?? "", "latin1").toString()).toBe("Zwei ü");
    expect(rig.created).toMatchObject([{ key: "a.txt", size: 300_000 }]);
  });

  it("has no name from its file and no other answer here, which is said by name", async () => {
    const rig = await startRig();
    const fields = [{ success_action_status: "201" }, { success_action_redirect: "http://127.0.0.1:9/" }];
    for (const Fields of [...fields, { "x-amz-meta-a": fileName }]) {
      const name = Object.keys(Fields)[0] ?? "";
      expect(await post(await presign(rig, { Fields }))).toMatchObject({
        status: 501,
        code: "NotImplemented",
        text: expect.stringContaining(name),
      });
    }
    expect(rig.created).toEqual([]);
  });

  it("must have a size within its policy", async () => {
    const rig = await startRig();
    const signed = await presign(rig, { Conditions: [["content-length-range", 3, 5]] });
    const of = (size: number) => post(signed, { file: new Blob(["x".repeat(size)]) });
    expect(await of(2)).toMatchObject({ status: 400, code: "EntityTooSmall" });
    expect(await of(6)).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(await of(3_000_000)).toMatchObject({ status: 400, code: "EntityTooLarge" });
    expect(rig.created).toEqual([]);
    expect((await of(3)).status).toBe(204);
    expect((await of(5)).status).toBe(204);
  });

  it("must meet exact and starts-with conditions", async () => {
    const rig = await startRig();
    const signed = await presign(rig, {
      Conditions: [
        ["starts-with", "$Content-Type", "image/"],
        ["eq", "$x-amz-meta-a", "1"],
      ],
    });
    const fields = { "Content-Type": "image/png", "x-amz-meta-a": "1" };
    const wrong = [
      { ...fields, "Content-Type": "text/html" },
      { ...fields, "x-amz-meta-a": "2" },
      { "Content-Type": "image/png" },
      { ...fields, key: "elsewhere" },
      { ...fields, bucket: "elsewhere" },
      { ...fields, "x-amz-meta-b": "not in the policy" },
      { ...fields, acl: "private" },
    ];
    for (const given of wrong) {
      expect(await post(signed, { fields: given })).toMatchObject({ status: 403, code: "AccessDenied" });
    }
    expect((await post(signed, { fields: { ...fields, "x-ignore-this": "1" } })).status).toBe(204);
    expect(rig.created).toHaveLength(1);
  });

  it("is for one bucket, whichever it is sent to", async () => {
    const rig = await startRig();
    await rig.client.send(new CreateBucketCommand({ Bucket: "other" }));
    const signed = await presign(rig);
    const elsewhere = { ...signed, url: `${rig.url}/other` };
    expect(await post(elsewhere)).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(await post(elsewhere, { fields: { bucket: "other" } })).toMatchObject({ status: 403, code: "AccessDenied" });
    const { bucket: _, ...fields } = signed.fields;
    expect(await post({ ...elsewhere, fields })).toMatchObject({ status: 403, code: "AccessDenied" });
    expect(rig.created).toEqual([]);
  });

  it("cannot name metadata so that no header could carry it, or hold a line end in it", async () => {
    const rig = await startRig();
    for (const Fields of [{ "x-amz-meta-ü": "1" }, { "x-amz-meta-a": "1\u0000" }, { "Content-Type": "a\u0001b" }]) {
      expect(await post(await presign(rig, { Fields }))).toMatchObject({ status: 400, code: "InvalidArgument" });
    }
    expect(rig.created).toEqual([]);
  });

  it("must be signed, by a known key, in time", async () => {
    const rig = await startRig();
    const signed = await presign(rig, { Expires: 600 });
    const post403 = async (fields: Record<string, string>) => (await post(signed, { fields })).code;
    expect(await post403({ "X-Amz-Signature": "0".repeat(64) })).toBe("SignatureDoesNotMatch");
    expect(
      await post403({
        Policy: Buffer.from('{"expiration":"2999-01-01T00:00:00Z","conditions":[]}').toString("base64"),
      }),
    ).toBe("SignatureDoesNotMatch");
    const { Policy: _, ...unsigned } = signed.fields;
    expect(await post({ ...signed, fields: unsigned })).toMatchObject({ status: 403, code: "AccessDenied" });
    const stranger = clientFor(rig.url, { credentials: { ...keys, accessKeyId: "stranger" } });
    const strange = await createPresignedPost(stranger, { Bucket, Key: "a.txt" });
    expect((await post(strange)).code).toBe("InvalidAccessKeyId");
    const elsewhere = await post({ ...signed, url: `${rig.url}/elsewhere` });
    expect(elsewhere.code).toBe("NoSuchBucket");
    rig.advance(601_000);
    expect(await post(signed)).toMatchObject({
      status: 403,
      code: "AccessDenied",
      text: expect.stringContaining("Policy expired"),
    });
    expect(rig.created).toEqual([]);
  });

  it("must have a policy that can be read", async () => {
    const rig = await startRig();
    const signed = await presign(rig);
    const day = signed.fields["X-Amz-Date"]?.slice(0, 8) ?? "";
    const signing = [day, "us-east-1", "s3", "aws4_request"].reduce<Buffer>(
      (key, part) => createHmac("sha256", key).update(part).digest(),
      Buffer.from(`AWS4${keys.secretAccessKey}`),
    );
    for (const document of [
      "no json",
      "{}",
      '{"expiration":"soon","conditions":[]}',
      '{"expiration":"2999-01-01T00:00:00Z","conditions":[["like","$key","a"]]}',
    ]) {
      const Policy = Buffer.from(document).toString("base64");
      const signature = createHmac("sha256", signing).update(Policy).digest("hex");
      expect(await post(signed, { fields: { Policy, "X-Amz-Signature": signature } })).toMatchObject({
        status: 400,
        code: "InvalidPolicyDocument",
      });
    }
  });

  it("must be a form with a file and a key", async () => {
    const rig = await startRig();
    const { url, fields } = await presign(rig);
    const type = "multipart/form-data; boundary=xyz";
    const send = async (body: string, contentType = type) => {
      const reply = await raw(url, { method: "POST", headers: { "content-type": contentType }, body });
      return codeOf(reply.text);
    };
    const field = (name: string, value: string) =>
      `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    expect(await send("a=b", "application/x-www-form-urlencoded")).toBe("PreconditionFailed");
    expect(await send("a=b", "multipart/form-data")).toBe("MalformedPOSTRequest");
    expect(await send("no boundary in here")).toBe("MalformedPOSTRequest");
    expect(await send(`${field("key", "a")}--xyz--\r\n`)).toBe("InvalidArgument");
    expect(await send(`${field("key", "a")}${field("key", "b")}--xyz--\r\n`)).toBe("InvalidArgument");
    expect(await send(field("key", "x".repeat(30_000)))).toBe("MalformedPOSTRequest");
    expect(await send("--xyz\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--\r\n")).toBe("MalformedPOSTRequest");
    const whole = Object.entries(fields)
      .map(([name, value]) => field(name, value))
      .join("");
    const file = '--xyz\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
    expect(await send(`${whole}${file}the file has no end`)).toBe("MalformedPOSTRequest");
    await expect(rig.client.send(new HeadObjectCommand({ Bucket, Key: "a.txt" }))).rejects.toMatchObject({
      name: "NotFound",
    });
    expect(await send(`${whole}${file}\r\n--xy\r\n--xyz--\r\n`)).toBeUndefined();
    const got = await rig.client.send(new GetObjectCommand({ Bucket, Key: "a.txt" }));
    expect(await got.Body?.transformToString()).toBe("\r\n--xy");
  });
});
