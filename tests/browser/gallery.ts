import { createHash, randomBytes } from "node:crypto";
import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { createInvite, inviteAddress } from "@twobytwo/core/access/invites";
import { hashOf } from "@twobytwo/core/access/secret";
import { endSession } from "@twobytwo/core/access/sessions";
import { openStage, type Stage } from "@twobytwo/sandbox/test/stage";
import type { BrowserContext, Page } from "playwright-core";
import { openChromium } from "./chromium.ts";

export interface Gallery {
  stage: Stage;
  context: BrowserContext;
  /** Of the web app. */
  origin: string;
  /** A link that makes one passkey. */
  invite(): Promise<string>;
  /** A tab with a device of its own, which holds no passkey yet; nothing is open in it. */
  tab(): Promise<Page>;
  /** A tab that is signed in with a passkey of its own, at a page. */
  open(path?: string): Promise<Page>;
  /** Ends the session of all tabs at the server; the passkeys stay good. */
  endSession(): Promise<void>;
  /** Makes the person's last answer with the passkey one of so many milliseconds ago. */
  provenAgo(ms: number): Promise<void>;
  /** What the browser complained of since the last call: errors of scripts, and breaches of the policy. */
  complaints(): string[];
  close(): Promise<void>;
}

/** An answer with an error is no mistake of the page; each test says itself what it expects of those. */
const expected = /^Failed to load resource/;

/**
 * A sandbox of its own with the web app in it, and a Chromium that looks at it.
 *
 * @param chromiumArguments beside the usual ones
 */
export async function openGallery(chromiumArguments: readonly string[] = []): Promise<Gallery> {
  const [stage, browser] = await Promise.all([openStage(), openChromium(chromiumArguments)]);
  const { context } = browser;
  const { table } = stage.ports;
  const origin = new URL(stage.sandbox.endpoints.web).origin;
  const heard: string[] = [];

  const invite = async () => {
    const { secret } = await createInvite({ table, clock: Date.now, randomBytes }, { by: "the browser tests" });
    return inviteAddress(origin, secret);
  };
  const tab = async () => {
    const page = await context.newPage();
    page.on("pageerror", (error) => heard.push(`${page.url()}: ${error.message}`));
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) heard.push(`${page.url()}: ${message.text()}`);
    });
    page.on("request", (request) => {
      const { pathname } = new URL(request.url());
      if (!pathname.startsWith("/api/") || ["GET", "HEAD"].includes(request.method())) return;
      // Behind CloudFront, Lambda takes no body without its hash.
      const hash = createHash("sha256")
        .update(request.postDataBuffer() ?? "")
        .digest("hex");
      if (request.headers()["x-amz-content-sha256"] !== hash) heard.push(`${pathname} was sent without its hash`);
    });
    await addAuthenticator(page);
    return page;
  };
  const token = async () => {
    const cookie = (await context.cookies(origin)).find(({ name }) => name === "__Host-session");
    if (cookie === undefined) throw new Error("nobody is signed in");
    return cookie.value;
  };
  return {
    stage,
    context,
    origin,
    invite,
    tab,
    async open(path = "/") {
      const page = await tab();
      await register(page, await invite());
      if (path !== "/") await page.goto(origin + path);
      return page;
    },
    endSession: async () => endSession(table, await token()),
    async provenAgo(ms) {
      await table.client.send(
        new UpdateCommand({
          TableName: table.name,
          Key: { id: `#session#${hashOf(await token())}` },
          UpdateExpression: "SET provenAt = :at",
          ConditionExpression: "attribute_exists(id)",
          ExpressionAttributeValues: { ":at": new Date(Date.now() - ms).toISOString() },
        }),
      );
    },
    complaints: () => heard.splice(0),
    close: async () => {
      await browser.close();
      await stage.close();
    },
  };
}

/** What a phone or a laptop has built in: it holds passkeys, and its owner always agrees. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** The person returns to the tab, which looks then for what has changed meanwhile. */
export const comeBackTo = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event("focus")));

/** Makes a passkey by an invite; the page then shows the wall. */
export async function register(page: Page, invite: string, name = "Studio laptop"): Promise<void> {
  await page.goto(invite);
  await page.getByLabel("Device name").fill(name);
  await page.getByRole("button", { name: "Create passkey" }).click();
  await page.getByRole("heading", { name: "Wall", level: 1 }).waitFor();
}
