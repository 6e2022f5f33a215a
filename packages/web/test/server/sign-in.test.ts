import { GetCommand, ScanCommand } from "@aws-sdk/lib-dynamodb";
import { inviteMs } from "@twobytwo/core/access/invites";
import { hashOf } from "@twobytwo/core/access/secret";
import { sessionMs } from "@twobytwo/core/access/sessions";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Device, Invite } from "../../src/contract-access.ts";
import { type CreationOptions, createAuthenticator } from "./authenticator.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let ahead = 0;
beforeAll(async () => {
  stage = await openStage({ timeShift: () => ahead });
});
afterAll(() => stage.close());

const browser = () => openBrowser(stage.sandbox.endpoints.web);
const invite = () => newInvite(stage.ports.table, Date.now() + ahead);
const minute = 60_000;
const laterBy = (ms: number) => {
  ahead += ms;
};
/** To the beginning of a minute in which nobody has signed in yet, so that no test runs into the next one. */
const laterByAMinute = () => laterBy(2 * minute - ((Date.now() + ahead) % minute));

async function signedIn(): Promise<Browser> {
  laterByAMinute();
  const fresh = browser();
  await fresh.register(await invite());
  return fresh;
}

describe("an invite", () => {
  it("makes a device and a session by a cookie that scripts and other pages cannot use", async () => {
    const laptop = browser();
    const secret = await invite();
    const options = await laptop.ask<CreationOptions>("POST", "/api/auth/invite/options", { invite: secret });
    const response = laptop.passkey.create(options, laptop);
    const answer = await laptop.send("POST", "/api/auth/invite", { invite: secret, deviceName: " Laptop ", response });
    expect(await answer.json()).toMatchObject({ signedIn: true, stage: "sandbox", device: { name: "Laptop" } });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^__Host-session=[\w-]{43}; /);
    expect(cookie.split("; ").slice(1).sort()).toEqual(
      ["HttpOnly", `Max-Age=${sessionMs / 1000}`, "Path=/", "SameSite=Strict", "Secure"].sort(),
    );
    expect(await laptop.ask("GET", "/api/session")).toMatchObject({
      signedIn: true,
      device: { id: laptop.passkey.id },
    });
  });

  it("asks for a passkey that proves the person and is found without a name, and excludes those there are", async () => {
    const first = await signedIn();
    const options = await browser().ask("POST", "/api/auth/invite/options", { invite: await invite() });
    expect(options).toMatchObject({
      rp: { id: "localhost" },
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
      attestation: "none",
    });
    expect((options as { excludeCredentials: { id: string }[] }).excludeCredentials.map(({ id }) => id)).toContain(
      first.passkey.id,
    );
  });

  it("works once, also where two browsers use it in the same moment", async () => {
    laterByAMinute();
    const secret = await invite();
    const two = [browser(), browser()];
    const outcomes = await Promise.allSettled(two.map((one) => one.register(secret)));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await browser().problem("POST", "/api/auth/invite/options", { invite: secret })).toMatchObject({
      status: 403,
    });
  });

  it("is kept as a hash alone, and so is a session", async () => {
    const someone = await signedIn();
    const secret = await invite();
    const { client, name: TableName } = stage.ports.table;
    const { Items } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
    const rows = JSON.stringify(Items);
    expect(rows).toContain(`#invite#${hashOf(secret)}`);
    expect(rows).not.toContain(secret);
    expect(rows).toContain(`#session#${hashOf(someone.cookie ?? "")}`);
    expect(rows).not.toContain(someone.cookie);
  });

  it("is refused in the same words whether it is unknown, used or too old", async () => {
    laterByAMinute();
    const used = await invite();
    await browser().register(used);
    const old = await invite();
    laterBy(inviteMs);
    const answers = [];
    for (const secret of ["guess", used, old])
      answers.push(await browser().problem("POST", "/api/auth/invite/options", { invite: secret }));
    expect(answers[0]).toMatchObject({ type: "/problems/forbidden", status: 403 });
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
  });

  it("is not used up by an answer that is wrong", async () => {
    laterByAMinute();
    const [secret, other] = [await invite(), await invite()];
    const laptop = browser();
    const options = await laptop.ask<CreationOptions>("POST", "/api/auth/invite/options", { invite: secret });
    const attempts = [
      laptop.passkey.create(options, { origin: "https://twobytwo.example" }),
      laptop.passkey.create(options, { origin: laptop.origin, rpId: "twobytwo.example" }),
      laptop.passkey.create({ ...options, challenge: "bXkgb3duIGNoYWxsZW5nZQ" }, laptop),
      { id: "nothing" },
      laptop.passkey.get(options, laptop),
    ];
    for (const response of attempts) {
      const body = { invite: secret, deviceName: "x", response };
      expect(await laptop.problem("POST", "/api/auth/invite", body)).toMatchObject({ status: 403 });
    }
    // A challenge of one invite is none of another.
    const mixed = await laptop.ask<CreationOptions>("POST", "/api/auth/invite/options", { invite: secret });
    const body = { invite: other, deviceName: "x", response: laptop.passkey.create(mixed, laptop) };
    expect(await laptop.problem("POST", "/api/auth/invite", body)).toMatchObject({ status: 403 });
    expect(laptop.cookie).toBeUndefined();
    expect(await laptop.register(secret)).toMatchObject({ signedIn: true });
  });
});

