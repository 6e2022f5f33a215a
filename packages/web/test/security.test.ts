import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { painting } from "@twobytwo/core/test/pictures/pictures";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SquareDetail, SquarePage, UploadTicket } from "../src/contract.ts";
import { routesHere } from "./server/app-here.ts";
import { type Browser, newInvite, openBrowser } from "./server/browser.ts";
import { outcome, postForm, upload } from "./server/upload-form.ts";

let stage: Stage;
let owner: Browser;
let square: SquareDetail;
let routes: { method: string; path: string }[];

beforeAll(async () => {
  stage = await openStage();
  owner = openBrowser(stage.sandbox.endpoints.web);
  await owner.register(await newInvite(stage.ports.table));
  const { id } = await stage.add();
  square = await owner.ask<SquareDetail>("GET", `/api/squares/${id}`);
  routes = routesOf(stage, id);
});
afterAll(() => stage.close());

/** What a stranger may call: who is signed in, signing in itself, and the end of a session. */
const open = new Set([
  "GET /api/session",
  "POST /api/auth/sign-out",
  "POST /api/auth/invite/options",
  "POST /api/auth/invite",
  "POST /api/auth/sign-in/options",
  "POST /api/auth/sign-in",
]);

/** Every route of the app itself, so that one that is added is tested without anybody thinking of it. */
const routesOf = ({ ports }: Stage, id: string) =>
  routesHere(ports).map(({ method, path }) => ({
    method,
    path: path.replace(":id", id).replace(":name", "some-run"),
  }));

/** All that is kept: rows and objects. */
async function everything(): Promise<string> {
  const { client, name: TableName } = stage.ports.table;
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  const { Contents = [] } = await stage.ports.bucket.client.send(
    new ListObjectsV2Command({ Bucket: stage.ports.bucket.name }),
  );
  const rows = Items.map((row) => JSON.stringify(row));
  return [...rows, ...Contents.map(({ Key, ETag }) => `${Key} ${ETag}`)].sort().join("\n");
}

async function unchanged(what: () => Promise<void>): Promise<void> {
  const before = await everything();
  await what();
  await stage.sandbox.inbox.idle();
  expect(await everything()).toBe(before);
}

const stranger = () => openBrowser(stage.sandbox.endpoints.web);

describe("without a session", () => {
  it("there are routes to be tested, and the few that are open are those that have to be", () => {
    const closed = routes.filter(({ method, path }) => !open.has(`${method} ${path}`));
    expect(closed.length).toBeGreaterThan(25);
    const names = new Set(routes.map(({ method, path }) => `${method} ${path}`));
    for (const route of open) expect(names).toContain(route);
  });

  it.each([
    ["nobody signed in", undefined],
    ["a forged token", "x".repeat(43)],
    ["a token of another shape", "#session#../../etc"],
    ["a token that is far too long", "x".repeat(4_000)],
  ])("every route refuses %s in the same words, and changes nothing", async (_, token) => {
    const browser = stranger();
    if (token !== undefined) browser.cookie = token;
    await unchanged(async () => {
      const answers = new Set<string>();
      for (const { method, path } of routes) {
        if (open.has(`${method} ${path}`)) continue;
        const problem = await browser.problem(method, path);
        expect(`${method} ${path} ${problem.status}`).toBe(`${method} ${path} 401`);
        answers.add(JSON.stringify(problem));
      }
      expect(answers.size).toBe(1);
    });
  });

  it("every route refuses the token of a device that was revoked", async () => {
    const phone = stranger();
    await phone.register(await newInvite(stage.ports.table), "Phone");
    await owner.ask("DELETE", `/api/devices/${phone.passkey.id}`);
    await unchanged(async () => {
      for (const { method, path } of routes)
        if (!open.has(`${method} ${path}`)) expect((await phone.problem(method, path)).status).toBe(401);
    });
  });

  it("tells nobody which addresses of the API there are", async () => {
    const one = await stranger().problem("GET", "/api/nothing");
    expect(one).toEqual(await stranger().problem("GET", "/api/squares"));
    expect(await owner.problem("GET", "/api/nothing")).toMatchObject({ status: 404 });
  });
});

