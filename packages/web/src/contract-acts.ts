import { Status } from "@twobytwo/core/squares/square";
import * as v from "valibot";
import { Corners, Rank, type SquareDetail, text } from "./contract.ts";

/** What a person does to one square, below `/api/squares/:id`. */

/** The status in which the person saw the square; 409 `changed` if it has another one. */
const from = v.optional(Status);
// POST /api/squares/:id/draft | withdraw {from?} → SquareDetail
// POST /api/squares/:id/date {on} → DatedDetail: a day, or a day and a time, in the schedule's zone, or an ISO time; null: back in the queue
// POST /api/squares/:id/requeue {top?, rank?, from?} → SquareDetail (also a held one: it was not posted)
// POST /api/squares/:id/confirm {tweetId?} → SquareDetail (a held one: it was posted)
// POST /api/squares/:id/candidates {} → Candidates, `contract-review.ts` (X charges for each post it shows, so only when a person asks)
// POST /api/squares/:id/post {} → {execution: string} (this one now, through the workflow)
// POST /api/squares/:id/unpost {afterwards} → SquareDetail (deletes the post at X; then back to the queue's end, or withdrawn)
// POST /api/squares/:id/delete {version, evenIfPosted?} → Deleted (the square and its files, for good)
// POST /api/squares/:id/crop {corners, version} → SquareDetail (a new crop from the original; not once it is posted)
export const DateRequest = v.strictObject({ on: v.nullable(text(40)) });
export interface DatedDetail extends SquareDetail {
  /** The slot that posts it; absent while the schedule sleeps. */
  at?: string;
}
export const TakeOutRequest = v.strictObject({ from });
export type TakeOutRequest = v.InferInput<typeof TakeOutRequest>;
export const RequeueRequest = v.strictObject({ top: v.optional(v.boolean()), rank: v.optional(Rank), from });
export type RequeueRequest = v.InferInput<typeof RequeueRequest>;
export const ConfirmRequest = v.strictObject({ tweetId: v.optional(v.pipe(v.string(), v.regex(/^\d{1,19}$/))) });
export const UnpostRequest = v.strictObject({ afterwards: v.picklist(["queue", "withdraw"]) });
export const DeleteRequest = v.strictObject({
  version: v.pipe(v.number(), v.integer()),
  /** The person was told that its post stays. */
  evenIfPosted: v.optional(v.boolean()),
});
export interface Deleted {
  /** How many of its files stay, because other squares need them or may need them. */
  kept: number;
}
export const CropRequest = v.strictObject({ corners: Corners, version: v.pipe(v.number(), v.integer()) });
