import type { Rhythm } from "@twobytwo/core/next-posts";
import { findings, type WatchFacts, type WatchMemory, watchId } from "@twobytwo/core/watch-findings";
import { describe, expect, it } from "vitest";

/** The schedule posts every day at 18:00 UTC. */
const at = (day: number, time: string) => Date.parse(`2027-03-${String(day).padStart(2, "0")}T${time}:00Z`);
const iso = (day: number, time: string) => new Date(at(day, time)).toISOString();

const rhythm: Rhythm = {
  expression: "cron(0 18 * * ? *)",
  timeZone: "UTC",
  state: "enabled",
  countsFrom: "2027-01-01T00:00:00.000Z",
};
const asleep: Rhythm = { ...rhythm, state: "disabled" };
const fig = { id: "FIG", title: "Fig" };
const last = { id: "PEAR", title: "Pear", postedAt: iso(1, "18:00") };
const plenty: WatchFacts = { stage: "art", now: at(1, "12:00"), open: 30, queued: 30, rhythm, next: fig };

const look = (facts: Partial<WatchFacts>, before: WatchMemory = {}) => {
  const { found, memory } = findings({ ...plenty, ...facts }, before);
  return { told: found.map(({ about }) => about), found, memory };
};
const nothing = { told: [], found: [], memory: {} };

describe("a silence", () => {
  const since = iso(1, "12:00");

  it("begins when there is something to post, and is remembered from then on", () => {
    expect(look({})).toStrictEqual({ told: [], found: [], memory: { waitingSince: since } });
    expect(look({ now: at(1, "15:00") }, { waitingSince: since }).memory).toEqual({ waitingSince: since });
    expect(look({ open: 0, queued: 0 }, { waitingSince: since }).memory).toEqual({});
  });

  it("is told half an interval after the second slot would have been the next, and said in full", () => {
    const before = { waitingSince: since };
    expect(look({ now: at(2, "06:00") - 1 }, before)).toMatchObject({ told: [], memory: before });
    expect(look({ now: at(2, "06:00") }, before)).toEqual({
      told: ["silent"],
      found: [
        {
          about: "silent",
          subject: "2x2 art: nothing was posted for one and a half intervals",
          message: [
            `30 squares could be posted and the schedule is awake, but since ${since} nothing was posted.`,
            "The next square of the queue is “Fig” (FIG).",
            "Next: `2x2 runs` shows the latest runs and why they failed, `2x2 doctor` looks at everything that posting needs.",
          ].join("\n\n"),
        },
      ],
      memory: { waitingSince: since, silentSince: since },
    });
  });

  it("is told once, and again after another post", () => {
    const before = { waitingSince: since, silentSince: since };
    expect(look({ now: at(3, "12:00") }, before)).toMatchObject({ told: [], memory: before });
    const again = look({ now: at(3, "06:00"), last: { ...last, postedAt: iso(1, "18:00") } }, before);
    expect(again).toMatchObject({ told: ["silent"], memory: { silentSince: iso(1, "18:00") } });
    expect(again.found[0]?.message).toContain("The latest post is “Pear” (PEAR).");
  });

  it("counts from the beginning of the wait where that is later than the latest post", () => {
    const before = { waitingSince: iso(5, "12:00") };
    expect(look({ now: at(6, "05:00"), last }, before).told).toEqual([]);
    expect(look({ now: at(6, "06:00"), last }, before).told).toEqual(["silent"]);
  });

  it("lasts half a day longer than the last slot of a schedule that then ends, and for ever without one", () => {
    const before = { waitingSince: since };
    const ends = { rhythm: { ...rhythm, endsAt: iso(1, "19:00") } };
    expect(look({ ...ends, now: at(2, "05:59") }, before).told).toEqual([]);
    expect(look({ ...ends, now: at(2, "06:00") }, before).told).toEqual(["silent"]);
    expect(look({ rhythm: { ...rhythm, endsAt: iso(1, "17:00") }, now: at(30, "06:00") }, before).told).toEqual([]);
  });

  it("is as long as the schedule's own interval asks for", () => {
    const often = { rhythm: { ...rhythm, expression: "cron(0 0/6 * * ? *)" } };
    const before = { waitingSince: since };
    expect(look({ ...often, now: at(1, "21:00") - 1 }, before).told).toEqual([]);
    expect(look({ ...often, now: at(1, "21:00") }, before).told).toEqual(["silent"]);
  });

  it("is none while somebody has paused", () => {
    const pause = { pausedBy: "person" } as const;
    expect(look({ rhythm: { ...rhythm, pause }, now: at(9, "12:00") }, { waitingSince: since })).toStrictEqual(nothing);
  });
});

