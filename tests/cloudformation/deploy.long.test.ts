import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import path from "node:path";
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import { ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import { GetScheduleCommand } from "@aws-sdk/client-scheduler";
import { GetParameterCommand, PutParameterCommand } from "@aws-sdk/client-ssm";
import { deployStack, type Person } from "@twobytwo/cli/deploy/deploy-stack";
import { describeSettings } from "@twobytwo/cli/deploy/parameters";
import { shipRelease } from "@twobytwo/cli/deploy/release";
import type { DeployOptions, Release } from "@twobytwo/cli/deploy/stack";
import { samples } from "@twobytwo/cli/test/command";
import type { Call } from "@twobytwo/sandbox/emulator";
import { buildCloudFormation, readDefinition } from "@twobytwo/scripts/cloudformation";
import { functions } from "@twobytwo/stacks/blueprint";
import { renderTemplate } from "@twobytwo/stacks/cloudformation";
import { policies } from "@twobytwo/stacks/policies";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { allows, neededFor } from "../infra/allows.ts";
import { accountId, region } from "./engine/account.ts";
import { openWorld, type World } from "./simulator/world.ts";

let world: World;
let release: Release;
const definition = await readDefinition();
/** What the functions that are built make. */
async function releaseNow(): Promise<Release> {
  const { zips } = await buildCloudFormation();
  return { zips, render: (zipNames) => renderTemplate({ definition, zipNames }) };
}

const calls: Call[] = [];

/** Of the schedule alone. */
let now = Date.parse("2026-11-24T12:00:00Z");

beforeAll(async () => {
  world = await openWorld({ schedulerClock: () => now, intercept: (call) => void calls.push(call) });
  release = await releaseNow();
});
afterAll(() => world.close());

const deploy = (...args: string[]) => world.run("deploy", "--with", "cloudformation", "--stage", "rehearsal", ...args);
/** The same in this process, to which the functions are already built. */
const person: Person = {
  tell: (line) => told.push(line),
  show: (changes, settings) =>
    told.push(
      [...changes.map(({ action, resource }) => `${action} ${resource}`), ...describeSettings(settings)].join("\n"),
    ),
  progress: () => ({ at: () => {}, end: () => {} }),
  confirm: async () => false,
  signal: new AbortController().signal,
};
const told: string[] = [];
const here = (given: Record<string, string> = {}, options: Partial<DeployOptions> = {}) =>
  deployStack(
    world.aws,
    { stage: "rehearsal", release, settings: given, isDryRun: false, agrees: true, ...options },
    person,
  );

/** Besides the address of X's emulator, whatever has a condition or another name than usual. */
const settings = () => [
  ...["--set", `XApiUrl=${world.account.services.endpoints.x}`],
  ...["--set", "AlertsMail=artist@example.org", "--set", "CredentialsParameter=/art/x"],
];
const codeBucket = `twobytwo-code-${accountId}-${region}`;

async function codeKeys(): Promise<string[]> {
  const { Contents = [] } = await world.account.services.clients.s3.send(
    new ListObjectsV2Command({ Bucket: codeBucket }),
  );
  return Contents.map(({ Key = "" }) => Key);
}

const alive = () => world.cloudFormation.stacks.filter(({ status }) => status !== "DELETE_COMPLETE");

/** Names of the template's resources but those of some conditions. */
const without = (...conditions: string[]) =>
  Object.entries(release.render({}).Resources).flatMap(([name, { Condition = "" }]) =>
    conditions.includes(Condition) ? [] : [name],
  );

const outputs = () => alive()[0]?.outputs ?? {};

const schedule = () =>
  world.account.services.clients.scheduler.send(new GetScheduleCommand({ Name: "twobytwo-rehearsal-post-square" }));

// Each command builds the functions and packs them, which takes seconds on a machine that is busy.
describe("2x2 deploy --with cloudformation", { timeout: 240_000 }, () => {
  it("says in a dry run what would be created, and leaves nothing behind", async () => {
    const { code, stdout } = await deploy("--dry-run", "--json");
    expect(code).toBe(0);
    const { outcome, changes } = JSON.parse(stdout);
    expect(outcome).toBe("dry-run");
    expect(changes).toContainEqual({
      action: "add",
      resource: "Squares",
      type: "AWS::DynamoDB::Table",
      properties: [],
    });
    expect(alive()).toEqual([]);
    await expect(codeKeys()).rejects.toThrow(/bucket does not exist/i);
  });

  it("changes nothing where nobody agrees", async () => {
    expect(await here({}, { agrees: false })).toMatchObject({ outcome: "declined" });
    expect(told.at(-1)).toMatch(/^add Squares$/m);
    expect(alive()).toEqual([]);
  });

  it("says in one sentence why it failed, and can be run again", async () => {
    await expect(here({ ScheduleTimeZone: "Mars/Olympus" })).rejects.toThrow(
      /^Schedule \(AWS::Scheduler::Schedule\) could not be created: .*Mars\/Olympus.*\. Everything that had been created is removed again; fix the cause, then deploy again\.$/,
    );
    expect(alive()).toMatchObject([{ status: "ROLLBACK_COMPLETE", kept: [] }]);
  });

  it("creates the stage after a failure, and a picture is posted by it", async () => {
    // A new account, which can reserve nothing for the web app.
    Object.assign(world.account.concurrency, { limit: 10, unreserved: 10 });
    const { code, stdout, stderr } = await deploy("--yes", ...settings());
    Object.assign(world.account.concurrency, { limit: 1_000, unreserved: 1_000 });
    expect(stderr).toMatch(/^! concurrency .* can reserve 0 of them/m);
    expect(alive()[0]?.parameters).toMatchObject({ WebConcurrency: "0", IngestConcurrency: "0" });
    expect(stderr).toMatch(/The first deployment failed\. Removing what is left of it …/);
    expect(stderr).toMatch(/^\d+ of \d+ {2}\w+ create complete$/m);
    expect(stdout).toMatch(/^Table {2,}twobytwo-rehearsal-Squares-/m);
    expect(code).toBe(0);
    release = await releaseNow();
    const zips = (await codeKeys()).filter((key) => key.endsWith(".zip"));
    const names = new Set(zips.map((key) => key.replace(/-[0-9a-f]{16}\.zip$/, "")));
    expect([...names]).toEqual(functions.map(({ name }) => `twobytwo/${name}`).sort());

    // What the template has no way to create, and `2x2 credentials set` does.
    const { clients, keys, x } = world.account.services;
    const Value = JSON.stringify(keys);
    await clients.ssm.send(new PutParameterCommand({ Name: "/art/x", Value, Type: "SecureString" }));
    const added = await world.run("add", path.join(samples, "dandelion-evening.jpg"), "--stage", "rehearsal", "--json");
    expect(JSON.parse(added.stdout)).toMatchObject({ added: [{}], schedule: "enabled" });
    const posted = await world.run("post", "next", "--stage", "rehearsal", "--json");
    expect(JSON.parse(posted.stdout)).toMatchObject({ status: "SUCCEEDED", output: { outcome: "posted" } });
    expect(x.posts()).toHaveLength(1);
    expect([...(alive()[0]?.resources.keys() ?? [])].sort()).toEqual(without("HasWebDomain").sort());
  });

  it("takes a file from the inbox of the bucket, and its schedule posts it at its time", async () => {
    const { services, inboxes } = world.account;
    const Body = await readFile(path.join(samples, "forest-stream.jpg"));
    const Bucket = outputs()["Bucket"];
    await services.clients.s3.send(new PutObjectCommand({ Bucket, Key: "inbox/Forest stream.jpg", Body }));
    for (const inbox of inboxes) await inbox.idle();
    now = Date.parse("2026-11-24T18:00:30Z");
    await services.scheduler.tick();
    const { stepFunctions } = world.account;
    const [started] = stepFunctions?.list(outputs()["StateMachineArn"] ?? "") ?? [];
    const ended = await stepFunctions?.wait(started?.executionArn ?? "");
    expect([ended?.status, JSON.parse(ended?.input ?? "{}")]).toEqual([
      "SUCCEEDED",
      { scheduledTime: "2026-11-24T18:00:00Z" },
    ]);
    expect(services.x.posts()).toHaveLength(2);
  });

  it("has functions that come by the clock", async () => {
    const { clockRules } = world.account;
    expect(clockRules.size).toBeGreaterThan(0);
    for (const fire of clockRules.values()) expect(await fire()).not.toHaveProperty("error");
  });

  it("serves the web app at the address that it puts out, by the name that AWS gives it", async () => {
    const headers = { host: "abc.lambda-url.us-east-1.on.aws" };
    const [answer] = (await once(get(`${outputs()["WebUrl"]}api/squares`, { headers }), "response")) as [
      IncomingMessage,
    ];
    answer.resume();
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([401, "application/problem+json"]);
  });

  it("finds nothing to do the second time, and sends no code again", async () => {
    const { code, stdout } = await deploy("--yes", "--json");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ outcome: "unchanged", uploaded: [], changes: [] });
  });

  it("changes the one function whose code changed, and sends only that", async () => {
    const zips = release.zips.map((one) => (one.name === "notify" ? { ...one, sha256: "0".repeat(64) } : one));
    expect(await here({}, { release: { ...release, zips } })).toMatchObject({
      outcome: "deployed",
      changes: [{ action: "change", resource: "NotifyFunction", properties: ["Code"] }],
      uploaded: expect.arrayContaining([`twobytwo/notify-${"0".repeat(16)}.zip`]),
    });
    expect(await here()).toMatchObject({ outcome: "deployed", changes: [{ resource: "NotifyFunction" }] });
  });

  it("writes a schedule as it is now, and not as it once was deployed", async () => {
    const more = path.join(samples, "two-spaniels.jpg");
    expect((await world.run("add", more, "--stage", "rehearsal")).code).toBe(0);
    expect((await schedule()).State).toBe("ENABLED");
    expect(await here({ ScheduleExpression: "rate(12 hours)" })).toMatchObject({
      outcome: "deployed",
      changes: [{ action: "change", resource: "Schedule", properties: ["ScheduleExpression", "State"] }],
      settings: [{ name: "ScheduleExpression", from: "cron(0 18 * * ? *)", to: "rate(12 hours)" }],
    });
    expect(told.at(-1)).toMatch(/^ScheduleExpression: cron\(0 18 \* \* \? \*\) → rate\(12 hours\)$/m);
    expect(await schedule()).toMatchObject({ State: "ENABLED", ScheduleExpression: "rate(12 hours)" });
  });

  it("goes back to what was where an update fails", async () => {
    await expect(here({ ScheduleTimeZone: "Mars/Olympus" })).rejects.toThrow(
      /^Schedule .* could not be changed: .* Everything is as it was before\.$/,
    );
    expect(await schedule()).toMatchObject({ ScheduleExpression: "rate(12 hours)", ScheduleExpressionTimezone: "UTC" });
  });

  it("tells what CloudFormation says against a parameter", async () => {
    await expect(here({ AlertsMail: "nobody" })).rejects.toThrow(/AlertsMail.*one mail address/);
  });
});

