import type { Draw } from "@twobytwo/sandbox/test/random";
import { type Caller, describeFault } from "../caller.ts";
import type { Faults } from "../faults.ts";
import type { Loop } from "../loop.ts";
import type { BlueskyAccount } from "./account.ts";

const reset = () =>
  new TypeError("fetch failed", { cause: Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" }) });
const foreverMs = 15 * 60_000;

/** What it needs of the world around. */
export interface BlueskyPorts {
  readonly loop: Loop;
  readonly blueskyDraw: Draw;
  readonly faults: Faults;
  readonly bluesky: BlueskyAccount;
  note: (line: string) => void;
  struck: (caller: Caller, what: string) => void;
}

/** `fetch` as one process has it: every address is that of the account's server. */
export function fetchOf(world: BlueskyPorts, caller: Caller): typeof fetch {
  const { loop, blueskyDraw: draw } = world;
  return (input, init = {}) =>
    new Promise<Response>((resolve, reject) => {
      if (caller.isDead) return;
      const url = new URL(String(input instanceof Request ? input.url : input));
      const method = (init.method ?? "GET").toUpperCase();
      const name = url.pathname.replace("/xrpc/", "");
      const operation = `${method} ${name}`;
      const what = `${caller.role} bluesky ${operation}`;
      const fault = world.faults.ofBluesky(caller.role, operation);
      if (fault !== undefined) world.struck(caller, `bluesky ${operation}: ${describeFault(fault)}`);
      const later = (ms: number, run: () => void) => void loop.in(ms, what, run, caller);
      const latency = () => 20 + draw.next() * 200;
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      if (fault?.kind === "kill" && fault.when === "before") return caller.kill(what);
      if (fault?.kind === "cut") return later(latency(), () => reject(reset()));
      if (fault?.kind === "hang" && !fault.effect) return later(foreverMs, () => reject(reset()));
      const headers = new Headers(init.headers);
      const request = {
        method,
        name,
        params: url.searchParams,
        authorization: headers.get("authorization") ?? undefined,
        contentType: headers.get("content-type") ?? "",
        body: typeof init.body === "string" ? Buffer.from(init.body) : Buffer.from((init.body ?? "") as Uint8Array),
      };
      later(latency() + (fault?.kind === "slow" ? fault.ms : 0), () => {
        // A server may fail after it has done what was asked.
        const isRefused = fault?.kind === "refuse" && (fault.status < 500 || draw.chance(0.5));
        const done = isRefused ? undefined : world.bluesky.happen(request, loop.now, caller.role);
        const told =
          fault?.kind === "refuse"
            ? { status: fault.status, body: { error: fault.code, message: fault.message } }
            : done!;
        world.note(`${what} ${told.status}`);
        if (fault?.kind === "kill") return caller.kill(what);
        if (fault?.kind === "hang") return later(foreverMs, () => reject(reset()));
        later(latency(), () => {
          if (fault?.kind === "lose-answer") return reject(reset());
          resolve(Response.json(told.body, { status: told.status }));
        });
      });
    });
}
