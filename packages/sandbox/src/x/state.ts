import type { Clock } from "@twobytwo/core/clock";
import type { XCredentials } from "@twobytwo/core/x/credentials";
import type { Intercept } from "../emulator.ts";
import { parseKept } from "../saved-state.ts";
import type { Controls } from "./controls.ts";
import type { Disk } from "./disk.ts";
import type { Nonces } from "./oauth.ts";
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
export function savePost(x: Pick<X, "disk" | "posts">, post: Post): void {
  x.disk.write(`posts/${post.id}.json`, Buffer.from(JSON.stringify(post)));
  x.posts.set(post.id, post);
}

export function saveMedia(x: Pick<X, "disk" | "media">, media: Media): void {
  x.disk.write(`media/${media.id}.json`, Buffer.from(JSON.stringify(media)));
  x.media.set(media.id, media);
}

export const saveMediaBytes = ({ disk }: Pick<X, "disk">, id: string, bytes: Buffer) =>
  disk.write(`media/${id}.bytes`, bytes);

export const readMediaBytes = ({ disk }: Pick<X, "disk">, id: string) => disk.read(`media/${id}.bytes`);

export const saveSegment = ({ disk }: Pick<X, "disk">, id: string, index: number, bytes: Buffer) =>
  disk.write(`segments-${id}/${index}`, bytes);

/** All segments in order; undefined when one between them is missing, or all. */
export function readSegments({ disk }: Pick<X, "disk">, id: string): Buffer | undefined {
  const segments = disk.names(`segments-${id}`).map((_, index) => disk.read(`segments-${id}/${index}`));
  const present = segments.filter((segment) => segment !== undefined);
  return segments.length > 0 && present.length === segments.length ? Buffer.concat(present) : undefined;
}

export const removeSegments = ({ disk }: Pick<X, "disk">, id: string) => disk.remove(`segments-${id}`);

/** Reads back what an earlier start left on the disk, and throws away uploads that expired without being posted. */
export function load(disk: Disk, now: number): Pick<X, "posts" | "media" | "lastId"> {
  const posts = new Map(readAll<Post>(disk, "posts").map((post) => [post.id, post]));
  const posted = new Set([...posts.values()].flatMap((post) => post.mediaIds));
  const media = new Map<string, Media>();
  const uploads = readAll<Media>(disk, "media");
  for (const one of uploads) {
    if (posted.has(one.id) || one.expiresAt > now) media.set(one.id, one);
    else forgetMedia(disk, one.id);
  }
  const ids = [...posts.keys(), ...uploads.map(({ id }) => id)];
  return { posts, media, lastId: ids.reduce((last, id) => (BigInt(id) > last ? BigInt(id) : last), 0n) };
}

/** Everything that was posted and uploaded is gone, on the disk as well. */
export function forgetAll(x: Pick<X, "disk" | "posts" | "media">): void {
  for (const id of x.media.keys()) forgetMedia(x.disk, id);
  x.disk.remove("posts");
  x.posts.clear();
  x.media.clear();
}

function forgetMedia(disk: Disk, id: string): void {
  for (const name of [`media/${id}.json`, `media/${id}.bytes`, `segments-${id}`]) disk.remove(name);
}

function readAll<T extends { id: string }>(disk: Disk, folder: string): T[] {
  const names = disk.names(folder).filter((name) => name.endsWith(".json"));
  const records = names.map((name) => parseKept<T>(String(disk.read(`${folder}/${name}`)), `x/${folder}/${name}`));
  return records.sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? -1 : 1));
}
