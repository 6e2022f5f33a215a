import { captionOf } from "../squares/caption.ts";
import { linksOf } from "../squares/links.ts";
import type { Square } from "../squares/square.ts";
import { type Row, rowsByStatus, type Table } from "../squares/table.ts";
import type { OwnPost } from "../x/timeline.ts";
import { mostPosts, type OwnPostsPorts, ownPosts, pagesOfPosts, type ReadPage } from "./own-posts.ts";

export type Look =
  /** Its media are in this post of the account. */
  | { outcome: "found"; tweetId: string }
  /** The account's posts were read completely, and it is not among them. Proof of nothing, but worth something. */
  | { outcome: "unseen" }
  /** They could not be read completely, which says nothing at all; `why` in words, `slow` where the time was up. */
  | { outcome: "unknown"; why: string; slow?: true };

/** Clocks differ, and X's own time of a post is not ours. */
export const marginMs = 60 * 60 * 1000;
/** Posts of the table that a timeline can prove itself with: an artist may have taken down one or the other. */
const witnesses = 5;

interface Witness {
  tweetId: string;
  mediaId?: string;
  /** Milliseconds since the epoch. */
  postedAt: number;
}

/**
 * Looks for the post of a square that may be out, by its media, in the account's own posts: page by page, back beyond the
 * moment at which it was sent, and until one post is seen that the table knows. A timeline that does not show what is known
 * to be there, or a page that is not whole, says nothing.
 *
 * @param ports.leftMs how long it may take; then it says that X answered too slowly.
 * @param now Milliseconds since the epoch.
 * @throws NotAuthorized, NoCredits, WrongAddress: then no look is possible at all.
 */
export async function lookFor(
  { table, ...ports }: { table: Table } & OwnPostsPorts,
  square: Square,
  now: number,
): Promise<Look> {
  return lookThrough({ table, readPage: ownPosts(ports) }, square, now);
}

/** The same for one of several squares that share what X is asked for. */
export async function lookThrough(
  { table, readPage }: { table: Table; readPage: ReadPage },
  square: Square,
  now: number,
): Promise<Look> {
  const { mediaId } = square;
  if (mediaId === undefined) return { outcome: "unknown", why: "no upload is noted by which its post could be told" };
  const sentAt = sentAtOf(square, now);
  const known = await knownPosts(table, square, sentAt);
  const oldest = Math.min(...known.map(({ postedAt }) => postedAt));
  let witnessed = known.length === 0;
  let namesIds = false;
  let namesake: OwnPost | undefined;
  for await (const answer of pagesOfPosts(readPage)) {
    if ("why" in answer) return { outcome: "unknown", ...answer };
    const { posts, next, flaw } = answer;
    // Whatever else shows its picture, a retweet for one, is younger than the post.
    const found = posts.findLast((post) => post.mediaIds?.includes(mediaId));
    if (found !== undefined) return { outcome: "found", tweetId: found.id };
    if (flaw !== undefined) return { outcome: "unknown", why: `X's answer was not whole (${flaw})` };
    const alike = posts.filter((post) => mayBe(post, square, sentAt));
    const doubtful = alike.find(({ mediaIds = [] }) => mediaIds.length === 0);
    if (doubtful !== undefined)
      return { outcome: "unknown", why: `post ${doubtful.id} has its words, and X does not say which picture` };
    namesake ??= alike.find(({ id }) => !known.some(({ tweetId }) => tweetId === id));
    const shown = known.filter((witness) => posts.some((post) => shows(post, witness)));
    witnessed ||= shown.length > 0;
    namesIds ||= shown.some((witness) => witness.mediaId !== undefined);
    const last = posts.at(-1);
    const reached = last === undefined ? Number.POSITIVE_INFINITY : timeOf(last, square, sentAt);
    const isBeyond = next === undefined || reached < sentAt - marginMs;
    if (isBeyond && witnessed && namesake !== undefined && !namesIds)
      return { outcome: "unknown", why: `post ${namesake.id} has its words, and X may know its picture by another id` };
    if (isBeyond && witnessed) return { outcome: "unseen" };
    if (next === undefined || (known.length > 0 && reached < oldest - marginMs))
      return { outcome: "unknown", why: "X did not show any of the latest posts that the table knows" };
  }
  return { outcome: "unknown", why: `${mostPosts} posts were read, and a look reads no more` };
}

