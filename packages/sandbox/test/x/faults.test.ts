import { describe, expect, it } from "vitest";
import type { Call, Fault } from "../../src/emulator.ts";
import type { XFault } from "../../src/x/faults.ts";
import { account, accountForAll, duplicateBody, invalidMediaBody, sign, startOfTests } from "./account.ts";

const acc = accountForAll();

const problems = "https://api.x.com/2/problems";
const oldProblems = "https://api.twitter.com/2/problems";
const forbidden = (detail: string, type: string) => ({ detail, status: 403, title: "Forbidden", type });

const errors: [XFault, number, unknown][] = [
  [{ kind: "unauthorized" }, 401, { detail: "Unauthorized", status: 401, title: "Unauthorized", type: "about:blank" }],
  [
    { kind: "credits-depleted" },
    402,
    { detail: "credits depleted", status: 402, title: "Payment Required", type: `${problems}/credits-depleted` },
  ],
  [
    { kind: "credits-depleted", form: "old" },
    402,
    {
      account_id: 123,
      detail: "Your enrolled account [123] does not have any credits to fulfill this request.",
      title: "CreditsDepleted",
      type: `${oldProblems}/credits`,
    },
  ],
  [{ kind: "duplicate" }, 403, duplicateBody],
  [{ kind: "spend-cap" }, 403, forbidden("Your monthly spend cap has been reached.", `${problems}/spend-cap-reached`)],
  [
    { kind: "spend-cap", form: "old" },
    403,
    {
      account_id: 123,
      detail: "Your enrolled account [123] has reached its billing cycle spend cap. The cap resets on 2026-12-01.",
      reset_date: "2026-12-01",
      title: "SpendCapReached",
      type: `${oldProblems}/credits`,
    },
  ],
  [
    { kind: "oauth1-permissions" },
    403,
    forbidden(
      "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
      `${problems}/oauth1-permissions`,
    ),
  ],
  [
    { kind: "user-suspended" },
    403,
    forbidden("The user used for authentication is suspended", `${problems}/user-suspended`),
  ],
  [{ kind: "forbidden" }, 403, forbidden("You are not permitted to perform this action.", "about:blank")],
  [
    { kind: "forbidden", detail: "Your account is not permitted to access this feature." },
    403,
    forbidden("Your account is not permitted to access this feature.", "about:blank"),
  ],
  [{ kind: "invalid-media" }, 400, invalidMediaBody("1880028106020515840")],
  [
    { kind: "rate-limited" },
    429,
    { detail: "Too Many Requests", status: 429, title: "Too Many Requests", type: "about:blank" },
  ],
  [{ kind: "rate-limited", form: "legacy" }, 429, { errors: [{ code: 88, message: "Rate limit exceeded" }] }],
  [
    { kind: "server-error", status: 500, body: "json" },
    500,
    { detail: "Internal Server Error", status: 500, title: "Internal Server Error", type: "about:blank" },
  ],
];

