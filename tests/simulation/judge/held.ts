import { type Commit, textOf } from "../dynamodb/table.ts";
import type { World } from "../world.ts";
import { overlooked } from "./squares.ts";

/** A round of looks ends in a minute. */
const lookMs = 60_000;

/** Posts that a look reads at the most. */
const mostRead = 920;

/** Whether the look after which a square was held had its post before its eyes. */
export function overlookedOf(world: World, change: Commit): string[] {
  const { history } = world;
  const execution = textOf(change.before, "claimedBy");
  const asked = history.asked.filter(
    (one) => one.operation.startsWith("GET") && one.execution === execution && one.at <= change.at,
  );
  const last = asked.at(-1)?.at ?? 0;
  const look = asked.filter(({ at }) => at > last - lookMs && at > change.at - 2 * lookMs);
  const post = history.taken.findLast((one) => one.squareId === change.id && one.post.execution === execution)?.post;
  if (look.length === 0 || post === undefined || post.deletedAt !== undefined) return [];
  const newer = world.account.posts.filter(
    ({ at, deletedAt }) => at > post.at && at <= last && deletedAt === undefined,
  );
  if (newer.length >= mostRead) return [];
  return overlooked(change.id, { from: look[0]!.at, isWhole: look.every(({ isWhole }) => isWhole) }, post.seenFrom);
}

/** A run had claimed it when the table was copied: who confirms the copy cannot know what became of it. */
const isOfACopy = ({ by, before, after }: Commit) =>
  by.startsWith("person") && textOf(before, "status") === "claimed" && textOf(after, "status") === "review";

/** Answers that say something of the account, its money or the address, and nothing of one square. */
const notOfOne = new Set([401, 402, 404, 405, 408, 410, 415, 429]);
const ofAccount = /spend|credits|oauth1-permissions|client-forbidden|suspended/;

export function heldOf(world: World, id: string, changes: readonly Commit[]) {
  const { history, table } = world;
  const row = table.rows.get(id);
  const error = row?.["lastError"]?.["M"] as Record<string, { S?: string }> | undefined;
  const was = changes.filter((change) => change.id === id);
  const holders = new Set(was.map(({ after }) => textOf(after, "claimedBy")).filter(Boolean));
  const struck = [...holders].some((arn) => (history.runs.get(arn ?? "")?.strikes.length ?? 0) > 0);
  const refused = history.asked.some(
    ({ squareId, status = 0, body, operation }) =>
      squareId === id &&
      operation.startsWith("POST") &&
      status >= 400 &&
      status < 500 &&
      !notOfOne.has(status) &&
      !ofAccount.test(body),
  );
  return {
    id,
    lastError: error && { name: error["name"]?.S ?? "", message: error["message"]?.S ?? "" },
    reasons: {
      unclear: (struck && was.some(({ after }) => textOf(after, "status") === "posting")) || was.some(isOfACopy),
      refused,
      missing: history.missingOf.has(id),
      bad: row?.["version"]?.["S"] !== undefined || was.some(({ before }) => before?.["version"]?.["S"] !== undefined),
    },
  };
}
