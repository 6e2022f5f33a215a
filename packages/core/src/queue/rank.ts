import { monotonicFactory } from "ulid";
import type { Clock } from "../clock.ts";

/** Ranks are compared byte by byte, as DynamoDB compares strings; these are the printable ASCII characters. */
const lowest = 0x21;
const highest = 0x7e;

/**
 * A rank strictly between two others; `undefined` stands for the open end. Works between any two
 * printable ASCII strings, so rows that other programs ranked can be reordered too.
 *
 * @throws RangeError where none lies between: in front of "!", between "a" and "a!".
 */
export function rankBetween(before: string | undefined, after: string | undefined): string {
  const none = () => new RangeError(`there is no rank between "${before ?? ""}" and "${after ?? ""}"`);
  if (before !== undefined && after !== undefined && before >= after) throw none();
  let rank = "";
  let upper = after;
  for (let at = 0; ; at += 1) {
    if (upper !== undefined && at === upper.length) throw none();
    const low = before !== undefined && at < before.length ? before.charCodeAt(at) : lowest - 1;
    const high = upper !== undefined && at < upper.length ? upper.charCodeAt(at) : highest + 1;
    const middle = Math.floor((low + high) / 2);
    // The lowest character alone is never a whole rank: nothing would fit in front of it.
    if (middle > low && middle > lowest) return rank + String.fromCharCode(middle);
    const next = Math.max(low, lowest);
    rank += String.fromCharCode(next);
    if (next < high) upper = undefined;
  }
}

export type RankAtEnd = (last: string | undefined) => string;

/**
 * Makes ranks for the end of the queue: times, so that adding needs no agreement between programs, unless
 * the last rank there is already later.
 */
export function ranksAtEnd(clock: Clock, random: () => number): RankAtEnd {
  const ulid = monotonicFactory(random);
  return (last) => {
    const byTime = ulid(clock());
    return last === undefined || last < byTime ? byTime : rankBetween(last, undefined);
  };
}
