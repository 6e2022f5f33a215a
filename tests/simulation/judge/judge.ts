import { patienceMs } from "@twobytwo/core/sharing/due";
import { type Commit, textOf } from "../dynamodb/table.ts";
import { showsOf } from "../pictures.ts";
import { pictureOfRow } from "../squares.ts";
import type { World } from "../world.ts";
import { heldOf, overlookedOf } from "./held.ts";
import { told } from "./mails.ts";
import { type Allowance, outOfOrder, type Posted, postedTwice, slotsUsedTwice, wrongWords } from "./posts.ts";
import { elsewhere, isDated, queueAt, tooSoon } from "./queue.ts";
import { flawOf, mostMs } from "./schedule.ts";
import { type SharedRow, sharedTwice, sharedWrongly, sharesKept } from "./shares.ts";
import { ends, heldForNothing, miscounted, unexplained } from "./squares.ts";
import { notPaused, sentTooOften, stopsOf, tooEarly } from "./stops.ts";

const statuses = ["queued", "dated", "claimed", "posting", "posted", "review", "withdrawn", "draft"];
/** An index lags, a function takes its time. */
const claimWindowMs = 90_000;

const isSquare = ({ id }: { id: string }) => !id.startsWith("#");
const roleOf = ({ by }: Commit) => by.split("#")[0] ?? "";
const statusChanges = (world: World) =>
  [...world.tables.values()]
    .flatMap((table) =>
      table.commits.filter(
        (commit) => isSquare(commit) && textOf(commit.before, "status") !== textOf(commit.after, "status"),
      ),
    )
    .sort((a, b) => a.at - b.at);

function flawNow({ loop, schedule, history, table }: World): string | undefined {
  const row = table.rows.get("#schedule");
  const until = Date.parse(textOf(row, "until") ?? "");
  const isOver = until <= loop.now;
  return flawOf({
    now: loop.now,
    open: history.open(),
    pausedBy: row === undefined || isOver ? undefined : (textOf(row, "pausedBy") as "person" | "workflow"),
    until: Number.isNaN(until) ? undefined : until,
    isEnabled: schedule.facts.State === "ENABLED",
    startDate: schedule.facts.StartDate === undefined ? undefined : schedule.facts.StartDate * 1000,
  });
}

/** Every hour, at a moment at which nothing is under way: what is wrong does not last. */
export function judgeQuiet(world: World): void {
  const { loop, history } = world;
  const flaw = flawNow(world);
  const isBusy = world.runs.running().length > 0;
  if (flaw === undefined || isBusy || history.flaw?.what !== flaw) {
    history.flaw = flaw === undefined || isBusy ? undefined : { what: flaw, since: loop.now };
    return;
  }
  const { since } = history.flaw;
  const wasLooked = history.watches.some(({ from }) => from > since);
  if (loop.now - since > mostMs && wasLooked && history.lastStrikeAt < since) history.violations.push(flaw);
}

/** A while after something has ended: where nothing went wrong, nothing has to be healed by the watch. */
export function judgeSoon(world: World, busy: number): void {
  const { loop, history } = world;
  const byOthers = history.foreignAt !== undefined || history.restoredAt !== undefined;
  if (byOthers || busy > 0 || world.runs.running().length > 0) return;
  const flaw = flawNow(world);
  const isTouched = history.struckBefore(loop.now);
  if (flaw !== undefined && !isTouched) history.violations.push(`${flaw}, and nothing had gone wrong`);
}

