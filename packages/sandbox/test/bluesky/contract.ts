import type { BlueskyCredentials } from "@twobytwo/core/bluesky/credentials";

/** A server with one account that has signed in nowhere yet. */
export interface Server {
  credentials: BlueskyCredentials;
  handle: string;
  close(): Promise<void>;
}
