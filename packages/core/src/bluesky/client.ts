import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type {} from "@atcute/atproto";
import { Client, ClientResponseError, ok } from "@atcute/client";
import { PasswordSession } from "@atcute/password-session";
import * as v from "valibot";
import type { Clock } from "../clock.ts";
import { errorName, TaskError } from "../errors.ts";
import type { KeyedNetwork } from "../networks/network.ts";
import { smallBytes } from "../pictures/postable.ts";
import type { BlueskyCredentials } from "./credentials.ts";
import { type BlueskyCall, fromBlueskyError, isPictureGone } from "./errors.ts";
import { recordOf } from "./record.ts";
import { collection, postIdOf } from "./tid.ts";

export interface BlueskyOptions {
  credentials: BlueskyCredentials;
  clock: Clock;
  /** How long one call may take in all; milliseconds. */
  deadlineMs: number;
  /** The app password was not accepted: whoever keeps this client should read it anew. */
  onNotAuthorized?: () => void;
}

/** A picture as the server holds it, in the words of the protocol. */
const Blob = v.looseObject({ $type: v.literal("blob"), ref: v.object({ $link: v.string() }) });
export type Blob = v.InferOutput<typeof Blob>;

export interface BlueskyClient extends KeyedNetwork<Blob> {}

/** What is sent: the record under its key. */
const Body = v.object({ id: v.string(), record: v.record(v.string(), v.unknown()) });

/** A client that signs in at its first call, and keeps its tokens in memory alone. */
export function createBlueskyClient(options: BlueskyOptions): BlueskyClient {
  const { credentials, clock, deadlineMs } = options;
  let signedIn: Promise<PasswordSession> | undefined;

  /** The clock of the abort is the one of timers, which a function that is frozen takes along. */
  const fetchInTime: typeof fetch = async (input, init) => {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(new Error(`no complete answer within ${deadlineMs} ms`)), deadlineMs);
    try {
      const response = await fetch(input, { ...init, signal: end.signal });
      const body = await response.arrayBuffer();
      return new Response(body.byteLength > 0 ? body : null, response);
    } finally {
      clearTimeout(timer);
    }
  };

  const session = () => {
    signedIn ??= PasswordSession.login(
      { service: credentials.service, identifier: credentials.account, password: credentials.password },
      { fetch: fetchInTime },
    );
    signedIn.catch(() => {
      signedIn = undefined;
    });
    return signedIn;
  };

  /** Every call may be made twice: where the session has ended, it signs in once more. */
  async function ask<T>(call: BlueskyCall, send: (client: Client, did: string) => Promise<T>): Promise<T> {
    const attempt = async () => {
      let open: PasswordSession;
      try {
        open = await session();
      } catch (error) {
        throw fromBlueskyError(error, "sign-in", clock());
      }
      try {
        return await send(new Client({ handler: open }), open.did);
      } catch (error) {
        const isOver = error instanceof ClientResponseError && /^(InvalidToken|ExpiredToken)$/.test(error.error);
        if (open.destroyed || isOver) signedIn = undefined;
        throw error;
      }
    };
    try {
      try {
        return await attempt();
      } catch (error) {
        if (signedIn !== undefined || error instanceof TaskError) throw error;
        return await attempt();
      }
    } catch (error) {
      const failure = fromBlueskyError(error, call, clock());
      if (failure.name === errorName.notAuthorized) options.onNotAuthorized?.();
      throw failure;
    }
  }

  const keyOf = (id: string, did: string) => {
    const [, repo, rkey] = /^at:\/\/([^/]+)\/[^/]+\/([^/]+)$/.exec(id) ?? [];
    if (repo === did && rkey !== undefined) return rkey;
    throw new TaskError("rejected", `${id} is no post of the account ${did} that is connected.`);
  };
  const repo = (did: string) => did as `did:${string}:${string}`;

  return {
    account: credentials.account,
    async upload(picture) {
      if (picture.size > smallBytes) {
        picture.discard?.();
        throw new TaskError(
          "mediaInvalid",
          `The picture has ${picture.size} bytes, and Bluesky accepts ${smallBytes}: the post is on X alone.`,
        );
      }
      const bytes = await buffer(Readable.from(picture.chunks));
      const { blob } = await ask("upload", (client) =>
        ok(
          client.post("com.atproto.repo.uploadBlob", {
            input: bytes,
            headers: { "content-type": picture.contentType },
          }),
        ),
      );
      const parsed = v.safeParse(Blob, blob);
      if (parsed.success) return parsed.output;
      throw new TaskError("retryable", "Bluesky answered the upload with something other than it documents.");
    },
    async post(body) {
      const { id, record } = v.parse(v.pipe(v.string(), v.parseJson(), Body), body);
      await ask("post", async (client, did) => {
        const input = { repo: repo(did), collection, rkey: keyOf(id, did), record } as const;
        const { uri } = await ok(client.post("com.atproto.repo.putRecord", { input }));
        if (uri !== id) throw new Error(`it answered with ${String(uri).slice(0, 200)}`);
      });
      return { id };
    },
    has: (id) =>
      ask("read", async (client, did) => {
        const params = { repo: repo(did), collection, rkey: keyOf(id, did) } as const;
        try {
          await ok(client.get("com.atproto.repo.getRecord", { params }));
          return true;
        } catch (error) {
          if (error instanceof ClientResponseError && error.error === "RecordNotFound") return false;
          throw error;
        }
      }),
    async deletePost(id) {
      await ask("delete", (client, did) =>
        ok(
          client.post("com.atproto.repo.deleteRecord", {
            input: { repo: repo(did), collection, rkey: keyOf(id, did) },
          }),
        ),
      );
    },
    idOf: (tweetId) => postIdOf(credentials.account, tweetId),
    isPictureGone,
    async bodyOf(id, content, media, at) {
      const record = await recordOf(content, media, at, (handle) =>
        ask("read", async (client) => {
          const answer = await client.get("com.atproto.identity.resolveHandle", {
            params: { handle: handle as `${string}.${string}` },
          });
          if (answer.ok) return answer.data.did;
          // A name that nobody has stays text.
          if (answer.status === 400) return undefined;
          throw new ClientResponseError(answer);
        }),
      );
      return JSON.stringify({ id, record });
    },
    me: () =>
      ask("sign-in", async (client, did) => {
        const { handle } = (await session()).session;
        // The name and the picture come from another server than the posts; without it there is only the handle.
        const profile = await client
          .get("com.atproto.repo.getRecord", {
            params: { repo: repo(did), collection: "app.bsky.actor.profile", rkey: "self" },
          })
          .catch(() => undefined);
        const name = profile?.ok ? (profile.data.value as { displayName?: unknown }).displayName : undefined;
        return { id: did, username: handle, ...(typeof name === "string" && name !== "" && { name }) };
      }),
  };
}
