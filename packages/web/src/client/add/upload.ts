import { isFileNameTitle, titleOfName } from "@twobytwo/core/squares/file-name-title";
import type { Corners, Upload, UploadRequest, UploadTicket } from "../../contract.ts";
import { api } from "../base/api.ts";
import { sha256Of } from "../base/digest.ts";
import { PlainError } from "../base/plain-words.ts";
import { ApiError, Unreachable } from "../base/request.ts";
import { headLength, typeOfPicture } from "./picture-type.ts";
import { outcomeOf } from "./upload-outcome.ts";

/** A picture to upload, and what the artist said about it. */
export interface UploadInput {
  file: Blob;
  /** The file's name, for a person. */
  name: string;
  /** Of the file, hex, if it is known already. */
  sha256?: string;
  words?: { title?: string; caption?: string; altText?: string; series?: string };
  order?: "oldest" | "shuffle";
  status?: "queued" | "draft";
  /** Where the square is in the picture, if the artist marked it. */
  corners?: Corners;
  /** A white or grey point of the paper, as fractions of the picture. */
  grey?: readonly [number, number];
  /** Of an earlier attempt: if the server knows it, nothing is sent again. */
  uploadId?: string;
}

export type UploadPhase =
  | { phase: "reading" }
  /** `sent` of 1. */
  | { phase: "sending"; sent: number }
  /** It continues by itself when the network is back, or when the server has capacity. */
  | { phase: "waiting"; for: "network" | "server" }
  /** It is in the bucket and being processed. */
  | { phase: "checking" };

export interface UploadOptions {
  onPhase?: (phase: UploadPhase) => void;
  signal?: AbortSignal;
}

const mostBytes = 100_000_000;
/** Tickets for one file; a bucket that refuses them all does not do so because they expired. */
const mostTickets = 4;
const firstPauseMs = 1_000;
const longestPauseMs = 30_000;

/** The file can never become a square; the message says why and what to do. */
export class NotAPicture extends PlainError {
  override readonly name = "NotAPicture";
}

/**
 * Uploads a picture: gets a ticket from the server, sends the bytes straight to the bucket, and waits for the outcome. Without a network
 * it waits and continues. A picture that arrives twice is added once, because the server knows its hash.
 *
 * @throws NotAPicture; ApiError if the server refuses; what `signal` aborts with
 */
export async function uploadSquare(input: UploadInput, { onPhase, signal }: UploadOptions = {}): Promise<Upload> {
  onPhase?.({ phase: "reading" });
  const earlier = input.uploadId === undefined ? undefined : await outcomeOf(input.uploadId, signal);
  if (earlier !== undefined) return earlier;
  const request = await requestFor(input);
  let ticket: UploadTicket | undefined;
  let turnedAway = 0;
  let pauseMs = firstPauseMs;
  for (;;) {
    signal?.throwIfAborted();
    try {
      ticket = stillValid(ticket) ?? (await api.openUpload(request, signal));
      onPhase?.({ phase: "sending", sent: 0 });
      const file = input.file.slice(0, input.file.size, request.contentType);
      const answer = await sendForm(ticket, file, (sent) => onPhase?.({ phase: "sending", sent }), signal);
      if (answer === "refused") throw refusedByBucket(input);
      if (answer === "sent") break;
      // The ticket has expired or the bucket is busy: get a new one.
      ticket = undefined;
      turnedAway += 1;
      if (turnedAway === mostTickets) throw refusedByBucket(input);
    } catch (error) {
      if (!isTemporary(error)) throw error;
      onPhase?.({ phase: "waiting", for: error instanceof Unreachable ? "network" : "server" });
    }
    await networkOr(pauseMs, signal);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
  onPhase?.({ phase: "checking" });
  const upload = await outcomeOf(ticket.id, signal);
  if (upload === undefined) throw new Error(`The upload of ${input.name} has expired. Send it again.`);
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
}: UploadInput): Promise<UploadRequest> {
  if (file.size > mostBytes)
    throw new NotAPicture(`${name} is larger than 100 MB. Export it at a smaller size, then add it again.`);
  const contentType = typeOfPicture(new Uint8Array(await file.slice(0, headLength).arrayBuffer()));
  if (contentType === undefined)
    throw new NotAPicture(`${name} is not a supported picture. Use JPEG, PNG, WebP, AVIF, TIFF or HEIC.`);
  return {
    name: name.slice(0, 255),
    bytes: file.size,
    contentType,
    sha256: sha256 ?? (await sha256Of(file)),
    ...Object.fromEntries(Object.entries(words ?? {}).filter(([, text]) => text.trim() !== "")),
    ...(isUntitled(words, name) && { title: "" }),
    ...(order !== undefined && { order }),
    ...(status !== undefined && { status }),
    ...(corners !== undefined && { corners }),
    ...(grey !== undefined && { grey: [...grey] as [number, number] }),
  };
}

/**
 * Whether the square has no title, and is not to get one from its file's name either. What a camera wrote is left to the server: by that
 * a person finds the picture again, and it is never posted.
 */
const isUntitled = (words: UploadInput["words"], name: string) =>
  words?.title?.trim() === "" && !isFileNameTitle(titleOfName(name));

/** Leaves time for the bytes to arrive before the ticket expires. */
const marginMs = 60_000;
const stillValid = (ticket: UploadTicket | undefined) =>
  ticket !== undefined && Date.parse(ticket.expiresAt) - Date.now() > marginMs ? ticket : undefined;

/** Whether the same call may work later: the network is down or the server is busy. */
const isTemporary = (error: unknown) =>
  error instanceof Unreachable ||
  (error instanceof ApiError && (error.problem.status === 429 || error.problem.status >= 500));

const refusedByBucket = ({ name }: UploadInput) =>
  new NotAPicture(`${name} was refused: it is too large, or not the kind of file that its name says.`);

/**
 * Posts a file to the bucket, with XMLHttpRequest because fetch does not report upload progress.
 *
 * @param onProgress gets the share of the bytes that was sent, 0 to 1
 * @returns `again` if the ticket has expired or the bucket is busy
 * @throws Unreachable if the network fails
 */
function sendForm(
  { url, fields }: UploadTicket,
  file: Blob,
  onProgress: (sent: number) => void,
  signal?: AbortSignal,
): Promise<"sent" | "again" | "refused"> {
  return new Promise((resolve, reject) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    // S3 ignores fields after the file.
    form.append("file", file);
    const sending = new XMLHttpRequest();
    const abort = () => sending.abort();
    signal?.addEventListener("abort", abort);
    sending.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0));
    sending.addEventListener("loadend", () => signal?.removeEventListener("abort", abort));
    sending.addEventListener("abort", () => reject(signal?.reason ?? new DOMException("Aborted", "AbortError")));
    sending.addEventListener("error", () => reject(new Unreachable(new Error("The bucket did not answer."))));
    sending.addEventListener("load", () => {
      if (sending.status < 300) resolve("sent");
      else resolve(sending.status === 400 ? "refused" : "again");
    });
    sending.open("POST", url);
    sending.send(form);
  });
}

/** Waits for the network, but not for ever: browsers do not always notice that it is back. */
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