describe("a template that is too large to be sent by itself", () => {
  const padded: Release = {
    zips: [],
    render: () => ({ ...renderTemplate({ definition: {} }), Description: "x".repeat(60_000) }),
  };
  const dryRun = { stage: "large", release: padded, settings: {}, isDryRun: true, agrees: false };

  it("goes by the code bucket, from which CloudFormation reads it", async () => {
    const result = await deployStack(world.aws, dryRun, person);
    expect(result).toMatchObject({
      outcome: "dry-run",
      uploaded: [expect.stringMatching(/^twobytwo\/template-[0-9a-f]{16}\.json$/)],
    });
    expect(result.changes.length).toBe(without("HasMail", "HasWebDomain").length);
  });

  it("is only read through, in a dry run without a bucket", async () => {
    const result = await deployStack(world.aws, { ...dryRun, codeBucket: "twobytwo-no-such-bucket" }, person);
    expect(result).toMatchObject({ outcome: "dry-run", uploaded: [] });
    expect(result.changes).toContainEqual(expect.objectContaining({ action: "add", resource: "Squares" }));
  });

  it("goes by the bucket that the stage has, where nobody names another one", async () => {
    const signal = new AbortController().signal;
    const otherBucket = "twobytwo-another-bucket";
    const given = { CodeBucket: otherBucket, CodePrefix: "kept/" };
    const shipped = await shipRelease(world.aws, { ...dryRun, isDryRun: false }, { given, signal });
    expect(shipped).toMatchObject({ bucket: otherBucket, uploaded: [expect.stringMatching(/^kept\/template-/)] });
  });

  it("is not put into a bucket of somebody else", async () => {
    const aws = { ...world.aws, account: "111111111111" };
    const refused = deployStack(aws, { ...dryRun, codeBucket }, person);
    await expect(refused).rejects.toThrow(/does not belong to this account, .*: name another one with --code-bucket\./);
  });
});

