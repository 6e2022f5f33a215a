/** Days are texts like `2026-12-24`, months like `2026-12`. */

const dayMs = 86_400_000;
const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);
const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);

export const monthOf = (day: string) => day.slice(0, 7);

/** @param by months on, or back */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return dayOf(Date.UTC(year, number - 1 + by, 1)).slice(0, 7);
}

/** Weeks that are shown from today on: at the end of a month, its posts are the least of what comes. */
const leastWeeks = 5;

/** The weeks of a month, Monday first; of the present one those that are not over, and as many of the next that five are shown. */
export function weeksOf(month: string, today: string): string[][] {
  const isNow = month === monthOf(today);
  const first = utc(isNow ? today : `${month}-01`);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * dayMs;
  const end = utc(`${monthAfter(month, 1)}-01`);
  const weeks: string[][] = [];
  for (let start = monday; start < end || (isNow && weeks.length < leastWeeks); start += 7 * dayMs)
    weeks.push(Array.from({ length: 7 }, (_, index) => dayOf(start + index * dayMs)));
  return weeks;
}

/** A month that somebody wrote into the address; undefined where it is none. */
export const readMonth = (text: string | null): string | undefined =>
  text !== null && /^\d{4}-(0[1-9]|1[0-2])$/.test(text) ? text : undefined;
