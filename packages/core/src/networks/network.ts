import type { PictureStream } from "../pictures/postable.ts";

/** An account of a network. */
export interface Account {
  id: string;
  /** Without the @. */
  username: string;
  /** As the network shows it. */
  name?: string;
  /** Address of the account's picture. */
  pictureUrl?: string;
}

/**
 * What the workflow needs of any network: a picture, a post with it, and the way back. Every method fails with a `TaskError`,
 * whose name says what is known of the world outside.
 */
export interface Network<Media> {
  /** Nothing of it is public before the post. */
  upload(picture: PictureStream): Promise<Media>;
  /** `body` is the exact JSON to send. */
  post(body: string): Promise<{ id: string }>;
  /** Deletes a post of the account; one that is gone already is no error. */
  deletePost(id: string): Promise<void>;
  /** The account that the credentials belong to. */
  me(): Promise<Account>;
}

/** What a post shows. */
export interface PostContent {
  caption: string;
  altText: string | null;
  width: number;
  height: number;
}

/**
 * A network on which the client names the post: the same body sent twice makes one post, and its name can be asked for. What is
 * shared there happens once without a look at the account's posts.
 */
export interface KeyedNetwork<Media> extends Network<Media> {
  /** Whose posts these are; all ids are of this account. */
  readonly account: string;
  /** The name of the account's post that belongs to a post of X: always the same one. */
  idOf(tweetId: string): string;
  /** The body of the post with this id. @param at ISO time that the post bears. */
  bodyOf(id: string, content: PostContent, media: Media, at: string): Promise<string>;
  /** Whether the post is there at this moment. That it is not there does not say that it never was. */
  has(id: string): Promise<boolean>;
  /** Whether the body was refused because the server no longer has the uploaded picture, which goes with the post that showed it. */
  isPictureGone(error: unknown): boolean;
}
