import { proofMs } from "@twobytwo/core/access/sessions";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { routesHere } from "./app-here.ts";
import { createAuthenticator } from "./authenticator.ts";
import { type Browser, newInvite, openBrowser } from "./browser.ts";

let stage: Stage;
let ahead = 0;
beforeAll(async () => {
  stage = await openStage({ timeShift: () => ahead });
});
afterAll(() => stage.close());
const minute = 60_000;
// To the beginning of a minute in which nobody has signed in yet.
beforeEach(() => {
  ahead += 3 * minute - ((Date.now() + ahead) % minute);
});

const browser = () => openBrowser(stage.sandbox.endpoints.web);

async function signedIn(name?: string): Promise<Browser> {
  const fresh = browser();
  await fresh.register(await newInvite(stage.ports.table, Date.now() + ahead), name);
  return fresh;
}
const later = (ms: number) => {
  ahead += ms;
};

/** Every route that needs a session, by what has to be answered before: nothing, or the passkey. */
const routes = {
  session: [
    "POST /session/proof/options",
    "POST /session/proof",
    "GET /devices",
    "GET /invites",
    // It takes a right away from a link, and never one from a device.
    "DELETE /invites/:id",
    "GET /account",
    // X charges a cent for it, and nothing changes.
    "POST /account",
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
    "POST /squares/:id/date",
    "POST /squares/:id/draft",
    "POST /squares/:id/withdraw",
    // Of a posted square it is refused: its post would have to be deleted first.
    "POST /squares/:id/requeue",
    "POST /squares/:id/confirm",
    "POST /series/captions",
    "POST /squares/:id/candidates",
    "POST /squares/:id/crop",
    "GET /squares/:id/original",
    "POST /squares/:id/post",
    "POST /post-now",
    "POST /uploads",
    "GET /uploads",
    "POST /uploads/:id/allow",
    // A copy that nobody posted, of a picture that whoever sent it has.
    "DELETE /uploads/:id",
    "GET /runs",
    "GET /runs/:name",
  ],
  passkey: [
    "POST /devices/invite",
    "DELETE /devices/:id",
    "POST /squares/:id/unpost",
    "POST /squares/:id/delete",
    // What is posted from a table that does not know the latest posts cannot be taken back.
    "POST /schedule/confirm-table",
  ],
  nothing: [
    "GET /session",
    "POST /auth/sign-out",
    "POST /auth/invite/options",
    "POST /auth/invite",
    "POST /auth/sign-in/options",
    "POST /auth/sign-in",
  ],
};

const routesOfTheApp = () =>
  routesHere(stage.ports).map(({ method, path }) => `${method} ${path.slice("/api".length)}`);

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
      // A picture is elsewhere: its address is no problem.
      const problem = answer.status < 400 ? undefined : ((await answer.json()) as { type?: string; status: number });
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
    later(5 * minute);
    expect(await owner.problem("POST", "/api/session/proof", { response: late })).toMatchObject({ status: 403 });
    // Nor does an answer that was meant for this open a session.
    const meant = owner.passkey.get(await optionsOf(owner), owner);
    expect(await browser().problem("POST", "/api/auth/sign-in", { response: meant })).toMatchObject({ status: 403 });
  });
});
