import { blueskyText } from "@twobytwo/core/bluesky/text";
import { tidOf } from "@twobytwo/core/bluesky/tid";
import type { Created } from "../bluesky/account.ts";

/** A post of X that the project made, and a square's share as its row has it at the end. */
export interface OnX {
  id: string;
  text: string;
  altText: string | undefined;
}
export interface SharedRow {
  id: string;
  status: string;
  tweetId: string | undefined;
  postedAt: string;
  /** When the table came to know of the post: a person may have said so much later. */
  knownAt: number;
  share: { id: string; sharedAt?: string; givenUpAt?: string } | undefined;
}

const time = (at: number) => new Date(at).toISOString();

/** One record at most for each post of X, and none comes back that was taken down. */
export function sharedTwice(created: readonly Created[]): string[] {
  const seen = new Map<string, Created>();
  return created.flatMap((record) => {
    const before = seen.get(record.rkey);
    seen.set(record.rkey, record);
    // A server that still shows the very same picture elsewhere has not forgotten it.
    if (before === undefined || before.isPictureShared || record.isPictureShared) return [];
    return [`share twice: ${record.rkey} is on Bluesky again at ${time(record.at)}, and was taken down before`];
  });
}

/** What is on Bluesky belongs to a post of X, and says the same. */
export function sharedWrongly(created: readonly Created[], posts: readonly OnX[]): string[] {
  return created.flatMap(({ rkey, text, altText, at }) => {
    const post = posts.find(({ id }) => tidOf(id) === rkey);
    if (post === undefined) return [`share: ${rkey} was made at ${time(at)}, and belongs to no post of X`];
    if (text === blueskyText(post.text) && altText === (post.altText ?? "")) return [];
    return [
      `share: ${rkey} says ${JSON.stringify([text, altText])}, and its post on X ${JSON.stringify([post.text, post.altText])}`,
    ];
  });
}

/**
 * What a row says of its share is so; what could be shared was.
 *
 * @param input.lastShareAt beginning of the last share of a run that met with nothing; what was posted well before it had its turn.
 */
export function sharesKept(input: {
  rows: readonly SharedRow[];
  isThere: (uri: string) => boolean;
  wasDeleted: (uri: string) => boolean;
  /** Since when an account is connected; undefined: none is. */
  since: string | undefined;
  lastShareAt: number | undefined;
  patienceMs: number;
}): string[] {
  return input.rows.flatMap(({ id, status, tweetId, postedAt, knownAt, share }) => {
    if (share?.sharedAt !== undefined && !input.isThere(share.id) && !input.wasDeleted(share.id))
      return [`share: ${id} is said to be on Bluesky as ${share.id}, and is not`];
    if (status !== "posted" || tweetId === undefined || postedAt < (input.since ?? "~")) return [];
    if (share?.sharedAt !== undefined || share?.givenUpAt !== undefined || input.lastShareAt === undefined) return [];
    const at = Date.parse(postedAt);
    const hadItsTurn =
      Math.max(at, knownAt) < input.lastShareAt - 5 * 60_000 && at > input.lastShareAt - input.patienceMs;
    return hadItsTurn
      ? [`share: ${id} was posted at ${postedAt}, and is not on Bluesky after a run at ${time(input.lastShareAt)}`]
      : [];
  });
}
