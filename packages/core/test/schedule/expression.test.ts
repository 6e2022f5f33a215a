import { describeSchedule } from "@twobytwo/core/schedule/describe";
import { nextTimes, validateSchedule } from "@twobytwo/core/schedule/expression";
import { describe, expect, it } from "vitest";

const times = (expression: string, timeZone: string, after: string, count = 3) =>
  nextTimes(expression, { timeZone, after: new Date(after), count }).map((time) =>
    time.toISOString().replace(":00.000Z", "Z"),
  );

/** Milliseconds between the next two firings; undefined when fewer than two are left. */
function intervalMs(expression: string, timeZone: string, after: Date): number | undefined {
  const [one, next] = nextTimes(expression, { timeZone, after, count: 2 });
  return one && next ? next.getTime() - one.getTime() : undefined;
}

describe("nextTimes of cron()", () => {
  // The examples of the User Guides of EventBridge Scheduler and of EventBridge rules, 2026-01-01 is a Thursday.
  it.each([
    ["cron(0 10 * * ? *)", ["2026-01-01T10:00Z", "2026-01-02T10:00Z", "2026-01-03T10:00Z"]],
    ["cron(15 12 * * ? *)", ["2026-01-01T12:15Z", "2026-01-02T12:15Z", "2026-01-03T12:15Z"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-01T18:00Z", "2026-01-02T18:00Z", "2026-01-05T18:00Z"]],
    ["cron(0 8 1 * ? *)", ["2026-01-01T08:00Z", "2026-02-01T08:00Z", "2026-03-01T08:00Z"]],
    ["cron(0/15 * * * ? *)", ["2026-01-01T00:15Z", "2026-01-01T00:30Z", "2026-01-01T00:45Z"]],
    ["cron(1/10 * * * ? *)", ["2026-01-01T00:01Z", "2026-01-01T00:11Z", "2026-01-01T00:21Z"]],
    ["cron(0/10 * ? * MON-FRI *)", ["2026-01-01T00:10Z", "2026-01-01T00:20Z", "2026-01-01T00:30Z"]],
    ["cron(0/5 8-17 ? * MON-FRI *)", ["2026-01-01T08:00Z", "2026-01-01T08:05Z", "2026-01-01T08:10Z"]],
    ["cron(0 9 ? * 2#1 *)", ["2026-01-05T09:00Z", "2026-02-02T09:00Z", "2026-03-02T09:00Z"]],
    ["cron(0 9 ? * TUE#2 *)", ["2026-01-13T09:00Z", "2026-02-10T09:00Z", "2026-03-10T09:00Z"]],
    ["cron(0 9 ? * 5#5 *)", ["2026-01-29T09:00Z", "2026-04-30T09:00Z", "2026-07-30T09:00Z"]],
    ["cron(0 9 3W * ? *)", ["2026-01-02T09:00Z", "2026-02-03T09:00Z", "2026-03-03T09:00Z"]],
    ["cron(0 0 1 JAN,JUL ? *)", ["2026-07-01T00:00Z", "2027-01-01T00:00Z", "2027-07-01T00:00Z"]],
    ["cron(0 12 ? * 1 *)", ["2026-01-04T12:00Z", "2026-01-11T12:00Z", "2026-01-18T12:00Z"]],
    ["cron(0 12 ? * L *)", ["2026-01-03T12:00Z", "2026-01-10T12:00Z", "2026-01-17T12:00Z"]],
    ["cron(30 20,8 * * ? *)", ["2026-01-01T08:30Z", "2026-01-01T20:30Z", "2026-01-02T08:30Z"]],
    ["cron(*/30 6-12/6 * * ? *)", ["2026-01-01T06:00Z", "2026-01-01T06:30Z", "2026-01-01T12:00Z"]],
    ["cron(0 0 1 1 ? 2028/4)", ["2028-01-01T00:00Z", "2032-01-01T00:00Z", "2036-01-01T00:00Z"]],
  ])("%s", (expression, expected) => {
    expect(times(expression, "UTC", "2026-01-01T00:00:00Z")).toEqual(expected);
  });

  it("fires on the last Friday of each month during two years, and never again", () => {
    const found = times("cron(15 10 ? * 6L 2022-2023)", "UTC", "2021-06-01T00:00:00Z", 100);
    expect(found).toHaveLength(24);
    expect(found[0]).toBe("2022-01-28T10:15Z");
    expect(found[23]).toBe("2023-12-29T10:15Z");
  });

  it("knows how long each month is", () => {
    expect(times("cron(0 0 L * ? *)", "UTC", "2028-01-15T00:00:00Z", 4)).toEqual([
      "2028-01-31T00:00Z",
      "2028-02-29T00:00Z",
      "2028-03-31T00:00Z",
      "2028-04-30T00:00Z",
    ]);
    expect(times("cron(0 0 31 * ? *)", "UTC", "2026-01-31T00:00:00Z", 2)).toEqual([
      "2026-03-31T00:00Z",
      "2026-05-31T00:00Z",
    ]);
  });

  it("gives the same long list whatever was asked before", () => {
    /** In lists so short that none is remembered. */
    const inParts = (expression: string, timeZone: string, after: Date, count: number) => {
      const found: Date[] = [];
      for (let part = [after]; part.length > 0 && found.length < count; found.push(...part))
        part = nextTimes(expression, {
          timeZone,
          after: found.at(-1) ?? after,
          count: Math.min(100, count - found.length),
        });
      return found;
    };
    const [daily, yearly] = ["cron(30 2,18 * * ? *)", "cron(0 0 ? * MON 2026-2040)"];
    // Forward, back, further than known, another zone and expression, behind the last one, up to the end.
    const asked: [string, string, string, number][] = [
      [daily, "Europe/Berlin", "2026-11-29T00:00:00Z", 700],
      [daily, "Europe/Berlin", "2027-03-28T01:30:00Z", 900],
      [daily, "Europe/Berlin", "2027-03-28T01:29:59Z", 600],
      [daily, "Europe/Berlin", "2026-11-28T00:00:00Z", 600],
      [daily, "America/New_York", "2026-11-29T00:00:00Z", 600],
      [daily, "America/New_York", "2126-11-29T00:00:00Z", 600],
      [daily, "Europe/Berlin", "2126-11-29T00:00:00Z", 600],
      [yearly, "Europe/Berlin", "2026-11-29T00:00:00Z", 501],
      [yearly, "Europe/Berlin", "2027-11-29T00:00:00Z", 2_000],
      [yearly, "Europe/Berlin", "2039-12-01T00:00:00Z", 2_000],
      [yearly, "Europe/Berlin", "2041-01-01T00:00:00Z", 2_000],
    ];
    for (const [expression, timeZone, from, count] of asked) {
      const after = new Date(from);
      expect(nextTimes(expression, { timeZone, after, count })).toEqual(inParts(expression, timeZone, after, count));
    }
  });

  it("fires on leap days alone, where 2100 is no leap year", () => {
    expect(times("cron(0 12 29 2 ? *)", "UTC", "2092-03-01T00:00:00Z", 2)).toEqual([
      "2096-02-29T12:00Z",
      "2104-02-29T12:00Z",
    ]);
  });

  it("keeps the nearest workday within its month", () => {
    // 1 August 2026 is a Saturday, 31 May 2026 a Sunday.
    expect(times("cron(0 9 1W 8 ? *)", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual(["2026-08-03T09:00Z"]);
    expect(times("cron(0 9 31W 5 ? *)", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual(["2026-05-29T09:00Z"]);
    expect(times("cron(0 9 31W 6 ? *)", "UTC", "2026-01-01T00:00:00Z", 1)).toEqual([]);
  });

  it("starts strictly after the moment given", () => {
    expect(times("cron(0 10 * * ? *)", "UTC", "2026-01-01T10:00:00Z", 1)).toEqual(["2026-01-02T10:00Z"]);
    expect(times("cron(0 10 * * ? *)", "UTC", "2026-01-01T09:59:59.999Z", 1)).toEqual(["2026-01-01T10:00Z"]);
  });

  it.each(["cron(0 18 * * ? 2020)", "cron(0 18 31 2 ? *)"])("%s never fires", (expression) => {
    expect(times(expression, "UTC", "2026-01-01T00:00:00Z")).toEqual([]);
    expect(intervalMs(expression, "UTC", new Date("2026-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("gives no more than asked for", () => {
    expect(times("cron(* * * * ? *)", "UTC", "2026-01-01T00:00:00Z", 0)).toEqual([]);
    expect(times("cron(* * * * ? *)", "UTC", "2026-01-01T00:00:00Z", 1441).at(-1)).toBe("2026-01-02T00:01Z");
  });
});

describe("nextTimes of cron() when the clock changes", () => {
  it.each([
    ["Europe/Berlin", "18:00", "2026-03-28T12:00:00Z", ["2026-03-28T17:00Z", "2026-03-29T16:00Z", "2026-03-30T16:00Z"]],
    ["Europe/Berlin", "18:00", "2026-10-24T12:00:00Z", ["2026-10-24T16:00Z", "2026-10-25T17:00Z", "2026-10-26T17:00Z"]],
    // Skipped in spring: there is no 02:30 on 29 March.
    ["Europe/Berlin", "02:30", "2026-03-27T12:00:00Z", ["2026-03-28T01:30Z", "2026-03-30T00:30Z", "2026-03-31T00:30Z"]],
    // Once in autumn, the first time: 02:30 summer time is 00:30Z, and 01:30Z would be the second one.
    ["Europe/Berlin", "02:30", "2026-10-24T12:00:00Z", ["2026-10-25T00:30Z", "2026-10-26T01:30Z", "2026-10-27T01:30Z"]],
    [
      "America/New_York",
      "02:30",
      "2026-03-07T12:00:00Z",
      ["2026-03-09T06:30Z", "2026-03-10T06:30Z", "2026-03-11T06:30Z"],
    ],
    [
      "America/New_York",
      "01:30",
      "2026-10-31T12:00:00Z",
      ["2026-11-01T05:30Z", "2026-11-02T06:30Z", "2026-11-03T06:30Z"],
    ],
    // Lord Howe Island moves by half an hour.
    [
      "Australia/Lord_Howe",
      "02:15",
      "2026-10-02T20:00:00Z",
      ["2026-10-04T15:15Z", "2026-10-05T15:15Z", "2026-10-06T15:15Z"],
    ],
    [
      "Australia/Lord_Howe",
      "01:45",
      "2026-04-04T00:00:00Z",
      ["2026-04-04T14:45Z", "2026-04-05T15:15Z", "2026-04-06T15:15Z"],
    ],
  ])("%s, every day at %s after %s", (timeZone, at, after, expected) => {
    const [hour, minute] = at.split(":");
    expect(times(`cron(${Number(minute)} ${Number(hour)} * * ? *)`, timeZone, after)).toEqual(expected);
  });

  it("does not repeat any minute of the hour that comes twice", () => {
    expect(times("cron(0/30 * * * ? *)", "Europe/Berlin", "2026-10-24T23:45:00Z", 4)).toEqual([
      "2026-10-25T00:00Z",
      "2026-10-25T00:30Z",
      "2026-10-25T02:00Z",
      "2026-10-25T02:30Z",
    ]);
    expect(times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:15:00Z", 1)).toEqual(["2026-10-26T01:30Z"]);
  });

  it("skips only what is missing of an hour", () => {
    expect(times("cron(0,20,40 2 * * ? *)", "Australia/Lord_Howe", "2026-10-03T14:00:00Z", 2)).toEqual([
      "2026-10-03T15:40Z",
      "2026-10-04T15:00Z",
    ]);
  });

  it("tells the distance of the next two firings across the change", () => {
    const hours = (after: string) =>
      (intervalMs("cron(0 18 * * ? *)", "Europe/Berlin", new Date(after)) ?? 0) / 3_600_000;
    expect(hours("2026-03-28T12:00:00Z")).toBe(23);
    expect(hours("2026-06-01T12:00:00Z")).toBe(24);
    expect(hours("2026-10-24T12:00:00Z")).toBe(25);
  });
});

describe("nextTimes of rate()", () => {
  it("counts from the start, which is the first firing", () => {
    const options = { timeZone: "UTC", count: 2, start: new Date("2026-01-01T00:07:00Z") };
    const at = (after: string) =>
      nextTimes("rate(15 minutes)", { ...options, after: new Date(after) }).map((time) => time.toISOString());
    expect(at("2025-12-31T00:00:00Z")).toEqual(["2026-01-01T00:07:00.000Z", "2026-01-01T00:22:00.000Z"]);
    expect(at("2026-01-01T00:07:00Z")).toEqual(["2026-01-01T00:22:00.000Z", "2026-01-01T00:37:00.000Z"]);
    expect(at("2026-01-01T03:00:00Z")).toEqual(["2026-01-01T03:07:00.000Z", "2026-01-01T03:22:00.000Z"]);
  });

  it("without a start fires one interval later", () => {
    expect(times("rate(6 hours)", "UTC", "2026-01-01T00:00:00Z", 2)).toEqual([
      "2026-01-01T06:00Z",
      "2026-01-01T12:00Z",
    ]);
  });

  it("takes a day for 24 hours, whatever the clock does", () => {
    expect(times("rate(1 days)", "Europe/Berlin", "2026-03-28T12:00:00Z", 2)).toEqual([
      "2026-03-29T12:00Z",
      "2026-03-30T12:00Z",
    ]);
    expect(intervalMs("rate(1 day)", "Europe/Berlin", new Date("2026-03-28T12:00:00Z"))).toBe(86_400_000);
  });

  it("ends where dates end", () => {
    expect(times("rate(99999999 days)", "UTC", "2026-01-01T00:00:00Z", 3)).toHaveLength(0);
  });
});

describe("nextTimes of at()", () => {
  it("fires once, in its time zone", () => {
    const expression = "at(2022-11-20T13:00:00)";
    expect(times(expression, "America/Los_Angeles", "2022-11-20T20:59:59Z")).toEqual(["2022-11-20T21:00Z"]);
    expect(times(expression, "America/Los_Angeles", "2022-11-20T21:00:00Z")).toEqual([]);
    expect(intervalMs(expression, "America/Los_Angeles", new Date("2022-01-01T00:00:00Z"))).toBeUndefined();
  });

  it("moves a time that does not exist on, and takes the first of two", () => {
    expect(times("at(2026-03-29T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z")).toEqual(["2026-03-29T01:30Z"]);
    expect(times("at(2026-10-25T02:30:00)", "Europe/Berlin", "2026-01-01T00:00:00Z")).toEqual(["2026-10-25T00:30Z"]);
  });
});

describe("validateSchedule", () => {
  it.each([
    ["cron(0 18 * * ? *)", "Europe/Berlin"],
    ["cron(0 18 ? * SUN,sat *)", "UTC"],
    ["cron(0 18 L * ? 1970-2199)", "Etc/UTC"],
    ["cron(0 18 ? * friL *)", "Asia/Kolkata"],
    ["cron( 0  18 * * ? * )", "UTC"],
    ["cron(0/59 */1 * * ? *)", "UTC"],
    ["rate(1 minute)", "UTC"],
    ["rate(1 days)", "UTC"],
    ["rate( 5  hours )", "UTC"],
    ["at(2028-02-29T23:59:59)", "America/Argentina/Buenos_Aires"],
  ])("accepts %s in %s", (expression, timeZone) => {
    expect(() => validateSchedule(expression, timeZone)).not.toThrow();
  });

  it.each([
    ["0 18 * * *", "is not a schedule: write cron("],
    ["", "is not a schedule"],
    [" cron(0 18 * * ? *)", "is not a schedule"],
    ["every(5 minutes)", "is not a schedule"],
    ["cron(0 18 * * ? *) daily", "is not a schedule"],
    ["cron(0 18 * * *)", 'does not have the six fields "minutes hours day-of-month month day-of-week year"'],
    ["cron(0 0 18 * * ? *)", "does not have the six fields"],
    ["cron(0 18 * * * *)", 'exactly one of them must be "?"'],
    ["cron(0 18 ? * ? *)", 'exactly one of them must be "?"'],
    ["cron(0 18 1 * MON *)", 'exactly one of them must be "?"'],
    ["cron(60 18 * * ? *)", 'The minutes field "60" is not one of 0 to 59'],
    ["cron(0 24 * * ? *)", 'The hours field "24" is not one of 0 to 23'],
    ["cron(0 18 0 * ? *)", 'The day-of-month field "0" is not one of 1 to 31'],
    ["cron(0 18 * 13 ? *)", 'The month field "13" is not one of 1 to 12 or JAN FEB'],
    ["cron(0 18 ? * 0 *)", 'The day-of-week field "0" is not one of 1 to 7 or SUN MON'],
    ["cron(0 18 ? * MONDAY *)", "1 to 7 or SUN MON"],
    ["cron(0 18 * * ? 1969)", 'The year field "1969" is not one of 1970 to 2199'],
    ["cron(0 18 * * ? 2200)", "1970 to 2199"],
    ["cron(30-10 18 * * ? *)", "counts backwards"],
    ["cron(0 18 ? * FRI-MON *)", "counts backwards"],
    ["cron(0/0 18 * * ? *)", "has a step that is not 1 to 59"],
    ["cron(0/60 18 * * ? *)", "has a step that is not 1 to 59"],
    ["cron(*-5 18 * * ? *)", "is not valid"],
    ["cron(1, 18 * * ? *)", "is not valid"],
    ["cron(0-5-9 18 * * ? *)", "is not valid"],
    ["cron(0 18 1,15W * ? *)", "is not one of 1 to 31"],
    ["cron(0 18 ? * L3 *)", "is not one of 1 to 7"],
    ["cron(0 18 ? * 6L3 *)", "is not one of 1 to 7"],
    ["cron(0 18 ? * MON,6L *)", "is not one of 1 to 7"],
    ["cron(-1 18 * * ? *)", "is not valid"],
    ["cron(? 18 * * ? *)", "is not valid"],
    ["cron(0 18 LW * ? *)", "is not one of 1 to 31"],
    ["cron(0 18 L-3 * ? *)", "is not one of 1 to 31"],
    ["cron(0 18 15W,L * ? *)", "is not one of 1 to 31"],
    ["cron(0 18 ? * 3#6 *)", "write # between one day and a number from 1 to 5"],
    ["cron(0 18 ? * 3#1,6#3 *)", "write # between one day and a number from 1 to 5"],
    ["rate(0 minutes)", "is not a rate"],
    ["rate(-5 minutes)", "is not a rate"],
    ["rate(1.5 hours)", "is not a rate"],
    ["rate(30 seconds)", "is not a rate"],
    ["rate(5)", "is not a rate"],
    ["rate(5 minutes later)", "is not a rate"],
    ["at(2026-02-29T12:00:00)", "is not a date and time"],
    ["at(2026-01-01T24:00:00)", "is not a date and time"],
    ["at(2026-01-01T12:00)", "is not a date and time"],
    ["at(2026-01-01T12:00:00Z)", "is not a date and time"],
    ["at(2026-01-01T12:00:00.5)", "is not a date and time"],
  ])("refuses %s: %s", (expression, message) => {
    const attempt = () => validateSchedule(expression, "UTC");
    expect(attempt).toThrow(expect.objectContaining({ name: "Rejected", message: expect.stringContaining(message) }));
    expect(() => nextTimes(expression, { timeZone: "UTC", after: new Date(0), count: 1 })).toThrow(message);
    expect(() => describeSchedule(expression, "UTC")).toThrow(message);
  });

  it.each(["Europe/Berln", "europe/berlin", "+02:00", "", "local time", "Factory"])(
    "refuses the time zone %j",
    (timeZone) => {
      const attempt = () => validateSchedule("rate(5 minutes)", timeZone);
      expect(attempt).toThrow(
        expect.objectContaining({
          name: "Rejected",
          message: expect.stringContaining("for example Europe/Berlin or UTC"),
        }),
      );
    },
  );
});

describe("describeSchedule", () => {
  it.each([
    ["cron(0 18 * * ? *)", "every day at 18:00, Europe/Berlin"],
    ["cron(0 9,18 * * ? *)", "every day at 09:00 and 18:00, Europe/Berlin"],
    ["cron(5 6,12,18 * * ? *)", "every day at 06:05, 12:05 and 18:05, Europe/Berlin"],
    ["cron(30 8 ? * MON-FRI *)", "every Monday to Friday at 08:30, Europe/Berlin"],
    ["cron(30 8 ? * SUN,MON *)", "every Monday and Sunday at 08:30, Europe/Berlin"],
    ["cron(0 9,18 ? * SAT,SUN *)", "every Saturday and Sunday at 09:00 and 18:00, Europe/Berlin"],
    ["cron(30 8 ? * SUN,TUE-SAT *)", "every Tuesday to Sunday at 08:30, Europe/Berlin"],
    ["cron(30 8 ? * 1-7 *)", "every day at 08:30, Europe/Berlin"],
    ["cron(0 8 1,15 * ? *)", "on the 1st and 15th at 08:00, Europe/Berlin"],
    ["cron(0 8 11,22,23 * ? *)", "on the 11th, 22nd and 23rd at 08:00, Europe/Berlin"],
    ["cron(0 8 L * ? *)", "on the last day of the month at 08:00, Europe/Berlin"],
    ["cron(0 8 15W * ? *)", "on the workday nearest to the 15th at 08:00, Europe/Berlin"],
    ["cron(0 8 ? * 3#2 *)", "on the second Tuesday of the month at 08:00, Europe/Berlin"],
    ["cron(15 10 ? * 6L 2022-2023)", "on the last Friday of the month in 2022 and 2023 at 10:15, Europe/Berlin"],
    ["cron(0 12 25 DEC ? 2026)", "on the 25th in December 2026 at 12:00, Europe/Berlin"],
    ["cron(* * * * ? *)", "every minute, Europe/Berlin"],
    ["cron(0/15 * * * ? *)", "every 15 minutes, Europe/Berlin"],
    ["cron(5/20 * ? * SAT *)", "every 20 minutes from minute 5 on every Saturday, Europe/Berlin"],
    ["cron(7 * * * ? *)", "every day at minute 7 of every hour, Europe/Berlin"],
    ["cron(0 8-18 * * ? *)", "every day at minute 0 of hours 8 to 18, Europe/Berlin"],
    ["cron(* 8 * * ? *)", "every day at every minute of hour 8, Europe/Berlin"],
    ["rate(1 hour)", "every hour"],
    ["rate(6 hours)", "every 6 hours"],
    ["rate(1 day)", "every 24 hours"],
    ["rate(2 days)", "every 2 days"],
    ["at(2026-11-20T13:00:00)", "once, on 20 November 2026 at 13:00, Europe/Berlin"],
    ["at(2026-11-20T13:00:05)", "once, on 20 November 2026 at 13:00:05, Europe/Berlin"],
  ])("%s is %j", (expression, sentence) => {
    expect(describeSchedule(expression, "Europe/Berlin")).toBe(sentence);
  });
});