/** When all is over: what must hold whatever went wrong, seen from X's side and from the table's. */
export function judge(world: World, busy: number): void {
  const { history, table } = world;
  const found = history.violations;
  const posts = postsOf(world);
  found.push(...postedTwice(posts, allowances(world)));
  found.push(...slotsUsedTwice(posts, (arn) => history.runs.get(arn)?.slot));
  const changes = statusChanges(world);
  const claims = changes.filter(
    ({ before, after }) =>
      (textOf(before, "status") === "queued" || isDated(before)) && textOf(after, "status") === "claimed",
  );
  for (const { post, squareId } of history.taken) {
    if (post.execution === "a run of before") continue;
    const shown = posts.find(({ id }) => id === post.id)!;
    const claim = claims.filter(({ id, at }) => id === squareId && at <= post.at).at(-1)?.after;
    const text = textOf(claim, "caption") || textOf(claim, "title") || "";
    found.push(
      ...wrongWords(shown, claim && { text, altText: textOf(claim, "altText"), picture: pictureOfRow(world, claim) }),
    );
  }
  for (const claim of claims) {
    const run = history.runs.get(textOf(claim.after, "claimedBy") ?? "");
    if (run?.squareId === undefined) found.push(...order(world, claim), ...tooSoon(claim));
    else if (run.squareId !== claim.id)
      found.push(`order: ${run.arn} was to post ${run.squareId} and claimed ${claim.id}`);
  }
  found.push(...elsewhere(changes));
  for (const change of changes)
    found.push(
      ...unexplained({
        id: change.id,
        at: change.at,
        role: roleOf(change),
        from: textOf(change.before, "status"),
        to: textOf(change.after, "status"),
      }),
    );
  for (const change of changes)
    if (
      textOf(change.before, "status") === "posting" &&
      textOf(change.after, "status") === "review" &&
      roleOf(change) === "hold-for-review"
    )
      found.push(...overlookedOf(world, change));
  const squares = [...table.rows.values()].filter((row) => isSquare({ id: textOf(row, "id") ?? "" }));
  for (const row of squares)
    if (textOf(row, "status") === "review")
      found.push(...heldForNothing(heldOf(world, textOf(row, "id") ?? "", changes)));
  const allowed = allowances(world);
  const isForgotten = (at: number, shows: string) => allowed.some((one) => one.shows === shows && one.at > at);
  found.push(
    ...ends(
      squares.map((row) => ({
        id: textOf(row, "id") ?? "",
        status: textOf(row, "status") ?? "",
        tweetId: textOf(row, "tweetId"),
        shows: showsOf(world.objectOf(row)?.bytes ?? Buffer.alloc(0)),
      })),
      history.taken.map(({ post }) => ({
        id: post.id,
        shows: history.showsOf(post),
        // A row that was put back in the queue by a person has forgotten the posts of before.
        isForgotten: post.deletedAt !== undefined || isForgotten(post.at, history.showsOf(post)),
      })),
      history.restoredAt !== undefined,
    ),
  );
  if (!world.scenario.acts.some(({ act }) => act === "uncounted row"))
    found.push(
      ...miscounted(
        Object.fromEntries(statuses.map((status) => [status, history.stockOf(status)])),
        Object.fromEntries(statuses.map((status) => [status, table.truth(status).length])),
      ),
    );
  for (const { arn, status, last } of history.runs.values())
    if (status === undefined) found.push(`ends: ${arn} never ended`);
    else if ((status === "SUCCEEDED" || status === "FAILED") && last !== "Done" && last !== "Failed")
      found.push(`ends: ${arn} ended ${status} in ${last}`);
  found.push(...notPaused(world), ...tooEarly(world), ...sentTooOften(world));
  const news = [
    ...posts.map(({ at, execution }) => ({ at, execution, isUnsure: true })),
    // The workflow knows of a post when it is marked.
    ...changes
      .filter(({ after }) => textOf(after, "status") === "posted")
      .map((change) => ({
        at: change.at,
        execution: textOf(change.before, "claimedBy"),
        isUnsure: roleOf(change) !== "mark-posted",
      })),
    ...history.acts
      .filter(({ act }) => /^(pause|pause until|resume|confirm)$/.test(act))
      // One that takes long has done what it was for at some moment in between.
      .flatMap(({ from, at, done }) => [
        { at: from, isUnsure: true },
        { at, isUnsure: !done || at - from > 5_000 },
      ]),
    ...history.acts
      .filter(({ act }) => act.startsWith("requeue"))
      .map(({ at }) => ({ at, isUnsure: true, isRequeue: true })),
    ...(history.restoredAt === undefined ? [] : [{ at: history.restoredAt }]),
  ];
  found.push(...told(stopsOf(world), world.mails, news));
  found.push(...shares(world));
  if (busy > 0) found.push(`ends: ${busy} commands of persons never ended`);
}

