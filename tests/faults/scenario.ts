import type { Call, Fault } from "@twobytwo/sandbox/emulator";
import { type Draw, drawFrom } from "@twobytwo/sandbox/test/random";
import type { XFault } from "@twobytwo/sandbox/x/faults";

/** What happens in the world, from outside the workflow. */
export type Action =
  /** The scheduler delivers a slot, perhaps late, perhaps twice at once. */
  | { do: "slot"; deliveries: 1 | 2; hoursLate: number }
  /** The scheduler delivers the last slot once more. */
  | { do: "repeat slot" }
  /** A person starts a run. */
  | { do: "run" }
  | { do: "add" }
  | { do: "pause" }
  | { do: "resume" }
  /** Time passes, or a clock is set. */
  | { do: "jump"; minutes: number }
  /** X deletes all that was uploaded. */
  | { do: "expire media" };

/** Something that goes wrong, or happens, at one call of one function. */
export interface Trigger {
  /** The function that calls. */
  caller: string;
  service: Call["service"];
  /** Absent: any of the service. */
  operation?: string;
  /** The how-manieth such call; from 1. */
  nth: number;
  /** How many calls in a row. */
  times: number;
  what:
    | { kind: "kill"; when: "before" | "after" }
    | { kind: "fault"; fault: Fault }
    | { kind: "x"; fault: XFault }
    | { kind: "action"; action: Action };
}

export interface Scenario {
  seed: number;
  squares: number;
  actions: Action[];
  triggers: Trigger[];
  /** Reads of X's timeline that do not show a new post. */
  timelineLag: number;
  /** Posts that the credits are good for. */
  credits: number | null;
}

type Place = readonly [caller: string, service: Call["service"], operation?: string];

/** Every call to the outside that the workflow makes, the delicate ones more than once. */
const calls: readonly [Place, ...Place[]] = [
  ["select-square", "dynamodb"],
  ["fetch-media", "s3"],
  ["fetch-media", "ssm"],
  ["fetch-media", "x", "POST /2/media/upload"],
  ["tweet", "dynamodb"],
  ["tweet", "dynamodb"],
  ["tweet", "dynamodb"],
  ["tweet", "x", "POST /2/tweets"],
  ["tweet", "x", "POST /2/tweets"],
  ["tweet", "x", "POST /2/tweets"],
  ["reconcile", "x", "GET /2/users/{id}/tweets"],
  ["reconcile", "dynamodb"],
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
];

export function scenarioOf(seed: number): Scenario {
  const draw = drawFrom(seed);
  const squares = draw.between(1, 4);
  const actions: Action[] = [];
  for (let left = draw.between(2, 5); left > 0; left -= 1) actions.push(happening(draw));
  const triggers: Trigger[] = [];
  for (let left = draw.between(0, 7); left > 0; left -= 1) triggers.push(trigger(draw));
  return {
    seed,
    squares,
    actions,
    triggers,
    timelineLag: draw.chance(0.3) ? draw.between(1, 4) : 0,
    credits: draw.chance(0.08) ? draw.between(0, 2) : null,
  };
}

function happening(draw: Draw): Action {
  const chance = draw.next();
  if (chance < 0.58)
    return {
      do: "slot",
      deliveries: draw.chance(0.25) ? 2 : 1,
      hoursLate: draw.chance(0.15) ? draw.between(2, 20) : 0,
    };
  if (chance < 0.64) return { do: "repeat slot" };
  if (chance < 0.72) return { do: "run" };
  if (chance < 0.84) return { do: "add" };
  if (chance < 0.88) return { do: "pause" };
  if (chance < 0.92) return { do: "resume" };
  return { do: "jump", minutes: draw.one([-20, 30, 130, 200, 800, 2000]) };
}

/**
 * Calls that their function makes side by side: while one is held up by a whole run, the other can fail and end the
 * step, and then two runs go on at once, in an order that no seed decides.
 */
