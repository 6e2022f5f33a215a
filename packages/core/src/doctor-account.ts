import { captionOf } from "./caption.ts";
import { type Check, check, counted, firstOf } from "./doctor-check.ts";
import { isBroken, type Listed, listSquares } from "./list-squares.ts";
import { firstPage, laterPage, mostPages, plainWords } from "./look.ts";
import type { Status } from "./square.ts";
import { readStockRow } from "./stock.ts";
import type { Position, Table } from "./table.ts";
import { doubtOf } from "./table-identity.ts";
import type { XClient } from "./x-client.ts";
import type { OwnPost } from "./x-timeline.ts";

export interface AccountPorts {
  table: Table;
  x(): Promise<XClient>;
}

/** Whether this table may be posted from; costs one read. */
export async function checkIdentity({ table }: Pick<AccountPorts, "table">): Promise<Check> {
  return check("table's identity", async () => {
    const doubt = doubtOf(await readStockRow(table), table.name);
    if (doubt === undefined) return { state: "ok", what: "The table is the one in which squares were claimed before." };
    return {
      state: "wrong",
      what: `${doubt}. Nothing is posted from it.`,
      wayOut: "See below what the account has and the table does not, put that right, then `2x2 confirm`.",
    };
  });
}

/**
 * How the account and the table differ: posts that no square is known by, and posted squares whose post is not to be seen.
 * Reads up to a thousand posts, for which X charges $0.001 to $0.005 each.
 */
export async function checkAccount(ports: AccountPorts): Promise<Check> {
  return check("account", async () => {
    const { posts, why } = await readPosts(await ports.x());
    const [unknown, unseen] = await differences(ports.table, posts);
    const lines = [...unknown, ...unseen];
    const read = `${counted(posts.length, "post")} of the account read${why === undefined ? "" : `, and not all that there are: ${why}`}.`;
    if (lines.length === 0)
      return { state: why === undefined ? "ok" : "warning", what: `The account and the table agree; ${read}` };
    return {
      state: "warning",
      what: `${counted(unknown.length, "post")} the table does not know, and ${counted(unseen.length, "posted square")} not to be seen on the account; ${read}`,
      wayOut:
        "Where a post is of a square that waits: `2x2 review ID --posted POST`. What you wrote by hand, or took down, needs nothing.",
      ...firstOf(lines),
    };
  });
}

async function readPosts(x: XClient): Promise<{ posts: OwnPost[]; why?: string }> {
  const posts: OwnPost[] = [];
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await x.ownPosts({ limit: page === 0 ? firstPage : laterPage, ...(after && { after }) });
    posts.push(...answer.posts);
    if (answer.flaw !== undefined) return { posts, why: `X's answer was not whole (${answer.flaw})` };
    if (answer.next === undefined) return { posts };
    after = answer.next;
  }
  return { posts, why: `no more than ${mostPages} pages are read` };
}

/** Those first that a restored table would post again. */
async function differences(table: Table, posts: readonly OwnPost[]): Promise<[unknown: string[], unseen: string[]]> {
  const oldest = posts.at(-1)?.createdAt ?? "";
  const posted = await squaresIn(table, "posted", { until: oldest });
  const known = new Set(posted.flatMap(({ tweetId }) => tweetId ?? []));
  const waiting = new Map<string, Square[]>();
  for (const square of await squaresIn(table, "queued", {})) {
    const words = plainWords(captionOf(square));
    waiting.set(words, [...(waiting.get(words) ?? []), square]);
  }
  const unknown = posts.filter(({ id, mediaIds }) => !known.has(id) && mediaIds?.length !== 0);
  const alike = (post: OwnPost) => (post.mediaIds === undefined ? [] : (waiting.get(plainWords(post.text)) ?? []));
  const shown = new Set(posts.map(({ id }) => id));
  return [
    unknown
      .filter((post) => post.mediaIds !== undefined)
      .sort((a, b) => alike(b).length - alike(a).length)
      .map((post) => `post ${post.id} of ${post.createdAt ?? "an unknown time"}${likeness(alike(post))}`),
    posted
      .filter(({ tweetId }) => tweetId !== undefined && !shown.has(tweetId))
      .map(({ id, title, tweetId }) => `“${title}” ${id} is posted as ${tweetId}, which is not to be seen`),
  ];
}

const likeness = ([square]: readonly Square[]) =>
  square === undefined ? "" : ` has the words of “${square.title}” ${square.id}, which is still in the queue`;

type Square = Exclude<Listed, { mistakes: string }>;

/** @param until Ends where the rows become older than that ISO time. */
async function squaresIn(table: Table, status: Status, { until = "" }: { until?: string }): Promise<Square[]> {
  const found: Square[] = [];
  let after: Position | undefined;
  do {
    const page = await listSquares(table, {
      status,
      limit: 100,
      backwards: status === "posted",
      ...(after && { after }),
    });
    for (const square of page.squares) if (!isBroken(square)) found.push(square);
    after = page.next;
    if (until !== "" && (found.at(-1)?.sortKey ?? "") < until) break;
  } while (after !== undefined);
  return until === "" ? found : found.filter(({ sortKey }) => sortKey >= until);
}
