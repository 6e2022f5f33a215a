import { type Draw, drawFrom } from "@twobytwo/sandbox/test/random";
import { type BlueskyPlan, blueskyPlan } from "./bluesky/plan.ts";
import { callTrigger, type LambdaTrigger, lambdaTrigger, type Trigger, warmUps, xTrigger } from "./scenario-faults.ts";
import type { XFault } from "./x/problems.ts";
import { type TimelineFlaw, timelineFlaws } from "./x/timeline.ts";

/**
 * What the world keeps to, whatever else goes wrong in it; each is one that exactly-once.md says the promise rests on:
 *
 * - Either the timeline shows a post within ten minutes, or X remembers a body with its media for twelve hours: for one
 *   lost answer only one of them fails. So where the memory is shorter, an answer of the timeline that is not the whole
 *   is one that can be told from the whole: by its own words, or because it does not show a post that the table knows.
 * - A person deletes the bot's posts by hand between runs, never while one is looking.
 * - A person who decides has looked at the account.
 */
export interface Scenario {
  seed: number;
  everyHours: 1 | 24;
  /** In the queue at the beginning. */
  squares: number;
  /** Posted before it, with their posts on the account. */
  history: number;
  /** Slots until all faults end. */
  slots: number;
  memoryHours: 0 | 6 | 12;
  /** Longest that the timeline takes to show a post. */
  timelineLagMs: number;
  /** Of ten reads of the timeline, so many are flawed. */
  flawed: number;
  flaws: TimelineFlaw[];
  indexLagMs: number;
  /** Of a thousand calls, so many fail somehow. */
  faultRate: number;
  /** Posts by hand between two slots, at most. */
  byHand: number;
  mostPostsADay: number;
  triggers: Trigger[];
  lambdaTriggers: LambdaTrigger[];
  meanwhile: Meanwhile[];
  weather: Weather[];
  acts: PlannedAct[];
  delivery: Delivery;
  /** When new functions come, in slots, with runs on the definition of before; undefined: never. */
  deployAfter?: number;
  /** Words of a square that X dislikes, by its number. */
  disliked: number[];
  /** The watch looks hourly; a part of its looks is enough for most of what it has to heal. */
  watchEveryHours: 1 | 4 | 12;
  /** Undefined where it is not connected. */
  bluesky: BlueskyPlan | undefined;
}

/** How slots are delivered: parts of a hundred. */
export interface Delivery {
  late: number;
  twice: number;
}

/** What somebody does at the very moment at which a run comes to a state. */
export interface Meanwhile {
  state: string;
  nth: number;
  afterMs: number;
  act: ActName;
  chance: number;
}

/** What X answers to everybody for a time, in slots. */
export interface Weather {
  from: number;
  to: number;
  operations: readonly string[];
  fault: XFault;
}

export const actNames = [
  "add",
  "add twins",
  "drop",
  "edit",
  "crop",
  "move",
  "draft",
  "withdraw",
  "requeue",
  "requeue posted",
  "decide",
  "unpost",
  "reconcile",
  "repair",
  "post now",
  "pause",
  "pause until",
  "resume",
  "delete by hand",
  "run",
  "repeat slot",
  "uncounted row",
  "bad row",
  "stop",
  "expire media",
  "restore",
  "import",
  "date",
  "undate",
  "delete",
] as const;

export type ActName = (typeof actNames)[number];

export interface PlannedAct {
  /** In slots. */
  at: number;
  act: ActName;
  /** In [0, 1): which square, and so on. */
  chance: number;
}

