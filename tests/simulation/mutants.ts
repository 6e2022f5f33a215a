import type { Definition, State } from "./machine/definition.ts";
import type { Edit, Mutant } from "./subject.ts";

const core = (file: string, line: string, instead: string): Edit => ({
  file: `packages/core/src/${file}`,
  line,
  instead,
});

/** @throws Error where the definition has no such state any more. */
function state(definition: Definition, name: string): State {
  const found = definition.States[name];
  if (found === undefined) throw new Error(`The definition has no state "${name}" any more.`);
  return found;
}

/** Versions that are broken on purpose: what the judge does not see in them, it would not see in ours. */
export const mutants: readonly Mutant[] = [
  {
    name: "marks before the tweet",
    edits: [
      core(
        "posting/tweet.ts",
        "const { id } = await client.post(start.tweetBody);",
        'await (await import("./mark-posted.ts")).markPosted(table, { id: square.id, execution, tweetId: "1", now: clock() });\n    const { id } = await client.post(start.tweetBody);',
      ),
    ],
  },
  {
    name: "uploads anew on a retry",
    edits: [
      core("posting/tweet.ts", "await client.post(start.tweetBody)", "await client.post(tweetBodyOf(square, mediaId))"),
    ],
    patch: (definition) => {
      state(definition, "Tweet once uploaded?").Default = "Fetch media";
    },
  },
  {
    name: "sleeps without the second look",
    edits: [core("schedule/settle.ts", "sleepsWhenEmpty && open(stock) === 0 &&", "sleepsWhenEmpty &&")],
  },
  {
    name: "reads one newest post",
    edits: [core("posting/look.ts", "const found = posts.findLast(", "const found = posts.slice(0, 1).findLast(")],
  },
  {
    name: "takes an empty timeline for absence",
    edits: [
      core("posting/look.ts", "let witnessed = known.length === 0;", "let witnessed = true;"),
      core("posting/look.ts", "if (flaw !== undefined)", "if (flaw === null)"),
    ],
  },
  {
    name: "forgets the age of a body",
    edits: [
      core("posting/resend.ts", "AND resendUntil > :now AND", "AND :now = :now AND"),
      core(
        "posting/reconcile.ts",
        "isLater(resendUntil) && isLater(mediaExpiresAt)",
        "resendUntil !== null && mediaExpiresAt !== null",
      ),
      core(
        "posting/reconcile.ts",
        "const isOld = sentAtOf(square, clock()) + resendMs < clock();",
        "const isOld = sentAtOf(square, clock()) + resendMs < 0;",
      ),
    ],
  },
  {
    name: "one slot posts twice",
    edits: [
      core(
        "posting/claim-mark.ts",
        '"attribute_not_exists(id) OR (execution = :execution AND adopted = :true)"',
        '"attribute_not_exists(id) OR attribute_exists(id) OR (execution = :execution AND adopted = :true)"',
      ),
    ],
  },
  {
    name: "released squares leave the queue",
    edits: [core("posting/give-up.ts", ": beforeClaim(square),", ': { ...beforeClaim(square), to: "withdrawn" },')],
  },
  {
    name: "a dead claim is withdrawn",
    edits: [core("posting/lease.ts", "...beforeClaim(square),", '...beforeClaim(square),\n    to: "withdrawn",')],
  },
  {
    name: "everything goes to review",
    edits: [core("posting/give-up.ts", 'square.status === "posting"', 'square.status !== "queued"')],
  },
  {
    name: "never pauses",
    edits: [],
    patch: (definition) => {
      const choice = state(definition, "What does it concern?");
      choice.Choices = choice.Choices!.map((rule) =>
        rule.Next === "Pause schedule" ? { ...rule, Next: "Notify" } : rule,
      );
    },
  },
  {
    name: "posts in the wrong order",
    edits: [
      core("posting/claim.ts", "{ status, limit: 1, ...(after", "{ status, limit: 1, backwards: true, ...(after"),
    ],
  },
  { name: "wrong text", edits: [core("posting/journal.ts", "text: captionOf(square)", 'text: square.title ?? ""')] },
  {
    name: "no alt text",
    edits: [core("posting/fetch-media.ts", "if (square.altText !== null)", 'if (square.altText === "")')],
  },
  { name: "sends again after one look", edits: [core("posting/resend.ts", "looksOfARound = 3", "looksOfARound = 1")] },
  {
    name: "sends again without a look",
    edits: [
      core(
        "posting/journal.ts",
        "tweetBody === undefined ? undefined : await countResend(table, input)",
        "countResend === null ? 1 : 0",
      ),
    ],
  },
  {
    name: "sends again as often as it likes",
    edits: [core("posting/resend.ts", "mostResends = 2", "mostResends = 50")],
  },
  {
    name: "posts from an archive at once",
    edits: [
      core("squares/table-identity.ts", "if (unconfirmed !== undefined)", "if (unconfirmed === null)"),
      core("squares/table-identity.ts", " AND attribute_not_exists(unconfirmed)", ""),
    ],
  },
  {
    name: "does not wait for the reset date",
    edits: [
      core("schedule/pause-schedule.ts", "const isBelieved = named > now &&", "const isBelieved = named < now &&"),
    ],
  },
  {
    name: "takes another's post of the same words for its own",
    edits: [
      core(
        "posting/look.ts",
        "posts.findLast((post) => post.mediaIds?.includes(mediaId))",
        "posts.findLast((post) => post.mediaIds?.includes(mediaId) || mayBe(post, square, sentAt))",
      ),
    ],
  },
  {
    name: "takes a dead run's post for never made",
    edits: [
      core(
        "posting/lease.ts",
        "if (isOver(square, input.now) && (await adopt(table, square, input)))",
        "if (isOver(square, input.now)) await takeBack(table, square, input.now);\n      if (input.now < 0 && (await adopt(table, square, input)))",
      ),
      core("posting/lease.ts", 'from: "claimed"', "from: square.status"),
    ],
  },
  {
    name: "claims a row that has changed",
    edits: [core("posting/claim.ts", "            seenVersion: square.version,\n            seenFacts: square,\n", "")],
  },
  {
    name: "a requeue does not wake the schedule",
    edits: [core("curating/change-status.ts", "  await wake(ports);\n  return { id, from", "  return { id, from")],
  },
  {
    name: "the watch wakes nothing",
    edits: [
      core(
        "watch/watch.ts",
        "  await settleSchedule(schedule, clock);\n",
        "  await Promise.resolve([settleSchedule, clock]);\n",
      ),
    ],
  },
  {
    name: "tells of each try",
    edits: [],
    patch: (definition) => {
      const choice = state(definition, "Told already?");
      choice.Choices = choice.Choices!.map((rule) => ({ ...rule, Next: "Notify" }));
    },
  },
  {
    name: "tells nobody",
    edits: [core("watch/alerts.ts", "await alerts.client.send(", "await Promise.resolve(")],
  },
  {
    name: "posts from any table",
    edits: [
      core(
        "squares/table-identity.ts",
        "const doubt = doubtOf(row, tableName);",
        "const doubt = tableName === undefined ? doubtOf(row, tableName) : undefined;",
      ),
      core(
        "squares/table-identity.ts",
        '"(attribute_not_exists(#table) OR #table = :table) AND attribute_not_exists(unconfirmed)"',
        '"attribute_not_exists(#table) OR attribute_exists(#table) OR #table = :table"',
      ),
    ],
  },
  {
    name: "a wrong address holds good squares",
    edits: [],
    patch: (definition) => {
      for (const name of ["Fetch media", "Tweet"]) {
        const catcher = state(definition, name).Catch!.find(
          ({ ErrorEquals }) => ErrorEquals.includes("MediaInvalid") || ErrorEquals.includes("Rejected"),
        )!;
        catcher.ErrorEquals = [...catcher.ErrorEquals, "WrongAddress"];
        for (const other of state(definition, name).Catch!)
          if (other !== catcher) other.ErrorEquals = other.ErrorEquals.filter((error) => error !== "WrongAddress");
      }
    },
  },
  {
    name: "wakes what a person paused",
    edits: [
      core(
        "schedule/settle.ts",
        'return { State: "DISABLED", StartDate: undefined };',
        'return { State: "ENABLED", StartDate: undefined };',
      ),
    ],
  },
  {
    name: "takes a square with a date whatever became of it",
    edits: [
      core(
        "squares/transition.ts",
        'const conditions = ["#status = :from"];',
        'const conditions = [transition.from === "dated" && transition.to === "claimed" ? "#status = :from OR #status = :to OR #status <> :to" : "#status = :from"];',
      ),
      core(
        "posting/claim.ts",
        "            seenVersion: square.version,\n            seenFacts: square,\n",
        '            ...(from === "queued" && { seenVersion: square.version, seenFacts: square }),\n',
      ),
    ],
  },
  {
    name: "does not count squares with a date",
    edits: [
      core(
        "squares/stock.ts",
        "if (status === undefined) continue;",
        'if (status === undefined || status === "dated") continue;',
      ),
    ],
  },
  {
    name: "sleeps beside squares with a date",
    edits: [
      core(
        "squares/stock.ts",
        "return [queued, dated, claimed, posting]",
        "return [queued, dated - dated, claimed, posting]",
      ),
    ],
  },
  {
    name: "posts before the date",
    edits: [core("posting/claim.ts", '(status === "dated" && row.sortKey > dueBy(input))', "dueBy(input) === row.id")],
  },
  {
    name: "posts the queue before what is due",
    edits: [
      core(
        "posting/claim.ts",
        "const due = asksForDates ?",
        'const due = asksForDates && (await first(table, input, "queued", after)) === undefined ?',
      ),
    ],
  },
  {
    name: "a released square loses its date",
    edits: [core("squares/transition.ts", "if (date === undefined) return", "if (date !== null) return")],
  },
  {
    name: "counts what it takes back twice",
    edits: [
      core(
        "squares/transition.ts",
        "countTransition(table, transition.from, transition.to",
        'countTransition(table, transition.from === "claimed" ? undefined : transition.from, transition.to',
      ),
    ],
  },
  {
    name: "a new key on Bluesky at each try",
    edits: [
      core("sharing/share.ts", "square.bluesky?.sentAt === undefined", "square.bluesky?.sharedAt === undefined"),
      core("bluesky/tid.ts", "const id = BigInt(tweetId);", "const id = BigInt(tweetId) + BigInt(Date.now() % 4000);"),
    ],
  },
  {
    name: "uploads anew what may be out on Bluesky",
    edits: [core("sharing/share.ts", "square.bluesky?.sentAt === undefined", "square.bluesky?.sharedAt === undefined")],
  },
  {
    name: "takes a warm-up for work",
    edits: [
      {
        file: "packages/functions/src/task.ts",
        line: "if (isWarmUp(event))",
        instead: "if (isWarmUp(event) && schema === undefined)",
      },
    ],
    patch: (definition) => {
      const { Parameters } = state(definition, "Warm up Tweet") as unknown as { Parameters: { Payload: object } };
      const { Payload } = state(definition, "Tweet").Parameters as { Payload: object };
      Parameters.Payload = { ...Payload, ...Parameters.Payload };
    },
  },
  {
    name: "shares on Bluesky in one try alone",
    edits: [core("sharing/share-on-bluesky.ts", "...open.map(({ id }) => id)", "")],
  },
  {
    name: "deletes what a run has claimed",
    edits: [core("curating/delete.ts", 'claimed: "is about to be posted: wait until the run has ended",', "")],
  },
  {
    name: "takes the stock as it was",
    edits: [core("squares/stock.ts", "Key: { id: stockId }, ConsistentRead: true", "Key: { id: stockId }")],
  },
  {
    name: "takes a square as it was",
    edits: [core("squares/table.ts", "Key: { id }, ConsistentRead: true", "Key: { id }")],
  },
  {
    name: "takes a pause as it was",
    edits: [core("schedule/pause.ts", "Key: { id: pauseId }, ConsistentRead: true", "Key: { id: pauseId }")],
  },
  {
    name: "counts rows as they were",
    edits: [core("squares/every-row.ts", "        ConsistentRead: true,\n", "")],
  },
];
