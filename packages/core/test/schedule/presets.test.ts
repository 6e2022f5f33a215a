import { nextTimes } from "@twobytwo/core/schedule/expression";
import { expressionOf, mostTimes, type Preset, presetOf, weekdays } from "@twobytwo/core/schedule/presets";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

const firings = (expression: string) =>
  nextTimes(expression, { timeZone: "Europe/Berlin", after: new Date("2026-11-24T10:00:00Z"), count: 30 });

const presets: [Preset, string][] = [
  [{ kind: "daily", times: ["18:00"] }, "cron(0 18 * * ? *)"],
  [{ kind: "daily", times: ["09:30", "21:30"] }, "cron(30 9,21 * * ? *)"],
  [{ kind: "weekly", times: ["08:05"], weekdays: [2, 3, 4, 5, 6] }, "cron(5 8 ? * MON-FRI *)"],
  [{ kind: "weekly", times: ["18:00"], weekdays: [1] }, "cron(0 18 ? * SUN *)"],
  [{ kind: "weekly", times: ["09:00", "18:00"], weekdays: [2, 5] }, "cron(0 9,18 ? * MON,THU *)"],
  [{ kind: "weekly", times: ["18:00"], weekdays: [1, 3, 4, 5, 6, 7] }, "cron(0 18 ? * SUN,TUE-SAT *)"],
  [{ kind: "monthly", times: ["12:00", "20:00"], date: 1 }, "cron(0 12,20 1 * ? *)"],
  [{ kind: "hours", hours: 1 }, "rate(1 hour)"],
  [{ kind: "hours", hours: 12 }, "rate(12 hours)"],
];

describe("a preset", () => {
  it.each(presets)("%j is written as an expression that the scheduler takes, and read again", (preset, expression) => {
    expect(expressionOf(preset)).toBe(expression);
    expect(presetOf(expression)).toEqual(preset);
    expect(firings(expression)).toHaveLength(30);
  });

  it("of any days and times is read again as it was chosen", () => {
    const chosen = fc.record({
      minute: fc.integer({ min: 0, max: 59 }),
      hours: fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: mostTimes }),
      days: fc.subarray([...weekdays], { minLength: 1 }),
    });
    fc.assert(
      fc.property(chosen, ({ minute, hours, days }) => {
        const times = hours.map((hour) => [hour, minute].map((part) => `${part}`.padStart(2, "0")).join(":"));
        const read = presetOf(expressionOf({ kind: "weekly", times, weekdays: days }));
        const every = days.length === 7;
        expect(read).toEqual({
          kind: every ? "daily" : "weekly",
          times: times.toSorted(),
          ...(!every && { weekdays: days.toSorted() }),
        });
      }),
    );
  });

  it.each([
    ["cron(00 18 ? * 2-6 *)", "cron(0 18 ? * MON-FRI *)"],
    ["cron(0 18 ? JAN-DEC 1-7 1970-2199)", "cron(0 18 * * ? *)"],
    ["cron(0 18 1-31 * ? *)", "cron(0 18 * * ? *)"],
    ["cron(0 9/9 * * ? *)", "cron(0 9,18 * * ? *)"],
    ["cron(0 18 ? * L *)", "cron(0 18 ? * SAT *)"],
    ["rate(2 days)", "rate(48 hours)"],
    ["rate(120 minutes)", "rate(2 hours)"],
  ])("is found for %s, however it is written, and fires at the same times as %s", (expression, written) => {
    expect(expressionOf(presetOf(expression))).toBe(written);
    expect(firings(written)).toEqual(firings(expression));
  });

  it.each([
    "cron(0/15 * * * ? *)",
    "cron(0,30 9 * * ? *)",
    "cron(0 8-18 * * ? *)",
    "cron(0 18 ? * 2#1 *)",
    "cron(0 18 ? * 6L *)",
    "cron(0 18 L * ? *)",
    "cron(0 18 15W * ? *)",
    "cron(0 18 29 * ? *)",
    "cron(0 18 1,15 * ? *)",
    "cron(0 18 * DEC ? *)",
    "cron(0 18 * * ? 2027)",
    "rate(5 minutes)",
    "rate(745 hours)",
    "at(2026-12-24T18:00:00)",
    "nonsense",
  ])("is not found for %s, which stays as it is", (expression) => {
    expect(presetOf(expression)).toEqual({ kind: "own", expression });
    expect(expressionOf(presetOf(expression))).toBe(expression);
  });

  it("posts once at a time that was chosen twice", () => {
    expect(expressionOf({ kind: "daily", times: ["09:00", "09:00"] })).toBe("cron(0 9 * * ? *)");
  });

  it("takes different minutes where each hour has them, and says what else would be posted where not", () => {
    expect(expressionOf({ kind: "daily", times: ["09:00", "09:30", "18:00", "18:30"] })).toBe(
      "cron(0,30 9,18 * * ? *)",
    );
    expect(() => expressionOf({ kind: "daily", times: ["09:00", "18:30"] })).toThrow(
      "09:00 and 18:30 would also post at 09:30 and 18:00",
    );
  });
});
