import { loadAwsServiceSpec } from "@aws-cdk/aws-service-spec";
import { CreateTableCommand } from "@aws-sdk/client-dynamodb";
import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateScheduleCommand } from "@aws-sdk/client-scheduler";
import { DeleteParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { namedResources } from "@twobytwo/cli/deploy/names";
import { type PreflightOptions, preflight, refusalsOf } from "@twobytwo/cli/deploy/preflight";
import { needed } from "@twobytwo/cli/deploy/rights";
import { functions } from "@twobytwo/stacks/blueprint";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import type { Resource } from "@twobytwo/stacks/cloudformation/template";
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { accountId, region } from "./engine/account.ts";
import { schemaOf } from "./lint/schema.ts";
import { ordinaryAccount } from "./simulator/administration.ts";
import { openWorld, type World } from "./simulator/world.ts";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
afterEach(() => {
  Object.assign(world.administration, ordinaryAccount());
  Object.assign(world.account.concurrency, { limit: 1_000, unreserved: 1_000 });
});

const now = Date.parse("2026-11-24T17:55:00Z");
const look = (options: Partial<PreflightOptions> = {}) =>
  preflight(world.aws, { stage: "first", tool: "cloudformation", clock: () => now, ...options });
const checkOf = async (name: string, options: Partial<PreflightOptions> = {}) =>
  (await look(options)).checks.find((one) => one.name === name);

describe("preflight", () => {
  it("finds nothing against a first deployment, and says what it makes, where, and what a month costs", async () => {
    const found = await look();
    expect(found.checks.filter(({ state }) => state !== "ok")).toEqual([]);
    expect(refusalsOf(found)).toEqual([]);
    expect(found).toMatchObject({ stage: "first", account: accountId, region, concurrency: { web: 10, ingest: 5 } });
    expect(found.makes).toMatchObject({ "AWS::Lambda::Function": functions.length, "AWS::DynamoDB::Table": 1 });
    expect(found.month.posts).toBe(30);
    expect(found.month.x).toBeCloseTo(0.6, 1);
  });

  it("prints the same for a person and as JSON, and ends with 1 where something is in the way", async () => {
    world.administration.existing.add("AWS::Lambda::Function twobytwo-first-web");
    const [plain, json] = [
      await world.run("preflight", "--stage", "first"),
      await world.run("preflight", "--stage", "first", "--json"),
    ];
    expect([plain.code, json.code]).toEqual([1, 1]);
    expect(plain.stdout).toMatch(/^✗ names .*· AWS::Lambda::Function twobytwo-first-web/ms);
    expect(plain.stdout).toMatch(
      new RegExp(
        `^The stage first is ${functions.length} functions, .* in us-east-1 of account 0{12}\\.\\n30 posts in 30 days cost about \\$\\d`,
        "m",
      ),
    );
    expect(JSON.parse(json.stdout).checks).toContainEqual(expect.objectContaining({ name: "names", state: "wrong" }));
  });

  it("says of a region that nobody here knows that it does not know it, and wants one at all", async () => {
    expect(await preflight({ ...world.aws, region: "us-moon-1" }, { stage: "first", clock: () => now })).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ name: "region", state: "unknown" })]),
    });
    const { AWS_REGION: _, ...without } = world.environment;
    const asked = (environment: Record<string, string>) => world.run2x2(["preflight", "--stage", "first"], environment);
    const nowhere = { ...without, AWS_CONFIG_FILE: "/dev/null" };
    expect(await asked(nowhere)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^No AWS region is set: set AWS_REGION/),
    });
    expect(await asked({ ...nowhere, AWS_DEFAULT_REGION: "mx-central-1" })).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^Lambda has no function URLs in mx-central-1, .* for example us-east-2\.$/m),
    });
  });
});

