import type { IncomingMessage, ServerResponse } from "node:http";
import type { Clock } from "@twobytwo/core/clock";
import type { XCredentials } from "@twobytwo/core/x/credentials";
import type { Intercept } from "../emulator.ts";
import { close, createLocalServer, listen, readWhole } from "../local-server.ts";
import type { Answer } from "./answer.ts";
import { callApi, type Delivery } from "./api.ts";
import { newControls, releaseHeld, resetControls, whenHeld, type XCall, type XSettings } from "./controls.ts";
import { folderDisk, memoryDisk } from "./disk.ts";
import { arm, type XFault } from "./faults.ts";
import { deleteByHand, postByHand } from "./post-calls.ts";
import { methodNotAllowed, serverProblem, tooLarge } from "./problems.ts";
import { forgetAll, load, type Media, readMediaBytes, saveMedia, type X } from "./state.ts";
import { callWeb } from "./web.ts";

export interface XOptions {
  /** Where posts, media and the memory of duplicates stay between starts; absent: in memory alone. */
  directory?: string;
  clock?: Clock;
  /** Against which the timestamps of signatures are checked; `clock` when absent. Callers sign with the real time. */
  authClock?: Clock;
  /** The access token starts with the id of the account and a `-`. */
  credentials: XCredentials;
  intercept?: Intercept;
}

/** The emulated X, and what tests and fault campaigns in the same process make of it. */
export type XEmulator = Awaited<ReturnType<typeof startX>>;

/** Bytes of a request; X's largest picture in base64 fits. */
const largestBody = 25 * 1024 * 1024;

/** Starts X on 127.0.0.1. Throws when the access token has no account id, or the directory or port cannot be used. */
export async function startX(options: XOptions) {
  const closing = Promise.withResolvers<void>();
  const x = open(options, closing.promise);
  const running = new Set<Promise<void>>();
  const server = createLocalServer((incoming, response) => {
    const call = serve(x, incoming, response).finally(() => running.delete(call));
    running.add(call);
  });
  x.url = `http://127.0.0.1:${await listen(server)}`;

  return {
    url: x.url,
    async close(): Promise<void> {
      closing.resolve();
      await close(server);
      await Promise.all(running);
    },
    /** Oldest first; deleted ones are not among them. */
    posts: () => [...x.posts.values()].filter((post) => post.deletedAt === undefined),
    /** An upload with its bytes; undefined when it is unknown or not finalized. */
    async media(id: string): Promise<(Media & { bytes: Buffer }) | undefined> {
      const media = x.media.get(id);
      const bytes = readMediaBytes(x, id);
      return media && bytes ? { ...media, bytes } : undefined;
    },
    /** Arms faults, behind those that are armed already. */
    inject: (...faults: XFault[]) => void x.controls.faults.push(...faults.map(arm)),
    /** Changes the settings that are named; the result is all of them. */
    configure: (change: Partial<XSettings>): XSettings => Object.assign(x.controls.settings, change),
    calls: (): readonly XCall[] => x.controls.calls,
    /** Resolves as soon as a `hang` holds a call. */
    held: () => whenHeld(x.controls),
    /** Cuts the calls that are held. */
    release: () => releaseHeld(x.controls),
    /** As after a start: no faults, default settings, empty log, full rate limits; and without posts, unless they are kept. */
    async reset({ keepPosts = false } = {}): Promise<void> {
      resetControls(x.controls);
      x.windows.clear();
      if (!keepPosts) forgetAll(x);
    },
    /** The owner of the account writes so many posts by hand. */
    async writeByHand(count: number): Promise<void> {
      for (let number = 1; number <= count; number += 1) postByHand(x, `Good morning ${x.lastId + 1n}`);
    },
    /** The owner of the account takes a post down by hand. */
    deleteByHand: async (id: string) => void deleteByHand(x, id),
    /** Lets all uploads expire at this moment. */
    async expireMedia(): Promise<void> {
      for (const media of x.media.values()) saveMedia(x, { ...media, expiresAt: x.clock() });
    },
  };
}

function open(options: XOptions, closing: Promise<void>): X {
  const { credentials, clock = Date.now, authClock = clock } = options;
  const ownerId = /^([0-9]{1,19})-/.exec(credentials.ACCESS_TOKEN)?.[1];
  if (ownerId === undefined) {
    throw new Error('the access token must be an account id of digits, "-" and the rest: X makes none without');
  }
  const disk = options.directory === undefined ? memoryDisk() : folderDisk(options.directory);
  return {
    ...load(disk, clock()),
    clock,
    authClock,
    credentials,
    ownerId,
    intercept: options.intercept,
    disk,
    nonces: new Map(),
    windows: new Map(),
    controls: newControls(closing),
    url: "",
  };
}

async function serve(x: X, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await deliver(response, await dispatch(x, incoming, await readWhole(incoming, largestBody)));
  } catch (error) {
    // The caller went away within its request, which then means nothing.
    if (incoming.readableAborted) return;
    console.error(`the sandbox's X failed at ${incoming.method} ${incoming.url?.split("?", 1)[0]}:`, error);
    if (response.headersSent) response.destroy();
    else await deliver(response, { answer: serverProblem(500), part: "whole" });
  }
}

async function dispatch(x: X, incoming: IncomingMessage, body: Buffer | undefined): Promise<Delivery> {
  const target = new URL(`${x.url}${incoming.url}`);
  const path = target.pathname;
  if (path.startsWith("/2/")) return callApi(x, incoming, body);
  const whole = (answer: Answer): Delivery => ({ answer, part: "whole" });
  if (body === undefined) return whole(tooLarge());
  const method = incoming.method ?? "GET";
  return whole(method === "GET" || method === "HEAD" ? callWeb(x, target) : methodNotAllowed());
}

async function deliver(response: ServerResponse, { answer, part }: Delivery): Promise<void> {
  if (part === "none") {
    response.destroy();
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, {
    ...answer.headers,
    "content-type": answer.contentType,
    "content-length": body.length,
  });
  if (part === "half") {
    response.write(body.subarray(0, Math.ceil(body.length / 2)), () => response.destroy());
    return;
  }
  response.end(body);
}
