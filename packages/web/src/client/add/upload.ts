import type { Corners, Upload, UploadRequest, UploadTicket } from "../../contract.ts";
import { ApiError, Unreachable } from "../base/api.ts";
import { sha256Of } from "../base/digest.ts";
import { api } from "../base/endpoints.ts";
import { headLength, typeOfPicture } from "./picture-type.ts";
import { sendForm } from "./send-form.ts";
import { outcomeOf } from "./upload-outcome.ts";

/** A picture on its way into the table, with what the artist said of it. */
export interface UploadWish {
  file: Blob;
  /** The file's name, for a person. */
  name: string;
  /** Of the file, hex, where somebody knows it already. */
  sha256?: string;
  words?: { title?: string; caption?: string; altText?: string; series?: string };
  order?: "oldest" | "shuffle";
  status?: "queued" | "draft";
  /** Where the square lies in the picture, where somebody said so. */
  corners?: Corners;
  /** Where the paper is white or grey, as parts of the picture. */
  grey?: readonly [number, number];
  /** Of an earlier try that was not settled: where it still waits, or came to an end, nothing is sent again. */
  uploadId?: string;
}

export type UploadPhase =
  | { phase: "reading" }
  /** `sent` of 1. */
  | { phase: "sending"; sent: number }
  /** It goes on by itself when the network is back, or when the server can take it. */
  | { phase: "waiting"; for: "network" | "server" }
  /** It is in the bucket, and the pipeline looks at it. */
  | { phase: "checking" };

export interface UploadOptions {
  onPhase?: (phase: UploadPhase) => void;
  signal?: AbortSignal;
}

const mostBytes = 100_000_000;
/** New tickets for one file; a bucket that refuses them all does so for another reason than their age. */
const mostTickets = 4;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** The file can never become a square; the message says why, and what would help. */
class NotAPicture extends Error {
  override readonly name = "NotAPicture";
}

/**
 * Brings a picture into the table: a ticket from the server, the bytes straight to the bucket, then the outcome.
 * Without a network it waits and goes on; a picture that arrives twice is added once, for the server knows its hash.
 *
 * @throws NotAPicture; ApiError where the server refuses; what `signal` aborts with.
 */
export async function uploadSquare(wish: UploadWish, { onPhase, signal }: UploadOptions = {}): Promise<Upload> {
  onPhase?.({ phase: "reading" });
  const earlier = wish.uploadId === undefined ? undefined : await outcomeOf(wish.uploadId, signal);
  if (earlier !== undefined) return earlier;
  const request = await requestFor(wish);
  let ticket: UploadTicket | undefined;
  let turnedAway = 0;
  let pauseMs = firstPauseMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      ticket = stillGood(ticket) ?? (await api.openUpload(request, signal));
      onPhase?.({ phase: "sending", sent: 0 });
      const file = wish.file.slice(0, wish.file.size, request.contentType);
      const answer = await sendForm(ticket, file, (sent) => onPhase?.({ phase: "sending", sent }), signal);
      if (answer === "refused") throw refusedByBucket(wish);
      if (answer === "sent") break;
      // The ticket is no longer good, or the bucket is busy: a new one is asked for.
      ticket = undefined;
      turnedAway += 1;
      if (turnedAway === mostTickets) throw refusedByBucket(wish);
    } catch (error) {
      if (!passes(error)) throw error;
      onPhase?.({ phase: "waiting", for: error instanceof Unreachable ? "network" : "server" });
    }
    await networkOr(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  onPhase?.({ phase: "checking" });
  const upload = await outcomeOf(ticket.id, signal);
  if (upload === undefined) throw new Error(`Nothing is known of ${wish.name} any more: send it again.`);
  return upload;
}

async function requestFor({
  file,
  name,
  sha256,
  words,
  order,
  status,
  corners,
  grey,
}: UploadWish): Promise<UploadRequest> {
  if (file.size > mostBytes)
    throw new NotAPicture(`${name} is larger than 100 MB: export it smaller, then add it again.`);
  const contentType = typeOfPicture(new Uint8Array(await file.slice(0, headLength).arrayBuffer()));
  if (contentType === undefined)
    throw new NotAPicture(`${name} is no picture of a kind that is taken: use JPEG, PNG, WebP, AVIF, TIFF or HEIC.`);
  return {
    name: name.slice(0, 255),
    bytes: file.size,
    contentType,
    sha256: sha256 ?? (await sha256Of(file)),
    ...Object.fromEntries(Object.entries(words ?? {}).filter(([, text]) => text.trim() !== "")),
    ...(order !== undefined && { order }),
    ...(status !== undefined && { status }),
    ...(corners !== undefined && { corners }),
    ...(grey !== undefined && { grey: [...grey] as [number, number] }),
  };
}

/** Room for the bytes to arrive before it ends. */
const marginMs = 60_000;
const stillGood = (ticket: UploadTicket | undefined) =>
  ticket !== undefined && Date.parse(ticket.expiresAt) - Date.now() > marginMs ? ticket : undefined;

/** Whether the same call may work later: the network is away, or the server is busy. */
const passes = (error: unknown) =>
  error instanceof Unreachable ||
  (error instanceof ApiError && (error.problem.status === 429 || error.problem.status >= 500));

const refusedByBucket = ({ name }: UploadWish) =>
  new NotAPicture(`The bucket did not take ${name}: it is too large, or not what its name says.`);

/** Until the network comes back, at the latest after a while: browsers do not always notice. */
function networkOr(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      signal?.removeEventListener("abort", done);
      resolve();
    }
    window.addEventListener("online", done);
    signal?.addEventListener("abort", done);
  });
}