describe("the rights of whoever deploys", () => {
  it("are asked of IAM, and what it denies is named", async () => {
    world.administration.decide = (action) => ({ decision: action === "iam:CreateRole" ? "implicitDeny" : "allowed" });
    expect(await checkOf("rights")).toMatchObject({ state: "wrong", of: ["iam:CreateRole"] });
  });

  it("are asked for the names of the stage, so that a policy for twobytwo-* is enough", async () => {
    world.administration.decide = (_, resource) => ({
      decision: resource === "*" || /twobytwo[-/]first/.test(resource) ? "allowed" : "explicitDeny",
    });
    expect(await checkOf("rights")).toMatchObject({ state: "ok" });
  });

  it("are unknown, and not good, where a policy's conditions decide or IAM may not be asked", async () => {
    world.administration.decide = () => ({ decision: "implicitDeny", missing: ["aws:MultiFactorAuthPresent"] });
    expect(await checkOf("rights")).toMatchObject({ state: "unknown" });
    world.administration.forbidden.add("iam:SimulatePrincipalPolicy");
    expect(await checkOf("rights")).toMatchObject({ state: "unknown", what: expect.stringContaining("AccessDenied") });
  });

  it("are those of the role behind a session, and unknown for the root user", async () => {
    const as = (caller: string) => preflight({ ...world.aws, caller }, { stage: "first", clock: () => now });
    const states = async (caller: string) => (await as(caller)).checks.find(({ name }) => name === "rights")?.state;
    expect(await states(`arn:aws:sts::${accountId}:assumed-role/artist/session`)).toBe("ok");
    expect(await states(`arn:aws:iam::${accountId}:root`)).toBe("unknown");
  });

  it("cover every type of the template but the parts of others", () => {
    const resources = Object.values(renderTemplate({ definition: {} }).Resources);
    const types = new Set(resources.filter(({ Condition }) => Condition !== "HasWebDomain").map(({ Type }) => Type));
    const parts = ["EventInvokeConfig", "Permission", "Url"].map((part) => `AWS::Lambda::${part}`);
    for (const part of [...parts, "AWS::S3::BucketPolicy", "AWS::SNS::Subscription"]) types.delete(part);
    expect([...types].sort()).toEqual(Object.keys(needed).sort());
  });
});

describe("the concurrency of a new account", () => {
  it.each([
    [10, 10, 0, 0],
    [105, 105, 5, 0],
    [112, 112, 10, 2],
    [1_000, 950, 10, 5],
    [1_000, 100, 0, 0],
  ])(
    "of %i, with %i that nobody has reserved, gives the web app %i and the inbox %i",
    async (limit, unreserved, web, ingest) => {
      Object.assign(world.account.concurrency, { limit, unreserved });
      const found = await look();
      expect(found.concurrency).toEqual({ web, ingest });
      expect(found.checks).toContainEqual(
        expect.objectContaining({ name: "concurrency", state: ingest === 5 ? "ok" : "warning" }),
      );
    },
  );

  it("is unknown where nobody may ask, and then nothing is changed", async () => {
    world.administration.forbidden.add("lambda:GetAccountSettings");
    const found = await look();
    expect(found.checks).toContainEqual(expect.objectContaining({ name: "concurrency", state: "unknown" }));
    expect(found).not.toHaveProperty("concurrency");
  });
});

