import { changeStatus } from "@twobytwo/core/squares/transition";
import { hold } from "@twobytwo/core/test/posting/held-fixture";
import { createXClient, type XClient } from "@twobytwo/core/x/client";
import { openStage, picture, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SquareDetail } from "../../src/contract.ts";
import type { Candidates } from "../../src/contract-review.ts";
import { postPicturesOrigin, securityHeaders } from "../../src/server/http/security-headers.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let browser: Browser;
let x: XClient;
beforeAll(async () => {
  stage = await openStage();
  browser = openBrowser(stage.sandbox.endpoints.web);
  await browser.register(await newInvite(stage.ports.table));
  x = createXClient({
    credentials: await stage.credentials(),
    baseUrl: stage.sandbox.endpoints.x,
    clock: Date.now,
    deadlineMs: 10_000,
  });
});
afterAll(() => stage.close());

let made = 0;
async function queued() {
  made += 1;
  return stage.add(undefined, { unlike: `no. ${made}`, title: `Square ${made}` });
}
async function held() {
  const square = await queued();
  const bytes = await picture("dandelion-evening.jpg");
  return { ...square, ...(await hold({ table: stage.ports.table, x, now: Date.now() }, square, bytes)) };
}
const detail = (id: string) => browser.ask<SquareDetail>("GET", `/api/squares/${id}`);
const look = (id: string) => browser.ask<Candidates>("POST", `/api/squares/${id}/candidates`);
const reads = () => stage.sandbox.x.calls().filter(({ operation }) => operation === "GET /2/users/{id}/tweets").length;

describe("a held square", () => {
  it("tells what was sent and how often it was looked for, and a square that waits tells nothing of it", async () => {
    const { id, title } = await held();
    const before = reads();
    expect(await detail(id)).toMatchObject({
      sending: { at: expect.stringMatching(/Z$/), words: title, resends: 1, looks: 3 },
    });
    expect(await detail((await queued()).id)).not.toHaveProperty("sending");
    // X charges for a look: opening the square is not asking for one.
    expect(reads()).toBe(before);
  });

  it("has the account's posts beside it when a person asks, its own first, with the picture that X shows", async () => {
    const { id, tweetBody } = await held();
    const post = await x.post(tweetBody);
    const other = await queued();
    const bytes = await picture("two-spaniels.jpg");
    const media = await x.upload({ chunks: [bytes], size: bytes.length, contentType: "image/jpeg" });
    const { id: tweetId } = await x.post(JSON.stringify({ text: "By hand", media: { media_ids: [media.id] } }));
    const now = new Date().toISOString();
    const move = { from: "queued", to: "posted", sortKey: now, now, set: { tweetId } } as const;
    await changeStatus(stage.ports.table, { id: other.id, ...move });
    const { candidates, complete, leftOut } = await look(id);
    expect([complete, leftOut]).toEqual([true, 0]);
    expect(candidates).toMatchObject([
      { tweetId: post.id, sameMedia: true, sameWords: true, url: expect.stringContaining(post.id) },
      { tweetId, sameMedia: false, knownAs: { id: other.id, title: other.title } },
    ]);
    const [{ pictureUrl = "" } = {}] = candidates;
    expect((await fetch(pictureUrl)).headers.get("content-type")).toBe("image/jpeg");
    const policy = (await browser.send("GET", "/")).headers.get("content-security-policy") ?? "";
    expect(/img-src ([^;]*)/.exec(policy)?.[1]?.split(" ")).toContain(new URL(pictureUrl).origin);
  });

  it("says why the posts may not be all, and what X says where it shows none", async () => {
    const { id } = await held();
    const timeline = { operation: "GET /2/users/{id}/tweets" } as const;
    stage.sandbox.x.inject({ kind: "incomplete", how: "some-errors", ...timeline });
    expect(await look(id)).toMatchObject({ complete: false, why: expect.stringContaining("incomplete") });
    stage.sandbox.x.inject({ kind: "credits-depleted", ...timeline });
    expect(await browser.problem("POST", `/api/squares/${id}/candidates`)).toMatchObject({
      status: 422,
      detail: expect.stringContaining("credits"),
    });
  });

  it("is looked for only while it is held, only by who is signed in, and only by the app itself", async () => {
    const { id } = await queued();
    const before = reads();
    const path = `/api/squares/${id}/candidates`;
    expect(await browser.problem("POST", path)).toMatchObject({ status: 422 });
    const square = await held();
    const ofHeld = `/api/squares/${square.id}/candidates`;
    const stranger = openBrowser(browser.origin);
    expect(await stranger.problem("POST", ofHeld)).toMatchObject({ status: 401 });
    expect(await browser.problem("POST", ofHeld, {}, { origin: "https://elsewhere.example" })).toMatchObject({
      status: 403,
    });
    expect((await browser.send("GET", ofHeld)).status).toBe(404);
    expect(reads()).toBe(before);
  });
});

describe("the policy of the app", () => {
  it("lets in the pictures of X's posts from where X keeps them, and no page, script or call from there", () => {
    const postPictures = postPicturesOrigin({ stage: "prod", postsOrigin: "https://x.com" });
    const policy = securityHeaders({ bucket: "https://bucket.example", postPictures })["content-security-policy"];
    const allowed = (policy ?? "").split("; ").filter((rule) => rule.includes("pbs.twimg.com"));
    expect(allowed).toEqual(["img-src 'self' blob: data: https://bucket.example https://pbs.twimg.com"]);
  });
});
