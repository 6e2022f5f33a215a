import * as v from "valibot";

export interface OwnPost {
  id: string;
  /** As X gives it back: with entities, and with addresses of its own. */
  text: string;
  /** ISO time. */
  createdAt?: string;
  /** Absent where X says nothing of attachments, which a post without any has in common with an answer that is not whole. */
  mediaIds?: string[];
  /** Addresses of its pictures, where X gives them. */
  pictures: string[];
}

export interface TimelinePage {
  /** Newest first. */
  posts: OwnPost[];
  /** Names the page behind; absent at the end. */
  next?: string;
  /** Why this answer is not complete, in words; absent where nothing speaks against it. */
  flaw?: string;
}

const Post = v.object({
  id: v.pipe(v.string(), v.regex(/^\d{1,20}$/)),
  text: v.optional(v.string(), ""),
  created_at: v.optional(v.string()),
  attachments: v.optional(v.object({ media_keys: v.optional(v.array(v.string())) })),
});
const Media = v.object({ media_key: v.string(), url: v.string() });
const Answer = v.object({
  data: v.optional(v.array(v.unknown())),
  errors: v.optional(v.array(v.unknown()), []),
  includes: v.optional(v.object({ media: v.optional(v.array(v.unknown()), []) }), { media: [] }),
  meta: v.optional(v.object({ result_count: v.number(), next_token: v.optional(v.string()) })),
});

/** A media key is the kind of the media, an underscore, and its id; the kinds that there are, X does not promise. */
const idOf = (mediaKey: string) => mediaKey.slice(mediaKey.lastIndexOf("_") + 1);

/**
 * What `GET /2/users/:id/tweets` answered. X answers 200 also with an error in the place of posts, or of some of them: such
 * an answer tells what it shows, and nothing of what it does not.
 */
export function readTimeline(answer: unknown): TimelinePage {
  const parsed = v.safeParse(Answer, answer);
  if (!parsed.success) return { posts: [], flaw: "it does not have the form that X documents" };
  const { data = [], errors, includes, meta } = parsed.output;
  const addresses = new Map(
    includes.media.flatMap((media) => (v.is(Media, media) ? [[media.media_key, media.url] as const] : [])),
  );
  const posts = data.flatMap((post) => (v.is(Post, post) ? [toPost(v.parse(Post, post), addresses)] : []));
  const flaw = flawOf({ errors: errors.length, given: data.length, read: posts.length, counted: meta?.result_count });
  return {
    posts,
    ...(meta?.next_token !== undefined && { next: meta.next_token }),
    ...(flaw !== undefined && { flaw }),
  };
}

function toPost(
  { id, text, created_at, attachments }: v.InferOutput<typeof Post>,
  addresses: ReadonlyMap<string, string>,
): OwnPost {
  const keys = attachments?.media_keys;
  return {
    id,
    text,
    ...(created_at !== undefined && { createdAt: created_at }),
    ...(keys !== undefined && { mediaIds: keys.map(idOf) }),
    pictures: (keys ?? []).flatMap((key) => addresses.get(key) ?? []),
  };
}

interface Counts {
  errors: number;
  given: number;
  read: number;
  counted: number | undefined;
}

function flawOf({ errors, given, read, counted }: Counts): string | undefined {
  if (errors > 0) return "it reports errors besides or instead of posts";
  if (read < given) return "some of its posts do not have the form that X documents";
  if (counted === undefined) return "it does not say how many posts it has";
  return counted === given ? undefined : `it counts ${counted} posts but has ${given}`;
}
