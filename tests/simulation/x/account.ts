import { createHash } from "node:crypto";

const xEpoch = 1_288_834_974_657n;

export interface Media {
  id: string;
  /** `3` is a photo; others are other kinds. */
  kind: string;
  picture: string;
  bytes: Buffer;
  altText: string | undefined;
  expiresAt: number;
}

export interface XPost {
  id: string;
  text: string;
  at: number;
  mediaIds: string[];
  /** Of the bytes that X was given, hex. */
  picture: string | undefined;
  altText: string | undefined;
  /** The execution whose post it is; undefined for a post by hand. */
  execution: string | undefined;
  /** When the timeline begins to show it. */
  seenFrom: number;
  deletedAt?: number;
}

export const pictureOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex").slice(0, 16);

/** What X keeps of one account: its media, its posts, and what it remembers of them. */
export class Account {
  readonly userId = "1700000000000000001";
  readonly media = new Map<string, Media>();
  /** All that was ever accepted, oldest first. */
  readonly posts: XPost[] = [];
  #ids = 0n;
  /** Milliseconds for which it refuses the same text with the same media. */
  memoryMs = 12 * 3_600_000;
  /** Milliseconds until the timeline shows a post, drawn for each. */
  lagMs: () => number = () => 0;

  /** X's ids begin with their time. */
  newId(now: number): string {
    this.#ids += 1n;
    return String(((BigInt(Math.floor(now)) - xEpoch) << 22n) + (this.#ids & 0x3fffffn));
  }

  upload(bytes: Uint8Array, now: number): Media {
    const media: Media = {
      id: this.newId(now),
      kind: "3",
      picture: pictureOf(bytes),
      bytes: Buffer.from(bytes),
      altText: undefined,
      expiresAt: now + 86_400_000,
    };
    this.media.set(media.id, media);
    return media;
  }

  /** Whether X has this very post, as far as it remembers. */
  remembers(text: string, mediaIds: readonly string[], now: number): boolean {
    return this.posts.some(
      (post) =>
        post.deletedAt === undefined &&
        post.execution !== undefined &&
        now - post.at < this.memoryMs &&
        post.text === text &&
        post.mediaIds.join() === mediaIds.join(),
    );
  }

  accept(post: Pick<XPost, "text" | "mediaIds" | "execution">, now: number): XPost {
    const media = this.media.get(post.mediaIds[0] ?? "");
    const accepted: XPost = {
      ...post,
      id: this.newId(now),
      at: now,
      picture: media?.picture,
      altText: media?.altText,
      seenFrom: now + (post.execution === undefined ? 0 : this.lagMs()),
    };
    this.posts.push(accepted);
    return accepted;
  }

  /** A post that a person made in the app, or another program: a text, a reply, a photograph or a film. */
  byHand(now: number, kind: "text" | "reply" | "photo" | "film", words: string): void {
    const mediaIds: string[] = [];
    if (kind === "photo" || kind === "film") {
      const media = this.upload(Buffer.from(`by hand ${this.posts.length}`), now);
      media.kind = kind === "film" ? "7" : "3";
      mediaIds.push(media.id);
    }
    const text = kind === "reply" ? `@somebody ${words}` : words;
    this.accept({ text, mediaIds, execution: undefined }, now);
  }

  /** @returns false where there is none. */
  delete(id: string, now: number): boolean {
    const post = this.posts.find((one) => one.id === id && one.deletedAt === undefined);
    if (post === undefined) return false;
    post.deletedAt = now;
    return true;
  }

  /** Newest first. */
  visible(now: number): XPost[] {
    return this.posts.filter((post) => post.deletedAt === undefined && post.seenFrom <= now).reverse();
  }
}
