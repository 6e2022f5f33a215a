import { nextTimes } from "@twobytwo/core/schedule/expression";
import { describe, expect, it } from "vitest";
import { expressionOf, type Preset, presetOf } from "../../src/client/schedule/presets.ts";

const presets: [Preset, string][] = [
  [{ kind: "daily", time: "18:00" }, "cron(0 18 * * ? *)"],
  [{ kind: "twice", time: "09:30", second: "21:30" }, "cron(30 9,21 * * ? *)"],
  [{ kind: "workdays", time: "08:05" }, "cron(5 8 ? * MON-FRI *)"],
  [{ kind: "weekly", time: "18:00", weekday: "SUN" }, "cron(0 18 ? * SUN *)"],
  [{ kind: "monthly", time: "12:00", date: 1 }, "cron(0 12 1 * ? *)"],
  [{ kind: "hours", hours: 1 }, "rate(1 hour)"],
  [{ kind: "hours", hours: 12 }, "rate(12 hours)"],
];

describe("a preset", () => {
  it.each(presets)("%j is written as an expression that the scheduler takes, and read again", (preset, expression) => {
    expect(expressionOf(preset)).toBe(expression);
    expect(presetOf(expression)).toEqual(preset);
    const times = nextTimes(expression, {
      timeZone: "Europe/Berlin",
      after: new Date("2026-11-24T10:00:00Z"),
      count: 3,
    });
    expect(times).toHaveLength(3);
  });

  it.each(["cron(0/15 * * * ? *)", "cron(0 18 ? * 2#1 *)", "rate(5 minutes)", "at(2026-12-24T18:00:00)", "nonsense"])(
    "%s stays as it is",
    (expression) => {
      expect(presetOf(expression)).toEqual({ kind: "own", expression });
      expect(expressionOf(presetOf(expression))).toBe(expression);
    },
  );

  it("posts once where both times of the day are in the same hour", () => {
    expect(expressionOf({ kind: "twice", time: "09:00", second: "09:00" })).toBe("cron(0 9 * * ? *)");
  });
});
