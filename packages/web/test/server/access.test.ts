import { randomBytes } from "node:crypto";
import { SFNClient } from "@aws-sdk/client-sfn";
import { createInvite } from "@twobytwo/core/access/invites";
import { proofMs } from "@twobytwo/core/access/sessions";
import { stateMachineArn } from "@twobytwo/sandbox/provision";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openStage, type Stage } from "../../../../tests/workflow/stage.ts";
import type { Device, Invite, OpenInvite } from "../../src/contract.ts";
import { createApp } from "../../src/server/app.ts";
import { readAssets } from "../../src/server/assets.ts";
import { createAuthenticator } from "./authenticator.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let ahead = 0;
let mailsFail = false;
const refused = { kind: "refuse", status: 500, code: "InternalFailure", message: "no mail today" } as const;
beforeAll(async () => {
  stage = await openStage({
    timeShift: () => ahead,
    intercept: ({ service }) => (mailsFail && service === "sns" ? refused : undefined),
  });
});
afterAll(() => stage.close());
// To the beginning of a minute in which nobody has signed in yet.
beforeEach(() => {
  const minute = 60_000;
  ahead += 3 * minute - ((Date.now() + ahead) % minute);
  mailsFail = false;
});

const browser = () => openBrowser(stage.sandbox.endpoints.web);
const secretOf = ({ url }: Invite) => new URL(url).hash.slice(1);
const mails = () => stage.sandbox.sns.messages();

async function signedIn(name?: string): Promise<Browser> {
  const fresh = browser();
  await fresh.register(await newInvite(stage.ports.table, Date.now() + ahead), name);
  return fresh;
}
const later = (ms: number) => {
  ahead += ms;
};

describe("an invite", () => {
  it("of a device that was revoked lets nobody in, not even one who was filling in the form", async () => {
    const [owner, thief] = [await signedIn("Laptop"), await signedIn("Stolen phone")];
    const [first, second] = [
      secretOf(await thief.ask<Invite>("POST", "/api/devices/invite")),
      secretOf(await thief.ask<Invite>("POST", "/api/devices/invite")),
    ];
    const waiting = browser();
    const options = await waiting.ask<{ challenge: string; rp: object }>("POST", "/api/auth/invite/options", {
      invite: first,
    });
    await owner.ask("DELETE", `/api/devices/${thief.passkey.id}`);
    const response = waiting.passkey.create(options, waiting);
    const body = { invite: first, deviceName: "Back again", response };
    expect(await waiting.problem("POST", "/api/auth/invite", body)).toMatchObject({ status: 403 });
    await expect(browser().register(second)).rejects.toThrow("403");
    expect((await owner.ask<Device[]>("GET", "/api/devices")).map(({ name }) => name)).not.toContain("Back again");
  });

  it("is listed as long as it is open, with who made it, and can be voided without the passkey", async () => {
    const [owner, phone] = [await signedIn("Laptop"), await signedIn("Phone")];
    const secret = secretOf(await phone.ask<Invite>("POST", "/api/devices/invite"));
    const listed = await owner.ask<OpenInvite[]>("GET", "/api/invites");
    expect(listed.map(({ madeBy }) => madeBy)).toContain("Phone");
    expect(JSON.stringify(listed)).not.toContain(secret);
    later(proofMs + 1_000);
    const { id } = listed.find(({ madeBy }) => madeBy === "Phone") ?? { id: "" };
    expect((await owner.send("DELETE", `/api/invites/${id}`)).status).toBe(204);
    expect(await owner.problem("DELETE", `/api/invites/${id}`)).toMatchObject({ status: 404 });
    expect(await owner.problem("DELETE", "/api/invites/%23devices")).toMatchObject({ status: 404 });
    expect((await owner.ask<OpenInvite[]>("GET", "/api/invites")).map((one) => one.id)).not.toContain(id);
    await expect(browser().register(secret)).rejects.toThrow("403");
  });

  it("that is used is told to the owner by mail, with who made it and the way to revoke the device", async () => {
    const owner = await signedIn("Laptop");
    const { length } = mails();
    const phone = browser();
    await phone.register(secretOf(await owner.ask<Invite>("POST", "/api/devices/invite")), "Phone");
    const [mail, ...more] = mails().slice(length);
    expect(more).toEqual([]);
    expect(mail?.subject).toBe('2x2: the device "Phone" was added to sandbox');
    expect(mail?.message).toContain("by an invite from “Laptop”");
    expect(mail?.message).toContain(`2x2 devices revoke ${phone.passkey.id.slice(0, 12)}`);
  });

  it("lets the device in where the mail cannot be sent, and the log says so", async () => {
    mailsFail = true;
    const { length } = mails();
    const phone = await signedIn("Phone without a mail");
    expect((await phone.send("GET", "/api/overview")).status).toBe(200);
    expect(mails()).toHaveLength(length);
    expect(stage.logs.join("\n")).toMatch(/The owner was not told by mail .*Phone without a mail/);
  });
});

