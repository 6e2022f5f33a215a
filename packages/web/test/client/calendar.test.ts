import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { monthAfter, readMonth, weeksOf } from "../../src/client/month/calendar.ts";

describe("the calendar", () => {
  it("shows the weeks of a month whole, Monday first", () => {
    const weeks = weeksOf("2027-02", "2026-11-29");
    expect(weeks.map(([monday]) => monday)).toEqual(["2027-02-01", "2027-02-08", "2027-02-15", "2027-02-22"]);
    expect(weeksOf("2026-12", "2026-11-29")[0]?.[0]).toBe("2026-11-30");
    expect(weeksOf("2026-12", "2026-11-29").at(-1)?.at(-1)).toBe("2027-01-03");
  });

  it("begins the present month with this week, and shows five weeks on its last day as well", () => {
    const weeks = weeksOf("2026-11", "2026-11-29");
    expect(weeks).toHaveLength(5);
    expect(weeks[0]?.[0]).toBe("2026-11-23");
    expect(weeks.at(-1)?.at(-1)).toBe("2026-12-27");
    expect(weeksOf("2026-11", "2026-11-01").at(-1)?.at(-1)).toBe("2026-12-06");
  });

  it("has each day to come of any month once, in a column of its weekday", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2000, max: 2199 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 28 }),
        (year, number, date) => {
          const month = `${year}-${String(number).padStart(2, "0")}`;
          const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
          const today = `${month}-${String(date).padStart(2, "0")}`;
          for (const [now, first] of [
            [today, date],
            ["1999-12-31", 1],
          ] as const) {
            const weeks = weeksOf(month, now);
            const days = weeks.flat();
            expect(new Set(days).size).toBe(days.length);
            for (let day = first; day <= last; day += 1)
              expect(days).toContain(`${month}-${String(day).padStart(2, "0")}`);
            for (const week of weeks)
              for (const [column, day] of week.entries())
                expect((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7).toBe(column);
          }
          expect(monthAfter(monthAfter(month, 7), -7)).toBe(month);
        },
      ),
    );
  });

  it.each(["2026-13", "2026-00", "next", "", null])("takes %j for no month", (text) => {
    expect(readMonth(text)).toBeUndefined();
  });
});
