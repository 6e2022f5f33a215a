import { describe, expect, it } from "vitest";
import { accountForAll, credentials } from "./account.ts";

const acc = accountForAll();

const ids = async () =>
  ((await acc.call("GET", "/2/users/4242/tweets?max_results=100")).body.data ?? []).map(({ id }: { id: string }) => id);

describe("the log of calls", () => {
  it("has method, path, status and fault, and never a credential", async () => {
    acc.x.inject({ kind: "unauthorized", operation: "GET /2/users/me" });
    await acc.call("GET", "/2/users/me");
    await acc.post("words");
    await acc.call("GET", "/2/users/4242/tweets?max_results=5&oauth_signature=abc");
    await acc.call("GET", "/2/nothing");
    const at = "2026-11-24T10:00:00.000Z";
    const read = { operation: "GET /2/users/{id}/tweets", path: "/2/users/4242/tweets?max_results=5" };
    expect(acc.x.calls()).toEqual([
      { at, method: "GET", path: "/2/users/me", operation: "GET /2/users/me", fault: "unauthorized", status: 401 },
      { at, method: "POST", path: "/2/tweets", operation: "POST /2/tweets", status: 201 },
      { at, method: "GET", ...read, status: 400 },
      { at, method: "GET", path: "/2/nothing", status: 404 },
    ]);
    for (const secret of Object.values(credentials)) expect(JSON.stringify(acc.x.calls())).not.toContain(secret);
  });
});

describe("reset", () => {
  it("forgets everything, or all but the posts", async () => {
    const id = await acc.upload();
    const fill = async () => {
      acc.x.inject({ kind: "cut", operation: "GET /2/users/me" });
      acc.x.configure({ credits: 5, timelineLag: { reads: 5 }, mediaExpiresAfterSecs: 1 });
      await acc.post("words", [id]);
    };
    await fill();
    await acc.x.reset({ keepPosts: true });
    expect(acc.x.calls()).toEqual([]);
    expect(acc.x.configure({})).toMatchObject({ credits: null, timelineLag: null, mediaExpiresAfterSecs: 86_400 });
    expect((await acc.call("GET", "/2/users/me")).status).toBe(200);
    expect(acc.x.posts()).toHaveLength(1);
    const answer = await acc.post("words", [id]);
    expect([answer.status, answer.headers.get("x-rate-limit-remaining")]).toEqual([403, "99"]);
    await fill();
    await acc.x.reset();
    expect(acc.x.posts()).toEqual([]);
    expect((await acc.post("words", [id])).status).toBe(400);
  });
});

describe("what the owner of the account does by hand", () => {
  it("fills pages of the timeline, which lead from one to the next to the end", async () => {
    await acc.x.writeByHand(12);
    const written = acc.x.posts().map(({ id }) => id);
    const read: string[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page = await acc.call("GET", `/2/users/4242/tweets${token && `?pagination_token=${token}`}`);
      read.push(...page.body.data.map(({ id }: { id: string }) => id));
      token = page.body.meta.next_token;
    }
    expect(read).toEqual(written.reverse());
  });

  it("takes down a post, which is then nowhere to be seen and may be posted again", async () => {
    const media = [await acc.upload()];
    const { id } = (await acc.post("one", media)).body.data;
    await acc.x.deleteByHand(id);
    expect(await ids()).toEqual([]);
    await acc.x.deleteByHand(id);
    expect((await acc.post("one", media)).status).toBe(201);
  });
});

it("uploads expire when a test wants it", async () => {
  const id = await acc.upload();
  await acc.x.expireMedia();
  expect((await acc.post("words", [id])).status).toBe(400);
});