describe("a session", () => {
  it("ends when its device signs in anew", async () => {
    const laptop = await signedIn();
    const thief = browser();
    if (laptop.cookie !== undefined) thief.cookie = laptop.cookie;
    expect((await thief.send("GET", "/api/overview")).status).toBe(200);
    await laptop.signIn();
    expect(await thief.problem("GET", "/api/overview")).toMatchObject({ type: "/problems/not-signed-in" });
    expect((await laptop.send("GET", "/api/overview")).status).toBe(200);
  });
});

/** Every route that needs a session, by what has to be answered before: nothing, or the passkey. */
const routes = {
  session: [
    "POST /session/proof/options",
    "POST /session/proof",
    "GET /devices",
    "GET /invites",
    // It takes a right away from a link, and never one from a device.
    "DELETE /invites/:id",
    "GET /overview",
    "GET /next",
    "POST /schedule/pause",
    "POST /schedule/resume",
    "PUT /schedule",
    "POST /schedule/preview",
    "GET /squares",
    "GET /series",
    "GET /squares/:id",
    "PATCH /squares/:id",
    "POST /squares/:id/move",
    "POST /squares/:id/draft",
    "POST /squares/:id/withdraw",
    // Of a posted square it is refused: its post would have to be deleted first.
    "POST /squares/:id/requeue",
    "POST /squares/:id/confirm",
    "POST /squares/:id/candidates",
    "POST /squares/:id/crop",
    "POST /squares/:id/post",
    "POST /post-now",
    "POST /uploads",
    "GET /uploads",
    "POST /uploads/:id/allow",
    // A copy that nobody posted, of a picture that whoever sent it has.
    "DELETE /uploads/:id",
    "GET /runs",
    "GET /runs/:name",
    "GET /workflow",
  ],
  passkey: ["POST /devices/invite", "DELETE /devices/:id", "POST /squares/:id/unpost"],
  nothing: [
    "GET /session",
    "POST /auth/sign-out",
    "POST /auth/invite/options",
    "POST /auth/invite",
    "POST /auth/sign-in/options",
    "POST /auth/sign-in",
  ],
};

function routesOfTheApp(): string[] {
  const app = createApp({
    ...stage.ports,
    stateMachine: { client: new SFNClient({ region: "us-east-1" }), arn: stateMachineArn },
    definition: { StartAt: "A", States: {} },
    x: () => Promise.reject(new Error("nobody asks X")),
    randomBytes,
    stage: "sandbox",
    region: "us-east-1",
    postsOrigin: stage.sandbox.endpoints.x,
    assets: readAssets("nowhere"),
    log: () => {},
  });
  const found = app.routes.filter(({ method, path }) => method !== "ALL" && path.startsWith("/api/"));
  return [...new Set(found.map(({ method, path }) => `${method} ${path.slice("/api".length)}`))];
}

