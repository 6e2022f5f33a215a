import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sandboxKeys } from "@twobytwo/sandbox/keys";
import { openStage } from "@twobytwo/sandbox/test/stage";
import { functions } from "@twobytwo/stacks/blueprint";
import { describe, expect, it } from "vitest";

/** Where the run ends when one function lacks one setting. */
const ends: Record<string, { status: string; error?: string; square: string; last: string }> = {
  "select-square DB_TABLE_NAME": { status: "FAILED", error: "MissingSetting", square: "queued", last: "Failed" },
  "fetch-media S3_BUCKET_NAME": { status: "FAILED", error: "MissingSetting", square: "queued", last: "Failed" },
  "fetch-media X_CREDENTIALS_PARAMETER": { status: "FAILED", error: "NotAuthorized", square: "queued", last: "Failed" },
  "tweet DB_TABLE_NAME": { status: "FAILED", error: "MissingSetting", square: "queued", last: "Failed" },
  "tweet X_CREDENTIALS_PARAMETER": { status: "FAILED", error: "NotAuthorized", square: "queued", last: "Failed" },
  "mark-posted DB_TABLE_NAME": { status: "FAILED", error: "MissingSetting", square: "posted", last: "Failed" },
  "check-stock SCHEDULE_NAME": { status: "FAILED", error: "MissingSetting", square: "posted", last: "Failed" },
  "disable-schedule SCHEDULE_NAME": { status: "FAILED", error: "MissingSetting", square: "posted", last: "Failed" },
  "notify ALERTS_TOPIC_ARN": { status: "SUCCEEDED", square: "posted", last: "Done" },
};

describe("a missing environment variable", () => {
  it.each(Object.entries(ends))("%s", async (missing, end) => {
    const [lambda, variable = ""] = missing.split(" ");
    expect(functions.find(({ name }) => name === lambda)?.environment).toContain(variable);
    const stage = await openStage({
      changeEnvironment: (name, { [variable]: value, ...others }) =>
        name === lambda ? others : { ...others, ...(value !== undefined && { [variable]: value }) },
    });
    const square = await stage.add();
    const run = await stage.run();
    expect(run).toMatchObject({ status: end.status, ...(end.error !== undefined && { error: end.error }) });
    expect(run.states.at(-1)).toBe(end.last);
    expect((await stage.square(square.id)).status).toBe(end.square);
    const why = [run.cause, ...run.lines.map(({ cause }) => cause)].join();
    if (end.error === "MissingSetting")
      expect(why).toMatch(`The environment variable ${variable} is not set for this function`);
    if (end.error === "NotAuthorized")
      expect(why).toMatch(/lacks CONSUMER_KEY, CONSUMER_SECRET, ACCESS_TOKEN, ACCESS_TOKEN_SECRET/);
    if (end.square === "posted") expect((await stage.square(square.id)).tweetId).toBe(stage.sandbox.x.posts()[0]?.id);
    await stage.close();
  });

  it("is none where the four keys are in the environment itself, as the first version had them", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-keys-"));
    const keys = sandboxKeys(directory);
    const stage = await openStage({
      directory,
      changeEnvironment: (_, { X_CREDENTIALS_PARAMETER, ...others }) =>
        X_CREDENTIALS_PARAMETER ? { ...others, ...keys } : others,
    });
    await stage.add();
    expect((await stage.run()).output).toMatchObject({ outcome: "posted" });
    await stage.close();
    await rm(directory, { recursive: true, force: true });
  });
});

describe("secrets", () => {
  it("are in no log line, history, output, mail or file of a run that goes well and of runs that fail", async () => {
    const directory = await mkdtemp(path.join(tmpdir(), "twobytwo-secrets-"));
    const stage = await openStage({ directory });
    const secrets = Object.values(await stage.credentials());
    const { x, sns } = stage.sandbox;
    const seen: string[] = [];
    const faults = [
      undefined,
      { kind: "unauthorized" },
      { kind: "cut" },
      { kind: "malformed" },
      { kind: "forbidden" },
    ] as const;
    for (const [index, fault] of faults.entries()) {
      const square = await stage.add(undefined, { unlike: `${index}` });
      if (fault) x.inject({ ...fault, operation: "POST /2/tweets" });
      const run = await stage.run({ squareId: square.id });
      seen.push(JSON.stringify(run), JSON.stringify(stage.sandbox.stepFunctions.history(run.executionArn)));
      seen.push(JSON.stringify(await stage.square(square.id)));
    }
    seen.push(JSON.stringify(sns.messages()), JSON.stringify(x.calls()));
    // What a function wrote last may still be on its way while it lives.
    await stage.close();
    seen.push(...stage.logs);
    seen.push(...(await textsIn(path.join(directory, "executions"))));
    expect(stage.logs.length).toBeGreaterThanOrEqual(faults.length * 5);
    for (const secret of secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    // Proof that the search finds what is there.
    expect((await textsIn(path.join(directory, "ssm"))).join()).toContain(secrets[0]);
    await rm(directory, { recursive: true, force: true });
  });
});

async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(path.join(entry.parentPath, entry.name), "utf8")));
}
