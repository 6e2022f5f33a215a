import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { functionArn } from "@twobytwo/sandbox/lambdas";
import { openStage, picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { SquareDetail } from "../../src/contract.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let browser: Browser;
let x: XClient;
let fault: (call: Call) => Fault | undefined | Promise<Fault | undefined>;
beforeAll(async () => {
  stage = await openStage({ intercept: (call) => fault?.(call) });
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
  const credentials = await stage.credentials();
  x = createXClient({ credentials, baseUrl: stage.sandbox.endpoints.x, clock: Date.now, deadlineMs: 10_000 });
});
beforeEach(() => {
  fault = () => undefined;
});
afterAll(() => stage.close());

let made = 0;
const add = () => {
  made += 1;
  return stage.add(undefined, { title: `Square ${made}`, unlike: `behind ${made}` });
};
const detail = (id: string) => browser.ask<SquareDetail>("GET", `/api/squares/${id}`);
async function posted() {
  const { id } = await add();
  await stage.run({ squareId: id });
  return detail(id);
}
/** The first call to another function that comes from the web app. */
const once = (what: Fault) => {
  let isOver = false;
  return ({ service, accessKeyId }: Call) => {
    if (isOver || service !== "lambda" || accessKeyId !== "web") return undefined;
    isOver = true;
    return what;
  };
};

const corners = [
  [0.1, 0.1],
  [0.9, 0.1],
  [0.9, 0.9],
  [0.1, 0.9],
];

describe("a crop", () => {
  it("is made of a square that X refused with certainty, and of none that may have been posted", async () => {
    const [refused, unsure] = [await add(), await add()];
    stage.sandbox.x.inject({ kind: "duplicate", operation: "POST /2/tweets" });
    await stage.run({ squareId: refused.id });
    await hold({ table: stage.ports.table, x, now: Date.now() }, unsure, await picture("dandelion-evening.jpg"));
    const [first, second] = [await detail(refused.id), await detail(unsure.id)];
    expect([first, second].map(({ status, maybePosted }) => [status, maybePosted])).toEqual([
      ["review", undefined],
      ["review", true],
    ]);
    const crop = ({ id, version }: SquareDetail) => [`/api/squares/${id}/crop`, { corners, version }] as const;
    expect(await browser.ask("POST", ...crop(first))).toMatchObject({ status: "review", corners });
    expect(await browser.problem("POST", ...crop(second))).toMatchObject({ status: 422 });
  });

  it("whose answer was lost on its way to the web app is made once, and told as made", async () => {
    const { id } = await add();
    const { version } = await detail(id);
    fault = once({ kind: "lose-answer" });
    const after = await browser.ask<SquareDetail>("POST", `/api/squares/${id}/crop`, { corners, version });
    expect(after).toMatchObject({ corners, version: version + 1 });
  });

  it("is refused in the words of the function that makes it", async () => {
    const { id } = await add();
    const { version } = await detail(id);
    const crossed = [corners[0], corners[2], corners[1], corners[3]];
    const { status, detail: said } = await browser.problem("POST", `/api/squares/${id}/crop`, {
      corners: crossed,
      version,
    });
    expect(status).toBe(422);
    expect(said).not.toMatch(/log of the function|crop-square/);
    expect(await detail(id)).toMatchObject({ version });
  });
});

describe("a post that is to be deleted", () => {
  it("is left where X refuses, whose words the person reads", async () => {
    const { id } = await posted();
    stage.sandbox.x.inject({ kind: "unauthorized", operation: "DELETE /2/tweets/{id}" });
    expect(await browser.problem("POST", `/api/squares/${id}/unpost`, { afterwards: "withdraw" })).toMatchObject({
      status: 422,
      detail: expect.stringMatching(/^X /),
    });
    expect(await detail(id)).toMatchObject({ status: "posted" });
  });

  it("may be deleted or not where the function dies at it, which is said, and the same again goes on", async () => {
    const { id, postUrl = "" } = await posted();
    fault = async ({ service, operation }) => {
      if (service === "x" && operation.startsWith("DELETE")) await stage.sandbox.lambda.kill(functionArn("ask-x"));
      return undefined;
    };
    const problem = await browser.problem("POST", `/api/squares/${id}/unpost`, { afterwards: "withdraw" });
    expect(problem).toMatchObject({
      status: 503,
      detail: "Deleting the post was broken off, and may have been done all the same: look again before you repeat it.",
    });
    fault = () => undefined;
    expect(await browser.ask("POST", `/api/squares/${id}/unpost`, { afterwards: "withdraw" })).toMatchObject({
      status: "withdrawn",
    });
    expect((await fetch(postUrl)).status).toBe(404);
  });
});

it("a held square's post is still looked for where the first question was cut off", async () => {
  const square = await add();
  const bytes = await picture("dandelion-evening.jpg");
  const { tweetBody } = await hold({ table: stage.ports.table, x, now: Date.now() }, square, bytes);
  const { id: tweetId } = await x.post(tweetBody);
  fault = once({ kind: "cut" });
  expect(await browser.ask("POST", `/api/squares/${square.id}/confirm`)).toMatchObject({ status: "posted", tweetId });
});

it("where Lambda has no room for another function, the person is asked to try again", async () => {
  const { id } = await posted();
  fault = once({ kind: "refuse", status: 429, code: "TooManyRequestsException", message: "Rate Exceeded." });
  expect(await browser.problem("POST", `/api/squares/${id}/unpost`, { afterwards: "queue" })).toMatchObject({
    status: 503,
  });
  expect(await detail(id)).toMatchObject({ status: "posted" });
});
