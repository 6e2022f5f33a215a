import type { Clock } from "@twobytwo/core/clock";
import type { Intercept } from "../emulator.ts";
import type { Controls } from "./controls.ts";
import type { Disk } from "./disk.ts";
import type { Nonces, XCredentials } from "./oauth.ts";
import type { Windows } from "./rate-limits.ts";

/** A post as it is kept; times are milliseconds since the epoch. */
export interface Post {
  /** Decimal digits; a later post has a greater one. */
  id: string;
  /** As the author wrote it, after X's cleaning. */
  text: string;
  /** As the API answers it: entities, and t.co links for URLs and for the media. */
  answeredText: string;
  mediaIds: string[];
  /** Of the whole body with its media ids: the same one is refused for 12 hours. */
  bodyHash: string;
  createdAt: number;
  /** Kept without being shown, so that no later post gets its id. */
  deletedAt?: number;
}

/** An upload as it is kept; its bytes are beside it. */
export interface Media {
  id: string;
  mediaKey: string;
  category: "tweet_image" | "tweet_gif";
  createdAt: number;
  expiresAt: number;
  /** How long it lasts from its upload, in seconds. */
  expiresAfterSecs: number;
  /** What `initialize` said, in bytes. */
  totalBytes?: number;
  /** Absent until the upload is finalized. */
  picture?: { contentType: string; width: number; height: number; size: number };
  altText?: string;
}

/** All that one emulated X knows; what is not on the disk is forgotten at a restart, as X's own caches would be. */
export interface X {
  readonly clock: Clock;
  readonly authClock: Clock;
  readonly credentials: XCredentials;
  readonly ownerId: string;
  readonly intercept: Intercept | undefined;
  readonly disk: Disk;
  readonly posts: Map<string, Post>;
  readonly media: Map<string, Media>;
  readonly nonces: Nonces;
  readonly windows: Windows;
  /** Bodies that are being posted at this moment, by hash. */
  readonly running: Map<string, { until: number }>;
  readonly controls: Controls;
  lastId: bigint;
  /** Of the server, once it listens. */
  url: string;
}

export const username = "sandbox_artist";
export const displayName = "Sandbox artist";

const snowflakeEpoch = 1_288_834_974_657;

/** Ids of posts and media, like X's: from the time, and always greater than the last one. */
export function nextId(x: Pick<X, "clock" | "lastId">): string {
  const fromTime = BigInt(Math.max(0, Math.floor(x.clock()) - snowflakeEpoch)) << 22n;
  x.lastId = fromTime > x.lastId ? fromTime : x.lastId + 1n;
  return x.lastId.toString();
}

/** Visible in memory only once it is on the disk: an accepted post is never lost. */
export async function savePost(x: Pick<X, "disk" | "posts">, post: Post): Promise<void> {
  await x.disk.write(`posts/${post.id}.json`, Buffer.from(JSON.stringify(post)));
  x.posts.set(post.id, post);
}

export async function saveMedia(x: Pick<X, "disk" | "media">, media: Media): Promise<void> {
  // In memory first: a second change that comes while the first is being written must build on it.
  x.media.set(media.id, media);
  await x.disk.write(`media/${media.id}.json`, Buffer.from(JSON.stringify(media)));
}

export async function saveMediaBytes(x: Pick<X, "disk">, id: string, bytes: Buffer): Promise<void> {
  await x.disk.write(`media/${id}.bytes`, bytes);
}

export async function readMediaBytes(x: Pick<X, "disk">, id: string): Promise<Buffer | undefined> {
  return x.disk.read(`media/${id}.bytes`);
}

/** Of an upload in segments that is not finalized yet. */
export async function saveSegment(x: Pick<X, "disk">, id: string, index: number, bytes: Buffer): Promise<void> {
  await x.disk.write(`segments-${id}/${index}`, bytes);
}

/** All segments in order; undefined when one between them is missing, or all. */
export async function readSegments(x: Pick<X, "disk">, id: string): Promise<Buffer | undefined> {
  const count = (await x.disk.names(`segments-${id}`)).length;
  const segments = await Promise.all(
    Array.from({ length: count }, (_, index) => x.disk.read(`segments-${id}/${index}`)),
  );
  const present = segments.filter((segment) => segment !== undefined);
  return count > 0 && present.length === count ? Buffer.concat(present) : undefined;
}

export async function removeSegments(x: Pick<X, "disk">, id: string): Promise<void> {
  await x.disk.remove(`segments-${id}`);
}

/** Reads back what an earlier start left on the disk, and throws away uploads that expired without being posted. */
export async function load(disk: Disk, now: number): Promise<Pick<X, "posts" | "media" | "lastId">> {
  const posts = new Map<string, Post>();
  for (const post of await readAll<Post>(disk, "posts")) posts.set(post.id, post);
  const posted = new Set([...posts.values()].flatMap((post) => post.mediaIds));

  const media = new Map<string, Media>();
  let lastId = 0n;
  for (const one of await readAll<Media>(disk, "media")) {
    lastId = larger(lastId, one.id);
    if (posted.has(one.id) || one.expiresAt > now) media.set(one.id, one);
    else await forgetMedia(disk, one.id);
  }
  for (const id of posts.keys()) lastId = larger(lastId, id);
  return { posts, media, lastId };
}

/** Everything that was posted and uploaded is gone, on the disk as well. */
export async function forgetAll(x: Pick<X, "disk" | "posts" | "media">): Promise<void> {
  const ids = [...x.media.keys()];
  x.posts.clear();
  x.media.clear();
  await x.disk.remove("posts");
  for (const id of ids) await forgetMedia(x.disk, id);
}

async function forgetMedia(disk: Disk, id: string): Promise<void> {
  await disk.remove(`media/${id}.json`);
  await disk.remove(`media/${id}.bytes`);
  await disk.remove(`segments-${id}`);
}

async function readAll<T extends { id: string }>(disk: Disk, folder: string): Promise<T[]> {
  const names = (await disk.names(folder)).filter((name) => name.endsWith(".json"));
  const records = await Promise.all(
    names.map(async (name) => {
      const bytes = await disk.read(`${folder}/${name}`);
      if (!bytes) return undefined;
      try {
        return JSON.parse(bytes.toString()) as T;
      } catch (cause) {
        throw new Error(`${folder}/${name} of the sandbox's X is not JSON: remove that file, or reset the sandbox`, {
          cause,
        });
      }
    }),
  );
  return records.filter((record) => record !== undefined).sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}

const larger = (a: bigint, id: string) => (BigInt(id) > a ? BigInt(id) : a);
