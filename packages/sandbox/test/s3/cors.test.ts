import { type CORSRule, GetObjectCommand, PutBucketCorsCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { Bucket, codeOf, put, type Rig, startRig } from "./rig.ts";

const origin = "http://127.0.0.1:5173";

async function allow(rig: Rig, ...CORSRules: CORSRule[]): Promise<void> {
  await rig.client.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
}

async function ask(rig: Rig, headers: Record<string, string>, bucket = Bucket) {
  const reply = await fetch(`${rig.url}/${bucket}/a`, { method: "OPTIONS", headers });
  return { status: reply.status, code: codeOf(await reply.text()), headers: Object.fromEntries(reply.headers) };
}

const rule: CORSRule = {
  AllowedOrigins: [origin, "https://*.example.com"],
  AllowedMethods: ["GET", "PUT"],
  AllowedHeaders: ["Content-Type", "x-amz-meta-*"],
  ExposeHeaders: ["ETag", "x-amz-request-id"],
  MaxAgeSeconds: 3000,
};

describe("preflight", () => {
  it("is refused until the bucket has rules", async () => {
    const rig = await startRig();
    const asked = { origin, "access-control-request-method": "PUT" };
    expect(await ask(rig, asked)).toMatchObject({ status: 403, code: "AccessForbidden" });
    expect((await ask(rig, asked)).headers).not.toHaveProperty("access-control-allow-origin");
    await allow(rig, rule);
    expect((await ask(rig, asked)).status).toBe(200);
    expect(await ask(rig, asked, "other")).toMatchObject({ status: 403, code: "AccessForbidden" });
  });

  it("tells what the first fitting rule allows", async () => {
    const rig = await startRig();
    await allow(rig, rule, { AllowedOrigins: ["*"], AllowedMethods: ["GET"] });
    const { status, headers } = await ask(rig, {
      origin,
      "access-control-request-method": "PUT",
      "access-control-request-headers": "content-type, X-Amz-Meta-Title",
    });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "access-control-allow-origin": origin,
      "access-control-allow-methods": "GET, PUT",
      "access-control-allow-headers": "content-type, x-amz-meta-title",
      "access-control-expose-headers": "ETag, x-amz-request-id",
      "access-control-max-age": "3000",
      vary: "Origin, Access-Control-Request-Headers, Access-Control-Request-Method",
    });
    const stranger = await ask(rig, { origin: "http://else.where", "access-control-request-method": "GET" });
    expect(stranger.headers["access-control-allow-origin"]).toBe("*");
    const wild = await ask(rig, { origin: "https://www.example.com", "access-control-request-method": "GET" });
    expect(wild.headers["access-control-allow-origin"]).toBe("https://www.example.com");
  });

  it("refuses other origins, methods and headers, and questions that are none", async () => {
    const rig = await startRig();
    await allow(rig, rule);
    const asked = { origin, "access-control-request-method": "PUT" };
    for (const headers of [
      { ...asked, origin: "http://127.0.0.1:51730" },
      { ...asked, origin: "https://example.com" },
      { ...asked, "access-control-request-method": "DELETE" },
      { ...asked, "access-control-request-headers": "content-type,authorization" },
    ]) {
      expect(await ask(rig, headers)).toMatchObject({ status: 403, code: "AccessForbidden" });
    }
    expect(await ask(rig, { origin })).toMatchObject({ status: 400, code: "BadRequest" });
    expect(await ask(rig, { "access-control-request-method": "PUT" })).toMatchObject({
      status: 400,
      code: "BadRequest",
    });
  });
});

describe("answers", () => {
  it("can be read by allowed origins alone, errors too", async () => {
    const rig = await startRig();
    await put(rig, "a");
    const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key: "a" }));
    const missing = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key: "b" }));
    const allowed = async (address: string, from?: string) => {
      const reply = await fetch(address, from === undefined ? {} : { headers: { origin: from } });
      await reply.arrayBuffer();
      return [
        reply.status,
        reply.headers.get("access-control-allow-origin"),
        reply.headers.get("access-control-expose-headers"),
      ];
    };
    expect(await allowed(url, origin)).toEqual([200, null, null]);
    await allow(rig, rule);
    expect(await allowed(url, origin)).toEqual([200, origin, "ETag, x-amz-request-id"]);
    expect(await allowed(missing, origin)).toEqual([404, origin, "ETag, x-amz-request-id"]);
    expect(await allowed(`${rig.url}/${Bucket}/a`, origin)).toEqual([403, origin, "ETag, x-amz-request-id"]);
    expect(await allowed(url, "http://else.where")).toEqual([200, null, null]);
    expect(await allowed(url)).toEqual([200, null, null]);
  });
});

describe("rules", () => {
  it("that S3 would not take are refused", async () => {
    const rig = await startRig();
    const minimal = { AllowedOrigins: ["*"], AllowedMethods: ["GET"] };
    await expect(allow(rig, { ...minimal, AllowedOrigins: [] })).rejects.toMatchObject({ name: "MalformedXML" });
    await expect(allow(rig)).rejects.toMatchObject({ name: "MalformedXML" });
  });
});
