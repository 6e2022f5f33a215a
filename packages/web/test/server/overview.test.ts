import { DeleteParameterCommand } from "@aws-sdk/client-ssm";
import { keepAccount, readAccount } from "@twobytwo/core/asking/account";
import { moveInQueue } from "@twobytwo/core/queue/reorder";
import { readStockRow } from "@twobytwo/core/squares/stock";
import { markUnconfirmed } from "@twobytwo/core/squares/table-identity";
import { writeCredentials } from "@twobytwo/core/x/credentials";
import type { Call } from "@twobytwo/sandbox/emulator";
import { names } from "@twobytwo/sandbox/names";
import { files, openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Account, NextPosts, Overview, SquareDetail } from "../../src/contract.ts";
import type { RunLine } from "../../src/contract-runs.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

const calls: Call[] = [];
let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage({ intercept: (call) => void calls.push(call) });
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
});
afterAll(() => stage.close());

const overview = () => browser.ask<Overview>("GET", "/api/overview");

it("asks AWS four times for what an open page asks for again and again", async () => {
  // From here on the function knows whose session it is.
  await overview();
  calls.length = 0;
  await overview();
  const operations = calls.map(({ service, operation }) => `${service} ${operation}`).sort();
  const batch = "dynamodb BatchGetItem";
  expect(operations).toEqual([batch, batch, "dynamodb Query", "scheduler GetSchedule"]);
});

it("the account is what X said once, kept for the id of the keys; without keys that is told instead", async () => {
  const account = () => browser.ask<Account>("GET", "/api/account");
  const asked = () => stage.sandbox.x.calls().filter(({ operation }) => operation === "GET /2/users/me").length;
  const keys = await stage.credentials();
  const { ssm } = stage.sandbox.clients;
  await ssm.send(new DeleteParameterCommand({ Name: names.credentials }));
  expect(await account()).toMatchObject({ state: "no-keys" });
  await writeCredentials(ssm, names.credentials, keys);

  const known = { state: "known", username: "sandbox_artist", name: "Sandbox artist", pictureUrl: expect.any(String) };
  expect(await account()).toMatchObject(known);
  expect(await account()).toMatchObject(known);
  expect(asked()).toBe(1);
  const kept = await readAccount(stage.ports.table);
  // Of other keys, the name is not known.
  await keepAccount(stage.ports.table, { ...kept, id: "4242", username: "somebody_else" });
  expect(await account()).toMatchObject(known);
  expect(asked()).toBe(2);
});

describe("the version of the overview", () => {
  it("stays while nothing changes, and is another one after each change that lists show", async () => {
    const added = [];
    for (const file of files) added.push(await stage.add(file, { title: file }));
    const [first, second, third] = added.map(({ id }) => id) as [string, string, string];
    const seen = new Set<string>();
    const isNew = async () => {
      const { version } = await overview();
      expect((await overview()).version).toBe(version);
      expect(seen.has(version)).toBe(false);
      seen.add(version);
    };
    await isNew();
    await moveInQueue(stage.ports, { id: third, to: { before: second } });
    await isNew();
    const { version } = await browser.ask<SquareDetail>("GET", `/api/squares/${second}`);
    await browser.ask("PATCH", `/api/squares/${second}`, { version, caption: "Other words" });
    await isNew();
    await browser.ask("POST", "/api/schedule/pause");
    await isNew();
    await browser.ask("POST", `/api/squares/${first}/withdraw`);
    await isNew();
    await stage.run();
    await isNew();
  });

  it("comes with the schedule that gives the dates", async () => {
    const { schedule, posts } = await browser.ask<NextPosts>("GET", "/api/next");
    expect(schedule).toEqual((await overview()).schedule);
    expect(posts.every(({ at }) => at === undefined)).toBe(true);
    await browser.ask("POST", "/api/schedule/resume");
    const after = await browser.ask<NextPosts>("GET", "/api/next");
    expect(after.posts.every(({ at }) => at !== undefined)).toBe(true);
    expect(after.schedule).not.toEqual(schedule);
  });
});

it("a failed run names its square, and what failed in the words of X", async () => {
  const { next } = await overview();
  stage.sandbox.x.inject({ kind: "unauthorized", operation: "POST /2/tweets" });
  await stage.run();
  const { runs } = await browser.ask<{ runs: RunLine[] }>("GET", "/api/runs");
  expect(runs[0]).toMatchObject({
    summary: `Failed with ${next?.square.title}`,
    squareId: next?.square.id,
    squareTitle: next?.square.title,
    error: "NotAuthorized",
    cause: expect.stringMatching(/^X does not accept the keys/),
  });
  expect((await overview()).schedule.pause).toMatchObject({ pausedBy: "workflow", error: "NotAuthorized" });
  await browser.ask("POST", "/api/schedule/resume");
});

it("a table in doubt says so, until a person confirms it with the passkey", async () => {
  await markUnconfirmed(stage.ports.table, "An archive was imported");
  expect((await overview()).unconfirmed).toBe("An archive was imported");
  await browser.prove();
  await browser.ask("POST", "/api/schedule/confirm-table");
  expect((await overview()).unconfirmed).toBeUndefined();
  expect((await readStockRow(stage.ports.table)).unconfirmed).toBeUndefined();
});