describe("a schedule that sleeps", () => {
  const since = iso(1, "12:00");

  it("is told at the second look, with what wakes it", () => {
    expect(look({ rhythm: asleep })).toStrictEqual({ told: [], found: [], memory: { asleepSince: since } });
    expect(look({ rhythm: asleep, now: at(1, "13:00"), open: 1 }, { asleepSince: since })).toEqual({
      told: ["asleep"],
      found: [
        {
          about: "asleep",
          subject: "2x2 art: the schedule sleeps, and squares are waiting",
          message: [
            "1 square could be posted, and nobody has paused, but the schedule is disabled.",
            "The next square of the queue is “Fig” (FIG).",
            "Next: `2x2 doctor --repair` wakes it. If it happens again, see who disables it: a deployment, or the console.",
          ].join("\n\n"),
        },
      ],
      memory: { asleepSince: since, asleepTold: since },
    });
  });

  it("is told once each time that it falls asleep", () => {
    const before = { asleepSince: since, asleepTold: since };
    expect(look({ rhythm: asleep, now: at(2, "13:00") }, before)).toMatchObject({ told: [], memory: before });
    expect(look({}, before)).toStrictEqual({ told: [], found: [], memory: { waitingSince: since } });
    const later = { asleepSince: iso(4, "12:00"), asleepTold: since };
    expect(look({ rhythm: asleep, now: at(4, "13:00") }, later).told).toEqual(["asleep"]);
  });

  it("may sleep where nothing is to be posted, or somebody has paused", () => {
    const before = { asleepSince: since };
    expect(look({ rhythm: asleep, open: 0, queued: 0 }, before)).toStrictEqual(nothing);
    const pause = { pausedBy: "person" } as const;
    expect(look({ rhythm: { ...asleep, pause } }, before)).toStrictEqual(nothing);
  });

  it("says nothing of a next square where there is none", () => {
    const { next: _, ...facts } = plenty;
    const { found } = findings({ ...facts, rhythm: asleep, now: at(1, "13:00") }, { asleepSince: since });
    expect(found[0]?.message.split("\n\n")).toHaveLength(2);
  });
});

