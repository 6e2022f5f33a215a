import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import { requireSquare } from "../squares/list.ts";
import type { Square } from "../squares/square.ts";
import { type Position, pageByStatus, type Table } from "../squares/table.ts";
import type { XClient } from "../x/client.ts";
import type { OwnPost } from "../x/timeline.ts";
import { marginMs, plainText, sentAtOf, sentTextOf } from "./look.ts";
import { mostPosts, pagesOfPosts } from "./own-posts.ts";

export interface CandidatePorts {
  table: Table;
  x: () => Promise<XClient>;
  clock: Clock;
  /** Where a person sees a post. */
  postUrl: (tweetId: string) => string;
}

/** A post of the account that may belong to a held square. */
export interface Candidate {
  tweetId: string;
  /** As a reader of X sees it. */
  text: string;
  /** ISO time; absent where X does not tell. */
  postedAt?: string;
  url: string;
  /** Addresses of its pictures at X. */
  pictures: string[];
  /** It has the text that was sent for the square. */
  sameWords: boolean;
  /** It has exactly the upload of the square, so it is its post. */
  sameMedia: boolean;
  /** A posted square that has this post already. */
  knownAs?: string;
}

export interface Candidates {
  square: Square;
  /** The likeliest first, at most `mostCandidates`; those of other squares last. */
  candidates: Candidate[];
  /** False if X did not show all posts of that time: one that is missing may still have been made. */
  complete: boolean;
  /** Why it is not complete. */
  why?: string;
  /** ISO time of the first sending; absent if the row does not have it. */
  sentAt?: string;
  /** How many further posts of that time are not included. */
  leftOut: number;
}

const mostCandidates = 20;

/**
 * The account's posts since a held square was sent, so that a person can say which of them is its post, if any. X charges
 * $0.001 to $0.005 for each post read, so this runs only when a person asks for it.
 *
 * @throws Rejected if there is no such square, or it is not held for review; the error of reading X, if X showed nothing
 * at all.
 */
export async function candidates(ports: CandidatePorts, id: string): Promise<Candidates> {
  const { table, x, clock, postUrl } = ports;
  const square = await requireSquare(table, id);
  if (square.status !== "review")
    throw new TaskError(
      "rejected",
      `Square ${id} is ${square.status}, and there is something to find out only about a square that is held for review.`,
    );
  const sentAt = sentAtOf(square, clock());
  const from = sentAt - marginMs;
  const posted = await postedSince(table, from);
  const read = await postsSince(await x(), from, clock);
  const flaw = read.why ?? doubtOf(read, posted);
  const found = read.posts
    .map((post) => candidateOf(post, square, { knownAs: posted.squares.get(post.id), url: postUrl(post.id) }))
    .sort(likeliest(sentAt));
  return {
    square,
    candidates: found.slice(0, mostCandidates),
    complete: flaw === undefined,
    ...(flaw !== undefined && { why: flaw }),
    ...(square.sentAt !== undefined && { sentAt: square.sentAt }),
    leftOut: Math.max(0, found.length - mostCandidates),
  };
}

function candidateOf(
  { id, text, createdAt, mediaIds, pictures }: OwnPost,
  square: Square,
  { url, knownAs }: { url: string; knownAs: string | undefined },
): Candidate {
  return {
    tweetId: id,
    text: readable(text, mediaIds),
    ...(createdAt !== undefined && { postedAt: createdAt }),
    url,
    pictures,
    sameWords: plainText(text) === plainText(sentTextOf(square)),
    sameMedia: square.mediaId !== undefined && (mediaIds ?? []).includes(square.mediaId),
    ...(knownAs !== undefined && { knownAs }),
  };
}

