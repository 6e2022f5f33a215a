import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  type GetParametersByPathCommandInput,
  GetParametersCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  paginateDescribeParameters,
  paginateGetParametersByPath,
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
    expect(await ssm.get("/2x2/name:1")).toMatchObject({ Value: "value", Version: 1, Selector: ":1" });
    await expect(ssm.get("/2x2/name:3")).rejects.toEqual(error("ParameterVersionNotFound", "no version 3"));
  });

  it("keep a hundred versions", async () => {
    for (let version = 1; version <= 101; version++) await ssm.put({ Value: `v${version}`, Overwrite: true });
    expect(await ssm.get("/2x2/name:2")).toMatchObject({ Value: "v2" });
    await expect(ssm.get("/2x2/name:1")).rejects.toEqual(error("ParameterVersionNotFound", "no version 1"));
  });

  it("find a parameter by its ARN", async () => {
    await ssm.put();
    await ssm.put({ Name: "plain", Value: "p" });
    expect((await ssm.get("arn:aws:ssm:us-east-1:000000000000:parameter/2x2/name"))?.Value).toBe("value");
    expect((await ssm.get("arn:aws:ssm:us-east-1:000000000000:parameter/plain:1"))?.Value).toBe("p");
  });

  it("hold 4 KB in the standard tier and 8 KB in the advanced one", async () => {
    expect(await ssm.put({ Name: "a", Value: "x".repeat(4096) })).toMatchObject({ Tier: "Standard" });
    const large = { Name: "b", Value: "é".repeat(2049) };
    await expect(ssm.put(large)).rejects.toEqual(error("ValidationException", "4096 characters"));
    expect(await ssm.put({ ...large, Tier: "Intelligent-Tiering" })).toMatchObject({ Tier: "Advanced" });
    expect(await ssm.put({ Name: "c", Value: "x".repeat(8192), Tier: "Advanced" })).toMatchObject({ Tier: "Advanced" });
    const largest = ssm.put({ Name: "d", Value: "x".repeat(8193), Tier: "Advanced" });
    await expect(largest).rejects.toEqual(error("ValidationException", "8192 characters"));
    const back = ssm.put({ Name: "c", Value: "x", Overwrite: true, Tier: "Standard" });
    await expect(back).rejects.toEqual(error("ValidationException", "can't downgrade"));
    const kept = ssm.put({ Name: "c", Value: "x", Overwrite: true, Tier: "Intelligent-Tiering" });
    expect(await kept).toMatchObject({ Tier: "Advanced" });
  });

  it.each<[string, string, Partial<PutParameterCommandInput>]>([
    ["ValidationException", "type is required", { Type: undefined }],
    ["ValidationException", "Type", { Type: "Number" as "String" }],
    ["ValidationException", "Value", { Value: "" }],
    ["ValidationException", "only letters", { Name: "with space" }],
    ["ValidationException", "has to begin with one", { Name: "2x2/name" }],
    ["ValidationException", "is empty", { Name: "/2x2/" }],
    ["ValidationException", "is empty", { Name: "/2x2//name" }],
    ["ValidationException", 'must not begin with "aws"', { Name: "/aws/name" }],
    ["HierarchyLevelLimitExceededException", "15 levels", { Name: "/x".repeat(16) }],
    ["ParameterPatternMismatchException", "does not match", { AllowedPattern: "^\\d+$" }],
    ["ValidationException", "can't be used together", { Overwrite: true, Tags: [{ Key: "a", Value: "b" }] }],
  ])("refuse with %s, %s: %j", async (name, message, input) => {
    await expect(ssm.put(input)).rejects.toEqual(error(name, message));
    expect((await ssm.client.send(new DescribeParametersCommand({}))).Parameters).toEqual([]);
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

describe("GetParameters", () => {
  it("tells found from missing", async () => {
    await ssm.put({ Type: "SecureString", Value: "secret" });
    const command = new GetParametersCommand({ Names: ["/2x2/name", "/2x2/nothing"], WithDecryption: true });
    const { Parameters, InvalidParameters } = await ssm.client.send(command);
    expect(Parameters).toEqual([expect.objectContaining({ Name: "/2x2/name", Value: "secret" })]);
    expect(InvalidParameters).toEqual(["/2x2/nothing"]);
  });

  it("takes at most ten names, each once", async () => {
    const names = (Names: string[]) => ssm.client.send(new GetParametersCommand({ Names }));
    const eleven = Array.from({ length: 11 }, (_, index) => `p${index}`);
    await expect(names(eleven)).rejects.toEqual(error("ValidationException", "at most 10"));
    await expect(names(["a", "a"])).rejects.toEqual(error("ValidationException", "twice"));
  });
});

describe("GetParametersByPath", () => {
  beforeEach(async () => {
    for (const Name of ["/2x2/b", "/2x2/a", "/2x2/keys/x", "/2x2x/other"]) await ssm.put({ Name });
    await ssm.put({ Name: "/2x2/secret", Type: "SecureString", Value: "secret" });
  });
  const byPath = async (input: Partial<GetParametersByPathCommandInput>) =>
    (await ssm.client.send(new GetParametersByPathCommand({ Path: "/2x2", ...input }))).Parameters?.map(
      ({ Name, Value }) => `${Name}=${Name === "/2x2/secret" && Value !== "secret" ? "?" : Value}`,
    );

  it("gives one level, or all below", async () => {
    expect(await byPath({})).toEqual(["/2x2/a=value", "/2x2/b=value", "/2x2/secret=?"]);
    expect(await byPath({ Path: "/2x2/", Recursive: true, WithDecryption: true })).toEqual([
      "/2x2/a=value",
      "/2x2/b=value",
      "/2x2/keys/x=value",
      "/2x2/secret=secret",
    ]);
    expect(await byPath({ Path: "/nothing" })).toEqual([]);
    await expect(byPath({ Path: "2x2" })).rejects.toEqual(error("ValidationException", "begin with a slash"));
  });

  it("filters by type", async () => {
    const ParameterFilters = [{ Key: "Type", Values: ["SecureString"] }];
    expect(await byPath({ ParameterFilters })).toEqual(["/2x2/secret=?"]);
    const unknown = byPath({ ParameterFilters: [{ Key: "Label", Values: ["x"] }] });
    await expect(unknown).rejects.toEqual(error("InvalidFilterKey", "Label"));
  });

  it("pages", async () => {
    const pages: number[] = [];
    const found: (string | undefined)[] = [];
    const input = { Path: "/", Recursive: true };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm.client, pageSize: 2 }, input)) {
      pages.push(Parameters.length);
      found.push(...Parameters.map(({ Name }) => Name));
    }
    expect(pages).toEqual([2, 2, 1]);
    expect(found).toEqual(["/2x2/a", "/2x2/b", "/2x2/keys/x", "/2x2/secret", "/2x2x/other"]);
    await expect(byPath({ MaxResults: 11 })).rejects.toEqual(error("ValidationException", "MaxResults"));
  });
});

