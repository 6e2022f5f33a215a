import { counted } from "../counted.ts";
import { marginMs, plainText, sentTextOf } from "../posting/look.ts";
import { pagesOfPosts } from "../posting/own-posts.ts";
import { isBroken, type Listed, listSquares } from "../squares/list.ts";
import type { Status } from "../squares/square.ts";
import { readStockRow } from "../squares/stock.ts";
import type { Position, Table } from "../squares/table.ts";
import { doubtOf } from "../squares/table-identity.ts";
import type { XClient } from "../x/client.ts";
import type { OwnPost } from "../x/timeline.ts";
import { type Check, check } from "./check.ts";

export interface AccountPorts {
  table: Table;
  x(): Promise<XClient>;
}

/** Whether this table may be posted from; costs one read. */
export async function checkIdentity({ table }: Pick<AccountPorts, "table">): Promise<Check> {
  return check("table's identity", async () => {
    const doubt = doubtOf(await readStockRow(table), table.name);
    if (doubt === undefined)
      return { state: "ok", what: "There is no sign that the table is a copy of another, or was filled by an import." };
    return {
      state: "wrong",
      what: `${doubt}. Nothing is posted from it.`,
      wayOut: "See below what the table does not know, fix that, then run `2x2 confirm`.",
    };
  });
}

/**
 * How the account and the table differ: posts that no square is known by, and posted squares whose post X does not show.
 * Reads up to 920 posts, for which X charges $0.001 to $0.005 each.
 */
export async function checkAccount(ports: AccountPorts): Promise<Check> {
  return check("account", async () => {
    const { posts, flaw, isCut } = await readPosts(await ports.x());
    const posted = await postedSince(ports.table, posts.at(-1));
    const known = posted.filter((square) => square.tweetId !== undefined && !isOlder(square.tweetId, posts.at(-1)));
    const shown = new Set(posts.map(({ id }) => id));
    const missing = known.filter(({ tweetId = "" }) => !shown.has(tweetId));
    const showsNone = known.length > 0 && missing.length === known.length;
    const isDoubtful = flaw !== undefined || showsNone;
    const unknown = await unknownPosts(ports.table, posts, posted);
    // What an answer does not show is missing only where the answer is whole, and shows what is known to be there.
    const unseen = isDoubtful
      ? []
      : missing.map((square) => `${nameOf(square)} is posted as ${square.tweetId}, which X does not show`);
    const shared = sharedPosts(posted);
    const found = [
      ...(shared.length > 0 ? [`${counted(shared.length, "post")} that more than one square claims`] : []),
      ...(unknown.length > 0 ? [`${counted(unknown.length, "post")} that the table does not know`] : []),
      ...(unseen.length > 0 ? [`${counted(unseen.length, "posted square")} whose post X does not show`] : []),
    ];
    const none = isDoubtful ? "No difference was found in what X returned" : "The account and the table agree";
    const notes = [
      `${found.join(", and ") || none}; ${counted(posts.length, "post")} of the account read${isCut ? ", but no older ones" : ""}.`,
      ...(flaw === undefined ? [] : [`X's answer was incomplete (${flaw}), so posts may be missing from it.`]),
      ...(showsNone ? [`X showed none of the posts that the table knows (${known.length}).`] : []),
    ];
    const steps = [
      ...(shared.length > 0
        ? ["Of two squares with the same post, put the one that is not in it back in the queue (`2x2 requeue ID`)."]
        : []),
      ...(unknown.length > 0
        ? ["If a post shows a square that is not marked as posted: `2x2 review ID --posted POST`."]
        : []),
      ...(unknown.length + unseen.length > 0 ? ["Posts that you wrote or deleted by hand need nothing."] : []),
      ...(showsNone ? ["Check whose keys these are (`2x2 credentials check`)."] : []),
      ...(isDoubtful ? ["Run this again before you rely on it."] : []),
    ];
    return {
      state: found.length > 0 || isDoubtful ? "warning" : "ok",
      what: notes.join(" "),
      ...(steps.length > 0 && { wayOut: steps.join(" ") }),
      ...(found.length > 0 && { of: [...shared, ...unknown, ...unseen] }),
    };
  });
}

/** Newest first; `flaw` where what is not among them may be there all the same, `isCut` where there are older ones. */
async function readPosts(x: XClient): Promise<{ posts: OwnPost[]; flaw?: string; isCut: boolean }> {
  const posts: OwnPost[] = [];
  let isCut = false;
  for await (const { posts: shown, flaw, next } of pagesOfPosts((page) => x.ownPosts(page))) {
    posts.push(...shown);
    if (flaw !== undefined) return { posts, flaw, isCut: false };
    isCut = next !== undefined;
  }
  return { posts, isCut };
}

type Square = Exclude<Listed, { mistakes: string }>;