describe("signing in", () => {
  it("takes a passkey that was made before, and names none to a stranger", async () => {
    const laptop = await signedIn();
    await laptop.ask("POST", "/api/auth/sign-out");
    expect(laptop.cookie).toBeUndefined();
    const options = await laptop.ask<object>("POST", "/api/auth/sign-in/options", {});
    expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(Object.hasOwn(options, "allowCredentials")).toBe(false);
    expect(await laptop.signIn()).toMatchObject({ signedIn: true, device: { id: laptop.passkey.id } });
  });

  it("refuses in the same words an unknown passkey, a wrong signature, another origin and a person who proved nothing", async () => {
    const laptop = await signedIn();
    laterByAMinute();
    delete laptop.cookie;
    const stranger = createAuthenticator();
    const wrong = [
      (options: { challenge: string }) => stranger.get(options, laptop),
      (options: { challenge: string }) => laptop.passkey.get(options, laptop, { stranger: true }),
      (options: { challenge: string }) => laptop.passkey.get(options, laptop, { unverified: true }),
      (options: { challenge: string }) => laptop.passkey.get(options, laptop, { type: "webauthn.create" }),
      (options: { challenge: string }) => laptop.passkey.get(options, { origin: "http://localhost:1" }),
      (options: { challenge: string }) => laptop.passkey.get(options, { ...laptop, rpId: "twobytwo.example" }),
      () => laptop.passkey.get({ challenge: "bXkgb3duIGNoYWxsZW5nZQ" }, laptop),
      () => ({ id: laptop.passkey.id }),
      () => ({ id: "#session#guess" }),
    ];
    const answers = [];
    for (const spoiled of wrong) {
      const options = await laptop.ask<{ challenge: string }>("POST", "/api/auth/sign-in/options", {});
      answers.push(await laptop.problem("POST", "/api/auth/sign-in", { response: spoiled(options) }));
    }
    expect(answers[0]).toMatchObject({ type: "/problems/forbidden", status: 403 });
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(laptop.cookie).toBeUndefined();
  });

  it("takes an answer once, and a challenge for five minutes", async () => {
    const laptop = await signedIn();
    const options = await laptop.ask<{ challenge: string }>("POST", "/api/auth/sign-in/options", {});
    const response = laptop.passkey.get(options, laptop);
    await laptop.ask("POST", "/api/auth/sign-in", { response });
    expect(await laptop.problem("POST", "/api/auth/sign-in", { response })).toMatchObject({ status: 403 });
    const late = await laptop.ask<{ challenge: string }>("POST", "/api/auth/sign-in/options", {});
    laterBy(5 * minute);
    const body = { response: laptop.passkey.get(late, laptop) };
    expect(await laptop.problem("POST", "/api/auth/sign-in", body)).toMatchObject({ status: 403 });
  });

  it("tells who guesses thirty times in a minute to wait, and lets in who does not guess all the same", async () => {
    const laptop = await signedIn();
    laterByAMinute();
    const guesser = browser();
    const statuses = [];
    for (let attempt = 0; attempt < 31; attempt += 1)
      statuses.push((await guesser.send("POST", "/api/auth/invite/options", { invite: `guess ${attempt}` })).status);
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 403));
    expect(statuses[30]).toBe(429);
    const answer = await guesser.send("POST", "/api/auth/sign-in", { response: { id: "guess" } });
    expect(answer.headers.get("retry-after")).toBe("60");
    expect(await answer.json()).toMatchObject({ type: "/problems/too-many" });
    // The same address, as it is behind a CDN or in a studio's network.
    expect(await laptop.signIn()).toMatchObject({ signedIn: true });
    expect(await browser().register(await invite())).toMatchObject({ signedIn: true });
    laterByAMinute();
    expect((await guesser.send("POST", "/api/auth/invite/options", { invite: "guess" })).status).toBe(403);
  });
});

