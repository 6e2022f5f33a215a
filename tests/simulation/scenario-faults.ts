import type { Draw } from "@twobytwo/sandbox/test/random";
import type { CallFault } from "./caller.ts";
import type { XFault } from "./x/problems.ts";

type Place = readonly [role: string, service: string, operation?: string];

/** Every call to AWS that a run, a look of the watch, or a person makes; the delicate ones more than once. */
const calls: readonly [Place, ...Place[]] = [
  ["select-square", "dynamodb"],
  ["select-square", "dynamodb", "TransactWriteItems"],
  ["fetch-media", "s3"],
  ["fetch-media", "ssm"],
  ["tweet", "dynamodb", "TransactWriteItems"],
  ["tweet", "ssm"],
  ["tweet", "dynamodb"],
  ["tweet", "dynamodb"],
  ["tweet", "dynamodb", "TransactWriteItems"],
  ["reconcile", "dynamodb"],
  ["reconcile", "ssm"],
  ["mark-posted", "dynamodb"],
  ["mark-posted", "dynamodb"],
  ["check-stock", "dynamodb"],
  ["check-stock", "scheduler"],
  ["disable-schedule", "dynamodb"],
  ["disable-schedule", "scheduler"],
  ["disable-schedule", "scheduler", "UpdateSchedule"],
  ["disable-schedule", "scheduler", "UpdateSchedule"],
  ["release-square", "dynamodb"],
  ["hold-for-review", "dynamodb"],
  ["notify", "sns"],
  ["watch", "dynamodb"],
  ["watch", "scheduler"],
  ["watch", "sns"],
  ["ingest", "dynamodb"],
  ["ingest", "s3"],
  ["ingest", "scheduler"],
  ["person", "dynamodb"],
  ["person", "dynamodb", "TransactWriteItems"],
  ["person", "scheduler", "UpdateSchedule"],
  ["person", "scheduler"],
];

export function callTrigger(draw: Draw): Trigger {
  const [role, service, operation] = draw.one(calls);
  const times = draw.chance(0.2) ? draw.one([6, 30, 200]) : draw.between(1, 3);
  const nth = draw.one([1, 1, 1, 1, 2, 2, 3, 5]);
  return { role, service, ...(operation && { operation }), nth, times, fault: callFault(draw, service, operation) };
}

/** What can go wrong with a call of a service. */
export function callFault(draw: Draw, service: string, operation?: string): CallFault {
  const chance = draw.next();
  if (chance < 0.22) return { kind: "kill", when: draw.one(["before", "after"]) };
  if (chance < 0.32) return { kind: "cut" };
  if (chance < 0.47) return { kind: "lose-answer" };
  if (chance < 0.55) return { kind: "hang", effect: draw.chance(0.5) };
  if (chance < 0.63) return { kind: "slow", ms: draw.between(500, 20_000) };
  const refuse = (status: number, code: string): CallFault => ({
    kind: "refuse",
    status,
    code,
    message: `${code}, simulated`,
  });
  if (service === "s3")
    return draw.one([refuse(503, "SlowDown"), refuse(500, "InternalError"), refuse(404, "NoSuchKey")]);
  if (service === "scheduler")
    return draw.one<CallFault>([
      refuse(409, "ConflictException"),
      refuse(429, "ThrottlingException"),
      refuse(500, "InternalServerException"),
      ...(operation === undefined ? [{ kind: "stale" as const }] : []),
    ]);
  if (service === "dynamodb") {
    if (operation === "TransactWriteItems" || draw.chance(0.3))
      return {
        kind: "throttle-transaction",
        code: draw.one(["ThrottlingError", "ProvisionedThroughputExceeded", "TransactionConflict"]),
      };
    return draw.one([
      refuse(400, "ProvisionedThroughputExceededException"),
      refuse(400, "ThrottlingException"),
      refuse(500, "InternalServerError"),
    ]);
  }
  if (service === "ssm") return draw.one([refuse(400, "ThrottlingException"), refuse(500, "InternalServerError")]);
  return refuse(500, "InternalError");
}