const sideBySide = new Set([
  "select-square dynamodb",
  "fetch-media s3",
  "fetch-media ssm",
  "check-stock dynamodb",
  "check-stock scheduler",
  "disable-schedule dynamodb",
  "disable-schedule scheduler",
]);

function trigger(draw: Draw): Trigger {
  const [caller, service, operation] = draw.one(calls);
  const at = { caller, service, ...(operation && { operation }), nth: draw.one([1, 1, 1, 1, 2, 2, 3, 5]), times: 1 };
  const chance = draw.next();
  if (chance < 0.3) return { ...at, what: { kind: "kill", when: draw.one(["before", "after"]) } };
  if (chance < 0.5 && (operation !== undefined || !sideBySide.has(`${caller} ${service}`)))
    return { ...at, what: { kind: "action", action: meanwhile(draw, caller) } };
  if (service === "x" && draw.chance(0.7))
    return { ...at, what: { kind: "x", fault: xFault(draw, operation ?? "POST /2/tweets") } };
  if (chance < 0.75)
    return {
      ...at,
      times: draw.between(1, 3),
      what: { kind: "fault", fault: { kind: draw.one(["cut", "lose-answer"]) } },
    };
  return { ...at, times: draw.between(1, 6), what: { kind: "fault", fault: refusal(draw, service) } };
}

/** What can fall between two calls of one run. */
function meanwhile(draw: Draw, caller: string): Action {
  const chance = draw.next();
  // The race that matters there is the one with whoever adds.
  if (caller === "disable-schedule" && chance < 0.6) return { do: "add" };
  if (chance < 0.3) return { do: "slot", deliveries: 1, hoursLate: 0 };
  if (chance < 0.38) return { do: "repeat slot" };
  if (chance < 0.62) return { do: "add" };
  if (chance < 0.72) return { do: "pause" };
  if (chance < 0.78) return { do: "resume" };
  if (chance < 0.86) return { do: "expire media" };
  return { do: "jump", minutes: draw.one([-20, 30, 130, 200, 800, 2000]) };
}

function refusal(draw: Draw, service: Call["service"]): Fault {
  if (service === "s3")
    return draw.one([
      { kind: "refuse", status: 503, code: "SlowDown", message: "Please reduce your request rate." },
      { kind: "refuse", status: 500, code: "InternalError", message: "We encountered an internal error." },
    ]);
  if (service === "dynamodb")
    return draw.one([
      {
        kind: "refuse",
        status: 400,
        code: "ProvisionedThroughputExceededException",
        message: "The level of configured throughput was exceeded.",
      },
      {
        kind: "refuse",
        status: 400,
        code: "ThrottlingException",
        message: "Rate of requests exceeds the allowed throughput.",
      },
      { kind: "refuse", status: 500, code: "InternalServerError", message: "Internal server error" },
    ]);
  return { kind: "refuse", status: 500, code: "InternalServerException", message: "Internal server error" };
}

function xFault(draw: Draw, operation: string): XFault {
  const aim = { operation: operation as NonNullable<XFault["operation"]>, times: draw.between(1, 3) };
  return draw.one<XFault>([
    { kind: "unauthorized", ...aim },
    { kind: "credits-depleted", form: draw.one(["new", "old"]), ...aim },
    { kind: "spend-cap", form: draw.one(["new", "old"]), ...aim },
    { kind: "duplicate", ...aim },
    { kind: "forbidden", ...aim },
    { kind: "rate-limited", headers: draw.chance(0.5), resetAfterSecs: draw.between(0, 900), ...aim },
    { kind: "invalid-media", ...aim },
    {
      kind: "server-error",
      status: draw.one([500, 502, 503, 504]),
      body: draw.one(["text", "html", "empty", "json"]),
      afterEffect: draw.chance(0.5),
      ...aim,
    },
    { kind: "cut", ...aim },
    { kind: "lost-answer", ...aim },
    { kind: "lost-answer", ...aim },
    { kind: "cut-answer", ...aim },
    { kind: "malformed", ...aim },
  ]);
}
