import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { credentialsFile, keptSecret, readSecret } from "../src/aws-secret.ts";
import { names } from "../src/names.ts";
import { allowBrowser } from "../src/provision.ts";
import { startServices } from "../src/services.ts";

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "twobytwo-secret-"));
});
afterEach(() => rm(directory, { recursive: true }));

const modeOf = async (file: string) => ((await stat(file)).mode & 0o777).toString(8);

describe("the secret of a sandbox", () => {
  it("is another one in each folder, the same one at each start, and for its owner alone", async () => {
    expect(await readSecret(directory)).toBeUndefined();
    const secret = await keptSecret(path.join(directory, "one"));
    // Before anybody has read it.
    if (process.platform !== "win32") expect(await modeOf(credentialsFile(path.join(directory, "one")))).toBe("600");
    expect(secret).toMatch(/^[\w-]{40}$/);
    expect(await keptSecret(path.join(directory, "one"))).toBe(secret);
    expect(await readSecret(path.join(directory, "one"))).toBe(secret);
    expect(await keptSecret(path.join(directory, "two"))).not.toBe(secret);
  });

  it.skipIf(process.platform === "win32")("is closed to others again where a copy has opened it", async () => {
    await keptSecret(directory);
    await chmod(credentialsFile(directory), 0o644);
    await readSecret(directory);
    expect(await modeOf(credentialsFile(directory))).toBe("600");
  });

  it.each(["", "[default]\n", "[default]\naws_secret_access_key = short\n", "\0\0\0"])(
    "is missed in a damaged file, with the way out: %j",
    async (text) => {
      await writeFile(credentialsFile(directory), text);
      const said = `${credentialsFile(directory)} is damaged: delete it, and the next start creates a new secret.`;
      await expect(keptSecret(directory)).rejects.toThrow(said);
    },
  );
});

describe("a whole sandbox", () => {
  const start = () =>
    startServices({ directory: path.join(directory, "state"), deliver: async () => {}, onObjectCreated: () => {} });
  const clientOf = (endpoint: string, secretAccessKey: string) =>
    new S3Client({
      region: "us-east-1",
      endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId: "sandbox", secretAccessKey },
      maxAttempts: 1,
    });

  it("takes the secret of its folder and no other, also after a restart", async () => {
    const first = await start();
    const text = await readFile(credentialsFile(path.join(directory, "state")), "utf8");
    expect(text).toContain(`\naws_secret_access_key = ${first.secretAccessKey}\n`);
    await first.close();
    const again = await start();
    try {
      expect(again.secretAccessKey).toBe(first.secretAccessKey);
      const get = (secret: string) =>
        clientOf(again.endpoints.s3, secret).send(new GetObjectCommand({ Bucket: names.bucket, Key: "a" }));
      await expect(get(again.secretAccessKey)).rejects.toMatchObject({ name: "NoSuchBucket" });
      await expect(get("sandbox-secret")).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    } finally {
      await again.close();
    }
  });

  it("opens to AWS's own programs that are told of the file", async () => {
    const services = await start();
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", credentialsFile(path.join(directory, "state")));
    for (const name of ["AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]) vi.stubEnv(name, undefined);
    try {
      const client = new S3Client({ region: "us-east-1", endpoint: services.endpoints.s3, forcePathStyle: true });
      expect((await client.send(new ListBucketsCommand({}))).Buckets ?? []).toEqual([]);
    } finally {
      vi.unstubAllEnvs();
      await services.close();
    }
  });

  it("lets pages of its web app alone read the bucket, and forgets the origin of an earlier start", async () => {
    const { provision } = await import("../src/provision.ts");
    const services = await start();
    try {
      const { clients, keys } = services;
      await provision(clients, { credentials: keys, scheduleExpression: "rate(1 day)", timeZone: "UTC" });
      const ask = async (origin: string) => {
        const headers = { origin, "access-control-request-method": "POST" };
        const url = `${services.endpoints.s3}/${names.bucket}`;
        const answer = await fetch(url, { method: "OPTIONS", headers });
        return [answer.status, answer.headers.get("access-control-allow-origin")];
      };
      const app = "http://localhost:4202";
      expect(await ask(app)).toEqual([403, null]);
      await allowBrowser(clients.s3, "http://localhost:1");
      await allowBrowser(clients.s3, app);
      expect(await ask(app)).toEqual([200, app]);
      for (const origin of [
        "https://website.example",
        "null",
        "http://localhost:1",
        "http://localhost:42021",
        "http://127.0.0.1:4202",
      ])
        expect([origin, ...(await ask(origin))]).toEqual([origin, 403, null]);
      const put = new PutObjectCommand({ Bucket: names.bucket, Key: "a", Body: "a" });
      await clientOf(services.endpoints.s3, services.secretAccessKey).send(put);
    } finally {
      await services.close();
    }
  });
});
