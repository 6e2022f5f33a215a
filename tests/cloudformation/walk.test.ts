import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { get, type IncomingMessage } from "node:http";
import path from "node:path";
import { DescribeContinuousBackupsCommand, DescribeTimeToLiveCommand } from "@aws-sdk/client-dynamodb";
import { GetBucketPolicyCommand, GetBucketVersioningCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Deployment } from "@twobytwo/cli/deployment";
import { addSquare } from "@twobytwo/core/adding/add-square";
import { listSquares } from "@twobytwo/core/squares/list";
import { readStock } from "@twobytwo/core/squares/stock";
import { type Built, buildCloudFormation } from "@twobytwo/scripts/cloudformation";
import { root } from "@twobytwo/scripts/root";
import type { Template } from "@twobytwo/stacks/cloudformation/template";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Account, openAccount } from "./engine/account.ts";
import { authorize } from "./engine/authorize.ts";
import type { Stack } from "./engine/stack.ts";
import { openDeployed, uploadZips, walk, writeCredentials } from "./walk.ts";

const sample = (name: string) => readFile(path.join(root, "samples", name));

let built: Built;
beforeAll(async () => {
  built = await buildCloudFormation();
});

async function add(deployment: Deployment, name: string) {
  const added = await addSquare(deployment, { name, bytes: await sample(name), title: name });
  if (!added.added) throw new Error(added.message);
  return added.square;
}

/** As a browser asks that knows the address by the name that AWS gives it. */
async function getAs(host: string, url: string): Promise<IncomingMessage> {
  const [answer] = (await once(get(url, { headers: { host } }), "response")) as [IncomingMessage];
  answer.resume();
  return answer;
}

async function run({ stepFunctions }: Account) {
  if (stepFunctions === undefined) throw new Error("The template has no state machine.");
  const [machine] = stepFunctions.machines;
  const { executionArn } = stepFunctions.start({ machineArn: machine?.arn ?? "" });
  return stepFunctions.wait(executionArn);
}

describe("everything from the template alone", () => {
  let account: Account;
  let stack: Stack;
  let deployment: Deployment;
  let now = Date.parse("2026-11-24T12:00:00Z");
  beforeAll(async () => {
    account = await openAccount(authorize, { schedulerClock: () => now });
    await uploadZips(account, built.zips, "by-hand/");
    stack = await walk(account, {
      template: built.template,
      parameters: { CodePrefix: "by-hand/", AlertsMail: "artist@example.org", CredentialsParameter: "/art/x" },
    });
    deployment = await openDeployed(account, "check");
    await writeCredentials(account, deployment.outputs.credentialsParameter);
  });
  afterAll(async () => {
    await deployment.close();
    await account.close();
  });

  it("is created, each resource behind all that it names", () => {
    expect(stack.events.filter(({ reason }) => reason !== undefined && reason !== "User Initiated")).toEqual([]);
    expect(stack.status).toBe("CREATE_COMPLETE");
    expect([...stack.resources.keys()].sort()).toEqual(Object.keys(built.template.Resources).sort());
  });

  it("writes what the command needs to find it", () => {
    expect(deployment.outputs).toMatchObject({
      table: stack.outputs["Table"],
      bucket: stack.outputs["Bucket"],
      schedule: "twobytwo-check-post-square",
      scheduleGroup: "default",
      credentialsParameter: "/art/x",
      region: "us-east-1",
      order: "oldest",
    });
  });

  it("has a table that recovers and forgets, and a bucket that keeps versions and wants TLS", async () => {
    const { dynamodb, s3 } = account.services.clients;
    const { table: TableName, bucket: Bucket } = deployment.outputs;
    const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }));
    expect(TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: "ENABLED", AttributeName: "ttl" });
    const backups = await dynamodb.send(new DescribeContinuousBackupsCommand({ TableName }));
    expect(backups.ContinuousBackupsDescription?.PointInTimeRecoveryDescription).toMatchObject({
      PointInTimeRecoveryStatus: "ENABLED",
    });
    expect((await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status).toBe("Enabled");
    expect((await s3.send(new GetBucketPolicyCommand({ Bucket }))).Policy).toMatch(/aws:SecureTransport/);
  });

  it("posts a picture with the code that the template names, each function by the rights of its role alone", async () => {
    const square = await add(deployment, "dandelion-evening.jpg");
    const { status, output } = await run(account);
    expect([status, JSON.parse(output ?? "{}")]).toMatchObject([
      "SUCCEEDED",
      { outcome: "posted", squareId: square.id },
    ]);
    const [post] = account.services.x.posts();
    expect(await account.services.x.media(post?.mediaIds[0] ?? "")).toMatchObject({
      picture: { contentType: "image/jpeg" },
    });
    expect(account.denied).toEqual([]);
  });

  it("has functions that come by the clock, with the rights they need", async () => {
    expect(account.clockRules.size).toBeGreaterThan(0);
    for (const fire of account.clockRules.values())
      for (const result of await fire()) expect(result).not.toHaveProperty("error");
    expect(account.denied).toEqual([]);
  });

  it("serves the web app at the address that it puts out, to everybody", async () => {
    const answer = await getAs("abc.lambda-url.us-east-1.on.aws", `${stack.outputs["WebUrl"]}api/squares`);
    expect([answer.statusCode, answer.headers["content-type"]]).toEqual([401, "application/problem+json"]);
  });

  it("takes a file from the inbox of the bucket, and its schedule posts it at its time", async () => {
    const Body = await sample("two-spaniels.jpg");
    const { bucket: Bucket } = deployment.outputs;
    await account.services.clients.s3.send(new PutObjectCommand({ Bucket, Key: "inbox/Two spaniels.jpg", Body }));
    for (const inbox of account.inboxes) await inbox.idle();
    expect(await readStock(deployment.table)).toMatchObject({ queued: 1, posted: 1 });
    now = Date.parse("2026-11-24T18:00:30Z");
    await account.services.scheduler.tick();
    const { stepFunctions } = account;
    const [started] = stepFunctions?.list(deployment.outputs.stateMachineArn) ?? [];
    const ended = await stepFunctions?.wait(started?.executionArn ?? "");
    expect(JSON.parse(ended?.input ?? "{}")).toEqual({ scheduledTime: "2026-11-24T18:00:00Z" });
    expect((await listSquares(deployment.table, { status: "posted", limit: 5 })).squares).toHaveLength(2);
    expect(account.denied).toEqual([]);
  });
});

