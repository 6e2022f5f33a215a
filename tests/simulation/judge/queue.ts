import type { Item } from "../dynamodb/expression.ts";
import { type Commit, textOf } from "../dynamodb/table.ts";
import type { Waiting } from "./posts.ts";

/**
 * What waited at a claim, and the places that the claimed square had within a time before. Squares with a date stand before the queue,
 * oldest date first, since their date.
 */
export function queueAt(
  commits: readonly Commit[],
  claim: Pick<Commit, "id" | "at" | "after">,
  windowMs: number,
): { waiting: Waiting[]; places: string[] } {
  const waiting = new Map<string, Waiting>();
  const places: string[] = [];
  const end = commits.findIndex((commit) => commit.id === claim.id && commit.after === claim.after);
  for (const { id, at, after } of commits.slice(0, end === -1 ? undefined : end + 1)) {
    if (id.startsWith("#")) continue;
    const before = waiting.get(id);
    const isWaiting =
      (textOf(after, "status") === "queued" || isDated(after)) && after?.["version"]?.["S"] === undefined;
    const sortKey = textOf(after, "sortKey") ?? "";
    const place = isWaiting ? (isDated(after) ? ` ${sortKey}` : sortKey) : undefined;
    if (before?.place === place && place !== undefined) continue;
    if (id === claim.id && before !== undefined && at >= claim.at - windowMs) places.push(before.place);
    if (place === undefined) waiting.delete(id);
    else waiting.set(id, { id, place, since: isDated(after) ? Math.max(at, Date.parse(sortKey)) : at });
  }
  return { waiting: [...waiting.values()], places };
}

export const isDated = (row: Item | undefined) => textOf(row, "status") === "dated";

/** Nothing is claimed before its date. */
export function tooSoon({ id, at, before }: Pick<Commit, "id" | "at" | "before">): string[] {
  const date = textOf(before, "sortKey") ?? "";
  if (!isDated(before) || Date.parse(date) <= at) return [];
  return [`date: ${id} was claimed at ${new Date(at).toISOString()}, and its date is ${date}`];
}

/** A square that was claimed and is to be posted after all goes back to where it was. */
export function elsewhere(changes: readonly Pick<Commit, "id" | "before" | "after">[]): string[] {
  const taken = new Map<string, Item | undefined>();
  return changes.flatMap(({ id, before, after }) => {
    if (textOf(after, "status") === "claimed" && textOf(before, "status") !== "posting") taken.set(id, before);
    const isBack = textOf(before, "status") === "claimed" && /^(queued|dated)$/.test(textOf(after, "status") ?? "");
    const was = taken.get(id);
    if (!isBack || was === undefined) return [];
    const [from, to] = [was, after].map((row) => `${textOf(row, "status")} at ${textOf(row, "sortKey")}`);
    return from === to ? [] : [`back: ${id} was ${from}, and its claim ended with ${to}`];
  });
}