describe("another page than the app's own", () => {
  it.each([
    ["of another site", { "sec-fetch-site": "cross-site", origin: "https://twobytwo.example" }],
    ["of the same site", { "sec-fetch-site": "same-site", origin: "http://localhost:1" }],
    ["that hides where it is", { "sec-fetch-site": "same-origin", origin: "null" }],
    ["that a person typed", { "sec-fetch-site": "none" }],
  ])("%s cannot change anything, even with the cookie", async (_, headers) => {
    await unchanged(async () => {
      for (const { method, path } of routes)
        if (method !== "GET") expect((await owner.problem(method, path, {}, headers)).status).toBe(403);
    });
  });

  it("cannot send a form, nor text that is JSON", async () => {
    await unchanged(async () => {
      for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
        for (const { method, path } of routes)
          if (method !== "GET")
            expect((await owner.problem(method, path, "{}", { "content-type": type })).status).toBe(415);
    });
  });

  it("is not allowed to read anything, and may not frame the app", async () => {
    for (const path of ["/", "/queue", "/api/session", "/api/overview", "/nothing.js"]) {
      const answer = await owner.send("GET", path, undefined, { origin: "https://twobytwo.example" });
      expect(answer.headers.has("access-control-allow-origin")).toBe(false);
      const policy = answer.headers.get("content-security-policy") ?? "";
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain("unsafe");
      expect(policy).toMatch(/script-src 'self';/);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        // For other hosts below a domain of one's own it says nothing.
        "strict-transport-security": "max-age=63072000",
        "permissions-policy": expect.stringContaining("camera=(self)"),
      });
    }
    const preflight = await fetch(`${owner.origin}/api/uploads`, {
      method: "OPTIONS",
      headers: { origin: "https://twobytwo.example", "access-control-request-method": "POST" },
    });
    expect(preflight.ok).toBe(false);
    expect(preflight.headers.has("access-control-allow-origin")).toBe(false);
  });
});

