import { randomBytes } from "node:crypto";
import path from "node:path";
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { createInvite } from "@twobytwo/core/access/invites";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { distFunctions } from "@twobytwo/scripts/build";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { networkOf } from "../../src/server/access/source-network.ts";
import { logText } from "../../src/server/http/log-text.ts";
import { type Authenticator, type CreationOptions, createAuthenticator } from "./authenticator.ts";
import { type CountedApp, countedApp, isWrite, ownOrigin } from "./counted-app.ts";

let stage: Stage;
let now = Date.now();
let counted: CountedApp;
let owner: Authenticator;
beforeAll(async () => {
  stage = await openStage();
  counted = countedApp(stage.ports, { assets: path.join(distFunctions, "web", "assets"), clock: () => now });
  owner = await registered();
});
afterAll(() => stage.close());

const post = async <Answer>(path: string, body: unknown, from?: string): Promise<Answer> => {
  const response = await counted.send("POST", path, { body, ...(from && { from }) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as Answer;
};
const newInvite = async () =>
  (await createInvite({ table: stage.ports.table, clock: () => now, randomBytes }, { by: "a test" })).secret;

async function registered(from?: string): Promise<Authenticator> {
  const passkey = createAuthenticator();
  const invite = await newInvite();
  const options = await post<CreationOptions>("/api/auth/invite/options", { invite }, from);
  const response = passkey.create(options, { origin: ownOrigin, rpId: "localhost" });
  await post("/api/auth/invite", { invite, deviceName: "Laptop", response }, from);
  return passkey;
}

async function signIn(from?: string): Promise<unknown> {
  const options = await post<{ challenge: string }>("/api/auth/sign-in/options", {}, from);
  const response = owner.get(options, { origin: ownOrigin, rpId: "localhost" });
  return post("/api/auth/sign-in", { response }, from);
}

/** An answer of a passkey that nobody knows, to a challenge that is ours. */
async function guess(from?: string): Promise<Response> {
  const options = await post<{ challenge: string }>("/api/auth/sign-in/options", {}, from);
  const response = createAuthenticator().get(options, { origin: ownOrigin, rpId: "localhost" });
  return counted.send("POST", "/api/auth/sign-in", { body: { response }, ...(from && { from }) });
}

async function rows(): Promise<number> {
  const { client, name: TableName } = stage.ports.table;
  return (await client.send(new ScanCommand({ TableName, ConsistentRead: true, Select: "COUNT" }))).Count ?? 0;
}

describe("a stranger who wants the owner out", () => {
  it("is told to wait after thirty wrong attempts from one network, in whose other addresses it finds no way around", async () => {
    now += 60_000;
    const statuses: number[] = [];
    for (let attempt = 0; attempt < 31; attempt += 1)
      statuses.push((await guess(`2001:db8:1:2::${attempt.toString(16)}`)).status);
    expect(statuses).toEqual([...Array.from({ length: 30 }, () => 403), 429]);
    expect((await guess("2001:db8:1:3::1")).status).toBe(403);
    now += 60_000;
    expect((await guess("2001:db8:1:2::1")).status).toBe(403);
  });

  it("cannot stop a sign-in or an invite by wrong attempts, not even from the owner's own network", async () => {
    now += 60_000;
    for (let attempt = 0; attempt < 200; attempt += 1)
      await guess(attempt % 2 ? "192.0.2.7" : `198.51.100.${attempt % 256}`);
    expect((await guess("192.0.2.7")).status).toBe(429);
    expect(await signIn("192.0.2.7")).toMatchObject({ signedIn: true });
    await registered("192.0.2.7");
  });

  it("is not counted for what is no request at all", async () => {
    now += 60_000;
    for (let attempt = 0; attempt < 40; attempt += 1)
      for (const body of ["{", {}, { response: 1 }, { response: { id: 1 } }])
        expect((await counted.send("POST", "/api/auth/sign-in", { body, from: "192.0.2.8" })).status).toBe(400);
    expect((await guess("192.0.2.8")).status).toBe(403);
  });

  it("leaves no row behind, from however many networks", async () => {
    const before = await rows();
    counted.calls();
    for (let source = 0; source < 300; source += 1) {
      const from = `2001:db8:${source.toString(16)}::1`;
      await counted.send("POST", "/api/auth/sign-in/options", { from });
      await counted.send("POST", "/api/auth/invite/options", { body: { invite: "guess" }, from });
    }
    expect(counted.calls().filter(isWrite)).toEqual([]);
    expect(await rows()).toBe(before);
  });
});

describe("a challenge to sign in", () => {
  const at = { origin: ownOrigin, rpId: "localhost" };
  const options = () => post<{ challenge: string }>("/api/auth/sign-in/options", {});
  const answered = async (challenge: string) =>
    (await counted.send("POST", "/api/auth/sign-in", { body: { response: owner.get({ challenge }, at) } })).status;

  it("is ours, is fresh, and is good once", async () => {
    now += 60_000;
    const { challenge } = await options();
    expect(await answered(challenge)).toBe(200);
    expect(await answered(challenge)).toBe(403);
    const { challenge: old } = await options();
    now += 5 * 60_000;
    expect(await answered(old)).toBe(403);
    const { challenge: late } = await options();
    now += 5 * 60_000 - 1;
    expect(await answered(late)).toBe(200);
  });

  it("that was changed, spelled otherwise or made by somebody else is none", async () => {
    now += 60_000;
    const { challenge } = await options();
    const later = Buffer.from(challenge, "base64url");
    later.writeUIntBE(now + 86_400_000, 16, 6);
    const wrong = [
      later.toString("base64url"),
      `${challenge}=`,
      `${challenge}.`,
      challenge.slice(0, -1),
      challenge.replace(/^./, (first) => (first === "A" ? "B" : "A")),
      randomBytes(54).toString("base64url"),
      "",
    ];
    counted.calls();
    for (const one of wrong) expect(`${one} ${await answered(one)}`).toBe(`${one} 403`);
    expect(counted.calls()).toEqual([]);
    expect(await answered(challenge)).toBe(200);
  });

  it("is answered twice at once by one of the two alone", async () => {
    now += 60_000;
    const { challenge } = await options();
    const statuses = await Promise.all([answered(challenge), answered(challenge), answered(challenge)]);
    expect(statuses.sort()).toEqual([200, 403, 403]);
  });
});

describe("a stranger who wants the bill to grow", () => {
  const madeUp = { cookie: `__Host-session=${"x".repeat(43)}` };
  const invite = "guess";
  const bodies: Record<string, () => Promise<unknown>> = {
    "/api/auth/invite/options": async () => ({ invite }),
    "/api/auth/invite": async () => {
      const { challenge } = await post<{ challenge: string }>("/api/auth/sign-in/options", {});
      const response = createAuthenticator().create({ challenge, rp: { id: "localhost" } }, { origin: ownOrigin });
      return { invite, deviceName: "x", response };
    },
    "/api/auth/sign-in": async () => {
      const { challenge } = await post<{ challenge: string }>("/api/auth/sign-in/options", {});
      return { response: createAuthenticator().get({ challenge }, { origin: ownOrigin }) };
    },
  };
  const addresses = (): { method: string; path: string }[] => [
    ...counted.app.routes
      .filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"))
      .map(({ method, path }) => ({ method, path: path.replace(/:\w+/g, "some") })),
    ...[
      "/",
      "/queue",
      "/share",
      "/manifest.webmanifest",
      "/nothing.js",
      "/api",
      "/api/nothing",
      `/${"x".repeat(7_000)}`,
    ].map((path) => ({ method: "GET", path })),
    { method: "POST", path: "/share" },
    { method: "DELETE", path: "/api/auth/sign-out" },
  ];

  it.each([
    ["nothing", {}],
    ["a made-up cookie", madeUp],
  ])(
    "writes nothing and reads one row at the most, whatever it calls with %s, as often as it likes",
    async (_, headers) => {
      const walked = addresses();
      expect(walked.length).toBeGreaterThan(35);
      for (const { method, path } of [...walked, ...walked]) {
        const body = await bodies[path]?.();
        counted.calls();
        const { status } = await counted.send(method, path, { headers, body });
        const calls = counted.calls();
        expect(`${method} ${path} ${status} ${calls.filter(isWrite)}`).toBe(`${method} ${path} ${status} `);
        expect(`${method} ${path} ${calls.length > 1 ? calls : ""}`).toBe(`${method} ${path} `);
      }
    },
  );

  it("ends no session that there is not, and is told the same as everybody who signs out", async () => {
    for (let attempt = 0; attempt < 60; attempt += 1) {
      const cookie = `__Host-session=${randomBytes(32).toString("base64url")}`;
      counted.calls();
      const response = await counted.send("POST", "/api/auth/sign-out", { headers: { cookie } });
      expect(response.status).toBe(204);
      expect(response.headers.getSetCookie().join()).toContain("Max-Age=0");
      expect(counted.calls().filter(isWrite)).toEqual([]);
    }
  });

  it("leaves short lines in the log, without a character that is not to be seen", async () => {
    counted.log.length = 0;
    const long = `/api/${"x".repeat(9_000)}`;
    const odd = "/api/%0a%1b%5b31mred%e2%80%aeder%c2%9b%00";
    for (const place of [long, odd]) for (const method of ["GET", "POST"]) await counted.send(method, place);
    expect(counted.log).toHaveLength(4);
    for (const line of counted.log) {
      expect(JSON.stringify(line).length).toBeLessThan(500);
      expect(String(line["path"])).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    }
    expect(counted.log[0]?.["path"]).toMatch(/^\/api\/x{195}… \(9005 characters\)$/);
  });

  it("brings nothing down by what is odd, and leaves no long line of that either", async () => {
    counted.log.length = 0;
    const odd: [string, string, Record<string, string>?, unknown?][] = [
      ["GET", "/api/%ff%fe"],
      ["GET", "/%E0%A4%A"],
      ["GET", "/api/session?x=%ff&x=1"],
      ["GET", "/api/session", { cookie: "__Host-session=%E0%A4%A; =; ;" }],
      ["GET", "/api/session", { cookie: "x".repeat(8_000) }],
      ["GET", "/", { "accept-encoding": "*;q=x,;,,br;q=0", "if-none-match": "x".repeat(4_000) }],
      ["GET", "/", { host: "x".repeat(4_000) }],
      ["POST", "/api/auth/sign-in", { "content-length": "many" }, { response: { id: "a", response: null } }],
      ["POST", "/api/auth/sign-in", {}, { response: { id: "a", response: { clientDataJSON: 7 } } }],
      ["POST", "/api/auth/sign-in", {}, { response: { id: "a", response: { clientDataJSON: "e30" } } }],
      ["POST", "/api/auth/sign-in", {}, { response: { id: "a", response: { clientDataJSON: "bnVsbA" } } }],
      ["POST", "/api/auth/invite", {}, { invite: "a", deviceName: "b", response: { id: "c", response: {} } }],
      ["BREW", "/api/session"],
    ];
    for (const [method, path, headers = {}, body] of odd) {
      const { status } = await counted.send(method, path, { headers, body });
      expect(`${method} ${path} ${status < 500}`).toBe(`${method} ${path} true`);
    }
    for (const line of counted.log) expect(JSON.stringify(line).length).toBeLessThan(500);
  });

  it("gets the app's files as few bytes unless it refuses them so, and may keep them", async () => {
    const { body } = await counted.send("GET", "/", { headers: { "accept-encoding": "identity" } });
    const page = await new Response(body).text();
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? "";
    expect(script).not.toBe("");
    const sent = async (encoding?: string) => {
      const { headers, body } = await counted.send("GET", script, {
        ...(encoding !== undefined && { headers: { "accept-encoding": encoding } }),
      });
      expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      return { encoding: headers.get("content-encoding"), bytes: (await new Response(body).arrayBuffer()).byteLength };
    };
    const whole = await sent("identity");
    for (const [said, encoding] of [
      [undefined, "gzip"],
      ["gzip", "gzip"],
      ["gzip, deflate, br, zstd", "br"],
    ] as const) {
      const less = await sent(said);
      expect(less.encoding).toBe(encoding);
      expect(less.bytes).toBeLessThan(whole.bytes * 0.6);
    }
  });
});

describe("a text of the log", () => {
  it("has one line, no unseen character and a length that is bounded, whatever came", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 600 }), fc.integer({ min: 10, max: 300 }), (text, most) => {
        const shown = logText(text, most);
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        expect(shown.length).toBeLessThanOrEqual(most + "… (1200 characters)".length);
      }),
    );
    expect(logText("/api/overview")).toBe("/api/overview");
    // Longer once it is escaped, and cut between the halves of a character.
    expect(logText("\u001b😀😀😀", 9)).toBe("\\u{1b}😀… (7 characters)");
    expect(logText("a\u001b[31mb")).toBe("a\\u{1b}[31mb");
    expect(logText("abc\u001bdef", 5)).toBe("abc… (7 characters)");
  });
});

