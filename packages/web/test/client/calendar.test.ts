import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthAfter, readMonth, weeksOf } from "../../src/client/month/calendar.ts";

describe("the calendar", () => {
  it("begins weeks on Monday, and leaves out the days of other months", () => {
    const weeks = weeksOf("2026-11");
    expect(weeks[0]).toEqual([...Array(6).fill(undefined), "2026-11-01"]);
    expect(weeks.at(-1)).toEqual(["2026-11-30", ...Array(6).fill(undefined)]);
    expect(weeksOf("2027-02")).toHaveLength(4);
  });

  it("has each day of any month once, in a column of its weekday", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2000, max: 2199 }), fc.integer({ min: 1, max: 12 }), (year, number) => {
        const month = `${year}-${String(number).padStart(2, "0")}`;
        const days = weeksOf(month).flatMap((week) => week.filter((day) => day !== undefined));
        expect(days).toHaveLength(new Date(Date.UTC(year, number, 0)).getUTCDate());
        expect(new Set(days).size).toBe(days.length);
        for (const week of weeksOf(month))
          for (const [column, day] of week.entries())
            if (day !== undefined) expect((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7).toBe(column);
        expect(monthAfter(monthAfter(month, 7), -7)).toBe(month);
      }),
    );
  });

  it.each(["2026-13", "2026-00", "next", "", null])("takes %j for no month", (text) => {
    expect(readMonth(text)).toBeUndefined();
  });
});
