import { dayMs } from "../clock.ts";
import { counted } from "../counted.ts";
import type { Pause } from "../schedule/pause.ts";
import { firings, type Rhythm } from "../schedule/rhythm.ts";

/** A square as an email names it. */
export interface Named {
  id: string;
  title: string;
}

/** Everything that is checked, as it is at one moment. */
export interface WatchFacts {
  stage: string;
  /** Milliseconds since the epoch. */
  now: number;
  /** Squares that the workflow may post now, and those of them that wait in the queue. */
  open: number;
  queued: number;
  /** Squares that wait for a date. */
  dated: number;
  /** Squares that wait for a person to decide. */
  inReview: number;
  rhythm: Rhythm;
  /** It was disabled although there was stock, and this check, or an earlier one that could not tell the owner, enabled it. */
  isWoken: boolean;
  /** A pause of the workflow that its run has, as far as is known, told nobody about. */
  untold?: Pause;
  /** A pause of the workflow after which something was posted. */
  stopOver?: Pause;
  /** The square whose date has come, or the head of the queue. */
  next?: Named;
  /** Posted three days ago and more, and not on Bluesky; `why` is the last error. */
  unshared: readonly (Named & { why?: string })[];
  /** The latest post. */
  last?: Named & { postedAt: string };
}

/** The row of the table that says what has already been told. */
export const watchId = "#watch";

/** What is kept from one check to the next, so that nothing is told twice. */
export interface WatchMemory {
  /** ISO time since which there is something to post, nobody has paused, and the schedule is enabled. */
  waitingSince?: string;
  /** ISO time at which the schedule was found disabled although there was stock; kept until the owner is told. */
  sleptAt?: string;
  /** ISO time at which the owner was told that the schedule had to be enabled. */
  wokenTold?: string;
  /** The post, or the beginning of the wait, whose silence the owner was told about. */
  silentSince?: string;
  /** The lowest of `lowStockDays` that was told and still holds. */
  lowStock?: number;
}

/** One email to the owner. */
export interface Finding {
  about: "woken" | "silent" | "low stock" | "stopped" | "goes on" | "not shared";
  subject: string;
  message: string;
}

/** The owner is told once each time the queue gets as short as this; 0 is an empty queue. */
const lowStockDays = [0, 2, 7] as const;

/** What there is to tell, and what to remember. Time and everything else is in the facts. */
export function findings(facts: WatchFacts, before: WatchMemory): { found: Finding[]; memory: WatchMemory } {
  const { rhythm, open } = facts;
  const couldPost = open > 0 && rhythm.pause === undefined;
  const isAwake = rhythm.state === "enabled";
  const iso = new Date(facts.now).toISOString();
  const waitingSince = couldPost && isAwake ? (before.waitingSince ?? iso) : undefined;
  const memory: WatchMemory = { ...(waitingSince !== undefined && { waitingSince }) };
  const found = [woken, silent, lowStock, stopped, goesOn, notShared].flatMap(
    (look) => look(facts, before, memory) ?? [],
  );
  return { found, memory };
}

/** Checks one thing, and writes into `memory` what it has told now or before. */
type Look = (facts: WatchFacts, before: WatchMemory, memory: WatchMemory) => Finding | undefined;

/** If something disables the schedule every hour, the owner is told once a day. */
const woken: Look = (facts, before, memory) => {
  const isTold = before.wokenTold !== undefined && facts.now < Date.parse(before.wokenTold) + dayMs;
  if (isTold && before.wokenTold !== undefined) memory.wokenTold = before.wokenTold;
  if (!facts.isWoken || isTold) return undefined;
  memory.wokenTold = new Date(facts.now).toISOString();
  return finding(facts, "woken", "the schedule slept while squares were waiting", [
    `${counted(facts.open + facts.dated, "square")} could be posted and nobody had paused, but the schedule was disabled. It is enabled again.`,
    nextSquare(facts),
    "If it happens again, find out what disables it: a deployment, or somebody in the console.",
  ]);
};

const silent: Look = (facts, before, memory) => {
  const { waitingSince } = memory;
  if (waitingSince === undefined) return undefined;
  const since = latest(waitingSince, facts.last?.postedAt);
  if (facts.now < silenceMs(facts.rhythm, since)) return undefined;
  memory.silentSince = since;
  if (before.silentSince === since) return undefined;
  return finding(facts, "silent", "nothing was posted for one and a half intervals", [
    `${counted(facts.open, "square")} could be posted and the schedule is enabled, but nothing has been posted since ${since}.`,
    facts.last === undefined ? "" : `The latest post is “${facts.last.title}” (${facts.last.id}).`,
    nextSquare(facts),
    "Next: `2x2 runs` shows the latest runs and why they failed, `2x2 doctor` checks everything that posting needs.",
  ]);
};

