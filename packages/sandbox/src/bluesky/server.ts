import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import type { Clock } from "@twobytwo/core/clock";
import type { Intercept } from "../emulator.ts";
import { close, createLocalServer, listen } from "../local-server.ts";
import { savedState } from "../saved-state.ts";
import { forOwnPages, icon } from "../x/page.ts";
import { timelinePage } from "./page.ts";
import { deleteRecord, type Post, type Repository } from "./repository.ts";
import { answer, type Pds } from "./xrpc.ts";

export interface BlueskyOptions {
  /** Where records and pictures stay between starts; absent: in memory alone. */
  directory?: string;
  clock?: Clock;
  intercept?: Intercept;
}

export type BlueskyEmulator = Awaited<ReturnType<typeof startBluesky>>;

interface Saved {
  did: string;
  password: string;
  posts: Post[];
  /** Bytes in base64. */
  blobs: { cid: string; contentType: string; bytes: string }[];
}

const blueskyHandle = "artist.test";

/** Bluesky's server of one account, as far as twobytwo uses it. */
export async function startBluesky(options: BlueskyOptions = {}) {
  const state = savedState<Saved>(options.directory, "bluesky.json");
  const saved = state.load();
  const repository: Repository = {
    did: saved?.did ?? `did:plc:${newWord(24)}`,
    handle: blueskyHandle,
    posts: new Map(saved?.posts.map((post) => [post.rkey, post])),
    blobs: new Map(saved?.blobs.map((one) => [one.cid, { ...one, bytes: Buffer.from(one.bytes, "base64") }])),
  };
  const pds: Pds = {
    repository,
    password: saved?.password ?? newPassword(),
    tokens: new Map(),
    clock: options.clock ?? Date.now,
  };
  const save = () =>
    state.save({
      did: repository.did,
      password: pds.password,
      posts: [...repository.posts.values()],
      blobs: [...repository.blobs.values()].map((one) => ({
        ...one,
        bytes: Buffer.from(one.bytes).toString("base64"),
      })),
    });
  if (saved === undefined) save();

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
    const name = /^\/xrpc\/([\w.]+)$/.exec(pathname)?.[1];
    if (name === undefined) return page(response, pathname);
    const body = await buffer(request);
    const { method = "GET", headers } = request;
    const fault = await options.intercept?.({ service: "bluesky", operation: `${method} ${name}` });
    if (fault?.kind === "cut") return void request.socket.destroy();
    if (fault?.kind === "refuse")
      return sendJson(response, fault.status, { error: fault.code, message: fault.message });
    const { authorization, "content-type": contentType = "*/*" } = headers;
    const done = answer(pds, { method, name, params: searchParams, authorization, contentType, body });
    if (method === "POST") save();
    if (fault?.kind === "lose-answer") return void request.socket.destroy();
    sendJson(response, done.status, done.body);
  };

  const page = (response: ServerResponse, pathname: string) => {
    const cid = /^\/picture\/(\w+)$/.exec(pathname)?.[1];
    const picture = cid === undefined ? undefined : repository.blobs.get(cid);
    if (picture !== undefined) return send(response, 200, picture.contentType, picture.bytes);
    if (pathname === "/icon.svg") return send(response, 200, "image/svg+xml", icon);
    const shown = timelinePage({ ...repository, posts: postsOf(repository), password: pds.password });
    if (pathname === "/" || pathname.startsWith("/profile/"))
      return send(response, 200, "text/html; charset=utf-8", shown);
    send(response, 404, "text/plain; charset=utf-8", "There is no such page.\n");
  };

  const server = createLocalServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      if (!request.readableAborted) console.error("the sandbox's Bluesky failed:", error);
      response.destroy();
    });
  });
  const url = `http://127.0.0.1:${await listen(server)}`;
  return {
    url,
    did: repository.did,
    handle: repository.handle,
    /** The app password of the account, as it is now. */
    password: () => pds.password,
    /** The owner of the account revokes the app password and makes another. */
    revokePassword(): void {
      pds.password = newPassword();
      pds.tokens.clear();
      save();
    },
    /** Newest first. */
    posts: () => postsOf(repository),
    /** The bytes of a picture by its CID. */
    picture: (cid: string) => repository.blobs.get(cid)?.bytes,
    /** The owner of the account takes a post down by hand. */
    deleteByHand(rkey: string): void {
      deleteRecord(repository, rkey);
      save();
    },
    /** Lets all tokens expire at this moment. */
    expireTokens(): void {
      for (const token of pds.tokens.values()) token.until = 0;
    },
    close: () => close(server),
  };
}

const postsOf = ({ posts }: Repository): Post[] =>
  [...posts.values()].sort((one, other) => (one.rkey < other.rkey ? 1 : -1));

const letters = "abcdefghijklmnopqrstuvwxyz234567";
const newWord = (length: number) => [...randomBytes(length)].map((byte) => letters[byte % 32]).join("");
const newPassword = () => [4, 4, 4, 4].map(newWord).join("-");

const sendJson = (response: ServerResponse, status: number, body: object) =>
  send(response, status, "application/json; charset=utf-8", JSON.stringify(body));

function send(response: ServerResponse, status: number, contentType: string, body: string | Uint8Array): void {
  response.writeHead(status, {
    "content-type": contentType,
    "content-length": Buffer.byteLength(body),
    ...forOwnPages,
  });
  response.end(body);
}
