import { openStage } from "@twobytwo/sandbox/test/stage";
import { expect, it, onTestFinished } from "vitest";
import { createAuthenticator } from "./authenticator.ts";
import { newInvite, openBrowser } from "./browser.ts";

/** More than the function runs at a time, so that it is refused by the platform as well. */
const senders = 24;

/** So many requests take their time where other tests run beside. */
const patience = { timeout: 300_000 };

it(
  "lets the owner sign in while a stranger sends wrong requests without a pause, hundreds of them",
  patience,
  async () => {
    const stage = await openStage();
    let isOver = false;
    onTestFinished(async () => {
      isOver = true;
      await stage.close();
    });
    const origin = stage.sandbox.endpoints.web;
    const owner = openBrowser(origin);
    await owner.register(await newInvite(stage.ports.table));

    const stranger = openBrowser(origin);
    const passkey = createAuthenticator();
    const wrong: (() => Promise<Response>)[] = [
      () => stranger.send("POST", "/api/auth/sign-in/options", {}),
      () => stranger.send("POST", "/api/auth/invite/options", { invite: "guess" }),
      () => stranger.send("POST", "/api/auth/sign-in", { response: passkey.get({ challenge: "AAAA" }, { origin }) }),
      () => stranger.send("POST", "/api/auth/sign-in", "{"),
      () => stranger.send("POST", "/api/auth/sign-out", {}, { cookie: `__Host-session=${"x".repeat(43)}` }),
    ];
    let answered = 0;
    const waiting: { at: number; resolve: () => void }[] = [];
    const after = (at: number) => new Promise<void>((resolve) => waiting.push({ at, resolve }));
    const flood = Array.from({ length: senders }, async (_, sender) => {
      for (let turn = sender; !isOver; turn += 1) {
        const response = await wrong[turn % wrong.length]?.();
        await response?.arrayBuffer();
        answered += 1;
        for (const { at, resolve } of waiting) if (answered >= at) resolve();
      }
    });
    try {
      for (const count of [300, 1_000]) {
        await after(count);
        expect(await signIn()).toMatchObject({ signedIn: true });
      }
    } finally {
      isOver = true;
      await Promise.all(flood);
    }

    /** As the app does it: what the platform refuses because too much runs at this moment is sent again. */
    async function sent<Answer>(path: string, body: unknown): Promise<Answer> {
      for (;;) {
        const response = await owner.send("POST", path, body);
        const isBusy = response.status === 429 && !response.headers.has("retry-after");
        const text = await response.text();
        if (isBusy) continue;
        if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
        return JSON.parse(text) as Answer;
      }
    }
    async function signIn() {
      const options = await sent<{ challenge: string }>("/api/auth/sign-in/options", {});
      return sent("/api/auth/sign-in", { response: owner.passkey.get(options, { origin }) });
    }
  },
);