describe("DescribeParameters", () => {
  it("shows all but the value", async () => {
    await ssm.put({ Type: "SecureString", Value: "secret", Description: "keys" });
    const { Parameters } = await ssm.client.send(new DescribeParametersCommand({}));
    expect(Parameters).toEqual([
      {
        Name: "/2x2/name",
        Type: "SecureString",
        KeyId: "alias/aws/ssm",
        Description: "keys",
        Tier: "Standard",
        DataType: "text",
        Version: 1,
        LastModifiedDate: new Date("2026-06-01T12:00:00Z"),
        ARN: "arn:aws:ssm:us-east-1:000000000000:parameter/2x2/name",
      },
    ]);
  });

  it("filters and pages", async () => {
    for (const Name of ["/2x2/a", "/2x2/b", "/2x2/keys/c", "top"]) await ssm.put({ Name });
    const filtered = async (Key: string, Option: string | undefined, ...Values: string[]) => {
      const command = new DescribeParametersCommand({ ParameterFilters: [{ Key, Option, Values }] });
      return (await ssm.client.send(command)).Parameters?.map(({ Name }) => Name);
    };
    expect(await filtered("Name", "BeginsWith", "/2x2/k", "t")).toEqual(["/2x2/keys/c", "top"]);
    expect(await filtered("Name", undefined, "top")).toEqual(["top"]);
    expect(await filtered("Name", "Contains", "key")).toEqual(["/2x2/keys/c"]);
    expect(await filtered("Path", "OneLevel", "/2x2")).toEqual(["/2x2/a", "/2x2/b"]);
    expect(await filtered("Path", "Recursive", "/2x2")).toEqual(["/2x2/a", "/2x2/b", "/2x2/keys/c"]);
    await expect(filtered("Name", "Near", "x")).rejects.toEqual(error("InvalidFilterOption", "Near"));
    await expect(filtered("Name", "Equals")).rejects.toEqual(error("InvalidFilterValue", "no values"));
    const pages: number[] = [];
    for await (const page of paginateDescribeParameters({ client: ssm.client, pageSize: 3 }, {})) {
      pages.push(page.Parameters?.length ?? 0);
    }
    expect(pages).toEqual([3, 1]);
  });
});

describe("deleting", () => {
  it("deletes one", async () => {
    await ssm.put();
    await ssm.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await expect(ssm.get("/2x2/name")).rejects.toEqual(error("ParameterNotFound", "/2x2/name"));
    const again = ssm.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await expect(again).rejects.toEqual(error("ParameterNotFound", "/2x2/name"));
    expect(await ssm.put()).toMatchObject({ Version: 1 });
  });

  it("deletes several, and tells which were not there", async () => {
    await ssm.put();
    const command = new DeleteParametersCommand({ Names: ["/2x2/name", "/2x2/nothing"] });
    expect(await ssm.client.send(command)).toMatchObject({
      DeletedParameters: ["/2x2/name"],
      InvalidParameters: ["/2x2/nothing"],
    });
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

  it("keeps values and versions over a restart", async () => {
    const first = await startSsm(directory);
    await first.put({ Type: "SecureString", Value: "one" });
    await first.put({ Type: "SecureString", Value: "two", Overwrite: true });
    const encrypted = (await first.get("/2x2/name"))?.Value;
    await first.stop();
    const second = await startSsm(directory);
    expect(await second.get("/2x2/name", true)).toMatchObject({ Value: "two", Version: 2 });
    expect((await second.get("/2x2/name:1", true))?.Value).toBe("one");
    expect((await second.get("/2x2/name"))?.Value).toBe(encrypted);
    await second.client.send(new DeleteParameterCommand({ Name: "/2x2/name" }));
    await second.stop();
    expect(await readFile(join(directory, "parameters.json"), "utf8")).toBe("[]\n");
  });

  it.skipIf(process.platform === "win32")("lets nobody but the owner read the file", async () => {
    const first = await startSsm(directory);
    await first.put({ Type: "SecureString" });
    await first.put({ Type: "SecureString", Overwrite: true });
    await first.stop();
    expect((await stat(join(directory, "parameters.json"))).mode & 0o777).toBe(0o600);
  });
});
