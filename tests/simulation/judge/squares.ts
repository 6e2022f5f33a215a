/** One change of a square's status, and what was known then. */
export interface Move {
  id: string;
  from: string | undefined;
  to: string | undefined;
  role: string;
  at: number;
}

/** What each process may do to a square; what is not here, nobody may. */
const moves: Record<string, readonly string[]> = {
  "select-square": [
    "queued>claimed",
    "queued>review",
    "claimed>queued",
    "dated>claimed",
    "dated>review",
    "claimed>dated",
  ],
  tweet: ["claimed>posting", "posting>claimed"],
  reconcile: ["posting>posted"],
  // A run that was stopped after X's answer, claimed by a later one, and redriven knows better than who held it.
  "mark-posted": ["posting>posted", "review>posted"],
  "release-square": [
    "claimed>queued",
    "claimed>dated",
    "claimed>review",
    "posting>review",
    "posting>posted",
    "review>queued",
  ],
  "hold-for-review": [
    "claimed>queued",
    "claimed>dated",
    "claimed>review",
    "posting>review",
    "posting>posted",
    "review>queued",
    "review>dated",
  ],
  ingest: [">queued"],
  person: [
    ">queued",
    ">draft",
    "queued>draft",
    "queued>dated",
    "draft>dated",
    "withdrawn>dated",
    "dated>queued",
    "dated>draft",
    "dated>withdrawn",
    "claimed>dated",
    "queued>withdrawn",
    "draft>queued",
    "withdrawn>queued",
    "draft>withdrawn",
    "withdrawn>draft",
    // Deleted for good: first it is taken out of the queue.
    "withdrawn>gone",
    "review>queued",
    "review>withdrawn",
    "review>posted",
    "posted>queued",
    "posted>withdrawn",
    "posting>posted",
    "posting>review",
    "claimed>queued",
    // Of a table that was restored: what a run had claimed then may be out since.
    "claimed>review",
  ],
  "another program": [">queued", ">posted"],
  restore: [">queued", ">dated", ">claimed", ">posting", ">posted", ">review", ">withdrawn", ">draft"],
};

/** A status that no history explains. */
export function unexplained({ id, from = "", to = "gone", role, at }: Move): string[] {
  const move = `${from}>${to}`;
  if (moves[role]?.includes(move)) return [];
  return [`status: ${id} went from ${from || "nothing"} to ${to} by ${role} at ${new Date(at).toISOString()}`];
}

/** What is held, and why it may be. */
export interface Held {
  id: string;
  lastError: { name?: string; message?: string } | undefined;
  reasons: {
    /** It may have been out, and something befell a run that had it. */
    unclear: boolean;
    /** X refused this one, in an answer that concerns it. */
    refused: boolean;
    /** Its picture was not there. */
    missing: boolean;
    /** Its row was none. */
    bad: boolean;
  };
}

/** A square in `review` has a reason of its own, and says it. */
export function heldForNothing({ id, lastError, reasons }: Held): string[] {
  const found: string[] = [];
  if (!Object.values(reasons).includes(true))
    found.push(
      `review: ${id} is held (${lastError?.name}: ${lastError?.message?.slice(0, 160)}), and nothing of the kind happened to it`,
    );
  if (!lastError?.name || !lastError.message) found.push(`review: ${id} is held and does not say why`);
  return found;
}

/** A look that began at `from` and read all that there was. @returns the post that it was shown and did not find. */
export function overlooked(
  id: string,
  look: { from: number; isWhole: boolean } | undefined,
  seenFrom: number | undefined,
): string[] {
  if (look === undefined || seenFrom === undefined || !look.isWhole || seenFrom > look.from) return [];
  return [`review: ${id} is held, and the last look was shown its post`];
}

export interface Ended {
  id: string;
  status: string;
  tweetId: string | undefined;
  shows: string;
}

/**
 * Whatever can be posted was; what is posted has a post of its own picture; what is out is on a row. Of a table that was
 * restored, a person has put aside what was out.
 */
export function ends(
  squares: readonly Ended[],
  posts: readonly { id: string; shows: string; isForgotten: boolean }[],
  isRestored: boolean,
): string[] {
  const found: string[] = [];
  for (const { id, status, tweetId, shows } of squares) {
    if (status === "posted" && !posts.some((post) => post.id === tweetId && post.shows === shows))
      found.push(`lost: ${id} is posted as ${tweetId}, and that is no post of it`);
    if (["queued", "dated", "claimed", "posting"].includes(status))
      found.push(`progress: ${id} is still ${status} long after the last fault`);
  }
  for (const post of posts) {
    if (post.isForgotten) continue;
    const known = squares.some(
      ({ status, tweetId, shows }) =>
        shows === post.shows &&
        (tweetId === post.id ||
          ["review", "posting"].includes(status) ||
          // Or the copy is of before a person had it posted once more, or it was made a draft then.
          (isRestored && ["withdrawn", "posted", "draft"].includes(status))),
    );
    // A copy knows nothing of a square that was added after it was made.
    const isUnknown = isRestored && !squares.some(({ shows }) => shows === post.shows);
    if (!known && !isUnknown) found.push(`lost: ${post.id} (${post.shows}) is out, and no square says so`);
  }
  return found;
}

/** The stock counts what there is. */
export function miscounted(counts: Record<string, number>, rows: Record<string, number>): string[] {
  return Object.keys(rows)
    .filter((status) => (counts[status] ?? 0) !== rows[status])
    .map((status) => `stock: ${counts[status] ?? 0} ${status} are counted, and there are ${rows[status]}`);
}