describe("a queue that runs low", () => {
  const left = (queued: number, more: Partial<WatchFacts> = {}, before: WatchMemory = {}) =>
    look({ now: at(1, "19:00"), open: queued, queued, last, ...more }, before);

  it("is told when it lasts seven days or two, to the minute", () => {
    expect(left(8)).toMatchObject({ told: [] });
    expect(left(8).memory).not.toHaveProperty("lowStock");
    expect(left(7)).toMatchObject({ told: ["low stock"], memory: { lowStock: 7 } });
    expect(left(3)).toMatchObject({ told: ["low stock"], memory: { lowStock: 7 } });
    expect(left(2)).toMatchObject({ told: ["low stock"], memory: { lowStock: 2 } });
    expect(left(2, { now: at(1, "18:00") }).memory).toMatchObject({ lowStock: 2 });
    expect(left(2, { now: at(1, "18:00") - 1 }).memory).toMatchObject({ lowStock: 2 });
    expect(left(3, { now: at(1, "18:00") - 1 }).memory).toMatchObject({ lowStock: 7 });
  });

  it("is told with how much is left and what comes next", () => {
    expect(left(1).found).toEqual([
      {
        about: "low stock",
        subject: "2x2 art: the queue is empty within 2 days",
        message: [
          "1 square left in the queue: enough for 2 days and no longer.",
          "The next square of the queue is “Fig” (FIG).",
          "Next: `2x2 add PICTURES`, or put files into the inbox of the bucket.",
        ].join("\n\n"),
      },
    ]);
  });

  it("is told once at each level, and again after it was filled", () => {
    expect(left(5, {}, { lowStock: 7 })).toMatchObject({ told: [], memory: { lowStock: 7 } });
    expect(left(2, {}, { lowStock: 7 })).toMatchObject({ told: ["low stock"], memory: { lowStock: 2 } });
    expect(left(5, {}, { lowStock: 2 })).toMatchObject({ told: [], memory: { lowStock: 7 } });
    expect(left(30, {}, { lowStock: 7 }).memory).not.toHaveProperty("lowStock");
  });

  it("is empty when nothing is queued or held, which is news only after a post", () => {
    expect(left(0)).toMatchObject({ told: ["low stock"], memory: { lowStock: 0 } });
    expect(left(0).found).toEqual([
      {
        about: "low stock",
        subject: "2x2 art: the queue is empty",
        message: [
          "The last square has been posted, and nothing more is until you add one.",
          "Next: `2x2 add PICTURES`, or put files into the inbox of the bucket; posting goes on by itself.",
        ].join("\n\n"),
      },
    ]);
    expect(left(0, {}, { lowStock: 0 })).toMatchObject({ told: [], memory: { lowStock: 0 } });
    expect(look({ open: 0, queued: 0 })).toStrictEqual(nothing);
  });

  it("leaves nothing in the memory that is not so, and its row is none of the squares'", () => {
    expect(left(1, { rhythm: asleep }).memory).toStrictEqual({ asleepSince: iso(1, "19:00") });
    expect(watchId).toBe("#watch");
  });

  it("is not looked at, and what was told is kept, while the queue does not shrink", () => {
    const pause = { pausedBy: "person" } as const;
    const still: Partial<WatchFacts>[] = [{ rhythm: { ...rhythm, pause } }, { rhythm: asleep }, { queued: 0, open: 1 }];
    for (const facts of still) {
      expect(left(1, facts, { lowStock: 7 })).toMatchObject({ told: [], memory: { lowStock: 7 } });
      expect(left(1, facts).memory).not.toHaveProperty("lowStock");
    }
  });

  it("lasts longer than a schedule that ends before it is empty", () => {
    expect(left(2, { rhythm: { ...rhythm, endsAt: iso(2, "19:00") } })).toMatchObject({ told: [] });
  });

  it("is not counted through where there are more squares than minutes", () => {
    const often = { ...rhythm, expression: "cron(* * * * ? *)" };
    expect(left(2 * 24 * 60, { rhythm: often }).memory).toMatchObject({ lowStock: 2 });
    expect(left(2 * 24 * 60 + 1, { rhythm: often }).memory).toMatchObject({ lowStock: 7 });
    expect(left(7 * 24 * 60 + 2, { rhythm: often }).memory).not.toHaveProperty("lowStock");
  });
});

describe("a pause of the workflow's own", () => {
  const pausedAt = iso(1, "18:00");
  const pause = { pausedBy: "workflow", pausedAt, reason: "X has no credits left." } as const;
  const paused = (now: number, before: WatchMemory = {}, given: Rhythm["pause"] = pause) =>
    look({ now, rhythm: { ...asleep, ...(given && { pause: given }) } }, before);

  it("is told again after a day, with its reason", () => {
    expect(paused(at(2, "18:00") - 1)).toStrictEqual(nothing);
    expect(paused(at(2, "18:00"))).toEqual({
      told: ["paused"],
      found: [
        {
          about: "paused",
          subject: "2x2 art: nothing is posted, since the workflow paused",
          message: [
            `Since ${pausedAt} nothing is posted. X has no credits left.`,
            "The next square of the queue is “Fig” (FIG).",
            "Next: put that right, then `2x2 resume`.",
          ].join("\n\n"),
        },
      ],
      memory: { pauseTold: pausedAt },
    });
  });

  it("is told once each", () => {
    expect(paused(at(9, "12:00"), { pauseTold: pausedAt })).toEqual({
      told: [],
      found: [],
      memory: { pauseTold: pausedAt },
    });
    expect(paused(at(9, "12:00"), { pauseTold: iso(1, "06:00") }).told).toEqual(["paused"]);
  });

  it("is told without a reason where it has none", () => {
    const { found } = paused(at(9, "12:00"), {}, { pausedBy: "workflow", pausedAt });
    expect(found[0]?.message.split("\n\n")[0]).toBe(`Since ${pausedAt} nothing is posted.`);
  });

  it("is not what a person wanted, nor one of which nobody knows the beginning", () => {
    expect(paused(at(9, "12:00"), {}, { pausedBy: "person", pausedAt }).told).toEqual([]);
    expect(paused(at(9, "12:00"), { pauseTold: pausedAt }, { pausedBy: "workflow" }).told).toEqual([]);
  });
});