/** Milliseconds since the epoch at which a silence has lasted one and a half intervals. */
function silenceMs(rhythm: Rhythm, since: string): number {
  const [first, second] = firings(rhythm, { now: Date.parse(since), count: 2 });
  if (first === undefined) return Number.POSITIVE_INFINITY;
  const interval = second === undefined ? dayMs : second - first;
  return first + interval / 2;
}

const lowStock: Look = (facts, before, memory) => {
  const level = levelOf(facts);
  if (level === "unknown") {
    if (before.lowStock !== undefined) memory.lowStock = before.lowStock;
    return undefined;
  }
  if (level === undefined) return undefined;
  memory.lowStock = level;
  if (before.lowStock !== undefined && before.lowStock <= level) return undefined;
  if (level === 0)
    return finding(facts, "low stock", "the queue is empty", [
      facts.dated > 0
        ? `The last square of the queue has been posted. ${counted(facts.dated, "square")} with a date ${facts.dated === 1 ? "waits" : "wait"} for it; nothing else is posted until you add another.`
        : "The last square has been posted. Posting stops until you add another.",
      "Next: `2x2 add PICTURES`, or put files into the inbox of the bucket; posting then continues by itself.",
    ]);
  return finding(facts, "low stock", `the queue is empty within ${level} days`, [
    `${counted(facts.queued, "square")} left in the queue: enough for at most ${level} days.`,
    nextSquare(facts),
    "Next: `2x2 add PICTURES`, or put files into the inbox of the bucket.",
  ]);
};

/** Undefined for a queue that lasts longer; unknown while posting is stopped, and before the first post. */
function levelOf({ now, open, queued, rhythm, last }: WatchFacts): number | undefined | "unknown" {
  if (open === 0) return last === undefined ? "unknown" : 0;
  if (rhythm.pause !== undefined || rhythm.state === "disabled" || queued === 0) return "unknown";
  return lowStockDays.find((days) => days > 0 && lastsNoLonger({ now, queued, rhythm }, days));
}

/** Counts at most the firings of that time: a schedule of one minute with a long queue has many. */
function lastsNoLonger({ now, queued, rhythm }: Pick<WatchFacts, "now" | "queued" | "rhythm">, days: number): boolean {
  const end = now + days * dayMs;
  const most = days * 24 * 60 + 1;
  if (queued > most) return false;
  const emptyAt = firings(rhythm, { now, count: queued })[queued - 1];
  return emptyAt !== undefined && emptyAt <= end;
}

/** The run that stopped tells the owner itself, unless its email cannot be sent. */
const stopped: Look = (facts) => {
  if (facts.untold === undefined) return undefined;
  const { pausedAt, reason = "", until } = facts.untold;
  return finding(facts, "stopped", "posting has stopped", [
    `Nothing has been posted since ${pausedAt}: ${reason}`,
    `One square will be tried again at ${until}, and you are told when posting goes on.`,
  ]);
};

/** The owner was told about the stop; that it is over is told once something was posted. */
const goesOn: Look = (facts) => {
  const { stopOver, last, inReview } = facts;
  if (stopOver === undefined || last === undefined) return undefined;
  return finding(facts, "goes on", "posting goes on", [
    `“${last.title}” (${last.id}) was posted. The problem that had stopped posting since ${stopOver.pausedAt} is over: ${stopOver.reason ?? ""}`,
    inReview > 0
      ? `${counted(inReview, "square")} held for review: \`2x2 review\` lists ${inReview === 1 ? "it" : "them"}, \`2x2 review ID\` shows one with the account's posts and lets you decide (in the web app: at the top of the wall).`
      : "",
    nextSquare(facts),
  ]);
};

const mostNamed = 5;

const notShared: Look = (facts) => {
  const { unshared } = facts;
  if (unshared.length === 0) return undefined;
  const named = unshared.slice(0, mostNamed).map(({ id, title, why }) => `“${title}” (${id})${why ? `: ${why}` : ""}`);
  return finding(facts, "not shared", `${counted(unshared.length, "square")} could not be shared on Bluesky`, [
    "Posted to X, but still not on Bluesky after three days:",
    ...named,
    unshared.length > mostNamed ? `And ${unshared.length - mostNamed} more.` : "",
    "They are not tried again. `2x2 credentials check` says whether the app password is good; the next posts are shared as usual.",
  ]);
};

function finding({ stage }: WatchFacts, about: Finding["about"], what: string, lines: readonly string[]): Finding {
  return { about, subject: `2x2 ${stage}: ${what}`, message: lines.filter(Boolean).join("\n\n") };
}

const nextSquare = ({ next }: WatchFacts) =>
  next === undefined ? "" : `The next square is “${next.title}” (${next.id}).`;

const latest = (one: string, other: string | undefined) => (other !== undefined && other > one ? other : one);