export function scenarioOf(seed: number): Scenario {
  const scenario = withDates(seed);
  const draw = drawFrom(seed ^ 0xde1e);
  // In a quarter of them somebody deletes squares, also while runs are about to take them. A copy of the table brings rows back whose
  // pictures are gone.
  const isCopied = scenario.acts.some(({ act: name }) => name === "restore" || name === "import");
  if (isCopied || !draw.chance(0.25)) return scenario;
  const acts = Array.from({ length: draw.between(1, 3) }, () => ({
    at: draw.next() * scenario.slots,
    act: "delete" as const,
    chance: draw.next(),
  }));
  const states = ["Select square", "Select square", "Fetch media", "Tweet", "Release square"] as const;
  const meanwhile = { state: draw.one(states), act: "delete", nth: draw.one([1, 1, 2]) } as const;
  return {
    ...scenario,
    acts: [...scenario.acts, ...acts],
    meanwhile: [...scenario.meanwhile, { ...meanwhile, afterMs: draw.between(0, 400), chance: draw.next() }],
  };
}

function withDates(seed: number): Scenario {
  const draw = drawFrom(seed);
  const memoryHours = draw.one([0, 6, 12, 12] as const);
  const slots = draw.between(3, 7);
  const timelineLagMs =
    memoryHours === 12 ? draw.one([0, 60_000, 1_200_000, 172_800_000]) : draw.one([0, 20_000, 300_000, 590_000]);
  const some = <T>(most: number, make: () => T) => Array.from({ length: draw.between(0, most) }, make);
  const squares = draw.between(1, 4);
  const ofWarmUps = drawFrom(seed ^ 0x9a3d);
  const scenario: Scenario = {
    seed,
    everyHours: draw.one([1, 24]),
    squares,
    history: draw.one([0, 0, 1, 3, 6]),
    slots,
    memoryHours,
    timelineLagMs,
    flawed: draw.one([0, 0, 0, 3, 6, 10]),
    flaws: flawsOf(draw, memoryHours),
    indexLagMs: draw.one([0, 0, 200, 2_000, 30_000]),
    faultRate: draw.one([0, 0, 0, 4, 15]),
    byHand: draw.one([0, 0, 2, 25, 120, 500]),
    mostPostsADay: draw.chance(0.06) ? draw.between(1, 2) : 100,
    triggers: [
      // Whoever puts the schedule to sleep takes a while, in which others add.
      ...(draw.chance(0.3)
        ? [
            {
              role: "disable-schedule",
              service: "scheduler",
              operation: "UpdateSchedule",
              nth: 1,
              times: 3,
              fault: { kind: "slow" as const, ms: draw.between(200, 3_000) },
            },
          ]
        : []),
      ...some(4, () => callTrigger(draw)),
      ...some(3, () => xTrigger(draw)),
    ],
    lambdaTriggers: [
      ...some(2, () => lambdaTrigger(draw)),
      // Drawn by itself, so that a seed has the scenario that it had before there were warm-ups.
      ...(ofWarmUps.chance(0.2) ? [lambdaTrigger(ofWarmUps, warmUps)] : []),
    ],
    meanwhile: some(3, () => meanwhile(draw)),
    weather: draw.chance(0.15) ? [weather(draw, slots)] : [],
    acts: some(6, () => act(draw, slots)),
    delivery: { late: draw.one([0, 0, 15]), twice: draw.one([0, 10, 30]) },
    ...(draw.chance(0.12) && { deployAfter: draw.next() * slots }),
    disliked: draw.chance(0.1)
      ? [draw.between(1, squares), ...(draw.chance(0.3) ? [draw.between(1, squares)] : [])]
      : [],
    watchEveryHours: draw.one([1, 4, 12] as const),
    bluesky: blueskyPlan(drawFrom(seed ^ 0xb5c7), slots),
  };
  // Many have no square with a date, and nothing asks for one.
  if (draw.chance(0.5)) return scenario;
  return {
    ...scenario,
    acts: [...scenario.acts, ...some(5, () => ({ at: draw.next() * slots, act: ofDates(draw), chance: draw.next() }))],
    meanwhile: [...scenario.meanwhile, ...some(2, () => meanwhileOfDates(draw))],
  };
}

const ofDates = (draw: Draw) => draw.one(["date", "date", "date", "undate"] as const);

