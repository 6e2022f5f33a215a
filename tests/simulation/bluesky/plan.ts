import type { Draw } from "@twobytwo/sandbox/test/random";
import type { CallFault } from "../caller.ts";
import { callFault, type Trigger } from "../scenario-faults.ts";

/** What the scenario has of Bluesky, where it is connected; drawn by itself, so that what befalls X is the same without it. */
export interface BlueskyPlan {
  triggers: Trigger[];
  /** Of a thousand calls, so many fail somehow. */
  faultRate: number;
  /** Slots at which somebody takes down the newest post by hand. */
  takenDown: number[];
}

const operations = [
  "POST com.atproto.server.createSession",
  "POST com.atproto.repo.uploadBlob",
  "GET com.atproto.repo.getRecord",
  "POST com.atproto.repo.putRecord",
  "POST com.atproto.repo.putRecord",
  "POST com.atproto.repo.putRecord",
] as const;

export function blueskyPlan(draw: Draw, slots: number): BlueskyPlan | undefined {
  if (draw.chance(0.5)) return undefined;
  const some = <T>(most: number, make: () => T) => Array.from({ length: draw.between(0, most) }, make);
  return {
    triggers: some(4, () => ({
      role: "share-on-bluesky",
      nth: draw.one([1, 1, 1, 2, 3]),
      // So many that a whole run's tries fail, and the next run's as well.
      times: draw.one([1, 1, 2, 5, 10]),
      ...(draw.chance(0.75)
        ? { service: "bluesky", operation: draw.one(operations), fault: blueskyFault(draw) }
        : awsTrigger(draw, draw.one(["dynamodb", "s3", "ssm"]))),
    })),
    faultRate: draw.one([0, 0, 10, 60]),
    takenDown: some(3, () => draw.next() * slots),
  };
}

const awsTrigger = (draw: Draw, service: string) => ({ service, fault: callFault(draw, service) });

/** What can go wrong with a call of Bluesky. */
export function blueskyFault(draw: Draw): CallFault {
  const refuse = (status: number, code: string): CallFault => ({ kind: "refuse", status, code, message: "simulated" });
  return draw.one<CallFault>([
    { kind: "kill", when: draw.one(["before", "after"]) },
    { kind: "cut" },
    { kind: "lose-answer" },
    { kind: "lose-answer" },
    { kind: "hang", effect: draw.chance(0.5) },
    { kind: "slow", ms: draw.between(500, 20_000) },
    refuse(500, "InternalServerError"),
    refuse(502, "UpstreamFailure"),
    refuse(429, "RateLimitExceeded"),
    refuse(401, "AuthenticationRequired"),
    refuse(400, "InvalidRequest"),
    refuse(400, "ExpiredToken"),
  ]);
}