/** Each breaks the template in one way that only shows when it is used. */
describe("a template that is wrong", () => {
  let account: Account;
  afterEach(() => account.close());

  async function create(change: (template: Template) => void): Promise<Stack> {
    account = await openAccount(authorize);
    await uploadZips(account, built.zips, "twobytwo/");
    const template = structuredClone(built.template);
    change(template);
    return walk(account, { template });
  }

  const firstFailure = ({ events }: Stack) => {
    const { logicalId, reason } = events.find(({ status }) => status === "CREATE_FAILED") ?? {};
    return `${logicalId}: ${reason}`;
  };

  it.each<[string, (template: Template) => void, RegExp]>([
    [
      "names a zip that is not there",
      ({ Resources }) =>
        put(Resources["TweetFunction"], { Code: { S3Bucket: { Ref: "CodeBucket" }, S3Key: "tweet.zip" } }),
      /^TweetFunction: Error occurred while GetObject\. S3 Error Code: NoSuchKey/,
    ],
    [
      "lets the wrong service take a role",
      ({ Resources }) => put(Resources["TweetRole"], { AssumeRolePolicyDocument: { Statement: [] } }),
      /^TweetFunction: The role defined for the function cannot be assumed by Lambda/,
    ],
    [
      "gives the schedule a role that may not start the workflow",
      ({ Resources }) => put(Resources["ScheduleRole"], { Policies: [] }),
      /^Schedule: .*does not allow states:StartExecution/,
    ],
    [
      "leaves a placeholder of the definition empty",
      ({ Resources }) => put(Resources["StateMachine"], { DefinitionSubstitutions: {} }),
      /^StateMachine: .*the placeholder \$\{SelectSquareArn\} has no value/,
    ],
  ])("is rolled back where it %s, and leaves nothing", async (_, change, message) => {
    const stack = await create(change);
    expect(firstFailure(stack)).toMatch(message);
    expect([stack.status, [...stack.resources.keys()], stack.kept]).toEqual(["ROLLBACK_COMPLETE", [], []]);
  });

  it("is found out by the run where a role lacks a right", async () => {
    await create(({ Resources }) => put(Resources["MarkPostedRole"], { Policies: [] }));
    const deployment = await openDeployed(account, "check");
    await writeCredentials(account, deployment.outputs.credentialsParameter);
    await add(deployment, "dandelion-evening.jpg");
    expect((await run(account)).status).toBe("FAILED");
    expect(account.denied.join()).toMatch(/MarkPostedRole.* is not authorized to perform: dynamodb:UpdateItem/);
    await deployment.close();
  });
});

function put(resource: Template["Resources"][string] | undefined, properties: object): void {
  Object.assign(resource?.Properties ?? {}, properties);
}
