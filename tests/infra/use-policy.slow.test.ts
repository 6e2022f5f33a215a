import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PassThrough } from "node:stream";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { verbs } from "@twobytwo/cli/all-verbs";
import { execute } from "@twobytwo/cli/execute";
import { outputsParameter } from "@twobytwo/cli/open-stage";
import { markUnconfirmed } from "@twobytwo/core/squares/table-identity";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { countStock } from "@twobytwo/core/test/squares/table-fixture";
import { createXClient } from "@twobytwo/core/x/client";
import type { Call } from "@twobytwo/sandbox/emulator";
import { endpointEnvironment } from "@twobytwo/sandbox/lambdas";
import { names, region, stateMachineArn, topicArn } from "@twobytwo/sandbox/names";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { root } from "@twobytwo/scripts/root";
import { usePermissions } from "@twobytwo/stacks/use-policy";
import { openBrowser } from "@twobytwo/web/test/server/browser";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { misfits } from "./usage.ts";

/** Who has the policy and nothing else; the sandbox's own calls are signed by others. */
const user = "user";
const calls: Call[] = [];
const samples = path.join(root, "samples");

/** Milliseconds by which the clocks of AWS are ahead. */
let ahead = 0;
let folder: string;
let stages: Record<"first" | "second", Stage>;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "twobytwo-use-"));
  const intercept = (call: Call) => void calls.push(call);
  stages = {
    first: await openStage({ intercept, timeShift: () => ahead }),
    second: await openStage({ intercept, timeShift: () => ahead }),
  };
  for (const [name, { sandbox }] of Object.entries(stages)) await describeStage(name, sandbox);
}, 60_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  for (const stage of Object.values(stages)) await stage.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
});

const describeStage = (name: string, { clients, endpoints }: Stage["sandbox"]) => {
  const outputs = {
    ...{ table: names.table, bucket: names.bucket, schedule: names.schedule, scheduleGroup: "default" },
    ...{ stateMachineArn, credentialsParameter: names.credentials, alertsTopicArn: topicArn, region },
    webUrl: `${endpoints.web}/`,
  };
  const Name = outputsParameter(name);
  return clients.ssm.send(new PutParameterCommand({ Name, Type: "String", Value: JSON.stringify(outputs) }));
};

/** `2x2 … --stage NAME` as whoever has the policy. @returns what it prints; throws unless it ends as it should. */
async function run(line: string | readonly string[], { stage = "first", piped = "", code = 0 } = {}): Promise<string> {
  const { endpoints, secretAccessKey } = stages[stage as "first"].sandbox;
  for (const [name, value] of Object.entries({
    ...endpointEnvironment(endpoints),
    ...{ AWS_REGION: region, AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: secretAccessKey, X_API_URL: endpoints.x },
  }))
    vi.stubEnv(name, value);
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(piped);
  const { signal } = new AbortController();
  const streams = { stdin, stdout, stderr, environment: process.env, signal };
  const ended = await execute([...(typeof line === "string" ? line.split(" ") : line), "--stage", stage], streams);
  if (ended !== code) throw new Error(`2x2 ${line} ended with ${ended}: ${stderr.read()} ${stdout.read()}`);
  return String(stdout.read() ?? "");
}

async function json<Document>(line: string): Promise<Document> {
  return JSON.parse(await run(`${line} --json`)) as Document;
}

/** A square of which nobody knows whether it is out, and its post, which is. */
async function held(): Promise<{ id: string; post: string }> {
  const { ports, sandbox, credentials } = stages.first;
  const baseUrl = sandbox.endpoints.x;
  const x = createXClient({ credentials: await credentials(), baseUrl, clock: Date.now, deadlineMs: 10_000 });
  const [{ id } = { id: "" }] = await json<{ id: string }[]>("list --status queued");
  const { tweetBody } = await hold({ table: ports.table, x, now: Date.now() }, { id, title: id, caption: undefined });
  return { id, post: (await x.post(tweetBody)).id };
}

