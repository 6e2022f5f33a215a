import { errorName, TaskError } from "../errors.ts";
import type { PageOfPosts, XClient } from "../x/client.ts";
import type { TimelinePage } from "../x/timeline.ts";

/** X charges for each post that it returns; most looks end with the first page. */
const firstPage = 20;
const laterPage = 100;
const mostPages = 10;
/** At $0.001 to $0.005 a post, reading all of these costs at most $5. */
export const mostPosts = firstPage + (mostPages - 1) * laterPage;

/** The account's own posts by their pages, the newest first: to the end, to a page that was not read, or to `mostPosts`. */
export async function* pagesOfPosts<Answer extends TimelinePage | { why: string }>(
  readPage: (page: PageOfPosts) => Promise<Answer>,
): AsyncGenerator<Answer, void> {
  let after: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const answer = await readPage({ limit: page === 0 ? firstPage : laterPage, ...(after && { after }) });
    yield answer;
    if ("why" in answer || answer.next === undefined) return;
    after = answer.next;
  }
}

/** Why a page tells nothing, as text; `slow` if the time ran out before it was read to the end. */
export interface Unread {
  why: string;
  slow?: true;
}

/** @throws errors with which no look is possible at all: NotAuthorized, NoCredits, WrongAddress. */
export type ReadPage = (page: PageOfPosts) => Promise<TimelinePage | Unread>;

export interface OwnPostsPorts {
  x: () => Promise<Pick<XClient, "ownPosts">>;
  /** Milliseconds left for asking X; unlimited unless given. */
  leftMs?: () => number;
}

/** For a temporary failure, or a refusal of one page of posts; the next look may succeed. */
const saysNothing: ReadonlySet<string> = new Set([errorName.retryable, errorName.rateLimited, errorName.rejected]);

/**
 * The account's own posts as they are at this moment, page by page. A page is asked for once, however many look at it, and they
 * share the answer, because X charges for each post that it shows. Once the time is up, nothing more is requested or
 * waited for.
 */
export function ownPosts({ x, leftMs = () => Number.POSITIVE_INFINITY }: OwnPostsPorts): ReadPage {
  const asked = new Map<string, ReturnType<ReadPage>>();
  const ask = (page: PageOfPosts) => within(leftMs, async () => (await x()).ownPosts(page));
  return (page) => {
    const place = page.after ?? "";
    const before = asked.get(place);
    if (before !== undefined) return before;
    const answer = ask(page);
    asked.set(place, answer);
    return answer;
  };
}

const tooSlow: Unread = { why: "X answered too slowly", slow: true };

async function within(leftMs: () => number, ask: () => Promise<TimelinePage>): Promise<TimelinePage | Unread> {
  const left = leftMs();
  if (left <= 0) return tooSlow;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeIsUp = new Promise<Unread>((resolve) => {
    if (Number.isFinite(left)) timer = setTimeout(() => resolve(tooSlow), left);
  });
  try {
    return await Promise.race([ask(), timeIsUp]);
  } catch (error) {
    if (error instanceof TaskError && saysNothing.has(error.name))
      return { why: `X could not be asked: ${error.message.replaceAll(/[<>]/g, "")}` };
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
