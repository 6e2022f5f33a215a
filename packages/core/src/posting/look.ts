import { dayMs } from "../clock.ts";
import { captionOf } from "../squares/caption.ts";
import { linksOf } from "../squares/links.ts";
import type { Square } from "../squares/square.ts";
import { type Row, rowsByStatus, type Table } from "../squares/table.ts";
import type { OwnPost } from "../x/timeline.ts";
import { mostPosts, type OwnPostsPorts, ownPosts, pagesOfPosts, type ReadPage } from "./own-posts.ts";

export type Look =
  /** This post of the account has its media. */
  | { outcome: "found"; tweetId: string }
  /** The account's posts were read completely and it is not among them: no proof, but it counts towards a resend. */
  | { outcome: "unseen" }
  /** They could not be read completely, so this says nothing; `why` as text, `slow` if the time ran out. */
  | { outcome: "unknown"; why: string; slow?: true };

/** Allows for clocks that differ, ours and X's. */
export const marginMs = 60 * 60 * 1000;
/** How many known posts a timeline is tested with: the artist may have deleted some of them. */
const witnesses = 5;

interface Witness {
  tweetId: string;
  mediaId?: string;
  /** Milliseconds since the epoch. */
  postedAt: number;
}

/**
 * Looks for the post of a square that may have been posted, by its media, in the account's own posts: page by page, back
 * beyond the moment of sending, until it has seen a post that the table knows. A timeline that does not show what is known
 * to be there, or an incomplete page, says nothing.
 *
 * @param ports.leftMs how long it may take; after that, it reports that X answered too slowly.
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

/** The same for one of several squares, which share X's answers. */
export async function lookThrough(
  { table, readPage }: { table: Table; readPage: ReadPage },
  square: Square,
  now: number,
): Promise<Look> {
  const { mediaId } = square;
  if (mediaId === undefined)
    return { outcome: "unknown", why: "no upload is recorded by which its post could be recognised" };
  const sentAt = sentAtOf(square, now);
  const known = await knownPosts(table, square, sentAt);
  const oldest = Math.min(...known.map(({ postedAt }) => postedAt));
  let witnessed = known.length === 0;
  let namesIds = false;
  let namesake: OwnPost | undefined;
  for await (const answer of pagesOfPosts(readPage)) {
    if ("why" in answer) return { outcome: "unknown", ...answer };
    const { posts, next, flaw } = answer;
    // Anything else that shows its picture, such as a retweet, is younger than the post.
    const found = posts.findLast((post) => post.mediaIds?.includes(mediaId));
    if (found !== undefined) return { outcome: "found", tweetId: found.id };
    if (flaw !== undefined) return { outcome: "unknown", why: `X's answer was incomplete (${flaw})` };
    const alike = posts.filter((post) => mayBe(post, square, sentAt));
    const doubtful = alike.find(({ mediaIds = [] }) => mediaIds.length === 0);
    if (doubtful !== undefined)
      return { outcome: "unknown", why: `post ${doubtful.id} has its text, and X does not say which picture it shows` };
    namesake ??= alike.find(({ id }) => !known.some(({ tweetId }) => tweetId === id));
    const shown = known.filter((witness) => posts.some((post) => shows(post, witness)));
    witnessed ||= shown.length > 0;
    namesIds ||= shown.some((witness) => witness.mediaId !== undefined);
    const last = posts.at(-1);
    const reached = last === undefined ? Number.POSITIVE_INFINITY : timeOf(last, square, sentAt);
    const isBeyond = next === undefined || reached < sentAt - marginMs;
    if (isBeyond && witnessed && namesake !== undefined && !namesIds)
      return {
        outcome: "unknown",
        why: `post ${namesake.id} has its text, and X may list its picture under another id`,
      };
    if (isBeyond && witnessed) return { outcome: "unseen" };
    if (next === undefined || (known.length > 0 && reached < oldest - marginMs))
      return { outcome: "unknown", why: "X did not show any of the latest posts that the table knows" };
  }
  return { outcome: "unknown", why: `${mostPosts} posts were read, and a look reads no more` };
}

/** When it was sent; for older rows, when it became `posting`. */
export function sentAtOf({ sentAt, claimedAt, sortKey, status }: Square, now: number): number {
  const times = [sentAt, status === "posting" ? sortKey : undefined, claimedAt].map((time) => Date.parse(time ?? ""));
  return times.find((time) => !Number.isNaN(time)) ?? now - 14 * dayMs;
}

/** Those from before the sending, if there are any: a timeline that shows them was not cut off earlier. */
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

/** The post is there with its picture, so this timeline shows pictures. */
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
    // The ampersand first, so that text which X has escaped twice also matches. A false match is the safe error here.
    .replaceAll("&amp;", "&")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll(/\s+/g, " ")
    .trim();

/** Posted after the sending, with the square's text. */
function mayBe(post: OwnPost, square: Square, sentAt: number): boolean {
  if (timeOf(post, square, sentAt) < sentAt - marginMs) return false;
  return plainText(post.text) === plainText(sentTextOf(square));
}

/** The text as it was sent; a person may have changed it since. */
export function sentTextOf(square: Pick<Square, "tweetBody" | "caption" | "title">): string {
  try {
    return String((JSON.parse(square.tweetBody ?? "") as { text?: unknown }).text ?? "");
  } catch {
    return captionOf(square);
  }
}

/** If X gives no time: ids of both media and posts grow with time. */
function timeOf({ id, createdAt }: OwnPost, { mediaId }: Square, sentAt: number): number {
  const time = Date.parse(createdAt ?? "");
  if (!Number.isNaN(time)) return time;
  const digits = /^\d{1,20}$/;
  if (!digits.test(id) || !digits.test(mediaId ?? "")) return sentAt;
  return BigInt(id) < BigInt(mediaId ?? "") ? Number.NEGATIVE_INFINITY : sentAt;
}