/** A map, as it goes over the wire. */
interface Attributes {
  M?: Record<string, { S?: string }>;
}

/** Both networks: what is on Bluesky, seen from its side and from the rows. */
function shares(world: World): string[] {
  const { bluesky, history, table, scenario } = world;
  if (scenario.bluesky === undefined) return [];
  const posts = history.taken.map(({ post: { id, text, altText } }) => ({ id, text, altText }));
  const changes = statusChanges(world);
  const keyOf = (uri: string) => uri.slice(uri.lastIndexOf("/") + 1);
  const rows = [...table.rows.values()].flatMap((row): SharedRow[] => {
    const share = (row["bluesky"] as Attributes | undefined)?.M;
    if (!isSquare({ id: textOf(row, "id") ?? "" })) return [];
    const parts = Object.entries(share ?? {}).flatMap(([name, { S }]) => (S === undefined ? [] : [[name, S]]));
    return [
      {
        id: textOf(row, "id") ?? "",
        status: textOf(row, "status") ?? "",
        tweetId: textOf(row, "tweetId"),
        postedAt: textOf(row, "postedAt") ?? "",
        knownAt:
          changes.findLast(({ id, after }) => id === textOf(row, "id") && textOf(after, "status") === "posted")?.at ??
          0,
        share: share && (Object.fromEntries(parts) as SharedRow["share"]),
      },
    ];
  });
  const kept = sharesKept({
    rows,
    isThere: (uri) => bluesky.repository.posts.has(keyOf(uri)),
    wasDeleted: (uri) => bluesky.deleted.has(keyOf(uri)),
    // A table that was filled from an archive is not connected; one that was restored shares what is posted after it was confirmed.
    since: (table.rows.get("#stock")?.["bluesky"] as Attributes | undefined)?.M?.["since"]?.S,
    lastShareAt: history.lastShareAt,
    patienceMs,
  });
  return [...sharedTwice(bluesky.created), ...sharedWrongly(bluesky.created, posts), ...kept];
}

function order({ tables, scenario }: World, claim: Commit): string[] {
  const windowMs = claimWindowMs + scenario.indexLagMs;
  const { waiting, places } = queueAt(tables.get(claim.table)?.commits ?? [], claim, windowMs);
  return outOfOrder({ at: claim.at, id: claim.id, places }, waiting, windowMs);
}

function postsOf(world: World): Posted[] {
  return world.history.taken.map(({ post }) => ({
    at: post.at,
    id: post.id,
    shows: world.history.showsOf(post),
    execution: post.execution === "a run of before" ? `before ${post.id}` : (post.execution ?? ""),
    text: post.text,
    altText: post.altText,
    picture: post.picture,
  }));
}

const knowing = new Set(["requeue", "requeue posted", "requeue held", "unpost"]);

function allowances(world: World): Allowance[] {
  return world.history.acts
    .filter(({ act }) => knowing.has(act))
    .flatMap(({ at, squareId = "" }) =>
      [...world.tables.values()].flatMap((table) => {
        // Of one that was deleted, as it was last.
        const row = table.rows.get(squareId) ?? table.commits.findLast(({ id }) => id === squareId)?.before;
        return [{ at, shows: showsOf(world.objectOf(row)?.bytes ?? Buffer.alloc(0)) }];
      }),
    );
}