describe("a request that is not as it has to be", () => {
  it("with more than 64 kB is refused unread, and one over Lambda's 6 MB before any function runs", async () => {
    await unchanged(async () => {
      for (const path of ["/api/uploads", "/api/auth/sign-in", `/api/squares/${square.id}/move`])
        expect(await owner.problem("POST", path, { fill: "x".repeat(65_536) })).toMatchObject({
          type: "/problems/too-large",
          status: 413,
        });
      expect((await owner.send("POST", "/api/uploads", { fill: "x".repeat(7_000_000) })).status).toBe(413);
    });
  });

  it("with the wrong types, unknown fields or no JSON is refused with what is wrong", async () => {
    const patch = `/api/squares/${square.id}`;
    const wrong: [string, string, unknown][] = [
      ["PATCH", patch, { version: "1" }],
      ["PATCH", patch, { version: 1.5 }],
      ["PATCH", patch, { version: square.version, status: "posted" }],
      ["PATCH", patch, { version: square.version, title: { $ne: "" } }],
      ["PATCH", patch, { version: square.version, __proto__: null, constructor: {} }],
      ["PATCH", patch, "[]"],
      ["PATCH", patch, "{"],
      ["PATCH", patch, "\u{0}"],
      ["PATCH", patch, "[".repeat(30_000)],
      ["POST", `${patch}/move`, { to: "anywhere" }],
      ["POST", `${patch}/move`, { to: { before: 1 } }],
      ["POST", `${patch}/draft`, { now: true }],
      ["POST", `${patch}/unpost`, {}],
      ["POST", `${patch}/confirm`, { tweetId: "1 OR 1" }],
      [
        "POST",
        `${patch}/crop`,
        {
          version: 1,
          corners: [
            [0, 0],
            [2, 0],
            [1, 1],
            [0, 1],
          ],
        },
      ],
      ["POST", "/api/uploads", { name: "a", bytes: "1", contentType: "image/png" }],
      ["POST", "/api/uploads", { name: "a", bytes: 1, contentType: "image/png", key: "squares/x.jpg" }],
      ["POST", "/api/schedule/pause", { until: "tomorrow" }],
      ["PUT", "/api/schedule", { expression: 1, timeZone: "UTC" }],
      ["GET", "/api/squares", undefined],
      ["GET", "/api/squares?status=all", undefined],
      ["GET", "/api/squares?status=queued&status=draft", undefined],
      ["GET", "/api/squares?status=queued&limit=0", undefined],
      ["GET", "/api/squares?status=queued&limit=1e3", undefined],
      ["GET", "/api/squares?status=queued&filter=x", undefined],
      ["GET", "/api/next?count=-1", undefined],
    ];
    await unchanged(async () => {
      for (const [method, path, body] of wrong) {
        const problem = await owner.problem(method, path, body);
        expect(`${method} ${path} ${JSON.stringify(body)} ${problem.status}`).toBe(
          `${method} ${path} ${JSON.stringify(body)} 400`,
        );
        expect(problem.type).toBe("/problems/invalid");
      }
    });
  });

  it("cannot reach the table's own rows as if they were squares", async () => {
    await unchanged(async () => {
      for (const id of ["%23stock", "%23web-key", "%23devices", "..%2F..%2Fetc", "%00", "x".repeat(3_000)]) {
        const problem = await owner.problem("GET", `/api/squares/${id}`);
        expect(`${id.slice(0, 20)} ${problem.status}`).toBe(`${id.slice(0, 20)} 404`);
        const version = { version: 0, title: "mine" };
        expect((await owner.problem("PATCH", `/api/squares/${id}`, version)).status).toBe(404);
        expect((await owner.problem("DELETE", `/api/devices/${id}`)).status).toBe(404);
      }
    });
  });
});

describe("a cursor", () => {
  it("that was forged, changed, or is of another list is refused", async () => {
    for (let more = 0; more < 2; more += 1) await stage.add(undefined, { unlike: `cursor ${more}`, title: "C" });
    const { cursor = "" } = await owner.ask<SquarePage>("GET", "/api/squares?status=queued&limit=1");
    const [payload = "", signature = ""] = cursor.split(".");
    const elsewhere = Buffer.from(JSON.stringify({ id: "#web-key", status: "queued", sortKey: "" })).toString(
      "base64url",
    );
    const forged = [
      "guess",
      payload,
      `${payload}.`,
      `${payload}.${"A".repeat(signature.length)}`,
      `${elsewhere}.${signature}`,
      `${payload}x.${signature}`,
      `.${signature}`,
    ];
    for (const one of forged)
      expect(await owner.problem("GET", `/api/squares?status=queued&limit=1&cursor=${one}`)).toMatchObject({
        status: 400,
      });
    for (const other of ["status=draft", "status=queued&q=x", "status=queued&series=x", "status=queued&order=newest"])
      expect(await owner.problem("GET", `/api/squares?${other}&cursor=${cursor}`)).toMatchObject({ status: 400 });
    expect(await owner.problem("GET", `/api/runs?cursor=${cursor}`)).toMatchObject({ status: 400 });
    expect(
      (await owner.ask<SquarePage>("GET", `/api/squares?status=queued&limit=1&cursor=${cursor}`)).squares,
    ).toHaveLength(1);
  });
});