describe("errors on order", () => {
  it.each(errors)("answers %o once, without any effect", async (fault, status, body) => {
    acc.x.inject(fault);
    const answer = await acc.post("words");
    expect(answer.status).toBe(status);
    expect(answer.type).toMatch(/^application\/(?:problem\+)?json/);
    expect(answer.text).toBe(JSON.stringify(body));
    expect(acc.x.posts()).toEqual([]);
    expect((await acc.post("words")).status).toBe(201);
  });

  it.each(["client-not-enrolled", "user-not-enrolled"] as const)("answers %s", async (kind) => {
    acc.x.inject({ kind });
    expect(await acc.post("words")).toMatchObject({
      status: 403,
      body: {
        reason: kind,
        registration_url: "https://console.x.com",
        status: 403,
        type: `${problems}/client-forbidden`,
      },
    });
  });

  it("tells the access level of a token that may not write", async () => {
    acc.x.inject({ kind: "oauth1-permissions" });
    expect((await acc.post("words")).headers.get("x-access-level")).toBe("read");
  });

  it("shows healthy rate limits with an error that has nothing to do with them", async () => {
    acc.x.inject({ kind: "credits-depleted" });
    const { headers } = await acc.post("words");
    expect([headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-remaining")]).toEqual(["100", "100"]);
  });

  it("tells when the rate limit resets, or nothing", async () => {
    acc.x.inject({ kind: "rate-limited", resetAfterSecs: 7 }, { kind: "rate-limited", headers: false });
    const { headers } = await acc.post("words");
    expect(headers.get("x-rate-limit-reset")).toBe(String(startOfTests / 1000 + 7));
    expect([headers.get("x-rate-limit-limit"), headers.get("x-rate-limit-remaining")]).toEqual(["100", "0"]);
    const bare = await acc.post("words");
    expect(bare.status).toBe(429);
    expect([...bare.headers.keys()].filter((name) => name.startsWith("x-"))).toEqual([]);
  });

  it.each([
    [{ kind: "server-error", status: 503 }, "text/plain", "Service Unavailable"],
    [{ kind: "server-error", status: 500, body: "text" }, "text/plain", "Internal Server Error"],
    [{ kind: "server-error", status: 504, body: "empty" }, "text/plain", ""],
    [
      { kind: "server-error", status: 502 },
      "text/html",
      "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1></body></html>",
    ],
  ] satisfies [XFault, string, string][])("answers %o as a gateway does", async (fault, type, text) => {
    acc.x.inject(fault);
    expect(await acc.post("words")).toMatchObject({ status: fault.status, type, text });
    expect(acc.x.posts()).toEqual([]);
  });
});

describe("which calls they strike", () => {
  it("takes the next calls of one operation, in the order of their arming", async () => {
    acc.x.inject(
      { kind: "duplicate", operation: "POST /2/tweets", times: 2 },
      { kind: "unauthorized", operation: "GET /2/users/me" },
      { kind: "forbidden", operation: "POST /2/tweets" },
    );
    const statuses: number[] = [];
    for (const path of ["/2/users/4242/tweets", "/2/users/me", "/2/users/me"]) {
      statuses.push((await acc.call("GET", path)).status);
    }
    expect(statuses).toEqual([200, 401, 200]);
    const details: string[] = [];
    for (let count = 0; count < 4; count += 1) details.push((await acc.post("words")).body.detail);
    expect(details.map((detail) => detail?.slice(0, 15))).toEqual([
      "You are not all",
      "You are not all",
      "You are not per",
      undefined,
    ]);
  });

  it("takes any call without an operation, and all of them until it is disarmed", async () => {
    acc.x.inject({ kind: "server-error", status: 503, times: "always" });
    for (let count = 0; count < 5; count += 1) expect((await acc.call("GET", "/2/users/me")).status).toBe(503);
    expect((await acc.post("words")).status).toBe(503);
    await acc.x.reset({ keepPosts: true });
    expect((await acc.post("words")).status).toBe(201);
  });
});

describe("unclear outcomes", () => {
  it("cuts the connection before any effect", async () => {
    acc.x.inject({ kind: "cut" });
    await expect(acc.post("words")).rejects.toThrow("fetch failed");
    expect(acc.x.posts()).toEqual([]);
  });

  it("loses the answer of a post that was accepted, which a second try then finds out", async () => {
    const id = await acc.upload();
    acc.x.inject({ kind: "lost-answer" });
    await expect(acc.post("words", [id])).rejects.toThrow("fetch failed");
    expect(acc.x.posts()).toMatchObject([{ text: "words", mediaIds: [id] }]);
    expect(await acc.post("words", [id])).toMatchObject({ status: 403, body: duplicateBody });
  });

  it("cuts the answer of a post in half", async () => {
    acc.x.inject({ kind: "cut-answer" });
    const url = `${acc.x.url}/2/tweets`;
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: sign("POST", url, acc.clock.now), "content-type": "application/json" },
      body: '{"text":"words"}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("x-rate-limit-limit")).toBe("100");
    await expect(response.text()).rejects.toThrow("terminated");
    expect(acc.x.posts()).toHaveLength(1);
  });

  it("answers a success that is not JSON", async () => {
    acc.x.inject({ kind: "malformed" });
    const url = `${acc.x.url}/2/tweets`;
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: sign("POST", url, acc.clock.now), "content-type": "application/json" },
      body: '{"text":"words"}',
    });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.text()).toBe("<!DOCTYPE html><title>X</title>");
    expect(acc.x.posts()).toHaveLength(1);
  });

  it("leaves a refusal whole where only a success can be cut or malformed", async () => {
    acc.x.inject({ kind: "cut-answer" }, { kind: "malformed" });
    expect((await acc.call("POST", "/2/tweets", { json: {} })).status).toBe(400);
    expect((await acc.call("POST", "/2/tweets", { json: {} })).body.title).toBe("Invalid Request");
  });

  it("answers a gateway's error for a post that was accepted", async () => {
    acc.x.inject({ kind: "server-error", status: 504, afterEffect: true });
    expect(await acc.post("words")).toMatchObject({ status: 504, type: "text/html" });
    expect(acc.x.posts()).toHaveLength(1);
  });

  it.each([
    ["before", false, 0],
    ["after", true, 1],
  ] as const)("holds a call %s its effect until it is cut", async (_, afterEffect, made) => {
    acc.x.inject({ kind: "hang", afterEffect });
    const answer = acc.post("words");
    await acc.x.held();
    expect(acc.x.calls()).toMatchObject([{ status: "running", fault: "hang" }]);
    acc.x.release();
    await expect(answer).rejects.toThrow("fetch failed");
    expect(acc.x.posts()).toHaveLength(made);
  });

  it("ends held calls when the server closes, which may be asked for twice", async () => {
    const other = await account();
    other.x.inject({ kind: "hang" });
    const answer = other.post("words");
    await other.x.held();
    const ended = expect(answer).rejects.toThrow("fetch failed");
    await Promise.all([other.x.close(), other.x.close()]);
    await ended;
    expect(other.x.posts()).toEqual([]);
  });
});