describe("what cannot be undone", () => {
  it("is on a list of its own, and every route of the app is on one of the lists", () => {
    const listed = Object.values(routes).flat();
    expect(routesOfTheApp().sort(), "decide whether it asks for the passkey, in server/proof.ts").toEqual(
      listed.sort(),
    );
  });

  it("asks for the passkey on the routes of that list, and on no others", async () => {
    const { id } = await stage.add();
    const owner = await signedIn();
    later(proofMs + 1_000);
    const asked: string[] = [];
    for (const route of [...routes.session, ...routes.passkey]) {
      const [method = "", pattern = ""] = route.split(" ");
      // An unknown field: where the passkey is not asked for, nothing is done either.
      const body = { "not a field": true };
      const path = `/api${pattern.replace(":id", id).replace(":name", "x")}`;
      const answer = await owner.send(method, path, method === "GET" ? undefined : body);
      const problem = answer.ok ? undefined : ((await answer.json()) as { type?: string; status: number });
      if (problem?.type === "/problems/not-proven") {
        expect(problem.status).toBe(403);
        asked.push(route);
      }
    }
    expect(asked).toEqual(routes.passkey);
  });

  it("is done within two minutes of a sign-in or of an answer with the passkey, and not later", async () => {
    const owner = await signedIn();
    const invite = async () => (await owner.send("POST", "/api/devices/invite")).status;
    expect(await invite()).toBe(200);
    later(proofMs + 1_000);
    expect(await invite()).toBe(403);
    await owner.prove();
    expect([await invite(), await invite()]).toEqual([200, 200]);
    later(proofMs + 1_000);
    expect(await invite()).toBe(403);
    await owner.signIn();
    expect(await invite()).toBe(200);
  });

  it("is not done by a cookie alone, though it be that of a device that has just answered in another session", async () => {
    const [owner, other] = [await signedIn("Laptop"), await signedIn("Phone")];
    later(proofMs + 1_000);
    await other.prove();
    const refusal = await owner.problem("DELETE", `/api/devices/${other.passkey.id}`);
    expect(refusal).toMatchObject({ type: "/problems/not-proven", detail: expect.stringContaining("passkey") });
    expect((await other.send("GET", "/api/overview")).status).toBe(200);
  });

  it("takes no answer of another passkey, to another challenge, a second time, or too late", async () => {
    const [owner, other] = [await signedIn("Laptop"), await signedIn("Phone")];
    later(proofMs + 1_000);
    const optionsOf = (one: Browser, path = "/api/session/proof/options") =>
      one.ask<{ challenge: string; allowCredentials?: { id: string }[] }>("POST", path, {});
    const own = await optionsOf(owner);
    expect(own.allowCredentials?.map(({ id }) => id)).toEqual([owner.passkey.id]);
    const wrong = [
      other.passkey.get(own, owner),
      createAuthenticator().get(await optionsOf(owner), owner),
      owner.passkey.get(await optionsOf(owner), owner, { unverified: true }),
      owner.passkey.get(await optionsOf(owner), owner, { stranger: true }),
      owner.passkey.get(await optionsOf(owner), { origin: "http://localhost:1" }),
      owner.passkey.get(await optionsOf(other), owner),
      owner.passkey.get(await optionsOf(owner, "/api/auth/sign-in/options"), owner),
      { id: owner.passkey.id },
    ];
    for (const response of wrong)
      expect(await owner.problem("POST", "/api/session/proof", { response })).toMatchObject({ status: 403 });
    expect((await owner.send("POST", "/api/devices/invite")).status).toBe(403);
    const good = owner.passkey.get(await optionsOf(owner), owner);
    await owner.ask("POST", "/api/session/proof", { response: good });
    expect(await owner.problem("POST", "/api/session/proof", { response: good })).toMatchObject({ status: 403 });
    const late = owner.passkey.get(await optionsOf(owner), owner);
    later(5 * 60_000);
    expect(await owner.problem("POST", "/api/session/proof", { response: late })).toMatchObject({ status: 403 });
    // Nor does an answer that was meant for this open a session.
    const meant = owner.passkey.get(await optionsOf(owner), owner);
    expect(await browser().problem("POST", "/api/auth/sign-in", { response: meant })).toMatchObject({ status: 403 });
  });
});

it("invites of commands are listed by the command's name", async () => {
  const owner = await signedIn();
  const ports = { table: stage.ports.table, clock: () => Date.now() + ahead, randomBytes };
  await createInvite(ports, { by: "2x2 invite" });
  const listed = await owner.ask<OpenInvite[]>("GET", "/api/invites");
  expect(listed[0]).toMatchObject({ madeBy: "2x2 invite" });
});
