import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  SSMClient,
} from "@aws-sdk/client-ssm";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startAwsServer } from "../../src/aws-http.ts";
import { createSsm } from "../../src/ssm/ssm.ts";
import { credentials, keys } from "../fixed-keys.ts";

async function startSsm(directory?: string) {
  let uuids = 0;
  const ssm = createSsm({
    ...(directory !== undefined && { directory }),
    clock: () => Date.parse("2026-06-01T12:00:00Z"),
    randomUuid: () => `uuid-${++uuids}`,
  });
  const server = await startAwsServer({ credentials, services: [ssm] });
  const client = new SSMClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: keys,
    maxAttempts: 1,
  });
  return {
    client,
    put: (input: Partial<PutParameterCommandInput> = {}) =>
      client.send(new PutParameterCommand({ Name: "/2x2/name", Value: "value", Type: "String", ...input })),
    get: async (Name: string, WithDecryption?: boolean) =>
      (await client.send(new GetParameterCommand({ Name, WithDecryption }))).Parameter,
    async stop() {
      client.destroy();
      await server.close();
    },
  };
}

let ssm: Awaited<ReturnType<typeof startSsm>>;
beforeEach(async () => {
  ssm = await startSsm();
});
afterEach(async () => {
  await ssm.stop();
});

const error = (name: string, message: string) =>
  expect.objectContaining({ name, message: expect.stringContaining(message) });

describe("PutParameter and GetParameter", () => {
  it("keep a String and a StringList", async () => {
    expect(await ssm.put()).toMatchObject({ Version: 1, Tier: "Standard" });
    await ssm.put({ Name: "list", Value: "a,b", Type: "StringList" });
    expect(await ssm.get("/2x2/name")).toEqual({
      Name: "/2x2/name",
      Type: "String",
      Value: "value",
      Version: 1,
      DataType: "text",
      LastModifiedDate: new Date("2026-06-01T12:00:00Z"),
      ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/2x2/name",
    });
    expect(await ssm.get("list")).toMatchObject({
      Type: "StringList",
      Value: "a,b",
      ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/list",
    });
  });

  it("show a SecureString to those alone who ask for decryption", async () => {
    await ssm.put({ Type: "SecureString", Value: "consumer-secret" });
    const encrypted = (await ssm.get("/2x2/name"))?.Value ?? "";
    expect(encrypted).toMatch(/^AQICAHh[\w+/=]{80,}$/);
    expect(Buffer.from(encrypted, "base64").toString("latin1")).not.toContain("consumer-secret");
    expect((await ssm.get("/2x2/name", false))?.Value).toBe(encrypted);
    expect((await ssm.get("/2x2/name", true))?.Value).toBe("consumer-secret");
    await ssm.put({ Type: "SecureString", Value: "consumer-secret", Overwrite: true });
    expect((await ssm.get("/2x2/name"))?.Value).not.toBe(encrypted);
  });

  it("overwrite only when asked, and count versions", async () => {
    await ssm.put();
    await expect(ssm.put({ Value: "other" })).rejects.toEqual(error("ParameterAlreadyExists", "set Overwrite"));
    expect(await ssm.put({ Value: "other", Overwrite: true, Type: undefined })).toMatchObject({ Version: 2 });
    expect(await ssm.get("/2x2/name")).toMatchObject({ Value: "other", Version: 2, Type: "String" });
  });

  it("hold 4 KB and no byte more", async () => {
    expect(await ssm.put({ Name: "a", Value: "x".repeat(4096) })).toMatchObject({ Tier: "Standard" });
    const large = { Name: "b", Value: "é".repeat(2049) };
    await expect(ssm.put(large)).rejects.toEqual(error("ValidationException", "4096 characters"));
  });

  it.each<[string, string, Partial<PutParameterCommandInput>]>([
    ["ValidationException", "type is required", { Type: undefined }],
    ["ValidationException", "Type", { Type: "Number" as "String" }],
    ["ValidationException", "Value", { Value: "" }],
    ["ValidationException", "Name: has levels of", { Name: "with space" }],
    ["ValidationException", "Name: has levels of", { Name: "2x2/name" }],
    ["ValidationException", "Name: has levels of", { Name: "/2x2/" }],
    ["ValidationException", "Name: has levels of", { Name: "/2x2//name" }],
    ["ValidationException", "Name: has levels of", { Name: "/aws/name" }],
    ["ValidationException", "AllowedPattern", { AllowedPattern: "^\\d+$" }],
    ["ValidationException", "Tier", { Tier: "Advanced" }],
    ["ValidationException", "can't be used together", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }],
  ])("refuse with %s, %s: %j", async (name, message, input) => {
    await expect(ssm.put(input)).rejects.toEqual(error(name, message));
    await expect(ssm.get(input.Name ?? "/2x2/name")).rejects.toMatchObject({ name: "ParameterNotFound" });
  });

  it("do not change the type", async () => {
    await ssm.put();
    const attempt = ssm.put({ Type: "SecureString", Overwrite: true });
    await expect(attempt).rejects.toEqual(error("HierarchyTypeMismatchException", "is a String"));
  });

  it("name a parameter that does not exist", async () => {
    await expect(ssm.get("/2x2/nothing", true)).rejects.toEqual(error("ParameterNotFound", "/2x2/nothing"));
  });
});

it.each([new GetParametersByPathCommand({ Path: "/" }), new DescribeParametersCommand({})])(
  "names an operation that it does not have",
  async (command) => {
    await expect(ssm.client.send(command as DescribeParametersCommand)).rejects.toMatchObject({
      name: "NotImplemented",
      message: expect.stringMatching(/^The sandbox's SSM has no (GetParametersByPath|DescribeParameters)\.$/),
      $metadata: { httpStatusCode: 501 },
    });
  },
);

describe("deleting", () => {
  it("deletes one", async () => {
    await ssm.put();
    await ssm.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await expect(ssm.get("/2x2/name")).rejects.toEqual(error("ParameterNotFound", "/2x2/name"));
    const again = ssm.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await expect(again).rejects.toEqual(error("ParameterNotFound", "/2x2/name"));
    expect(await ssm.put()).toMatchObject({ Version: 1 });
  });
});

describe("with a directory", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "ssm-"));
  });
  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  it("keeps values over a restart", async () => {
    const first = await startSsm(directory);
    await first.put({ Type: "SecureString", Value: "one" });
    await first.put({ Type: "SecureString", Value: "two", Overwrite: true });
    const encrypted = (await first.get("/2x2/name"))?.Value;
    await first.stop();
    const second = await startSsm(directory);
    expect(await second.get("/2x2/name", true)).toMatchObject({ Value: "two", Version: 2 });
    expect((await second.get("/2x2/name"))?.Value).toBe(encrypted);
    await second.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await second.stop();
    expect(await readFile(join(directory, "parameters-by-name.json"), "utf8")).toBe("[]\n");
  });

  it.skipIf(process.platform === "win32")("lets nobody but the owner read the file", async () => {
    const first = await startSsm(directory);
    await first.put({ Type: "SecureString" });
    await first.put({ Type: "SecureString", Overwrite: true });
    await first.stop();
    expect((await stat(join(directory, "parameters-by-name.json"))).mode & 0o777).toBe(0o600);
  });
});