/** When it was sent; of older rows the time at which it became `posting`. */
export function sentAtOf({ sentAt, claimedAt, sortKey, status }: Square, now: number): number {
  const times = [sentAt, status === "posting" ? sortKey : undefined, claimedAt].map((time) => Date.parse(time ?? ""));
  return times.find((time) => !Number.isNaN(time)) ?? now - 14 * 24 * 60 * 60 * 1000;
}

/** Those from before the sending, where there are any: a timeline that ends behind them was not cut off before them. */
async function knownPosts(table: Table, { id }: Square, sentAt: number): Promise<Witness[]> {
  const latest = { status: "posted", limit: witnesses, backwards: true } as const;
  const after = { id, status: latest.status, sortKey: new Date(sentAt).toISOString() };
  const before = witnessesIn(await rowsByStatus(table, { ...latest, after }));
  return before.length > 0 ? before : witnessesIn(await rowsByStatus(table, latest));
}

const witnessesIn = (rows: Row[]): Witness[] =>
  rows.flatMap(({ tweetId, mediaId, sortKey }) =>
    typeof tweetId === "string"
      ? [{ tweetId, postedAt: Date.parse(sortKey), ...(typeof mediaId === "string" && { mediaId }) }]
      : [],
  );

/** The post is there, and with its picture: so this timeline shows pictures. */
function shows(post: OwnPost, { tweetId, mediaId }: Witness): boolean {
  if (post.id !== tweetId || post.mediaIds === undefined) return false;
  return mediaId === undefined ? post.mediaIds.length > 0 : post.mediaIds.includes(mediaId);
}

/** Whatever X may have made a link of, rightly or not: both texts lose it, and more is alike than is the same. */
const anyLink = /(?:https?:\/\/\S+|(?<![\w@.])(?:[\p{L}\p{N}][\p{L}\p{N}-]*\.)+\p{L}{2,}(?:\/\S*)?)/giu;

/** Letters of another script may stand directly before and behind what X makes a link of. */
function withoutLinks(text: string): string {
  let rest = "";
  let from = 0;
  for (const { url, start } of linksOf(text)) {
    rest += `${text.slice(from, start)} `;
    from = start + url.length;
  }
  return (rest + text.slice(from)).replaceAll(anyLink, " ");
}

/** X adds the address of the picture to the text, and writes some characters as entities. */
export const plainText = (text: string) =>
  withoutLinks(text.normalize("NFC"))
    // The ampersand first: what X wrote twice over is the same then, and more is alike than is the same.
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ")
    .trim();

/** Written since it was sent, with its words. */
function mayBe(post: OwnPost, square: Square, sentAt: number): boolean {
  if (timeOf(post, square, sentAt) < sentAt - marginMs) return false;
  return plainText(post.text) === plainText(sentTextOf(square));
}

/** As they were sent; a person may have written others since. */
export function sentTextOf(square: Pick<Square, "tweetBody" | "caption" | "title">): string {
  try {
    return String((JSON.parse(square.tweetBody ?? "") as { text?: unknown }).text ?? "");
  } catch {
    return captionOf(square);
  }
}

/** Where X does not tell the time: ids grow with time, those of media and of posts alike. */
function timeOf({ id, createdAt }: OwnPost, { mediaId }: Square, sentAt: number): number {
  const time = Date.parse(createdAt ?? "");
  if (!Number.isNaN(time)) return time;
  const digits = /^\d{1,20}$/;
  if (!digits.test(id) || !digits.test(mediaId ?? "")) return sentAt;
  return BigInt(id) < BigInt(mediaId ?? "") ? Number.NEGATIVE_INFINITY : sentAt;
}