/** Everything that each of the verbs does. */
async function play(): Promise<void> {
  await run(`add ${samples} --dry-run`);
  await run(`add ${samples} --series Photographs`);
  for (const line of [
    "status",
    "list --all",
    "list --series Photographs",
    "show next",
    "next 3",
    "cost",
    "review",
    "runs",
  ])
    await run(line);
  await run("edit next --title Title --alt Text --series Other");
  await run("edit next --on 2099-01-31");
  await run(["captions", "Photographs", "{title}, {series} #{n}"]);
  await run("move next --end");
  await run("move next --top");
  const squares = await json<{ id: string }[]>("list --status queued");
  const [first, second] = squares.map(({ id }) => id);
  await run(`move ${second} --before ${first}`);
  await run(`draft ${first}`);
  await run(`requeue ${first} --top --yes`);
  await run(`withdraw ${second}`);
  await run(`delete ${second} --yes`);
  const { bluesky } = stages.first.sandbox;
  const password = { piped: bluesky.password() };
  await run(`connect bluesky --handle artist.test --service ${bluesky.url}`, password);
  await run("post next");
  await run("run last");
  await run("pause --reason Holiday");
  await run("resume");
  await run("schedule");
  await run(["schedule", "rate(6 hours)"]);
  await run(`review ${(await held()).id} --requeue`);
  await run(`review ${(await held()).id} --withdraw`);
  const out = await held();
  await run(`review ${out.id} --posted ${out.post}`);
  await run("reconcile");
  const link = new URL((await json<{ url: string }>("invite")).url);
  const phone = openBrowser(link.origin);
  await phone.register(link.hash.slice(1), "Phone");
  await run("devices");
  await run(`devices revoke ${phone.passkey.id}`);
  await run("invite");
  const [{ id: invite } = { id: "" }] = await json<{ id: string }[]>("invite list");
  await run(`invite void ${invite}`);
  const { sandbox, ports } = stages.first;
  await countStock(ports.table, { queued: 3 });
  ahead = -2 * 60 * 60 * 1000;
  await sandbox.clients.s3.send(
    new PutObjectCommand({ Bucket: names.bucket, Key: "squares/stray.jpg", Body: "stray" }),
  );
  ahead = 0;
  await run("doctor --account", { code: 1 });
  await run("doctor --repair");
  await markUnconfirmed(ports.table, "This table was filled from an archive");
  await run("confirm --yes");
  await run("credentials check");
  await run("disconnect bluesky");
  await run("credentials set", { piped: JSON.stringify(await stages.first.credentials()) });
  await run(`export ${path.join(folder, "all.tar")}`);
  await run(`import ${path.join(folder, "all.tar")}`, { stage: "second" });
}

it("the policy for whoever uses a stage grants what every verb does, and nothing that none of them does", async () => {
  await play();
  const own = calls.filter(({ accessKeyId }) => accessKeyId === user);
  // Where the stage is, stands beside the keys of X, and the policy covers both.
  const found = own.filter(({ resource }) => !resource?.endsWith("/outputs"));
  expect([...new Set(own.filter((call) => !found.includes(call)).map(({ operation }) => operation))]).toEqual([
    "GetParameter",
  ]);
  // The name of this one parameter follows from the stage's.
  const known = (call: Call) =>
    call.resource === "/twobytwo/first/bluesky-credentials" ? { ...call, resource: names.blueskyCredentials } : call;
  const policy = { name: user, permissions: usePermissions } as unknown as Parameters<typeof misfits>[0][number];
  expect(misfits([policy], found.map(known))).toEqual([]);
}, 240_000);

it("plays every verb but those that say something of the command alone, deploy, or read the first version's table", () => {
  const source = play.toString();
  const left = verbs.map(({ name }) => name).filter((name) => !new RegExp(`[\`"']${name}\\b`).test(source));
  expect(left).toEqual(["import-legacy", "preflight", "deploy", "destroy", "completion", "help", "version"]);
});
