import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import { openBrowser } from "@twobytwo/web/test/server/browser";
import { afterAll, beforeAll, expect, it } from "vitest";
import { UsageError } from "../src/define-verb.ts";
import { devices } from "../src/verbs/devices.ts";
import { invite } from "../src/verbs/invite.ts";
import { run2x2 } from "./command.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());

const command = (...args: string[]) => run2x2(args, { directory: stage.directory });

it("invites a device, lists it, and signs it out for good", { timeout: 180_000 }, async () => {
  const invited = await command("invite", "--json");
  const link = new URL(JSON.parse(invited.stdout).url);
  expect(link.origin).toBe(stage.sandbox.endpoints.web);
  const phone = openBrowser(link.origin);
  await phone.register(link.hash.slice(1), "Phone\u001b[2J");
  const listed = await command("devices");
  expect(listed.stdout).toContain(phone.passkey.id.slice(0, 12));
  // What a device calls itself does not clear the terminal.
  expect(listed.stdout).toMatch(/Phone\\x1b\[2J +\w/);

  expect((await phone.send("GET", "/api/overview")).status).toBe(200);
  const revoked = await command("devices", "revoke", phone.passkey.id.slice(0, 12));
  expect(revoked).toMatchObject({ code: 0, stdout: "“Phone\\x1b[2J” is revoked and signed out.\n" });
  expect((await phone.send("GET", "/api/overview")).status).toBe(401);
  const unknown = await command("devices", "revoke", phone.passkey.id);
  expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("There is no device") });
});

it("lists the invites that are open, and voids one", { timeout: 180_000 }, async () => {
  const { url } = JSON.parse((await command("invite", "--json")).stdout);
  const listed = await command("invite", "list");
  expect(listed.stdout).toMatch(/^ID +MADE BY +MADE +VALID UNTIL\n[0-9a-f]{12} +2x2 invite /);
  const [{ id, madeBy }] = JSON.parse((await command("invite", "list", "--json")).stdout);
  expect([id.slice(0, 12), madeBy]).toEqual([listed.stdout.split("\n")[1]?.slice(0, 12), "2x2 invite"]);
  expect(await command("invite", "void", id.slice(0, 8))).toMatchObject({
    code: 0,
    stdout: "The invite by 2x2 invite is void: its link no longer works.\n",
  });
  expect((await command("invite", "list")).stdout).toBe("No invite is open.\n");
  const again = await command("invite", "void", id);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("No open invite begins with") });
  const link = new URL(url);
  await expect(openBrowser(link.origin).register(link.hash.slice(1))).rejects.toThrow("403");
});

it.each([[["void"]], [["void", ""]], [["revoke", "x"]], [["list", "x"]]])(
  "takes invite %j for a command that was written wrongly",
  async (words) => {
    const context = { deployment: () => Promise.reject(new Error("nothing is opened for it")) };
    await expect(invite.run(context as never, { options: {}, operands: words })).rejects.toThrow(UsageError);
  },
);

it.each([[["revoke"]], [["forget", "x"]], [["x"]]])(
  "takes %j for a command that was written wrongly",
  async (words) => {
    const context = { deployment: () => Promise.reject(new Error("nothing is opened for it")) };
    await expect(devices.run(context as never, { options: {}, operands: words })).rejects.toThrow(UsageError);
  },
);
