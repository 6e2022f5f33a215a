import { listDevices, revokeDevice } from "@twobytwo/core/access/devices";
import { listInvites, voidInvite } from "@twobytwo/core/access/invites";
import { proofMs } from "@twobytwo/core/access/sessions";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { executablePath } from "./chromium.ts";
import { comeBackTo, type Gallery, openGallery, register } from "./gallery.ts";

describe.skipIf(executablePath === undefined)("signing in to the web app", () => {
  let gallery: Gallery;
  beforeAll(async () => {
    gallery = await openGallery();
  });
  afterAll(() => gallery?.close());
  afterEach(async () => {
    for (const page of gallery.context.pages().slice(1)) await page.close();
    await gallery.context.clearCookies();
    expect(gallery.complaints()).toEqual([]);
  });

  it("shows nothing to a stranger", async () => {
    const page = await gallery.tab();
    await page.goto(`${gallery.origin}/queue`);
    await page.getByRole("button", { name: "Sign in with a passkey" }).waitFor();
    expect(await page.getByRole("navigation").count()).toBe(0);
  });

  it("makes a passkey with an invite, once, and signs in with it afterwards", async () => {
    const invite = await gallery.invite();
    const page = await gallery.tab();
    await register(page, invite);
    // The invite is not left behind in the history.
    expect(new URL(page.url()).href).toBe(`${gallery.origin}/`);

    await page.goto("about:blank");
    await page.goto(invite);
    // It says so before a button is pressed.
    await page.getByRole("alert").filter({ hasText: "This invite is not valid" }).waitFor();
    expect(await page.getByRole("button", { name: "Create passkey" }).count()).toBe(0);

    await page.goto(`${gallery.origin}/devices`);
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("heading", { name: "Wall", level: 1 }).waitFor();
  });

  it("makes no passkey for a device without a name, by the Enter key either", async () => {
    const page = await gallery.tab();
    const asked: string[] = [];
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (request.method() === "POST" && pathname.startsWith("/api/auth/")) asked.push(pathname);
    });
    await page.goto(await gallery.invite());
    const name = page.getByLabel("Device name");
    await name.fill("  ");
    await name.press("Enter");
    const create = page.getByRole("button", { name: "Create passkey" });
    expect(await create.isDisabled()).toBe(true);
    await name.fill("Desk");
    await expect.poll(() => create.isEnabled(), { timeout: 30_000 }).toBe(true);
    await name.press("Enter");
    await page.getByRole("heading", { name: "Wall", level: 1 }).waitFor();
    // The page itself asks first whether the invite is good.
    const [options, made] = ["/api/auth/invite/options", "/api/auth/invite"];
    expect(asked).toEqual([options, options, made]);
  });

  it("says what is missing where a link is not whole", async () => {
    const page = await gallery.tab();
    await page.goto(`${gallery.origin}/invite`);
    await page.getByText("This invite link is incomplete").waitFor();
  });

  it("invites another device by a link and a QR code, and revokes one", async () => {
    const phone = await gallery.tab();
    await register(phone, await gallery.invite(), "Old phone");
    const page = await gallery.open("/devices");
    await page.getByRole("button", { name: "Invite a device" }).click();
    const invited = page.getByRole("dialog", { name: "Invite a device" });
    await invited.getByRole("img", { name: "The link as a QR code" }).waitFor();
    expect(await invited.getByRole("textbox", { name: "Link" }).inputValue()).toMatch(
      new RegExp(`^${gallery.origin}/invite#.{20}`),
    );
    await page.keyboard.press("Escape");
    await invited.waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Revoke Old phone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await page.getByText("“Old phone” is signed out").waitFor();
    await expect
      .poll(() => page.getByRole("listitem").filter({ hasText: "Old phone" }).filter({ hasText: "added" }).count(), {
        timeout: 30_000,
      })
      .toBe(0);
    expect((await listDevices(gallery.stage.ports.table)).map(({ name }) => name)).not.toContain("Old phone");
  });

  it("lists the invites that are open, and cancels one", async () => {
    const { table } = gallery.stage.ports;
    for (const { id } of await listInvites(table, Date.now())) await voidInvite(table, id);
    const page = await gallery.open("/devices");
    await page.getByRole("button", { name: "Invite a device" }).click();
    const invited = page.getByRole("dialog", { name: "Invite a device" });
    await invited.getByRole("textbox", { name: "Link" }).waitFor();
    await page.keyboard.press("Escape");
    const open = page.getByRole("region", { name: "Open invites" });
    await open.getByRole("button", { name: "Cancel the invite created by Studio laptop" }).click();
    await page.getByText("Invite cancelled. The link no longer works.").waitFor();
    await open.waitFor({ state: "detached" });
    expect(await listInvites(table, Date.now())).toEqual([]);
  });

  it("asks for the passkey where the last answer is too old, and then does what was asked", async () => {
    const page = await gallery.open("/devices");
    await gallery.provenAgo(proofMs + 1_000);
    await page.getByRole("button", { name: "Invite a device" }).click();
    const confirm = page.getByRole("dialog", { name: "Confirm it’s you" });
    await confirm.getByRole("button", { name: "Confirm with your passkey" }).click();
    await page.getByRole("dialog", { name: "Invite a device" }).getByRole("textbox", { name: "Link" }).waitFor();
    expect(await confirm.count()).toBe(0);
  });

  it("does nothing where the person does not want to confirm, and says so", async () => {
    const phone = await gallery.tab();
    await register(phone, await gallery.invite(), "Kept phone");
    const page = await gallery.open("/devices");
    await gallery.provenAgo(proofMs + 1_000);
    await page.getByRole("button", { name: "Revoke Kept phone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    const confirm = page.getByRole("dialog", { name: "Confirm it’s you" });
    await confirm.getByRole("button", { name: "Cancel" }).click();
    await page.getByText("Not confirmed with the passkey. Nothing was done.").waitFor();
    expect((await listDevices(gallery.stage.ports.table)).map(({ name }) => name)).toContain("Kept phone");
    // Asked again, it is asked again.
    await page.getByRole("button", { name: "Revoke Kept phone" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
    await confirm.getByRole("button", { name: "Confirm with your passkey" }).click();
    await page.getByText("“Kept phone” is signed out").waitFor();
  });

  it("asks to sign in again where the session has ended, and then saves what was typed", async () => {
    const { id } = await gallery.stage.add(undefined, { title: "Before" });
    const page = await gallery.open(`/squares/${id}`);
    const square = page.getByRole("dialog", { name: "Before" });
    await square.getByLabel("Title", { exact: true }).fill("After");
    await gallery.endSession();
    // The page may have noticed by itself by now, and ask above the button.
    await square.getByRole("button", { name: "Save", exact: true }).dispatchEvent("click");

    const again = page.getByRole("dialog", { name: "Sign in again" });
    await again.waitFor();
    // A browser lets no page hold back the second or third in a row: it closes the dialog, which has to open again.
    for (let press = 0; press < 3; press += 1) await page.keyboard.press("Escape");
    await again.getByRole("button").waitFor();
    expect((await gallery.stage.square(id)).title).toBe("Before");

    await again.getByRole("button", { name: "Sign in with a passkey" }).click();
    await again.waitFor({ state: "detached" });
    await page.getByText("Saved.").waitFor();
    expect((await gallery.stage.square(id)).title).toBe("After");
  });

  it("goes on after a device was revoked, once a new invite was used in another tab", async () => {
    const page = await gallery.open("/queue");
    await page.getByRole("heading", { name: "Queue", level: 1 }).waitFor();
    const { table } = gallery.stage.ports;
    for (const { credentialId } of await listDevices(table)) await revokeDevice(table, credentialId);
    await page.getByRole("link", { name: "History" }).click();
    const again = page.getByRole("dialog", { name: "Sign in again" });
    await again.getByRole("button", { name: "Sign in with a passkey" }).click();
    await again.getByRole("alert").filter({ hasText: /\w/ }).waitFor();

    const other = await gallery.tab();
    await register(other, await gallery.invite());
    await other.close();
    await page.bringToFront();
    await comeBackTo(page);
    await again.waitFor({ state: "detached" });
    await page.getByRole("heading", { name: "No posts yet" }).waitFor();
  });
});
