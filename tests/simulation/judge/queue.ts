import { type Commit, textOf } from "../dynamodb/table.ts";
import type { Waiting } from "./posts.ts";

/** The queue as it was at a claim, and the places in it that the claimed square had within a time before. */
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
    const isWaiting = textOf(after, "status") === "queued" && after?.["version"]?.["S"] === undefined;
    const place = isWaiting ? textOf(after, "sortKey") : undefined;
    if (before?.place === place && place !== undefined) continue;
    if (id === claim.id && before !== undefined && at >= claim.at - windowMs) places.push(before.place);
    if (place === undefined) waiting.delete(id);
    else waiting.set(id, { id, place, since: at });
  }
  return { waiting: [...waiting.values()], places };
}