describe("a session", () => {
  it("lasts thirty days from its last use", async () => {
    const laptop = await signedIn();
    laterBy(sessionMs - minute);
    const answer = await laptop.send("GET", "/api/overview");
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie().join()).toContain(`Max-Age=${sessionMs / 1000}`);
    laterBy(sessionMs - minute);
    expect((await laptop.send("GET", "/api/overview")).status).toBe(200);
    laterBy(sessionMs + minute);
    expect(await laptop.problem("GET", "/api/overview")).toMatchObject({
      type: "/problems/not-signed-in",
      status: 401,
    });
  });

  it("is over at the server when a person signs out", async () => {
    const laptop = await signedIn();
    const { cookie = "" } = laptop;
    await laptop.ask("POST", "/api/auth/sign-out");
    const thief = browser();
    thief.cookie = cookie;
    expect(await thief.problem("GET", "/api/squares?status=queued")).toMatchObject({ status: 401 });
  });

  it("ends at once with its device, which another device revokes", async () => {
    const laptop = await signedIn();
    const { url } = await laptop.ask<Invite>("POST", "/api/devices/invite");
    expect(new URL(url)).toMatchObject({ origin: laptop.origin, pathname: "/invite" });
    const phone = browser();
    await phone.register(new URL(url).hash.slice(1), "Phone");
    const devices = await laptop.ask<Device[]>("GET", "/api/devices");
    expect(devices.find(({ isThis }) => isThis)?.id).toBe(laptop.passkey.id);
    expect(devices.find(({ name }) => name === "Phone")?.id).toBe(phone.passkey.id);

    expect((await laptop.send("DELETE", `/api/devices/${phone.passkey.id}`)).status).toBe(204);
    expect(await phone.problem("GET", "/api/devices")).toMatchObject({ status: 401 });
    expect(await phone.ask("GET", "/api/session")).toEqual({ signedIn: false, stage: "sandbox" });
    await expect(phone.signIn()).rejects.toThrow("403");
    expect((await laptop.ask<Device[]>("GET", "/api/devices")).map(({ name }) => name)).not.toContain("Phone");
    expect(await laptop.problem("DELETE", `/api/devices/${phone.passkey.id}`)).toMatchObject({ status: 404 });
  });
});

it("keeps of a passkey what verifies it, and counts its signatures", async () => {
  const laptop = await signedIn();
  await laptop.signIn();
  const { client, name: TableName } = stage.ports.table;
  const { Item } = await client.send(new GetCommand({ TableName, Key: { id: `#device#${laptop.passkey.id}` } }));
  expect(Item).toMatchObject({ name: "A laptop", counter: 2, transports: ["internal"] });
  expect(Item?.["publicKey"]).toBeInstanceOf(Uint8Array);
});
