import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Account, account, credentials, png, reply, restart } from "./account.ts";

let acc: Account;
beforeAll(async () => {
  acc = await account();
});
beforeEach(() => restart(acc));
afterAll(() => acc.x.close());

const get = async (path: string) => reply(await fetch(`${acc.x.url}/control/${path}`));
const remove = async (path: string) => reply(await fetch(`${acc.x.url}/control/${path}`, { method: "DELETE" }));
const send = async (path: string, body: unknown) =>
  reply(
    await fetch(`${acc.x.url}/control/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );

describe("control address", () => {
  it("arms one fault or several, lists and disarms them", async () => {
    expect((await send("faults", { kind: "cut", operation: "POST /2/tweets", times: "always" })).body).toEqual({
      armed: 1,
    });
    expect((await send("faults", [{ kind: "unauthorized" }, { kind: "hang", afterEffect: true }])).body).toEqual({
      armed: 2,
    });
    expect((await get("faults")).body).toEqual([
      { fault: { kind: "cut", operation: "POST /2/tweets", times: "always" }, left: null },
      { fault: { kind: "unauthorized" }, left: 1 },
      { fault: { kind: "hang", afterEffect: true }, left: 1 },
    ]);
    await expect(acc.post("words")).rejects.toThrow("fetch failed");
    expect((await acc.call("GET", "/2/users/me")).status).toBe(401);
    expect((await remove("faults")).body).toEqual({ disarmed: 2 });
    expect((await acc.post("words")).status).toBe(201);
  });

  it.each([
    ["an unknown kind", { kind: "earthquake" }],
    ["an unknown operation", { kind: "cut", operation: "POST /3/tweets" }],
    ["an unknown property", { kind: "cut", afterEffect: true }],
    ["a missing status", { kind: "server-error" }],
    ["no number of times", { kind: "cut", times: 0 }],
  ])("says what is wrong with a fault of %s, and arms none", async (_case, fault) => {
    const answer = await send("faults", [{ kind: "unauthorized" }, fault]);
    expect(answer.status).toBe(400);
    expect(answer.body.message).toContain("×");
    expect((await get("faults")).body).toEqual([]);
  });

  it("tells of held calls as soon as there is one, and releases them", async () => {
    await send("faults", { kind: "hang", times: 2 });
    expect((await get("held")).body).toEqual([]);
    const waiting = get("held?wait");
    const first = acc.post("words");
    expect((await waiting).body).toEqual([{ afterEffect: false, operation: "POST /2/tweets" }]);
    expect((await get("held?wait")).body).toHaveLength(1);
    expect((await send("release", {})).body).toEqual({ released: 1 });
    expect((await first).status).toBe(201);

    const second = acc.post("more words");
    await get("held?wait");
    expect((await send("release", { drop: true })).body).toEqual({ released: 1 });
    await expect(second).rejects.toThrow("fetch failed");
    expect((await get("posts")).body).toHaveLength(1);
  });

  it("changes the settings that are named, and only to what makes sense", async () => {
    const before = {
      credits: null,
      mediaExpiresAfterSecs: 86_400,
      memoryHours: 12,
      mediaKeyKind: null,
      timelineLag: null,
      largestPicture: null,
    };
    expect((await get("settings")).body).toEqual(before);
    const lag = { timelineLag: { seconds: 5, reads: 1 } };
    expect((await send("settings", lag)).body).toEqual({ ...before, ...lag });
    expect((await send("settings", { credits: 0, timelineLag: null })).body).toEqual({ ...before, credits: 0 });
    expect((await acc.post("words")).status).toBe(402);
    expect((await send("settings", { credits: -1 })).status).toBe(400);
    expect((await send("settings", { credit: 1 })).status).toBe(400);
  });

  it("logs calls with method, path, status and fault, and never a credential", async () => {
    await send("faults", { kind: "unauthorized", operation: "GET /2/users/me" });
    await acc.call("GET", "/2/users/me");
    await acc.post("words");
    await acc.call("GET", "/2/users/4242/tweets?max_results=5&oauth_signature=abc");
    await acc.call("GET", "/2/nothing");
    const answer = await get("calls");
    const at = "2026-11-24T10:00:00.000Z";
    expect(answer.body).toEqual([
      { at, method: "GET", path: "/2/users/me", operation: "GET /2/users/me", fault: "unauthorized", status: 401 },
      { at, method: "POST", path: "/2/tweets", operation: "POST /2/tweets", status: 201 },
      {
        at,
        method: "GET",
        path: "/2/users/4242/tweets?max_results=5",
        operation: "GET /2/users/{id}/tweets",
        status: 400,
      },
      { at, method: "GET", path: "/2/nothing", status: 404 },
    ]);
    for (const secret of Object.values(credentials)) expect(answer.text).not.toContain(secret);
    expect((await remove("calls")).body).toEqual({ forgotten: 4 });
    expect((await get("calls")).body).toEqual([]);
  });

  it("shows posts and media, and lets media expire", async () => {
    const bytes = png(4, 4);
    const id = await acc.upload(bytes);
    const posted = (await acc.post("words", [id])).body.data.id;
    await acc.call("DELETE", `/2/tweets/${posted}`);
    const deletedAt = acc.clock.now;
    expect((await get("posts")).body).toMatchObject([{ id: posted, text: "words", mediaIds: [id], deletedAt }]);
    expect((await get("media")).body).toMatchObject([{ id, mediaKey: `3_${id}` }]);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect((await get(`media/${id}`)).body).toMatchObject({ id, sha256, picture: { size: bytes.length } });

    expect((await send(`media/${id}/expire`, {})).body).toEqual({ expired: id });
    expect((await acc.post("words", [id])).status).toBe(400);
    expect(await get("media/1")).toMatchObject({ status: 404, body: { message: "there is no media 1" } });
    expect((await send("media/1/expire", {})).status).toBe(404);
  });

  it("resets everything, or all but the posts", async () => {
    const id = await acc.upload();
    const fill = async () => {
      await send("faults", { kind: "cut", operation: "GET /2/users/me" });
      await send("settings", { credits: 5, timelineLag: { seconds: 5 }, mediaExpiresAfterSecs: 1 });
      await acc.post("words", [id]);
    };
    await fill();
    await send("reset", { keepPosts: true });
    expect((await get("faults")).body).toEqual([]);
    expect((await get("calls")).body).toEqual([]);
    expect((await get("settings")).body).toEqual({
      credits: null,
      mediaExpiresAfterSecs: 86_400,
      memoryHours: 12,
      mediaKeyKind: null,
      timelineLag: null,
      largestPicture: null,
    });
    expect((await get("posts")).body).toHaveLength(1);
    const answer = await acc.post("words", [id]);
    expect([answer.status, answer.headers.get("x-rate-limit-remaining")]).toEqual([403, "99"]);
    await fill();
    await send("reset", {});
    expect((await get("posts")).body).toEqual([]);
    expect((await get("media")).body).toEqual([]);
    expect((await acc.post("words", [id])).status).toBe(400);
  });

  it("names what there is when it is asked for something else", async () => {
    const answer = await get("nothing");
    expect(answer.status).toBe(404);
    expect(answer.body.message).toContain("POST /control/faults");
  });

  it("takes orders neither from a form of another page nor under another name", async () => {
    const form = await fetch(`${acc.x.url}/control/reset`, { method: "POST", body: "{}" });
    expect(form.status).toBe(415);
    expect(
      (
        await reply(
          await fetch(`${acc.x.url}/control/reset`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: "{",
          }),
        )
      ).body,
    ).toEqual({
      message: "the body is not JSON",
    });
    const status = await new Promise((resolve, reject) => {
      const outgoing = request(`${acc.x.url}/control/posts`, { headers: { host: "evil.example" } }, (incoming) => {
        incoming.resume();
        resolve(incoming.statusCode);
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
    expect(status).toBe(403);
  });
});
