import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PutParameterCommand } from "@aws-sdk/client-ssm";
import { root } from "@twobytwo/scripts/root";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openWorld, type World } from "../cloudformation/simulator/world.ts";
import { all, evaluate, type Graph, only } from "./graph.ts";
import { installEnvironment, installPlatform, writePulumi } from "./platform.ts";

let world: World;
let home: string;
beforeAll(async () => {
  await installPlatform();
  world = await openWorld();
  home = await mkdtemp(path.join(tmpdir(), "twobytwo-sst-"));
  await writePulumi(home);
}, 300_000);
afterAll(async () => {
  await world.close();
  await rm(home, { recursive: true, force: true });
});

/** SST itself, which reaches nothing of AWS: what it gets as far as shows whether it was refused before. */
function sst(stage: string, environment: Record<string, string>): Promise<string> {
  const child = spawn(
    process.execPath,
    [path.join(root, "node_modules", "sst", "bin", "sst.mjs"), "deploy", "--stage", stage, "--print-logs"],
    {
      cwd: root,
      // SST is a process below this one, and both have to end.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...installEnvironment(home),
        ...{ AWS_ACCESS_KEY_ID: "nobody", AWS_SECRET_ACCESS_KEY: "nothing", AWS_EC2_METADATA_DISABLED: "true" },
        ...{ AWS_CONFIG_FILE: "/dev/null", AWS_ENDPOINT_URL: "http://127.0.0.1:9", AWS_MAX_ATTEMPTS: "1" },
        ...environment,
      },
    },
  );
  return new Promise((resolve) => {
    let said = "";
    const take = (chunk: Buffer) => {
      said += String(chunk);
      if (/fetching bootstrap/.test(said) && child.exitCode === null) process.kill(-(child.pid as number), "SIGKILL");
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("close", () => resolve(said));
  });
}

describe("sst deploy", () => {
  it.each([
    ["sandbox", { AWS_REGION: "eu-central-1" }, /The name of a stage is .* not sandbox: "sandbox" is not\./],
    ["Production", { AWS_REGION: "eu-central-1" }, /"Production" is not\./],
    ["a-name-of-21-characte", { AWS_REGION: "eu-central-1" }, /"a-name-of-21-characte" is not\./],
    ["production", {}, /No AWS region is set: set AWS_REGION/],
    ["production", { AWS_DEFAULT_REGION: "eu-south-2" }, /no function URLs in eu-south-2, .* for example eu-west-3\./],
    ["production", { AWS_REGION: "il-central-1", AWS_PROFILE: "artist" }, /no function URLs in il-central-1/],
  ])("of %s with %j is refused before it asks AWS for anything", async (stage, environment, words) => {
    const said = await sst(stage, environment);
    expect(said).toMatch(words);
    expect(said).not.toMatch(/fetching bootstrap/);
  });

  it("is not refused where nothing is wrong, nor where nothing is to be checked", async () => {
    expect(await sst("production", { AWS_REGION: "eu-central-1" })).toMatch(/fetching bootstrap/);
    expect(await sst("sandbox", { TWOBYTWO_PREFLIGHT: "off" })).toMatch(/fetching bootstrap/);
  });
});

describe("the program of SST", { timeout: 120_000 }, () => {
  async function deployed(environment: Record<string, string> = {}): Promise<Graph> {
    const [graph] = await evaluate([{ stage: "first" }], {
      environment: { ...world.environment, TWOBYTWO_PREFLIGHT: "on", ...environment },
    });
    return graph as Graph;
  }
  const keep = (settings: Record<string, string>) =>
    world.aws.ssm.send(
      new PutParameterCommand({
        Name: "/twobytwo/first/settings",
        Value: JSON.stringify(settings),
        Type: "String",
        Overwrite: true,
      }),
    );
  const kept = (graph: Graph) => JSON.parse(only(graph, "aws:ssm/parameter:Parameter", "KeptSettings").inputs["value"]);
  const subscriptions = (graph: Graph) =>
    all(graph, "aws:sns/topicSubscription:TopicSubscription").map(({ inputs }) => inputs["endpoint"]);
  const reserved = (graph: Graph) =>
    only(graph, "aws:lambda/function:Function", "WebFunction").inputs["reservedConcurrentExecutions"];

  it("keeps the settings of the stage that are not set here, and changes those that are", async () => {
    await keep({ TWOBYTWO_ALERTS_MAIL: "artist@example.org", TWOBYTWO_WEB_ORIGIN: "https://squares.example" });
    const graph = await deployed({ TWOBYTWO_ORDER: "shuffle", TWOBYTWO_WEB_ORIGIN: "" });
    expect(graph.errors).toEqual([]);
    expect(subscriptions(graph)).toEqual(["artist@example.org"]);
    expect(kept(graph)).toEqual({
      TWOBYTWO_ALERTS_MAIL: "artist@example.org",
      TWOBYTWO_ORDER: "shuffle",
      TWOBYTWO_WEB_ORIGIN: "https://squares.example",
    });
    expect(reserved(graph)).toBe(10);
  });

  it("takes away what is set to none, and reserves what a new account has", async () => {
    await keep({ TWOBYTWO_ALERTS_MAIL: "artist@example.org" });
    Object.assign(world.account.concurrency, { limit: 10, unreserved: 10 });
    const graph = await deployed({ TWOBYTWO_ALERTS_MAIL: "none" });
    Object.assign(world.account.concurrency, { limit: 1_000, unreserved: 1_000 });
    expect(graph.errors).toEqual([]);
    expect(subscriptions(graph)).toEqual([]);
    expect(reserved(graph)).toBeUndefined();
  });

  it("ends before it makes anything where a name is taken, and says which", async () => {
    world.administration.existing.add("AWS::Lambda::Function twobytwo-first-tweet");
    const graph = await deployed();
    world.administration.existing.clear();
    expect(graph.errors.join()).toMatch(/names: These exist already.*\n.*twobytwo-first-tweet\n.*Delete them/);
    expect(graph.resources.filter(({ type }) => type.startsWith("aws:"))).toEqual([]);
  });
});
