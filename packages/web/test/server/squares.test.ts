import { BatchWriteCommand, DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { readSquare } from "@twobytwo/core/squares/table";
import { createXClient } from "@twobytwo/core/x/client";
import { stateMachineArn } from "@twobytwo/sandbox/names";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  NextPosts,
  Overview,
  Problem,
  Schedule,
  SquareCard,
  SquareDetail,
  SquarePage,
} from "../../src/contract.ts";
import type { DatedDetail } from "../../src/contract-acts.ts";
import type { Run, RunLine } from "../../src/contract-runs.ts";
import { appHere } from "./app-here.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let browser: Browser;
beforeAll(async () => {
  stage = await openStage();
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
});
afterAll(() => stage.close());

let made = 0;
/** A new square at the end of the queue. */
async function add(words: { title?: string; caption?: string; altText?: string; series?: string } = {}) {
  made += 1;
  return stage.add(undefined, { unlike: `no. ${made}`, title: `Square ${made}`, ...words });
}
const detail = (id: string) => browser.ask<SquareDetail>("GET", `/api/squares/${id}`);
const list = (query: string) => browser.ask<SquarePage>("GET", `/api/squares?${query}`);
const act = (id: string, verb: string, body?: unknown) =>
  browser.ask<SquareDetail>("POST", `/api/squares/${id}/${verb}`, body);

/** Waits until a run has ended, and gives it as the app sees it. */
async function ended(name: string): Promise<Run> {
  await stage.sandbox.stepFunctions.wait(`${stateMachineArn.replace(":stateMachine:", ":execution:")}:${name}`);
  return browser.ask<Run>("GET", `/api/runs/${name}`);
}