describe("2x2 destroy", { timeout: 120_000 }, () => {
  it("names the stage that is not there", async () => {
    const { code, stderr } = await world.run("destroy", "--stage", "nowhere", "--yes");
    expect([code, stderr]).toEqual([1, expect.stringMatching(/no CloudFormation stack twobytwo-nowhere in us-east-1/)]);
  });

  it("deletes nothing where nobody agrees, and says what would be kept", async () => {
    const { code, stderr } = await world.run("destroy", "--stage", "rehearsal");
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^Kept, with their contents:\n {2}the table .*\n {2}the picture bucket .*\n {2}the X keys \/art\/x\n {2}the code bucket.*\n\n`2x2 export FILE/,
    );
  });

  it("takes all away but the data, and the X keys where that is wanted", async () => {
    const table = alive()[0]?.resources.get("Squares")?.physical.id;
    const { code, stdout } = await world.run(...["destroy", "--stage", "rehearsal", "--yes", "--with-keys", "--json"]);
    expect(code).toBe(0);
    const { outcome, kept, keysDeleted } = JSON.parse(stdout);
    expect([outcome, keysDeleted]).toEqual(["destroyed", true]);
    await expect(world.aws.ssm.send(new GetParameterCommand({ Name: "/art/x" }))).rejects.toThrow(/does not exist/);
    expect(kept).toContainEqual({ resource: "Squares", type: "AWS::DynamoDB::Table", name: table });
    const { Count } = await world.account.services.clients.dynamodb.send(new ScanCommand({ TableName: table }));
    expect(Count).toBeGreaterThan(0);
    await expect(schedule()).rejects.toThrow(/does not exist/);
    expect((await world.run("status", "--stage", "rehearsal")).stderr).toMatch(/There is no stage rehearsal/);
  });
});

describe("the published policies", () => {
  it("grant all that deploying, using and destroying a stage did, by the command and by CloudFormation for it", () => {
    // Functions sign with their own names, and have roles; everybody may ask STS who they are.
    const people = calls.filter(({ accessKeyId }) => !functions.some(({ name }) => name === accessKeyId));
    const made = people.filter(({ service }) => service !== "x" && service !== "sts");
    const parameter = `arn:aws:ssm:${region}:${accountId}:parameter/art/x`;
    const granted = Object.values(policies).flatMap(({ Statement }) => Statement);
    const lacking = made.map(neededFor).filter(({ action, arn }) => !allows(granted, action, arn));
    // A parameter that the owner named otherwise.
    const own = ["ssm:PutParameter", "ssm:GetParameter", "ssm:DeleteParameter"].map(
      (action) => `${action} on ${parameter}`,
    );
    expect([...new Set(lacking.map(({ action, arn }) => `${action} on ${arn}`))]).toEqual(own);
    for (const service of ["cloudformation", "s3", "dynamodb", "scheduler", "sns", "ssm", "states"])
      expect(made.map((call) => call.service)).toContain(service);
  });
});
