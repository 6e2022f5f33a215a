import { shortcomings } from "@twobytwo/core/squares/search";
import { Status, type Templated } from "@twobytwo/core/squares/square";
import * as v from "valibot";
import type { Sending } from "./contract-review.ts";

/**
 * The API between the web app and its server, below `/api`. The server parses requests with the schemas; the app imports only the types.
 * Times are ISO strings, cursors are opaque. What is done to one square is in `contract-acts.ts`, runs are in `contract-runs.ts`, held squares in
 * `contract-review.ts`, captions of a series in `contract-series.ts`, and sessions, devices and invites in `contract-access.ts`.
 */

export const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const isoTime = v.pipe(v.string(), v.isoTimestamp());
const fraction = v.pipe(v.number(), v.minValue(0), v.maxValue(1));

/** RFC 9457, sent as `application/problem+json` with every status of 400 and above. */
export interface Problem {
  /** The kind of problem: the last part of the address below `/problems/`. */
  type: ProblemType;
  title: string;
  status: number;
  /** What happened and what to do, for a person. */
  detail: string;
  /** With `changed`: the current state of the square. */
  current?: SquareDetail;
  /** With `invalid`: what is wrong, by the field's path. */
  mistakes?: { path: string; message: string }[];
}
export type ProblemType =
  | "invalid"
  | "not-signed-in"
  /** The person has to confirm with the passkey, see `/session/proof`; then the same request works. */
  | "not-proven"
  | "forbidden"
  | "not-found"
  | "changed"
  | "refused"
  | "too-large"
  | "too-many"
  | "unavailable"
  | "internal";

/** A square on the wall. */
export interface SquareCard {
  id: string;
  status: Status;
  title: string;
  caption: string;
  /** What the caption template of a series made last. */
  templated?: Templated;
  altText?: string;
  series?: string;
  /** The same for hours, so that browsers can cache it; absent if there is no thumbnail. */
  thumbnailUrl?: string;
  width?: number;
  height?: number;
  tweetId?: string;
  postedAt?: string;
  /** While `queued`: its rank. */
  rank?: string;
  /** While `dated`: the time from which it is due. */
  date?: string;
  /** The page of the post on X. */
  postUrl?: string;
  /** Its post on Bluesky: where it is, or why it is not there. */
  bluesky?: { url?: string; problem?: string };
  createdAt?: string;
  /** Its original is cut where nobody has chosen it; `unknown` if it was added before that was noted. */
  cut?: true | "unknown";
  version: number;
  /** It was sent, and nobody knows whether it was posted. */
  maybePosted?: true;
  /** Why it is held, or what failed last. */
  lastError?: { name: string; message: string; at: string; execution?: string };
  /** What is wrong with the row, if it is not a valid square. Everything else may be missing. */
  mistakes?: string;
}

/** One square with everything that is known about it. */
export interface SquareDetail extends SquareCard {
  /** The picture for X. */
  pictureUrl: string;
  /** The original, including where it was taken; valid for five minutes. */
  originalUrl?: string;
  contentType?: string;
  bytes?: number;
  attempts: number;
  claimedBy?: string;
  claimedAt?: string;
  updatedAt?: string;
  /** Present if a post may have been sent. */
  sending?: Sending;
  /** The corners of the crop, if a person set them. */
  corners?: Corners;
}

/** Clockwise from the top left, as fractions of the upright picture's width and height. */
export const Corners = v.strictTuple([
  v.strictTuple([fraction, fraction]),
  v.strictTuple([fraction, fraction]),
  v.strictTuple([fraction, fraction]),
  v.strictTuple([fraction, fraction]),
]);
export type Corners = v.InferOutput<typeof Corners>;

// GET /api/overview
export interface Overview {
  /** Another text whenever something changed that lists show: a count, the schedule, or the head of the queue with its dates. */
  version: string;
  stock: Record<Status, number>;
  schedule: Schedule;
  /** The account that is connected, if one is. */
  bluesky?: { username: string; name?: string };
  /** Look-alikes that wait for a decision, 50 at most. */
  undecided: number;
  /** Why nothing is posted from this table before a person confirms it. */
  unconfirmed?: string;
  /** Absent if nothing is planned. */
  next?: PlannedPost;
  emptyOn?: string;
}
export interface Schedule {
  expression: string;
  /** In words. */
  description: string;
  timeZone: string;
  state: "enabled" | "disabled";
  pause?: { pausedBy: "person" | "workflow"; pausedAt?: string; reason?: string; error?: string; until?: string };
}
export interface PlannedPost {
  square: SquareCard;
  /** Absent while the schedule sleeps. */
  at?: string;
}

