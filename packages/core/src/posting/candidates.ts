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

/** A post of the account that may be the one of a held square. */
export interface Candidate {
  tweetId: string;
  /** As a reader of X sees it. */
  text: string;
  /** ISO time; absent where X does not tell. */
  postedAt?: string;
  url: string;
  /** Addresses of its pictures at X. */
  pictures: string[];
  /** It says what was sent for the square. */
  sameWords: boolean;
  /** It has the very upload of the square: it is its post. */
  sameMedia: boolean;
  /** A posted square that has this post already. */
  knownAs?: string;
}

export interface Candidates {
  square: Square;
  /** The likeliest first, at most `mostCandidates`; those of other squares last. */
  candidates: Candidate[];
  /** False where X did not show all posts of that time: one that is missing may be out all the same. */
  complete: boolean;
  /** Why it is not complete. */
  why?: string;
  /** ISO time of the first sending; absent where the row does not tell. */
  sentAt?: string;
  /** Further posts of that time, which are not given. */
  leftOut: number;
}

const mostCandidates = 20;

/**
 * The account's posts since a held square was sent, for a person to say which of them it is, or none. X charges each post
 * that is read ($0.001 to $0.005), so this is for a person who asks.
 *
 * @throws Rejected where there is no such square, or nobody holds it for review; what reading X throws, where it showed
 * nothing at all.
 */
export async function candidates(ports: CandidatePorts, id: string): Promise<Candidates> {
  const { table, x, clock, postUrl } = ports;
  const square = await requireSquare(table, id);
  if (square.status !== "review")
    throw new TaskError(
      "rejected",
      `Square ${id} is ${square.status}, and only of one that is held for review there is something to find out.`,
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

/** Without the address of the picture, which X adds and shows nobody, and with its entities as characters. */
function readable(text: string, mediaIds: readonly string[] = []): string {
  const own = mediaIds.length > 0 ? text.replace(/\s*https:\/\/t\.co\/\w+$/, "") : text;
  return own.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

const likeliest = (sentAt: number) => (a: Candidate, b: Candidate) =>
  Number(a.knownAs !== undefined) - Number(b.knownAs !== undefined) ||
  Number(b.sameMedia) - Number(a.sameMedia) ||
  Number(b.sameWords) - Number(a.sameWords) ||
  distance(a, sentAt) - distance(b, sentAt);

/** Of a post whose time X does not tell, far, but not so far that a difference is no number. */
const distance = ({ postedAt }: Candidate, sentAt: number) =>
  postedAt === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(Date.parse(postedAt) - sentAt);

interface Posted {
  /** Ids of squares by those of their posts. */
  squares: Map<string, string>;
  /** Posts that X has to show, unless somebody took them down. */
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
  /** Why these may not be all. */
  why?: string;
}

/** A person waits, and the function that asks for them has 26 seconds, of which one page may take 15. */
const patienceMs = 8_000;

async function postsSince(x: XClient, from: number, clock: Clock): Promise<Read> {
  const began = clock();
  const read: Read = { posts: [], isBeyond: false };
  for await (const answer of pagesOfPosts((page) => nextPage(x, page))) {
    if ("why" in answer) return { ...read, ...answer };
    // Of a post without a time nobody can say that it is too old.
    read.posts.push(...answer.posts.filter((post) => !(timeOf(post) < from)));
    if (answer.flaw !== undefined) return { ...read, why: `X's answer was not whole (${answer.flaw})` };
    const last = answer.posts.at(-1);
    read.isBeyond = last !== undefined && timeOf(last) < from;
    if (read.isBeyond || answer.next === undefined) return read;
    if (clock() - began > patienceMs) return { ...read, why: "X answered too slowly to read on" };
  }
  return { ...read, why: `the ${mostPosts} newest posts do not reach back to the time at which it was sent` };
}

const timeOf = ({ createdAt = "" }: OwnPost) => Date.parse(createdAt);

/** What was read before is worth showing where X stops answering in the middle. */
async function nextPage(x: XClient, page: { limit: number; after?: string }) {
  try {
    return await x.ownPosts(page);
  } catch (error) {
    if (page.after === undefined || !(error instanceof TaskError) || error.name === errorName.notAuthorized)
      throw error;
    return { why: `X stopped answering: ${error.message}` };
  }
}

/** X answers 200 also with nothing, or with a part; what the table knows to be out gives it away. */
function doubtOf({ posts, isBeyond }: Read, { squares, ofThatTime }: Posted): string | undefined {
  const shown = posts.filter(({ id }) => squares.has(id));
  if (ofThatTime.length > 0 && shown.length === 0)
    return "X did not show any of the posts of that time that the table knows";
  if (shown.length > 0 && shown.every(({ mediaIds }) => mediaIds === undefined))
    return "X did not tell which pictures its posts have";
  // Of what is older, X shows some; that all were taken down is less likely than an answer that was cut short.
  if (!isBeyond && squares.size > ofThatTime.length) return "X's list ended before the time at which it was sent";
  return undefined;
}
