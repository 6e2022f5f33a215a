import { randomBytes } from "node:crypto";
import type { Clock } from "@twobytwo/core/clock";
import { AwsError } from "../aws-error.ts";
import type { Intercept } from "../emulator.ts";
import type { Answer, AwsEmulator, Incoming } from "../http-answer.ts";
import { serveAnswers } from "../in-process.ts";
import { readWhole } from "../local-server.ts";
import type { Credentials } from "../signature-v4.ts";
import { leaf } from "../xml.ts";
import { corsHeaders, preflight } from "./cors.ts";
import { document } from "./documents.ts";
import { answerable, ConnectionCut, failure } from "./errors.ts";
import type { Exchange, Reply } from "./exchange.ts";
import { refuseUnknownHeaders } from "./object-facts.ts";
import { findRoute } from "./routes.ts";
import { authenticate, type Trust } from "./signature.ts";
import { closeStore, openStore, type Store } from "./store.ts";
import { readTarget, type Target } from "./target.ts";

export interface S3Options {
  /** Where buckets and objects are kept; made where it does not exist. One server at a time may use it. */
  directory: string;
  /** Against this clock signatures, addresses and policies expire; the system's unless given. */
  clock?: Clock;
  credentials: Credentials;
  /** Sees each call after its signature was found right; a preflight is no call, it has no effect and no caller. */
  intercept?: Intercept;
  /** Hears of every object that is put, posted, copied or completed, before its client does. */
  onObjectCreated?: (event: ObjectCreated) => void;
}

export interface ObjectCreated {
  bucket: string;
  key: string;
  size: number;
  /** Without quotes. */
  eTag: string;
}

const largestBody = 1024 ** 3;

/** What of the options and the store every request needs. */
interface S3 extends Pick<S3Options, "intercept" | "onObjectCreated"> {
  store: Store;
  trust: Trust;
}

/**
 * Serves the part of S3 that twobytwo and its tests need: path style, signature version 4, nothing public.
 * What it does not know it refuses with NotImplemented. It keeps no versions and expires nothing, and an upload in parts
 * ends with the server.
 */
export async function startS3(options: S3Options): Promise<AwsEmulator> {
  const store = await openStore(options.directory);
  const s3: S3 = { ...options, store, trust: { clock: options.clock ?? Date.now, credentials: options.credentials } };
  const server = await serveAnswers((request) => serve(s3, request));
  return { ...server, close: () => server.close().then(() => closeStore(store)) };
}

/** Answers one request; never rejects. All of it is read first: an answer before that shows as a broken pipe at the client. */
async function serve(s3: S3, request: Incoming): Promise<Answer> {
  const requestId = randomBytes(8).toString("hex").toUpperCase();
  const fate = { losesAnswer: false };
  let target: Target | undefined;
  let reply: Reply | undefined;
  try {
    const sent = await readWhole(request, largestBody);
    target = readTarget(request);
    if (!sent) throw failure("EntityTooLarge", "The sandbox takes 1 GB in one request: send what is larger in parts");
    reply = await perform(s3, { target, sent, fate });
  } catch (error) {
    // A client that has left sees no answer.
    if (error instanceof ConnectionCut || (request.destroyed && !request.readableEnded)) return "cut";
    reply = errorReply(error, { target, requestId });
  }
  return fate.losesAnswer ? "cut" : written(s3, { target, reply, requestId });
}

async function perform(
  s3: S3,
  { target, sent, fate }: { target: Target; sent: Buffer; fate: { losesAnswer: boolean } },
): Promise<Reply> {
  if (target.method === "OPTIONS") return preflight(s3.store, target);
  const route = findRoute(target);
  const signed = route.isForm ? undefined : authenticate(s3.trust, target);
  const admit: Exchange["admit"] = async (call) => {
    const fault = await s3.intercept?.({ service: "s3", ...(signed && { accessKeyId: signed.accessKeyId }), ...call });
    if (fault?.kind === "refuse") throw new AwsError(fault.code, fault.message, fault.status);
    if (fault?.kind === "cut") throw new ConnectionCut();
    fate.losesAnswer ||= fault?.kind === "lose-answer";
  };
  const resource = [target.bucket, target.key].filter((part) => part !== "").join("/");
  if (route.action) await admit({ operation: route.action, ...(resource !== "" && { resource }) });
  if (!route.isForm) refuseUnknownHeaders(target.headers);
  const created: Exchange["created"] = (bucket, { key, size, eTag }) =>
    s3.onObjectCreated?.({ bucket: bucket.name, key, size, eTag });
  return route.run({ store: s3.store, trust: s3.trust, sent, target, admit, created, ...(signed && { signed }) });
}

function written(
  s3: S3,
  { target, reply, requestId }: { target: Target | undefined; reply: Reply; requestId: string },
): Answer {
  const { status, body = "" } = reply;
  const isBare = status === 204 || status === 304 || typeof body !== "string";
  const headers = {
    ...(!isBare && { "content-length": String(Buffer.byteLength(body)) }),
    // By the server's clock, by which SDKs correct their own.
    date: new Date(s3.trust.clock()).toUTCString(),
    server: "AmazonS3",
    "x-amz-request-id": requestId,
    "x-amz-id-2": requestId,
    ...(target && corsHeaders(s3.store, target)),
    ...reply.headers,
  };
  const isHead = target?.method === "HEAD";
  return { status, headers, body: typeof body !== "string" ? body : Buffer.from(isHead ? "" : body) };
}

function errorReply(error: unknown, context: { target: Target | undefined; requestId: string }): Reply {
  const known = answerable(error);
  if (context.target?.method === "HEAD") return { status: known.status };
  const body = document(
    "Error",
    leaf("Code", known.code),
    leaf("Message", known.message),
    leaf("Resource", context.target?.path ?? ""),
    leaf("RequestId", context.requestId),
    leaf("HostId", context.requestId),
  );
  return { status: known.status, headers: { "content-type": "application/xml" }, body };
}
