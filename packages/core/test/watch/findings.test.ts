import type { Rhythm } from "@twobytwo/core/schedule/rhythm";
import { findings, type WatchFacts, type WatchMemory, watchId } from "@twobytwo/core/watch/findings";
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
const plenty: WatchFacts = {
  stage: "art",
  now: at(1, "12:00"),
  open: 30,
  queued: 30,
  dated: 0,
  rhythm,
  inReview: 0,
  isWoken: false,
  unshared: [],
  next: fig,
};

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
            `30 squares could be posted and the schedule is enabled, but nothing has been posted since ${since}.`,
            "The next square is “Fig” (FIG).",
            "Next: `2x2 runs` shows the latest runs and why they failed, `2x2 doctor` checks everything that posting needs.",
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

describe("a schedule that had to be woken", () => {
  const since = iso(1, "12:00");
  const memory = { waitingSince: since, wokenTold: since };

  it("is told at once, with what was found", () => {
    expect(look({ isWoken: true, open: 1 })).toEqual({
      told: ["woken"],
      found: [
        {
          about: "woken",
          subject: "2x2 art: the schedule slept while squares were waiting",
          message: [
            "1 square could be posted and nobody had paused, but the schedule was disabled. It is enabled again.",
            "The next square is “Fig” (FIG).",
            "If it happens again, find out what disables it: a deployment, or somebody in the console.",
          ].join("\n\n"),
        },
      ],
      memory,
    });
  });

  it("is told once a day, however often it has to be woken", () => {
    expect(look({ isWoken: true, now: at(1, "13:00") }, memory)).toMatchObject({ told: [], memory });
    expect(look({ now: at(1, "14:00") }, memory).memory).toEqual(memory);
    expect(look({ isWoken: true, now: at(2, "12:00"), last }, memory).told).toEqual(["woken"]);
    expect(look({ now: at(2, "12:00"), last }, memory).memory).not.toHaveProperty("wokenTold");
  });

  it("says nothing of a next square where there is none", () => {
    const { next: _, ...facts } = plenty;
    const { found } = findings({ ...facts, isWoken: true }, {});
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
          "1 square left in the queue: enough for at most 2 days.",
          "The next square is “Fig” (FIG).",
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
          "The last square has been posted. Posting stops until you add another.",
          "Next: `2x2 add PICTURES`, or put files into the inbox of the bucket; posting then continues by itself.",
        ].join("\n\n"),
      },
    ]);
    expect(left(0, { dated: 2 }).found[0]?.message).toContain(
      "The last square of the queue has been posted. 2 squares with a date wait for it;",
    );
    expect(left(0, {}, { lowStock: 0 })).toMatchObject({ told: [], memory: { lowStock: 0 } });
    expect(look({ open: 0, queued: 0 })).toStrictEqual(nothing);
  });

  it("leaves nothing in the memory that is not so, and its row is none of the squares'", () => {
    expect(left(1, { rhythm: asleep }).memory).toStrictEqual({});
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

describe("a stop of the workflow's that is over", () => {
  const stopOver = { pausedBy: "workflow", pausedAt: iso(1, "06:00"), reason: "X has no credits left." } as const;

  it("is told with what was posted, and what it had been", () => {
    const { told, found, memory } = look({ stopOver, last: { ...last, postedAt: iso(1, "11:00") } });
    expect(told).toEqual(["goes on"]);
    expect(found[0]).toEqual({
      about: "goes on",
      subject: "2x2 art: posting goes on",
      message: [
        `“Pear” (PEAR) was posted. The problem that had stopped posting since ${iso(1, "06:00")} is over: X has no credits left.`,
        "The next square is “Fig” (FIG).",
      ].join("\n\n"),
    });
    expect(memory).toEqual({ waitingSince: iso(1, "12:00") });
  });

  it("names what was refused meanwhile, and nobody was told of", () => {
    const message = (inReview: number) =>
      look({ stopOver, inReview, last: { ...last, postedAt: iso(1, "11:00") } }).found[0]?.message;
    const decide =
      "`2x2 review ID` shows one with the account's posts and lets you decide (in the web app: at the top of the wall).";
    expect(message(2)).toContain(`2 squares held for review: \`2x2 review\` lists them, ${decide}`);
    expect(message(1)).toContain(`1 square held for review: \`2x2 review\` lists it, ${decide}`);
  });

  it("is no news while it lasts", () => {
    const pause = { pausedBy: "workflow", pausedAt: iso(1, "06:00"), until: iso(30, "06:00") } as const;
    expect(look({ rhythm: { ...rhythm, pause }, now: at(9, "12:00") })).toStrictEqual(nothing);
  });
});

describe("squares that are not on Bluesky after three days", () => {
  it("are named with the reason, five of them at most", () => {
    const unshared = Array.from({ length: 7 }, (_, at) => ({ id: `S${at}`, title: `Square ${at}`, why: "it is down" }));
    const { told, found } = look({ unshared });
    expect(told).toEqual(["not shared"]);
    expect(found[0]?.subject).toBe("2x2 art: 7 squares could not be shared on Bluesky");
    expect(found[0]?.message).toContain("“Square 4” (S4): it is down\n\nAnd 2 more.");
    expect(found[0]?.message).not.toContain("S5");
  });
});
