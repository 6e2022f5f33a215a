import type { Account, XPost } from "./account.ts";
import type { XResponse } from "./connection.ts";

/** How an answer of the timeline can be less than the whole. */
export const timelineFlaws = [
  "errors without data",
  "errors beside data",
  "nothing at all",
  "no attachments",
  "some without attachments",
  "cut short",
  "miscounted",
  "gap",
] as const;
export type TimelineFlaw = (typeof timelineFlaws)[number];

const trouble = [
  { title: "Service Unavailable", detail: "Could not load some posts.", type: "https://api.x.com/2/problems/other" },
];

/** `GET /2/users/:id/tweets`: one page of the account's own posts, newest first. */
export function timelinePage(
  account: Account,
  query: URLSearchParams,
  now: number,
  flaw: TimelineFlaw | undefined,
): XResponse {
  const size = Math.min(100, Math.max(5, Number(query.get("max_results") ?? 10)));
  const until = query.get("until_id");
  const all = account.visible(now).filter(({ id }) => until === null || BigInt(id) < BigInt(until));
  const from = Number(query.get("pagination_token")?.replace("page-", "") ?? 0);
  let posts = all.slice(from, from + size);
  let next = from + size < all.length ? `page-${from + size}` : undefined;
  if (flaw === "errors without data") return ok({ errors: trouble });
  if (flaw === "nothing at all") return ok({ meta: { result_count: 0 } });
  if (flaw === "cut short") {
    posts = posts.slice(Math.ceil(posts.length / 2));
    next = undefined;
  }
  // Whatever it keeps back, the newest are among it.
  if (flaw === "errors beside data" || flaw === "gap") posts = posts.slice(Math.min(3, posts.length));
  const meta = {
    result_count: posts.length + (flaw === "miscounted" ? 2 : 0),
    ...(posts.length > 0 && { newest_id: posts[0]!.id, oldest_id: posts.at(-1)!.id }),
    ...(next !== undefined && { next_token: next }),
  };
  if (flaw === "miscounted") posts = posts.slice(2);
  const errors = flaw === "errors beside data" && { errors: trouble };
  if (posts.length === 0) return ok({ meta, ...errors });
  const hides = (index: number) => flaw === "no attachments" || (flaw === "some without attachments" && index < 2);
  return ok({
    data: posts.map((post, index) => shown(account, post, hides(index))),
    includes: {
      media: posts.flatMap((post, index) => (hides(index) ? [] : post.mediaIds.map((id) => mediaOf(account, id)))),
    },
    ...errors,
    meta,
  });
}

const ok = (body: object): XResponse => ({ status: 200, body: JSON.stringify(body) });

const keyOf = (account: Account, id: string) => `${account.media.get(id)?.kind ?? "3"}_${id}`;

function shown(account: Account, post: XPost, withoutMedia: boolean) {
  return {
    id: post.id,
    text: post.mediaIds.length > 0 ? `${post.text} https://t.co/${post.id.slice(-8)}` : post.text,
    created_at: new Date(post.at).toISOString(),
    edit_history_tweet_ids: [post.id],
    ...(post.mediaIds.length > 0 &&
      !withoutMedia && { attachments: { media_keys: post.mediaIds.map((id) => keyOf(account, id)) } }),
  };
}

function mediaOf(account: Account, id: string) {
  const media_key = keyOf(account, id);
  return {
    media_key,
    type: media_key.startsWith("3_") ? "photo" : "video",
    url: `https://pbs.twimg.com/media/${id}.jpg`,
  };
}
