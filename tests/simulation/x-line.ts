import type { Draw } from "@twobytwo/sandbox/test/random";
import type { Caller } from "./caller.ts";
import type { Faults } from "./faults.ts";
import type { Container } from "./lambda.ts";
import type { Loop } from "./loop.ts";
import { disliked } from "./pictures.ts";
import type { Record, Sender } from "./record.ts";
import type { Scenario } from "./scenario.ts";
import { needsControl } from "./scenario.ts";
import type { Account } from "./x/account.ts";
import { answer, operationOf } from "./x/api.ts";
import type { Line, XRequest, XResponse } from "./x/connection.ts";
import { answerOf, type XFault } from "./x/problems.ts";
import type { TimelineFlaw } from "./x/timeline.ts";

/** A process that was frozen does not hear that the other side has closed its connection. */
const idleMs = 20_000;

/** Longer than anybody waits. */
const foreverMs = 15 * 60_000;

const reset = () => Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });

/** What it needs of the world around. */
export interface LinePorts {
  readonly scenario: Scenario;
  readonly loop: Loop;
  readonly draw: Draw;
  readonly faults: Faults;
  readonly history: Record;
  readonly account: Account;
  note: (line: string) => void;
  struck: (caller: Caller, what: string) => void;
}

/** The way from one process to X and back. */
export function xLine(world: LinePorts, caller: Caller): Line {
  const { loop, faults, draw } = world;
  return {
    touched: () => {
      loop.activity += 1;
    },
    now: () => loop.now,
    isAlive: (lastUsed) => loop.now - lastUsed < idleMs,
    request(request, reply, fail) {
      if (caller.isDead) return;
      const operation = operationOf(request);
      const what = `${caller.role} x ${operation}`;
      const fault = faults.ofX(caller.role, operation, loop.now);
      if (fault !== undefined) world.struck(caller, `x ${operation}: ${fault.kind}`);
      // On whose account it was sent; its process may have another task when it arrives.
      const { execution, role } = caller;
      const { squareId } = caller as Partial<Container>;
      const sender = { execution, role, squareId };
      const ms = () => 20 + draw.next() * 200;
      const later = (wait: number, then: () => void) => void loop.in(wait, what, then, caller);
      if (fault?.kind === "kill" && fault.when === "before") return caller.kill(what);
      if (fault?.kind === "refused")
        return later(ms(), () => fail(Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" })));
      later(ms() + (fault?.kind === "slow" ? fault.ms : 0), () => {
        const refused = fault && answerOf(fault, loop.now);
        const happens = refused === undefined ? !("effect" in (fault ?? {})) || hasEffect(fault) : hasEffect(fault);
        const done = happens ? happen(world, caller, request, sender) : undefined;
        const response = refused ?? done;
        world.note(`${what} ${response?.status ?? "-"}`);
        world.history.askedX(sender, operation, fault, response);
        if (fault?.kind === "kill") return caller.kill(what);
        if (fault?.kind === "hang") return later(foreverMs, () => fail(reset()));
        if (fault?.kind === "cut" || response === undefined) return later(ms(), () => fail(reset()));
        const told: XResponse =
          fault?.kind === "malformed"
            ? { status: 200, body: '{"data":{}}' }
            : { ...response, cut: fault?.kind === "cut-answer" };
        later(ms(), () => reply(told));
      });
    },
  };
}

const hasEffect = (fault: XFault | undefined) => fault !== undefined && "effect" in fault && fault.effect;

function happen(world: LinePorts, caller: Caller, request: XRequest, sender: Sender): XResponse {
  const { account, loop } = world;
  const posts = account.posts.length;
  const response = answer(account, request, {
    execution: sender.execution,
    now: loop.now,
    flaw: flawOf(world, request, caller),
    dislikes: disliked,
  });
  const post = account.posts[posts];
  if (post !== undefined) world.history.accepted(post, sender);
  return response;
}

/** How this answer of the timeline is less than the whole. */
function flawOf(world: LinePorts, request: XRequest, caller: Caller): TimelineFlaw | undefined {
  const { scenario, draw, faults } = world;
  if (operationOf(request) !== "GET /2/users/{id}/tweets" || !faults.isOn) return undefined;
  if (scenario.flaws.length === 0 || draw.next() * 10 >= scenario.flawed) return undefined;
  const flaw = draw.one(scenario.flaws as [TimelineFlaw, ...TimelineFlaw[]]);
  if (scenario.memoryHours !== 12 && needsControl.has(flaw) && !world.history.knowsPost()) return undefined;
  world.history.flawedAt = world.loop.now;
  world.struck(caller, `timeline with ${flaw}`);
  faults.note(`timeline: ${flaw}`);
  return flaw;
}
