import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { keys } from "../fixed-keys.ts";
import { Bucket, clientFor, codeOf, put, type Rig, raw, startRig, tamper } from "./rig.ts";

const Key = "a ü+%.jpg";
const minute = 60_000;

function get(rig: Rig, config: Parameters<typeof clientFor>[1] = {}, change?: Parameters<typeof tamper>[1]) {
  const client = clientFor(rig.url, config);
  if (change) tamper(client, change);
  return client.send(new GetObjectCommand({ Bucket, Key }));
}

describe("signed headers", () => {
  it("of an unknown key, a wrong secret and nobody are refused", async () => {
    const rig = await startRig();
    await put(rig, Key);
    await expect(get(rig, { credentials: { ...keys, accessKeyId: "stranger" } })).rejects.toMatchObject({
      name: "InvalidAccessKeyId",
      $metadata: { httpStatusCode: 403 },
    });
    await expect(get(rig, { credentials: { ...keys, secretAccessKey: "wrong" } })).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
    const anonymous = await fetch(`${rig.url}/${Bucket}/${encodeURIComponent(Key)}`);
    expect([anonymous.status, codeOf(await anonymous.text())]).toEqual([403, "AccessDenied"]);
    const put403 = await fetch(`${rig.url}/${Bucket}/b`, { method: "PUT", body: "x" });
    expect([put403.status, codeOf(await put403.text())]).toEqual([403, "AccessDenied"]);
  });

  it("must cover what was sent", async () => {
    const rig = await startRig();
    await put(rig, Key);
    const change = (name: string, value: string) =>
      get(rig, {}, ({ headers }) => {
        headers[name] = value;
      });
    await expect(change("x-amz-checksum-mode", "disabled")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(change("x-amz-meta-new", "1")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    await expect(change("authorization", "AWS sandbox:abc")).rejects.toMatchObject({ name: "AccessDenied" });
    await expect(change("authorization", "AWS4-HMAC-SHA256 Credential=x")).rejects.toMatchObject({
      name: "AuthorizationHeaderMalformed",
    });
    // A header that is not signed may be anything: proxies add them.
    expect((await change("via", "proxy")).$metadata.httpStatusCode).toBe(200);
  });

  it("work for every region and with a session token", async () => {
    const rig = await startRig();
    await put(rig, Key);
    const got = await get(rig, { region: "eu-central-1", credentials: { ...keys, sessionToken: "token/+=" } });
    expect(got.$metadata.httpStatusCode).toBe(200);
  });

  it("are good for a quarter of an hour by the server's clock", async () => {
    const rig = await startRig();
    await put(rig, Key);
    rig.advance(14 * minute);
    expect((await get(rig)).$metadata.httpStatusCode).toBe(200);
    for (const by of [2 * minute, -32 * minute]) {
      rig.advance(by);
      await expect(get(rig)).rejects.toMatchObject({
        name: "RequestTimeTooSkewed",
        $metadata: { httpStatusCode: 403 },
      });
    }
  });

  it("recover from a wrong clock by the date of the answer", async () => {
    const rig = await startRig();
    await put(rig, Key);
    rig.advance(3 * 365 * 24 * 60 * minute);
    const client = clientFor(rig.url, { maxAttempts: 2 });
    expect((await client.send(new GetObjectCommand({ Bucket, Key }))).$metadata).toMatchObject({
      httpStatusCode: 200,
      attempts: 2,
    });
  });
});

describe("presigned addresses", () => {
  it("read, with ranges, and write", async () => {
    const rig = await startRig();
    const write = new PutObjectCommand({ Bucket, Key, ContentType: "image/jpeg" });
    const client = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    const put = await fetch(await getSignedUrl(client, write), {
      method: "PUT",
      body: "0123456789",
      headers: { "content-type": "image/jpeg" },
    });
    expect(put.status).toBe(200);
    const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key }));
    const whole = await fetch(url);
    expect(whole.headers.get("content-type")).toBe("image/jpeg");
    expect(await whole.text()).toBe("0123456789");
    const part = await fetch(url, { headers: { range: "bytes=2-3" } });
    expect([part.status, await part.text()]).toEqual([206, "23"]);
  });

  it("made for an absent object take If-None-Match as a signed header", async () => {
    const rig = await startRig();
    const client = clientFor(rig.url, { requestChecksumCalculation: "WHEN_REQUIRED" });
    const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key, IfNoneMatch: "*" }));
    const send = (headers: Record<string, string>) => fetch(url, { method: "PUT", body: "x", headers });
    expect((await send({ "if-none-match": "*" })).status).toBe(200);
    expect((await send({ "if-none-match": "*" })).status).toBe(412);
    expect((await send({})).status).toBe(403);
  });

  it("are refused where they carry what would be headers", async () => {
    const rig = await startRig();
    const url = await getSignedUrl(rig.client, new PutObjectCommand({ Bucket, Key, Metadata: { a: "1" } }));
    const refused = await fetch(url, { method: "PUT", body: "x" });
    expect([refused.status, codeOf(await refused.text())]).toEqual([501, "NotImplemented"]);
  });

  it("end when they say", async () => {
    const rig = await startRig();
    await put(rig, Key);
    const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key }), { expiresIn: 3600 });
    rig.advance(59 * minute);
    expect((await fetch(url)).status).toBe(200);
    rig.advance(2 * minute);
    const late = await fetch(url);
    expect(late.status).toBe(403);
    expect(await late.text()).toMatch(/<Code>AccessDenied<\/Code><Message>Request has expired/);
    rig.advance(-90 * minute);
    const early = await fetch(url);
    expect([early.status, codeOf(await early.text())]).toEqual([403, "AccessDenied"]);
  });

  it("cannot be changed", async () => {
    const rig = await startRig();
    await put(rig, Key);
    await put(rig, "b");
    const url = await getSignedUrl(rig.client, new GetObjectCommand({ Bucket, Key }));
    const changed = async (change: (url: URL) => void, init: RequestInit = {}) => {
      const copy = new URL(url);
      change(copy);
      const reply = await fetch(copy, init);
      return `${reply.status} ${codeOf(await reply.text())}`;
    };
    const set = (name: string, value: string) => changed((copy) => copy.searchParams.set(name, value));
    const last = url.at(-1) === "0" ? "1" : "0";
    expect(
      await changed((copy) => {
        copy.pathname = `/${Bucket}/b`;
      }),
    ).toBe("403 SignatureDoesNotMatch");
    expect(await set("X-Amz-Expires", "604800")).toBe("403 SignatureDoesNotMatch");
    expect(await set("response-content-type", "text/html")).toBe("501 NotImplemented");
    expect(await set("X-Amz-Signature", "0".repeat(63) + last)).toBe("403 SignatureDoesNotMatch");
    expect(await set("X-Amz-Signature", "short")).toBe("403 SignatureDoesNotMatch");
    const withoutMode = (copy: URL) => copy.searchParams.delete("x-amz-checksum-mode");
    expect(await changed(withoutMode, { method: "DELETE" })).toBe("403 SignatureDoesNotMatch");
    expect(await changed(() => undefined, { headers: { "x-amz-meta-a": "1" } })).toBe("403 SignatureDoesNotMatch");
    expect(await changed(() => undefined, { headers: { authorization: "AWS4-HMAC-SHA256 x" } })).toBe(
      "400 InvalidArgument",
    );
    expect(await set("X-Amz-Expires", "604801")).toBe("400 AuthorizationQueryParametersError");
    expect(await changed((copy) => copy.searchParams.delete("X-Amz-Date"))).toBe(
      "400 AuthorizationQueryParametersError",
    );
    expect(await set("X-Amz-Credential", "sandbox/20200101/us-east-1/s3/aws4_request")).toBe(
      "403 SignatureDoesNotMatch",
    );
  });
});

describe("addresses that are none", () => {
  it("are refused as such", async () => {
    const rig = await startRig();
    const broken = await raw(rig.url, { method: "GET", path: `/${Bucket}/%ff` });
    expect([broken.status, codeOf(broken.text)]).toEqual([400, "InvalidURI"]);
    const patch = await raw(rig.url, { method: "PATCH", path: `/${Bucket}/a` });
    expect([patch.status, codeOf(patch.text)]).toEqual([405, "MethodNotAllowed"]);
  });
});