// GET /api/squares?status=…&q=…&series=…&only=…&limit=…&cursor=…&order=newest|oldest → SquarePage
// One call reads one page of the index, whatever the table's size. So with `q`, `series` or `only` a page may have few squares or none,
// and a cursor with which the caller goes on.
export const ListQuery = v.strictObject({
  status: Status,
  q: v.optional(text(100)),
  series: v.optional(text(200)),
  only: v.optional(v.picklist(shortcomings)),
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,3}$/), v.transform(Number), v.minValue(1), v.maxValue(200))),
  order: v.optional(v.picklist(["newest", "oldest"])),
  cursor: v.optional(text(1_000)),
});
export interface SquarePage {
  squares: SquareCard[];
  cursor?: string;
}
// GET /api/series → string[] : names in use
// GET /api/next?count=… → {posts: PlannedPost[], emptyOn?: string}
export interface NextPosts {
  posts: PlannedPost[];
  emptyOn?: string;
  /** The one that gave the dates. */
  schedule: Schedule;
}

// GET /api/squares/:id → SquareDetail ; /original → 302 to an address of the original that is valid for five minutes
// PATCH /api/squares/:id → SquareDetail ; 409 `changed` with `current`. null removes a text.
export const EditRequest = v.strictObject({
  version: v.pipe(v.number(), v.integer()),
  title: v.optional(text(500)),
  caption: v.optional(v.nullable(text(5_000))),
  altText: v.optional(v.nullable(text(1_000))),
  series: v.optional(v.nullable(text(200))),
});
export type EditRequest = v.InferInput<typeof EditRequest>;

/** Its place in the queue, to which it goes back if a change is undone. */
export const Rank = v.pipe(text(500), v.regex(/^[!-~]+$/));
// POST /api/squares/:id/move → 204
export const MoveRequest = v.strictObject({
  to: v.union([v.picklist(["top", "end"]), v.strictObject({ before: text(100) }), v.strictObject({ rank: Rank })]),
});
export type MoveRequest = v.InferInput<typeof MoveRequest>;

// POST /api/uploads → UploadTicket ; the form sends the file to S3, and `ingest` adds it ; 429 `too-many` while a hundred
// uploads of this device are in progress
export const UploadRequest = v.strictObject({
  /** Of the file, for a person. */
  name: v.pipe(v.string(), v.minLength(1), v.maxLength(255)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  /** `image/jpeg`, `image/png`, `image/webp`, `image/avif`, `image/tiff`, `image/heic`, `image/heif`. */
  contentType: text(100),
  /** Hex; a second ticket for the same bytes is harmless: the same picture is added once. */
  sha256: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))),
  title: v.optional(text(500)),
  caption: v.optional(text(5_000)),
  altText: v.optional(text(1_000)),
  series: v.optional(text(200)),
  order: v.optional(v.picklist(["oldest", "shuffle"])),
  status: v.optional(v.picklist(["queued", "draft"])),
  corners: v.optional(Corners),
  /** A white or grey point of the paper, as fractions of the upright picture, for the white balance. */
  grey: v.optional(v.strictTuple([fraction, fraction])),
});
export type UploadRequest = v.InferInput<typeof UploadRequest>;
export interface UploadTicket {
  id: string;
  /** `multipart/form-data` with these fields, then `file`. */
  url: string;
  fields: Record<string, string>;
  expiresAt: string;
}

// GET /api/uploads?ids=a,b,c (at most 50) → Upload[] ; without ids, the look-alikes that need a decision, 50 at most
// POST /api/uploads/:id/allow {} → Upload (adds a look-alike) ; DELETE /api/uploads/:id → 204 (discards it) ; both 422
// `refused` if it was decided before
export type Upload = { id: string; name: string; title?: string } & (
  | { state: "waiting" }
  | { state: "added"; square: SquareCard; warnings: string[] }
  | { state: "duplicate"; equals: SquareCard }
  /** Held until a person decides; `thumbnailUrl` is of the new picture. */
  | { state: "similar"; equals: SquareCard; thumbnailUrl?: string }
  /** `declined`: a person decided so. `again`: the picture itself is not at fault, and may be sent again. */
  | { state: "refused"; reason: string; declined?: true; again?: true }
);

// POST /api/schedule/pause {until?} | resume {} → Schedule ; PUT /api/schedule {expression, timeZone} → Schedule
// POST /api/schedule/confirm-table {} → 204 : a person has compared the table with the account (needs the passkey)
// POST /api/schedule/preview {expression, timeZone} → {description, times: string[]}
// POST /api/post-now {} → {execution} : what is posted next
export const PauseRequest = v.strictObject({ until: v.optional(isoTime), reason: v.optional(text(200)) });
export const ScheduleRequest = v.strictObject({ expression: text(256), timeZone: text(64) });

// GET /api/account → Account (X is not asked) ; POST /api/account {} → Account (asks X, which charges a cent)
/** The account that posts go to. */
export type Account =
  | { state: "known"; username: string; name: string; pictureUrl?: string }
  /** X has not described the account of these keys yet. */
  | { state: "unknown" }
  /** Nothing can be posted. */
  | { state: "no-keys"; reason: string };