describe("intercept", () => {
  it("sees every signed call, and lets it fail in each of its ways", async () => {
    const calls: Call[] = [];
    const faults: (Fault | undefined)[] = [];
    const { x, call, post, upload } = await account({
      intercept: (one) => {
        calls.push(one);
        return faults.shift();
      },
    });
    await upload();
    await call("DELETE", "/2/tweets/77");
    await call("GET", "/2/users/me", { authorization: "" });
    expect(calls).toEqual([
      { service: "x", operation: "POST /2/media/upload", accessKeyId: "4242" },
      { service: "x", operation: "DELETE /2/tweets/{id}", accessKeyId: "4242", resource: "77" },
    ]);

    faults.push({ kind: "refuse", status: 403, code: "app-suspended", message: "The app is suspended" });
    expect(await post("words")).toMatchObject({
      status: 403,
      body: { detail: "The app is suspended", status: 403, title: "Forbidden", type: `${problems}/app-suspended` },
    });
    faults.push({ kind: "cut" });
    await expect(post("words")).rejects.toThrow("fetch failed");
    expect(x.posts()).toEqual([]);
    faults.push({ kind: "lose-answer" });
    await expect(post("words")).rejects.toThrow("fetch failed");
    expect(x.posts()).toHaveLength(1);
    await x.close();
  });

  it("answers 500 when it fails itself, and says so in the log", async () => {
    const { x, post } = await account({
      intercept: () => Promise.reject(new Error("the test's own intercept failed")),
    });
    expect(await post("words")).toMatchObject({
      status: 500,
      body: { detail: "Internal Server Error", status: 500, title: "Internal Server Error", type: "about:blank" },
    });
    expect(x.calls()).toMatchObject([{ operation: "POST /2/tweets", status: 500 }]);
    await x.close();
  });

  it("may hold a call up, and does not hold up the end", async () => {
    const arrived = Promise.withResolvers<void>();
    const { x, post } = await account({
      intercept: () => {
        arrived.resolve();
        return new Promise(() => {});
      },
    });
    const answer = expect(post("words")).rejects.toThrow("fetch failed");
    await arrived.promise;
    await x.close();
    await answer;
    expect(x.posts()).toEqual([]);
  });
});