function meanwhileOfDates(draw: Draw): Meanwhile {
  const [state, act] = draw.one<[string, ActName]>([
    ["Select square", ofDates(draw)],
    [draw.one(["Tweet", "Release square", "Check stock", "Disable schedule"]), ofDates(draw)],
    // Another run comes while the index may still show the square on its date.
    [draw.one(["Fetch media", "Tweet", "Mark posted"]), "run"],
    [draw.one(["Fetch media", "Tweet", "Mark posted"]), "run"],
  ]);
  return { state, act, nth: draw.one([1, 1, 2]), afterMs: draw.between(0, 400), chance: draw.next() };
}

/** Flaws that no look could tell from the whole, only where X remembers. */
function flawsOf(draw: Draw, memoryHours: number): TimelineFlaw[] {
  const possible = timelineFlaws.filter((flaw) => memoryHours === 12 || flaw !== "gap");
  const drawn = possible.filter(() => draw.chance(0.5));
  // Without its newest half it shows what the table knows, and nothing gives it away.
  return drawn.filter((flaw) => memoryHours === 12 || flaw !== "cut short");
}

/** Those that a post which the table knows gives away. */
export const needsControl: ReadonlySet<TimelineFlaw> = new Set(["nothing at all", "no attachments"]);

function weather(draw: Draw, slots: number): Weather {
  const from = draw.next() * slots;
  const everything = ["POST /2/media/upload", "POST /2/media/metadata", "POST /2/tweets", "GET /2/users/{id}/tweets"];
  const [operations, fault] = draw.one<[string[], XFault]>([
    [everything, { kind: "unauthorized" }],
    [everything, { kind: "credits-depleted", form: draw.one(["new", "old"]) }],
    [["POST /2/tweets"], { kind: "spend-cap", form: draw.one(["new", "old"]), resetsInDays: draw.between(1, 3) }],
    [["POST /2/tweets"], { kind: "forbidden", words: draw.one(["permitted", "feature", "create"]) }],
    [["POST /2/tweets"], { kind: "oauth1-permissions" }],
    [
      [draw.one(everything.slice(0, 3) as [string, string, string])],
      { kind: "address", status: draw.one([404, 405, 410, 415]) },
    ],
    [["GET /2/users/{id}/tweets"], { kind: "server-error", status: 503, body: "text", effect: false }],
  ]);
  return { from, to: from + draw.next() * 4, operations, fault };
}

function meanwhile(draw: Draw): Meanwhile {
  // The races that matter most: with whoever adds when the schedule is put to sleep, and whoever edits at the claim.
  const [state, act] = draw.one<[string, ActName]>([
    [draw.one(["Check stock", "Disable schedule"]), "add"],
    [draw.one(["Check stock", "Disable schedule"]), "add"],
    ["Disable schedule", draw.one(["pause", "resume", "requeue", "pause until", "drop"])],
    ["Pause schedule", draw.one(["add", "pause", "resume", "pause until"])],
    ["Select square", "edit"],
    ["Select square", "edit"],
    ["Select square", draw.one(["move", "crop", "withdraw", "draft", "run", "repeat slot", "post now"])],
    [
      draw.one(["Fetch media", "Tweet", "Mark posted"]),
      draw.one(["run", "repeat slot", "expire media", "post now", "pause", "edit"]),
    ],
    [
      draw.one(["Release square", "Hold for review"]),
      draw.one(["run", "add", "move", "decide", "reconcile", "repair"]),
    ],
    ["Wait for the timeline", draw.one(["run", "repeat slot", "expire media", "reconcile", "repair"])],
  ]);
  return { state, act, nth: draw.one([1, 1, 1, 2, 3]), afterMs: draw.between(0, 400), chance: draw.next() };
}

function act(draw: Draw, slots: number): PlannedAct {
  const name = draw.chance(0.04)
    ? draw.one(["restore", "import"] as const)
    : draw.one(actNames.slice(0, -5) as [ActName, ...ActName[]]);
  return { at: draw.next() * slots, act: name, chance: draw.next() };
}