/** Without the picture's address, which X adds but does not display, and with entities decoded. */
function readable(text: string, mediaIds: readonly string[] = []): string {
  const own = mediaIds.length > 0 ? text.replace(/\s*https:\/\/t\.co\/\w+$/, "") : text;
  return own.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const likeliest = (sentAt: number) => (a: Candidate, b: Candidate) =>
  Number(a.knownAs !== undefined) - Number(b.knownAs !== undefined) ||
  Number(b.sameMedia) - Number(a.sameMedia) ||
  Number(b.sameWords) - Number(a.sameWords) ||
  distance(a, sentAt) - distance(b, sentAt);

/** For a post without a time: far away, but still a number that can be subtracted. */
const distance = ({ postedAt }: Candidate, sentAt: number) =>
  postedAt === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(Date.parse(postedAt) - sentAt);

interface Posted {
  /** Ids of squares by those of their posts. */
  squares: Map<string, string>;
  /** Posts that X must show unless somebody deleted them. */
  ofThatTime: string[];
}

const mostRows = 100;

/** What the table knows of posts: all since a time, and the newest whatever its time. */
async function postedSince(table: Table, from: number): Promise<Posted> {
  const posted: Posted = { squares: new Map(), ofThatTime: [] };
  let after: Position | undefined;
  do {
    const page = await pageByStatus(table, {
      status: "posted",
      limit: mostRows,
      backwards: true,
      ...(after && { after }),
    });
    for (const { id, tweetId, sortKey } of page.rows) {
      if (typeof tweetId !== "string") continue;
      posted.squares.set(tweetId, id);
      if (Date.parse(sortKey) >= from) posted.ofThatTime.push(tweetId);
    }
    const isBeyond = page.rows.some(({ sortKey }) => Date.parse(sortKey) < from);
    after = isBeyond ? undefined : page.next;
  } while (after !== undefined);
  return posted;
}

interface Read {
  /** Since the time that was asked for, the newest first. */
  posts: OwnPost[];
  /** X showed posts from before that time as well. */
  isBeyond: boolean;
  /** Why the list may be incomplete. */
  why?: string;
}

/** A person is waiting, and the function that asks has 26 seconds, of which one page may take 15. */
const patienceMs = 8_000;

async function postsSince(x: XClient, from: number, clock: Clock): Promise<Read> {
  const began = clock();
  const read: Read = { posts: [], isBeyond: false };
  for await (const answer of pagesOfPosts((page) => nextPage(x, page))) {
    if ("why" in answer) return { ...read, ...answer };
    // A post without a time cannot be called too old.
    read.posts.push(...answer.posts.filter((post) => !(timeOf(post) < from)));
    if (answer.flaw !== undefined) return { ...read, why: `X's answer was incomplete (${answer.flaw})` };
    const last = answer.posts.at(-1);
    read.isBeyond = last !== undefined && timeOf(last) < from;
    if (read.isBeyond || answer.next === undefined) return read;
    if (clock() - began > patienceMs) return { ...read, why: "X answered too slowly to read further" };
  }
  return { ...read, why: `the ${mostPosts} newest posts do not reach back to when it was sent` };
}

const timeOf = ({ createdAt = "" }: OwnPost) => Date.parse(createdAt);

/** If X stops answering in the middle, what was read before is still worth showing. */
async function nextPage(x: XClient, page: { limit: number; after?: string }) {
  try {
    return await x.ownPosts(page);
  } catch (error) {
    if (page.after === undefined || !(error instanceof TaskError) || error.name === errorName.notAuthorized)
      throw error;
    return { why: `X stopped answering: ${error.message}` };
  }
}

/** X may answer 200 with nothing, or with only part; the posts that the table knows reveal that. */
function doubtOf({ posts, isBeyond }: Read, { squares, ofThatTime }: Posted): string | undefined {
  const shown = posts.filter(({ id }) => squares.has(id));
  if (ofThatTime.length > 0 && shown.length === 0)
    return "X did not show any of the posts of that time that the table knows";
  if (shown.length > 0 && shown.every(({ mediaIds }) => mediaIds === undefined))
    return "X did not say which pictures its posts have";
  // X shows older posts. That all of these were deleted is less likely than an answer that was cut short.
  if (!isBeyond && squares.size > ofThatTime.length) return "X's list does not reach back to when it was sent";
  return undefined;
}