describe("what a deployment that was cut off has left", () => {
  it("is every name that the template fixes, by the identifier that AWS's schemas give its type", async () => {
    const spec = await loadAwsServiceSpec();
    const target = { stage: "first", account: accountId, region };
    const names = namedResources(target);
    expect(names.length).toBeGreaterThan(40);
    for (const { type, name, identifier } of names) {
      const [primary] = schemaOf(spec, type)?.primaryIdentifier ?? [];
      expect([type, identifier]).toEqual([
        type,
        primary === "Arn" ? expect.stringMatching(`^arn:.*[:/]${name}$`) : name,
      ]);
    }
    // Several queries may have one name, and few have a domain.
    const isFree = ({ Type, Condition }: Resource) =>
      Type === "AWS::Logs::QueryDefinition" || Condition === "HasWebDomain";
    const fixed = Object.entries(renderTemplate({ definition: {} }).Resources).flatMap(([logical, resource]) =>
      !isFree(resource) &&
      JSON.stringify(Object.entries(resource.Properties).filter(([key]) => /Name$/.test(key))).includes("${Stage}")
        ? [logical]
        : [],
    );
    expect(names).toHaveLength(fixed.length);
  });

  it("is refused by name, unless SST's state has it", async () => {
    world.administration.existing.add(
      `AWS::Events::Rule arn:aws:events:${region}:${accountId}:rule/twobytwo-first-ingest`,
    );
    expect(await checkOf("names")).toMatchObject({ state: "wrong", of: ["AWS::Events::Rule twobytwo-first-ingest"] });
    await writeSstState("first", [
      { type: "aws:lambda/function:Function", id: "twobytwo-first-ingest" },
      { type: "aws:cloudwatch/eventRule:EventRule", id: "twobytwo-first-ingest" },
    ]);
    expect(await checkOf("names", { tool: "sst" })).toMatchObject({ state: "ok" });
    await writeSstState("first", [{ type: "aws:lambda/function:Function", id: "twobytwo-first-ingest" }]);
    expect(await checkOf("names", { tool: "sst" })).toMatchObject({ state: "wrong" });
  });

  it("is not judged where SST's state cannot be read", async () => {
    await writeSstState("first", "no checkpoint");
    world.administration.existing.add("AWS::Lambda::Function twobytwo-first-web");
    const { checks } = await look({ tool: "sst" });
    expect(checks).toContainEqual(expect.objectContaining({ name: "state", state: "unknown" }));
    expect(checks.map(({ name }) => name)).not.toContain("names");
  });

  it("is unknown where nobody may look", async () => {
    world.administration.forbidden.add("cloudformation:GetResource");
    expect(await checkOf("names")).toMatchObject({ state: "unknown" });
  });

  it("is SST's lock, but not for SST, which holds it while it asks", async () => {
    await writeSstState("first", [], "2026-11-24T12:00:00Z");
    expect(await checkOf("state", { tool: "sst" })).toMatchObject({
      state: "wrong",
      wayOut: expect.stringContaining("npx sst unlock --stage first"),
    });
    expect(await checkOf("state", { tool: "sst", isWithinSst: true })).toMatchObject({ state: "ok" });
  });

  it("is a stage that the other way has deployed", async () => {
    await writeSstState("first", [{ type: "aws:s3/bucket:Bucket", id: "a" }]);
    expect(await checkOf("state")).toMatchObject({
      state: "wrong",
      what: expect.stringContaining("deployed with SST"),
    });
  });

  it("is data in nobody's way, of this stage and of no other", async () => {
    const { dynamodb, s3 } = world.aws;
    for (const TableName of ["twobytwo-first-Squares-abc", "twobytwo-first-two-Squares-abc"])
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        }),
      );
    await s3.send(new CreateBucketCommand({ Bucket: "twobytwo-first-picturesbucket-abc" }));
    expect(await checkOf("data")).toMatchObject({
      state: "info",
      of: ["table twobytwo-first-Squares-abc", "bucket twobytwo-first-picturesbucket-abc"],
    });
  });
});

describe("the next post", () => {
  it.each([
    ["cron(0 18 * * ? *)", "warning"],
    ["cron(54 17 * * ? *)", "warning"],
    ["cron(50 17 * * ? *)", "ok"],
    ["cron(6 18 * * ? *)", "ok"],
  ])("at %s, five minutes before six, is a %s", async (ScheduleExpression, state) => {
    const stage = `s${ScheduleExpression.replaceAll(/\D/g, "")}`;
    await world.aws.scheduler.send(
      new CreateScheduleCommand({
        Name: `twobytwo-${stage}-post-square`,
        ScheduleExpression,
        FlexibleTimeWindow: { Mode: "OFF" },
        Target: {
          Arn: `arn:aws:states:${region}:${accountId}:stateMachine:a`,
          RoleArn: `arn:aws:iam::${accountId}:role/a`,
        },
      }),
    );
    expect(await checkOf("next post", { stage })).toMatchObject({ state });
  });
});

/** SST's own records; the tests of the evaluated program use them as SST does. */
async function writeSstState(stage: string, resources: unknown, created?: string): Promise<void> {
  const { s3, ssm } = world.aws;
  const Bucket = `sst-state-${stage}-${Math.random().toString(36).slice(2)}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
  const put = (key: string, body: unknown) =>
    s3.send(new PutObjectCommand({ Bucket, Key: `${key}/twobytwo/${stage}.json`, Body: JSON.stringify(body) }));
  await put("app", { version: 3, checkpoint: { latest: { resources } } });
  if (created !== undefined) await put("lock", { created, command: "deploy" });
  const Name = "/sst/bootstrap";
  await ssm.send(
    new PutParameterCommand({ Name, Value: JSON.stringify({ state: Bucket }), Type: "String", Overwrite: true }),
  );
  onTestFinished(async () => {
    await ssm.send(new DeleteParameterCommand({ Name })).catch(() => {});
  });
}
