import { randomBytes } from "node:crypto";
import { createInvite } from "@twobytwo/core/access/invites";
import type { Table } from "@twobytwo/core/squares/table";
import type { Problem } from "../../src/contract.ts";
import type { Session } from "../../src/contract-access.ts";
import type { WebPorts } from "../../src/server/http/ports.ts";
import { type Authenticator, type CreationOptions, createAuthenticator } from "./authenticator.ts";

/** What a browser on a page of the app does, by real HTTP. */
export interface Browser {
  origin: string;
  passkey: Authenticator;
  /** The value of the session's cookie; absent where there is none. */
  cookie?: string;
  /** Sends what the app would send; `headers` are sent besides, or instead. */
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  /** The JSON of an answer that has to be one of success. */
  ask<Answer>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** The problem of an answer that has to be one. */
  problem(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Problem>;
  /** Makes the passkey one of the owner's, with an invite. */
  register(invite: string, deviceName?: string): Promise<Session>;
  signIn(): Promise<Session>;
  /** Answers with the passkey once more, as what cannot be undone asks for it. */
  prove(): Promise<void>;
}

const nobody = () => Promise.reject(new Error("no other function is asked"));
/** For an app in the process of the test: what its own functions do for it. */
export const unasked: Pick<WebPorts, "askX" | "crop"> = {
  askX: { deletePost: nobody, look: nobody, candidates: nobody, accountId: nobody, account: nobody },
  crop: nobody,
};

export const newInvite = async (table: Table, now = Date.now()) =>
  (await createInvite({ table, clock: () => now, randomBytes }, { by: "a test" })).secret;

export function openBrowser(origin: string): Browser {
  const browser: Browser = {
    origin,
    passkey: createAuthenticator(),
    async send(method, path, body, headers = {}) {
      const changes = method !== "GET" && method !== "HEAD";
      const response = await fetch(origin + path, {
        method,
        redirect: "manual",
        headers: {
          ...(changes && { "content-type": "application/json", origin, "sec-fetch-site": "same-origin" }),
          ...(browser.cookie !== undefined && { cookie: `__Host-session=${browser.cookie}` }),
          ...headers,
        },
        ...(changes && { body: typeof body === "string" ? body : JSON.stringify(body ?? {}) }),
      });
      const set = response.headers.getSetCookie().find((cookie) => cookie.startsWith("__Host-session="));
      const value = set && /^__Host-session=([^;]*)/.exec(set)?.[1];
      if (value === "") delete browser.cookie;
      else if (value !== undefined) browser.cookie = value;
      return response;
    },
    async ask<Answer>(method: string, path: string, body?: unknown) {
      const response = await browser.send(method, path, body);
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
      return (text === "" ? undefined : JSON.parse(text)) as Answer;
    },
    async problem(method, path, body, headers) {
      const response = await browser.send(method, path, body, headers);
      const text = await response.text();
      if (response.headers.get("content-type") !== "application/problem+json")
        throw new Error(`${method} ${path} is no problem: ${response.status} ${text}`);
      return JSON.parse(text) as Problem;
    },
    async register(invite, deviceName = "A laptop") {
      const options = await browser.ask<CreationOptions>("POST", "/api/auth/invite/options", { invite });
      const response = browser.passkey.create(options, { origin });
      return browser.ask<Session>("POST", "/api/auth/invite", { invite, deviceName, response });
    },
    async signIn() {
      const options = await browser.ask<{ challenge: string }>("POST", "/api/auth/sign-in/options", {});
      return browser.ask<Session>("POST", "/api/auth/sign-in", { response: browser.passkey.get(options, { origin }) });
    },
    async prove() {
      const options = await browser.ask<{ challenge: string }>("POST", "/api/session/proof/options", {});
      await browser.ask("POST", "/api/session/proof", { response: browser.passkey.get(options, { origin }) });
    },
  };
  return browser;
}