export function xTrigger(draw: Draw): Trigger {
  const [role, operation] = draw.one<readonly [string, string]>([
    ["fetch-media", "POST /2/media/upload"],
    ["fetch-media", "POST /2/media/metadata"],
    ["tweet", "POST /2/tweets"],
    ["tweet", "POST /2/tweets"],
    ["tweet", "POST /2/tweets"],
    ["tweet", "POST /2/tweets"],
    ["reconcile", "GET /2/users/{id}/tweets"],
    ["person", "DELETE /2/tweets/{id}"],
    ["person", "GET /2/users/{id}/tweets"],
  ]);
  const times = draw.one([1, 1, 1, 2, 3, 6]);
  return { role, service: "x", operation, nth: draw.one([1, 1, 1, 2, 2, 3]), times, fault: xFault(draw) };
}

export function xFault(draw: Draw): XFault {
  return draw.one<XFault>([
    { kind: "cut", effect: true },
    { kind: "cut", effect: true },
    { kind: "cut", effect: true },
    { kind: "cut", effect: false },
    { kind: "cut-answer" },
    { kind: "malformed" },
    { kind: "hang", effect: draw.chance(0.5) },
    { kind: "slow", ms: draw.between(5_000, 30_000) },
    { kind: "refused" },
    { kind: "kill", when: draw.one(["before", "after", "after"]) },
    { kind: "kill", when: "after" },
    {
      kind: "server-error",
      status: draw.one([500, 502, 503, 504]),
      body: draw.one(["text", "html", "empty", "json"]),
      effect: draw.chance(0.5),
    },
    { kind: "unauthorized" },
    { kind: "credits-depleted", form: draw.one(["new", "old"]) },
    { kind: "spend-cap", form: draw.one(["new", "old"]), resetsInDays: draw.between(1, 3) },
    { kind: "duplicate" },
    { kind: "forbidden", words: draw.one(["permitted", "feature", "create"]) },
    { kind: "rate-limited", headers: draw.chance(0.5), resetAfterSecs: draw.between(0, 900) },
    { kind: "invalid-media" },
    { kind: "address", status: draw.one([404, 405, 410, 415]) },
  ]);
}

const states = [
  "Select square",
  "Fetch media",
  "Tweet",
  "Tweet",
  "Tweet",
  "Mark posted",
  "Mark posted",
  "Check stock",
  "Disable schedule",
  "Reconcile",
  "Wait for the timeline",
  "Wait for the timeline",
  "Wait for the rate limit",
  "Release square",
  "Hold for review",
  "Pause schedule",
  "Notify",
] as const;

export const warmUps = ["Warm up Fetch media", "Warm up Tweet"] as const;

export function lambdaTrigger(draw: Draw, of: readonly string[] = states): LambdaTrigger {
  const state = draw.one(of as [string, ...string[]]);
  const redrive = draw.chance(0.6) ? { redriveAfterHours: draw.one([0, 0.1, 1, 3, 13, 23, 30]) } : {};
  const what = draw.one<LambdaTrigger["what"]>([
    { kind: "stop", afterMs: draw.one([0, 50, 150, 400, 1_000, 20_000]) },
    { kind: "stop", afterMs: draw.one([0, 50, 150, 400, 1_000, 20_000]) },
    { kind: "refused", error: draw.one(["Lambda.TooManyRequestsException", "Lambda.ServiceException"]) },
    { kind: "lost", error: draw.one(["Lambda.SdkClientException", "Lambda.Unknown", "States.Timeout"]) },
  ]);
  return { state, nth: draw.one([1, 1, 1, 2, 3]), what, ...redrive };
}

/** Something that goes wrong at one call of one process. */
export interface Trigger {
  role: string;
  service: string;
  operation?: string;
  /** The how-manieth such call; from 1. */
  nth: number;
  times: number;
  fault: CallFault | XFault;
}

/** Something that goes wrong with a state: StopExecution, or the invocation of its function. */
export interface LambdaTrigger {
  state: string;
  nth: number;
  what:
    | { kind: "stop"; afterMs: number }
    | { kind: "refused"; error: "Lambda.TooManyRequestsException" | "Lambda.ServiceException" }
    /** The function runs, and its answer is lost. */
    | { kind: "lost"; error: "Lambda.SdkClientException" | "Lambda.Unknown" | "States.Timeout" };
  /** Hours later somebody redrives the run; undefined: nobody does. */
  redriveAfterHours?: number;
}
