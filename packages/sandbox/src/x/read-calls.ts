import { type Answer, json } from "./answer.ts";
import { refuseRequest, userNotFound } from "./problems.ts";
import { type ApiRequest, pathId } from "./request.ts";
import { displayName, type Media, type Post, username, type X } from "./state.ts";

const timelineParameters = ["max_results", "pagination_token", "expansions", "tweet.fields", "media.fields"];

export function readOwnUser(x: X, request: ApiRequest): Answer {
  allowParameters(request, ["user.fields"]);
  const isWanted = request.query.get("user.fields")?.split(",").includes("profile_image_url");
  const picture = isWanted && { profile_image_url: new URL("/icon.svg", request.url).href };
  return json(200, { data: { id: x.ownerId, name: displayName, username, ...picture } });
}

/** GET /2/users/{id}/tweets, newest first; of the own account alone, since the sandbox has no other. */
export function readTimeline(x: X, request: ApiRequest): Answer {
  allowParameters(request, timelineParameters);
  const userId = pathId(request);
  const page = pageOf(request.query);
  const asks: Asks = (list, field) => request.query.get(list)?.split(",").includes(field) === true;

  if (userId !== x.ownerId) return json(200, userNotFound(userId));
  const { before } = page;
  const posts = visiblePosts(x).filter((post) => before === undefined || BigInt(post.id) < before);
  x.controls.timelineReads += 1;
  const shown = posts.slice(0, page.size);
  const [newest, oldest] = [shown[0], shown.at(-1)];
  if (!newest || !oldest) return json(200, { meta: { result_count: 0 } });
  const hasMore = page.size < posts.length;
  return json(200, {
    data: shown.map((post) => showPost(x, post, asks)),
    ...includes(x, shown, asks),
    meta: {
      result_count: shown.length,
      newest_id: newest.id,
      oldest_id: oldest.id,
      ...(hasMore ? { next_token: tokenAfter(oldest) } : {}),
    },
  });
}

/** Newest first. */
export function latestPosts(x: Pick<X, "posts">): Post[] {
  return [...x.posts.values()]
    .filter((post) => post.deletedAt === undefined)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
}

function visiblePosts(x: X): Post[] {
  const { settings, readsBefore, timelineReads } = x.controls;
  const { reads } = settings.timelineLag ?? { reads: 0 };
  return latestPosts(x).filter(({ id }) => timelineReads - (readsBefore.get(id) ?? Number.NEGATIVE_INFINITY) >= reads);
}

interface Page {
  size: number;
  /** From the pagination token: only posts older than this one. */
  before?: bigint;
}

function pageOf(query: URLSearchParams): Page {
  const size = query.get("max_results") ?? "10";
  if (!/^\d{1,9}$/.test(size) || Number(size) < 5 || Number(size) > 100) {
    refuseValue("max_results", size, "is not between 5 and 100");
  }
  const token = query.get("pagination_token");
  if (token === null) return { size: Number(size) };
  const before = /^p([0-9]{1,19})$/.exec(Buffer.from(token, "base64url").toString("latin1"))?.[1];
  if (before === undefined) return refuseValue("pagination_token", token, "is not valid");
  return { size: Number(size), before: BigInt(before) };
}

const tokenAfter = (post: Post) => Buffer.from(`p${post.id}`).toString("base64url");

function refuseValue(name: string, value: string, problem: string): never {
  refuseRequest(`The \`${name}\` query parameter value [${value}] ${problem}`, { [name]: [value] });
}

function allowParameters(request: ApiRequest, allowed: readonly string[]): void {
  for (const name of request.query.keys()) {
    if (!allowed.includes(name)) {
      refuseRequest(`The query parameter [${name}] is not one of [${allowed.join(",")}]`, {
        [name]: request.query.getAll(name),
      });
    }
  }
}

/** Whether a list of the query names this field. Unknown ones are passed over without a word, as X's new stack does. */
type Asks = (list: string, field: string) => boolean;

function showPost(x: X, post: Post, asks: Asks): Record<string, unknown> {
  const mediaKeys = mediaOf(x, post).map((media) => media.mediaKey);
  // An expansion shows the field that it expands.
  const asksKeys = asks("tweet.fields", "attachments") || asks("expansions", "attachments.media_keys");
  return {
    ...(asks("tweet.fields", "created_at") && { created_at: new Date(post.createdAt).toISOString() }),
    ...(asksKeys && mediaKeys.length > 0 && { attachments: { media_keys: mediaKeys } }),
    edit_history_tweet_ids: [post.id],
    id: post.id,
    text: post.answeredText,
  };
}

function includes(x: X, posts: readonly Post[], asks: Asks): Record<string, unknown> {
  const media = asks("expansions", "attachments.media_keys") ? posts.flatMap((post) => mediaOf(x, post)) : [];
  return media.length === 0 ? {} : { includes: { media: [...new Set(media)].map((one) => showMedia(x, one, asks)) } };
}

function showMedia(x: X, media: Media, asks: Asks): Record<string, unknown> {
  const url = `${x.url}/media/${media.mediaKey}`;
  const isPhoto = media.category === "tweet_image";
  const fields: Record<string, unknown> = {
    alt_text: media.altText,
    height: media.picture?.height,
    media_key: media.mediaKey,
    preview_image_url: isPhoto ? undefined : url,
    type: isPhoto ? "photo" : "animated_gif",
    url: isPhoto ? url : undefined,
    width: media.picture?.width,
  };
  const isShown = (name: string) => name === "media_key" || name === "type" || asks("media.fields", name);
  return Object.fromEntries(Object.entries(fields).filter(([name]) => isShown(name)));
}

export function mediaOf(x: Pick<X, "media">, post: Post): Media[] {
  return post.mediaIds.map((id) => x.media.get(id)).filter((media) => media !== undefined);
}