describe("editing", () => {
  it("changes words, takes them away, and says what the square is then", async () => {
    const { id } = await add({ caption: "Old", altText: "Alt" });
    const before = await detail(id);
    const body = { version: before.version, title: "New", caption: null, altText: "Another", series: "Blue" };
    const after = await browser.ask<SquareDetail>("PATCH", `/api/squares/${id}`, body);
    expect(after).toMatchObject({ title: "New", caption: "", altText: "Another", series: "Blue" });
    expect(after.version).toBe(before.version + 1);
    expect((await readSquare(stage.ports.table, id))?.caption).toBeUndefined();
    expect(await browser.ask("GET", "/api/series")).toContain("Blue");
  });

  it("of a square that another device has changed is a conflict, with the square as it is now", async () => {
    const { id } = await add();
    const { version } = await detail(id);
    await browser.ask("PATCH", `/api/squares/${id}`, { version, title: "Theirs" });
    const problem = await browser.problem("PATCH", `/api/squares/${id}`, { version, title: "Mine" });
    expect(problem).toMatchObject({
      type: "/problems/changed",
      status: 409,
      current: { title: "Theirs", version: version + 1 },
    });
    expect((await detail(id)).title).toBe("Theirs");
  });

  it("by two devices in the same moment keeps one of the two, and tells the other", async () => {
    const { id } = await add();
    const { version } = await detail(id);
    const answers = await Promise.all(
      ["One", "Two"].map((title) => browser.send("PATCH", `/api/squares/${id}`, { version, title })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = (await answers.find(({ status }) => status === 409)?.json()) as Problem;
    expect(lost.current?.title).toBe((await detail(id)).title);
  });

  it("refuses words that X would refuse, and says so", async () => {
    const { id, version } = await add();
    const problem = await browser.problem("PATCH", `/api/squares/${id}`, { version, caption: "x".repeat(281) });
    expect(problem).toMatchObject({ type: "/problems/refused", status: 422, detail: expect.stringContaining("280") });
  });
});

describe("captions of a series", () => {
  it("are made by a template, square by square, and say why where not", async () => {
    const [one, two] = [await add({ series: "Ridge" }), await add({ series: "Ridge", caption: "Mine" })];
    const body = (template: string, ...squares: { id: string; version: number }[]) => ({
      series: "Ridge",
      template,
      squares: squares.map(({ id, version }, index) => ({ id, version, number: index + 1 })),
    });
    const gone = { id: "01JJJJJJJJJJJJJJJJJJJJJJJJ", version: 1 };
    const results = await browser.ask("POST", "/api/series/captions", body("{series} #{n}", one, two, gone));
    expect(results).toEqual([
      { id: one.id, outcome: "changes" },
      { id: two.id, outcome: "left", why: "written by hand" },
      { id: gone.id, outcome: "refused", why: expect.stringContaining("There is no square") },
    ]);
    const [card] = (await list("status=queued&series=Ridge")).squares;
    expect(card).toMatchObject({
      caption: "Ridge #1",
      templated: { series: "Ridge", number: 1, template: "{series} #{n}", caption: "Ridge #1" },
    });
    expect(await browser.problem("POST", "/api/series/captions", body("{no}", one))).toMatchObject({
      status: 422,
      detail: expect.stringContaining("A template has no {no}"),
    });
    const many = Array.from({ length: 21 }, () => one);
    expect(await browser.problem("POST", "/api/series/captions", body("{n}", ...many))).toMatchObject({ status: 400 });
  });
});

describe("the queue", () => {
  it("takes a square back to the rank that it had, only from the status that the person saw", async () => {
    const [, two] = [await add(), await add(), await add()];
    const { rank, status: from } = await detail(two.id);
    const now = async () => (await list("status=queued&limit=200")).squares.map(({ id }) => id);
    const before = await now();
    await act(two.id, "draft", { from });
    for (const [verb, body] of [
      ["withdraw", { from: "queued" }],
      ["requeue", { from: "withdrawn" }],
    ] as const)
      expect(await browser.problem("POST", `/api/squares/${two.id}/${verb}`, body)).toMatchObject({
        status: 409,
        current: { status: "draft" },
      });
    // Asked again, because the answer was lost.
    expect((await act(two.id, "draft", { from })).status).toBe("draft");
    expect(await act(two.id, "requeue", { from: "draft", rank })).toMatchObject({ status: "queued", rank });
    expect(await now()).toEqual(before);
    await browser.ask("POST", `/api/squares/${two.id}/move`, { to: "top" });
    await browser.ask("POST", `/api/squares/${two.id}/move`, { to: { rank } });
    expect(await now()).toEqual(before);
  });

  it("is filtered by what squares lack", async () => {
    const { id } = await add({ title: "IMG_1234" });
    const described = await add({ altText: "Described" });
    const found = async (only: string) =>
      (await list(`status=queued&limit=200&only=${only}`)).squares.map((one) => one.id);
    expect(await found("no-alt-text")).toContain(id);
    expect(await found("no-alt-text")).not.toContain(described.id);
    expect(await found("no-caption")).toEqual([id]);
    expect(await found("will-be-cut")).toEqual([]);
    expect((await browser.problem("GET", "/api/squares?status=queued&only=anything")).status).toBe(400);
  });

  it("is given in its order with dates, and moved to the top, the end and before another", async () => {
    const [one, two, three] = [await add(), await add(), await add()];
    const order = async () => (await list("status=queued&limit=200")).squares.map(({ id }) => id);
    await browser.ask("POST", `/api/squares/${three.id}/move`, { to: "top" });
    expect((await order())[0]).toBe(three.id);
    await browser.ask("POST", `/api/squares/${three.id}/move`, { to: "end" });
    expect((await order()).at(-1)).toBe(three.id);
    await browser.ask("POST", `/api/squares/${three.id}/move`, { to: { before: two.id } });
    const now = await order();
    expect(now.indexOf(three.id)).toBe(now.indexOf(two.id) - 1);
    expect(now.indexOf(one.id)).toBeLessThan(now.indexOf(three.id));

    const { posts, emptyOn } = await browser.ask<NextPosts>("GET", "/api/next?count=2");
    expect(posts.map(({ square }) => square.id)).toEqual(now.slice(0, 2));
    expect(posts.every(({ at = "" }, index) => index === 0 || at > (posts[index - 1]?.at ?? ""))).toBe(true);
    const overview = await browser.ask<Overview>("GET", "/api/overview");
    expect(overview.next?.at).toBe(posts[0]?.at);
    expect(overview.emptyOn).toBe(emptyOn);
    expect(overview.stock.queued).toBe(now.length);
  });

  it("gives squares away and takes them back: draft, withdraw, requeue", async () => {
    const { id } = await add();
    expect(await act(id, "draft")).toMatchObject({ status: "draft" });
    expect(await act(id, "withdraw")).toMatchObject({ status: "withdrawn" });
    expect(await act(id, "requeue", { top: true })).toMatchObject({ status: "queued" });
    expect((await list("status=queued&limit=1")).squares[0]?.id).toBe(id);
    expect(await browser.problem("POST", "/api/squares/01JJJJJJJJJJJJJJJJJJJJJJJJ/draft")).toMatchObject({
      status: 404,
    });
  });
});

describe("a day for a square", () => {
  it("is given, told with the slot that posts it, changed and taken away", async () => {
    const { id } = await add();
    const dated = await browser.ask<DatedDetail>("POST", `/api/squares/${id}/date`, { on: "2098-12-24" });
    expect(dated).toMatchObject({ status: "dated", date: "2098-12-24T00:00:00.000Z", at: "2098-12-24T18:00:00.000Z" });
    expect((await list("status=dated")).squares).toMatchObject([{ id, date: dated.date }]);
    const { posts } = await browser.ask<NextPosts>("GET", "/api/next?count=500");
    expect(posts.at(-1)).toMatchObject({ square: { id, date: dated.date }, at: dated.at });
    const moved = await act(id, "date", { on: "2098-12-24T18:01" });
    expect(moved).toMatchObject({ date: "2098-12-24T18:01:00.000Z", at: "2098-12-25T18:00:00.000Z" });
    expect(await act(id, "date", { on: null })).toMatchObject({ status: "queued" });
    expect(await detail(id)).not.toHaveProperty("date");
  });

  it.each([
    ["2020-01-01", "has passed"],
    ["soon", "is not a date"],
  ])("is refused where it is %s", async (on, why) => {
    const { id } = await add();
    expect(await browser.problem("POST", `/api/squares/${id}/date`, { on })).toMatchObject({
      status: 422,
      detail: expect.stringContaining(why),
    });
  });
});

describe("posting", () => {
  it("posts one square now, tells the run step by step, and takes the post back", async () => {
    const { id, title } = await add({ title: "Now" });
    const { execution } = await browser.ask<{ execution: string }>("POST", `/api/squares/${id}/post`);
    const run = await ended(execution);
    expect(run).toMatchObject({ status: "SUCCEEDED", summary: `Posted ${title}`, squareId: id, name: execution });
    expect(run.steps.map(({ name }) => name)).toContain("Tweet");
    expect(run.steps.find(({ name }) => name === "Tweet")).toMatchObject({
      outcome: "succeeded",
      ms: expect.any(Number),
      input: { square: { id } },
    });
    const posted = await detail(id);
    expect(posted).toMatchObject({ status: "posted", tweetId: run.tweetId });
    expect((await fetch(posted.postUrl ?? "")).status).toBe(200);
    expect(await browser.problem("POST", `/api/squares/${id}/requeue`)).toMatchObject({ status: 422 });
    expect(await browser.problem("POST", `/api/squares/${id}/post`)).toMatchObject({ status: 422 });

    const back = await act(id, "unpost", { afterwards: "queue" });
    expect(back).toMatchObject({ status: "queued" });
    expect(back.tweetId).toBeUndefined();
    expect((await fetch(posted.postUrl ?? "")).status).toBe(404);
    // Its answer was lost, and the app asks again.
    expect(await act(id, "unpost", { afterwards: "queue" })).toMatchObject({ version: back.version });
    expect((await list("status=queued&limit=200")).squares.at(-1)?.id).toBe(id);
  });

  it("of a post that is gone at X already retires the square all the same", async () => {
    const { id } = await add();
    await ended((await browser.ask<{ execution: string }>("POST", `/api/squares/${id}/post`)).execution);
    const { tweetId = "" } = await detail(id);
    const x = createXClient({
      credentials: await stage.credentials(),
      baseUrl: stage.sandbox.endpoints.x,
      clock: Date.now,
      deadlineMs: 10_000,
    });
    await x.deletePost(tweetId);
    expect(await act(id, "unpost", { afterwards: "withdraw" })).toMatchObject({ status: "withdrawn" });
    expect((await browser.problem("POST", `/api/squares/${id}/unpost`, { afterwards: "queue" })).status).toBe(422);
  });

  it("deletes a square for good as the person saw it, and says whose post would stay", async () => {
    const { id, version, pictureUrl } = await add().then((square) => detail(square.id));
    const path = `/api/squares/${id}/delete`;
    expect(await browser.problem("POST", path, { version: version + 1 })).toMatchObject({
      status: 409,
      current: { id },
    });
    expect((await fetch(pictureUrl)).status).toBe(200);
    await browser.ask("POST", path, { version });
    // Who may not list the bucket is told no more of an object that is gone.
    expect((await fetch(pictureUrl)).status).toBe(403);
    expect(await browser.problem("POST", path, { version })).toMatchObject({ status: 404 });

    const posted = await add();
    await ended((await browser.ask<{ execution: string }>("POST", `/api/squares/${posted.id}/post`)).execution);
    const now = await detail(posted.id);
    const unasked = await browser.problem("POST", `/api/squares/${posted.id}/delete`, { version: now.version });
    expect(unasked).toMatchObject({ status: 422, detail: expect.stringContaining("a post stays where it is") });
    await browser.ask("POST", `/api/squares/${posted.id}/delete`, { version: now.version, evenIfPosted: true });
    expect((await fetch(now.postUrl ?? "")).status).toBe(200);
  });

  it("posts the head of the queue now", async () => {
    await add();
    const head = (await list("status=queued&limit=1")).squares[0];
    const { execution } = await browser.ask<{ execution: string }>("POST", "/api/post-now");
    expect((await ended(execution)).squareId).toBe(head?.id);
    const { runs } = await browser.ask<{ runs: RunLine[] }>("GET", "/api/runs");
    expect(runs[0]).toMatchObject({ name: execution, status: "SUCCEEDED" });
    expect(await browser.problem("GET", "/api/runs/last")).toMatchObject({ status: 404 });
  });
});

describe("the schedule", () => {
  it("is paused, paused until, resumed and changed, and always says what it is", async () => {
    await add();
    const paused = await browser.ask<Schedule>("POST", "/api/schedule/pause", { reason: "holidays" });
    expect(paused).toMatchObject({ state: "disabled", pause: { pausedBy: "person", reason: "holidays" } });
    expect((await browser.ask<Overview>("GET", "/api/overview")).next?.at).toBeUndefined();
    const until = new Date(Math.ceil(Date.now() / 1000) * 1000 + 86_400_000).toISOString();
    expect(await browser.ask<Schedule>("POST", "/api/schedule/pause", { until })).toMatchObject({ pause: { until } });
    const resumed = await browser.ask<Schedule>("POST", "/api/schedule/resume");
    expect(resumed.state).toBe("enabled");
    expect(resumed.pause).toBeUndefined();
    const wish = { expression: "cron(30 8 * * ? *)", timeZone: "Europe/Berlin" };
    const preview = await browser.ask<{ description: string; times: string[] }>("POST", "/api/schedule/preview", wish);
    expect(preview.times).toHaveLength(5);
    expect(await browser.ask<Schedule>("PUT", "/api/schedule", wish)).toMatchObject({
      ...wish,
      description: preview.description,
    });
    const wrong = { ...wish, expression: "cron(30 8 * * *)" };
    expect(await browser.problem("PUT", "/api/schedule", wrong)).toMatchObject({ status: 422 });
    const misspelled = { ...wish, timeZone: "asia/kolkata" };
    const detail = expect.stringContaining("Did you mean Asia/Kolkata?");
    for (const [method, at] of [["PUT", ""] as const, ["POST", "/preview"] as const])
      expect(await browser.problem(method, `/api/schedule${at}`, misspelled)).toMatchObject({ status: 422, detail });
  });
});

describe("lists", () => {
  it("are searched a page at a time, without accents and case, and go on by a cursor", async () => {
    const wanted = [];
    for (const title of ["Étude in blue", "ÉTUDE in red", "Nothing"]) wanted.push(await add({ title, series: "S" }));
    const found: SquareCard[] = [];
    let cursor: string | undefined;
    do {
      const page: SquarePage = await list(`status=queued&q=etude&limit=1${cursor ? `&cursor=${cursor}` : ""}`);
      expect(page.squares.length).toBeLessThanOrEqual(1);
      found.push(...page.squares);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(found.map(({ id }) => id)).toEqual(wanted.slice(0, 2).map(({ id }) => id));
    expect((await list("status=queued&series=S")).squares).toHaveLength(3);
  });

  it("give the same address of a thumbnail for hours", async () => {
    const addresses = new Set<string | undefined>();
    for (const _ of [1, 2]) addresses.add((await list("status=queued&limit=1")).squares[0]?.thumbnailUrl);
    expect(addresses.size).toBe(1);
  });

  it("show a row that is no square as one that somebody has to correct", async () => {
    const { client, name } = stage.ports.table;
    const Item = { id: "broken", status: "draft", sortKey: "2000", title: 5 };
    await client.send(new BatchWriteCommand({ RequestItems: { [name]: [{ PutRequest: { Item } }] } }));
    const { squares } = await list("status=draft&order=oldest&limit=1");
    expect(squares).toMatchObject([{ id: "broken", mistakes: expect.stringContaining("objectKey") }]);
  });
});

describe("what a list costs", () => {
  it("is one page of the index, with ten squares and with six hundred", async () => {
    const spent: { operation: string; units: number }[] = [];
    // The app itself, in this process, so that what DynamoDB says of each call is seen.
    const client = DynamoDBDocumentClient.from(stage.sandbox.clients.dynamodb, {
      marshallOptions: { removeUndefinedValues: true },
    });
    client.middlewareStack.add(
      (next, context) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: "TOTAL" });
        const answer = await next(args);
        const { ConsumedCapacity } = answer.output as { ConsumedCapacity?: { CapacityUnits?: number } };
        spent.push({ operation: String(context["commandName"]), units: ConsumedCapacity?.CapacityUnits ?? Number.NaN });
        return answer;
      },
      { step: "initialize" },
    );
    const app = appHere(stage.ports, { table: { client, name: stage.ports.table.name } });
    const costOf = async (query: string) => {
      spent.length = 0;
      const headers = { host: "localhost", cookie: `__Host-session=${browser.cookie}` };
      const answer = await app.request(`/api/squares?${query}`, { headers });
      expect(answer.status).toBe(200);
      return { queries: spent.filter(({ operation }) => operation === "QueryCommand"), calls: spent.length };
    };
    const withdrawn = async (from: number, to: number) => {
      for (let at = from; at < to; at += 25) {
        const Items = Array.from({ length: Math.min(25, to - at) }, (_, index) => row(at + index));
        const RequestItems = { [stage.ports.table.name]: Items.map((Item) => ({ PutRequest: { Item } })) };
        await client.send(new BatchWriteCommand({ RequestItems }));
      }
    };
    await withdrawn(0, 10);
    // Its first call makes the key that signs cursors.
    await costOf("status=withdrawn&limit=10");
    const few = await costOf("status=withdrawn&limit=10");
    await withdrawn(10, 600);
    const many = await costOf("status=withdrawn&limit=10");
    expect(few.queries).toHaveLength(1);
    expect(many.queries).toEqual(few.queries);
    expect(many.calls).toBe(few.calls);
    // Ten rows of about 600 bytes, eventually consistent: half a unit for each four kilobytes begun.
    expect(many.queries[0]?.units).toBeLessThanOrEqual(1);
    const searched = await costOf("status=withdrawn&limit=10&q=nowhere");
    expect(searched.queries).toHaveLength(1);
    // A search reads at most 250 rows.
    expect(searched.queries[0]?.units).toBeLessThanOrEqual(20);
  });
});

const row = (number: number) => ({
  id: `bulk-${String(number).padStart(5, "0")}`,
  status: "withdrawn",
  sortKey: new Date(Date.UTC(2020, 0, 1) + number * 60_000).toISOString(),
  objectKey: "squares/none.jpg",
  title: `Bulk ${number}`,
  altText: "x".repeat(400),
  version: 1,
});
