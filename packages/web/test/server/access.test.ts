import { randomBytes } from "node:crypto";
import { createInvite } from "@twobytwo/core/access/invites";
import { proofMs } from "@twobytwo/core/access/sessions";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Device, Invite, OpenInvite } from "../../src/contract-access.ts";
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
    expect(mail?.message).toContain("with an invite from “Laptop”");
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

it("invites of commands are listed by the command's name", async () => {
  const owner = await signedIn();
  const ports = { table: stage.ports.table, clock: () => Date.now() + ahead, randomBytes };
  await createInvite(ports, { by: "2x2 invite" });
  const listed = await owner.ask<OpenInvite[]>("GET", "/api/invites");
  expect(listed[0]).toMatchObject({ madeBy: "2x2 invite" });
});