describe("the network of an address", () => {
  it.each([
    ["192.0.2.7", "192.0.2.7"],
    ["::ffff:192.0.2.7", "192.0.2.7"],
    ["::FFFF:c000:207", "192.0.2.7"],
    ["0:0:0:0:0:ffff:192.0.2.7", "192.0.2.7"],
    ["64:ff9b::192.0.2.7", "192.0.2.7"],
    ["2002:c000:207::1", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["[2001:db8:1:2::9]", "2001:db8:1:2::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["unknown", "unknown"],
    ["", "unknown"],
    ["1.2.3.4.5", "unknown"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("is the same for all addresses of a /64, however they are written, and another one for another /64", () => {
    const group = fc.integer({ min: 0, max: 0xffff });
    const part = fc.tuple(group, group, group, group);
    fc.assert(
      fc.property(part, part, part, (network, one, other) => {
        fc.pre(network[0] !== 0x2002 && network[0] !== 0x64 && network.some((group) => group !== 0));
        const written = (host: readonly number[]) => [...network, ...host].map((group) => group.toString(16)).join(":");
        const padded = [...network, ...other]
          .map((group) => group.toString(16).padStart(4, "0").toUpperCase())
          .join(":");
        expect(networkOf(written(one))).toBe(networkOf(padded));
        const next = [...network.slice(0, 3), network[3] ^ 1, ...one].map((group) => group.toString(16)).join(":");
        expect(networkOf(next)).not.toBe(networkOf(padded));
      }),
    );
  });
});