describe("a file", () => {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`;
  const html = "<!doctype html><script>alert(1)</script>";

  it.each([
    ["an SVG", svg, "an SVG drawing"],
    ["a web page", html, "a web page"],
    ["an empty pixel of text", "not a picture", "text"],
  ])("that is %s, named and typed as a PNG, is refused and kept nowhere", async (_, text, reason) => {
    const before = new Set((await everything()).split("\n"));
    const bytes = Buffer.from(text);
    const refused = await upload({ stage, browser: owner }, bytes, { name: "a.png", contentType: "image/png" });
    expect(refused).toMatchObject({ state: "refused", reason: expect.stringContaining(reason) });
    const after = (await everything()).split("\n").filter((line) => !before.has(line));
    // Nothing but the row that says so.
    expect(after).toHaveLength(1);
    expect(after[0]).toContain("#upload#");
  });

  it("cannot be sent under another key, with another type or size, by a form that somebody changed", async () => {
    const bytes = await painting(50);
    const request = { name: "a.jpg", contentType: "image/jpeg", bytes: bytes.length };
    const ticket = await owner.ask<UploadTicket>("POST", "/api/uploads", request);
    const { fields, url } = ticket;
    const other = ticket.id.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    await unchanged(async () => {
      const changed: [Record<string, string>, Uint8Array][] = [
        [{ key: "squares/mine.jpg" }, bytes],
        [{ key: (fields["key"] ?? "").replace(ticket.id, other) }, bytes],
        [{ key: `${fields["key"]}/../../../squares/mine.jpg` }, bytes],
        [{ "content-type": "text/html" }, bytes],
        [{ acl: "public-read" }, bytes],
        [{ "x-amz-meta-extra": "1" }, bytes],
        [{ success_action_redirect: "https://twobytwo.example" }, bytes],
        [{ bucket: "another" }, bytes],
        [
          {
            Policy: Buffer.from(JSON.stringify({ expiration: "2999-01-01T00:00:00Z", conditions: [] })).toString(
              "base64",
            ),
          },
          bytes,
        ],
        [{ "X-Amz-Signature": "0".repeat(64) }, bytes],
        [{}, bytes.subarray(1)],
        [{}, Buffer.concat([bytes, Buffer.alloc(1)])],
      ];
      for (const [change, body] of changed) {
        const status = await postForm({ url, fields: { ...fields, ...change } }, body);
        expect(`${JSON.stringify(change).slice(0, 60)} ${status >= 400 && status < 500}`).toBe(
          `${JSON.stringify(change).slice(0, 60)} true`,
        );
      }
    });
    // As it was meant, it is taken.
    expect(await postForm(ticket, bytes)).toBeLessThan(300);
    expect(await outcome({ stage, browser: owner }, ticket.id)).toMatchObject({ state: "added" });
  });

  it("has a name that is kept for the person alone", async () => {
    const bytes = await painting(51);
    const name = "../../squares/\u202egnp.<script>.jpg";
    const request = { name, contentType: "image/jpeg", bytes: bytes.length };
    const { id, fields } = await owner.ask<UploadTicket>("POST", "/api/uploads", request);
    expect(fields["key"]).toMatch(new RegExp(`^inbox/web/${id}/[\\w.-]+$`));
    expect(fields["key"]).not.toContain("..");
  });
});

describe("an address", () => {
  it("under another name than the app's gets nothing, whatever it asks for", async () => {
    const { port } = new URL(owner.origin);
    for (const path of ["/", "/api/session", "/api/overview"]) {
      const answer = await rawRequest(
        Number(port),
        `GET ${path} HTTP/1.1\r\nHost: twobytwo.example\r\nConnection: close\r\n\r\n`,
      );
      expect(answer).toMatch(/^HTTP\/1.1 403 /);
      expect(answer).not.toContain("<html");
    }
  });

  it("of a file outside of the app is not served", async () => {
    const { port } = new URL(owner.origin);
    for (const path of [
      "/../index.mjs",
      "/assets/../../index.mjs",
      "/%2e%2e/index.mjs",
      "/..%2findex.mjs",
      "//etc/passwd.txt",
    ]) {
      const answer = await rawRequest(
        Number(port),
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(`${path} ${answer.slice(0, 12)}`).toBe(`${path} HTTP/1.1 404`);
    }
  });
});

/** Without what clients mend of an address. */
async function rawRequest(port: number, request: string): Promise<string> {
  const { connect } = await import("node:net");
  const socket = connect(port, "127.0.0.1");
  socket.write(request);
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString("latin1");
}