/** Those whose post may be among the posts that end with `oldest`; the latest hundred where there is none. */
async function postedSince(table: Table, oldest: OwnPost | undefined): Promise<Square[]> {
  const time = oldest === undefined ? Number.POSITIVE_INFINITY : Date.parse(oldest.createdAt ?? "") - marginMs;
  const posted: Square[] = [];
  for await (const page of pagesOf(table, "posted")) {
    posted.push(...page);
    // A square is marked after it was posted: what follows was posted earlier still.
    if (Date.parse(page.at(-1)?.sortKey ?? "") < time) break;
  }
  return posted;
}

/** A run that finds a post believes X, whatever a person has said of it before: in words, each post with its squares. */
function sharedPosts(posted: readonly Square[]): string[] {
  const squares = new Map<string, Square[]>();
  for (const square of posted)
    if (square.tweetId !== undefined) squares.set(square.tweetId, [...(squares.get(square.tweetId) ?? []), square]);
  return [...squares].flatMap(([tweetId, [first, ...others]]) =>
    first === undefined || others.length === 0
      ? []
      : [
          `${[first, ...others].map(nameOf).join(" and ")} have the same post, ${tweetId}, but it shows only one of them`,
        ],
  );
}

/** By the ids, which grow with time: a row's own time is when it was marked, which may be days later. */
function isOlder(tweetId: string, oldest: OwnPost | undefined): boolean {
  return !/^\d{1,20}$/.test(tweetId) || BigInt(tweetId) < BigInt(oldest?.id ?? 0);
}

/** Where squares stand that are not posted, those first that are posted next. */
const standings: readonly (readonly [Status, string])[] = [
  ["dated", "still has a date"],
  ["queued", "is still in the queue"],
  ["claimed", "is claimed by a run"],
  ["posting", "is claimed by a run"],
  ["review", "is held for review"],
  ["draft", "is a draft"],
  ["withdrawn", "is withdrawn"],
];

interface Waiting {
  /** In words: which square, and where it stands. */
  square: string;
  /** How soon it is posted. */
  rank: number;
}

/** In words, those first that this table would post again. */
async function unknownPosts(table: Table, posts: readonly OwnPost[], posted: readonly Square[]): Promise<string[]> {
  const waiting = await waitingByText(table);
  const known = new Set(posted.map(({ tweetId }) => tweetId));
  // The first version wrote down no ids: its posts are known by their words, where nothing that waits has the same.
  const knownTexts = new Set(posted.filter(({ tweetId }) => tweetId === undefined).map(plainlyOf));
  knownTexts.delete("");
  const alike = ({ text }: OwnPost) => waiting.get(plainText(text)) ?? [];
  const isKnown = (post: OwnPost) =>
    known.has(post.id) || (alike(post).length === 0 && knownTexts.has(plainText(post.text)));
  const rank = (post: OwnPost) => alike(post)[0]?.rank ?? standings.length;
  return posts
    .filter((post) => !isKnown(post) && (post.mediaIds?.length ?? alike(post).length) > 0)
    .sort((a, b) => rank(a) - rank(b))
    .map((post) => `post ${post.id} of ${post.createdAt ?? "an unknown time"}${likeness(post, alike(post))}`);
}

async function waitingByText(table: Table): Promise<Map<string, Waiting[]>> {
  const waiting = new Map<string, Waiting[]>();
  for (const [rank, [status, where]] of standings.entries())
    for await (const page of pagesOf(table, status))
      for (const square of page) {
        const words = plainlyOf(square);
        // Posts and squares without words are all alike.
        if (words === "") continue;
        waiting.set(words, [...(waiting.get(words) ?? []), { square: `${nameOf(square)}, which ${where}`, rank }]);
      }
  return waiting;
}

function likeness(post: OwnPost, [first, ...more]: readonly Waiting[]): string {
  if (first === undefined) return plainText(post.text) === "" ? " has no text: compare its picture" : "";
  const others = more.length > 0 ? `, and of ${counted(more.length, "more square")}` : "";
  const doubt = post.mediaIds === undefined ? "; X does not say whether it has a picture" : "";
  return ` has the text of ${first.square}${others}${doubt}`;
}

const plainlyOf = (square: Square) => plainText(sentTextOf(square));
const nameOf = ({ id, title }: Square) => (title === "" ? `square ${id}` : `“${title}” ${id}`);

async function* pagesOf(table: Table, status: Status): AsyncGenerator<Square[]> {
  let after: Position | undefined;
  do {
    const backwards = status === "posted";
    const page = await listSquares(table, { status, limit: 100, backwards, ...(after && { after }) });
    yield page.squares.filter((listed) => !isBroken(listed)) as Square[];
    after = page.next;
  } while (after !== undefined);
}
