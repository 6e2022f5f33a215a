import * as v from "valibot";

/** What starts an execution: nothing, a slot of the scheduler, or one square to post now. */
export const ExecutionInput = v.object({
  /** ISO time of the slot, as the scheduler substitutes it. */
  scheduledTime: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  squareId: v.optional(v.pipe(v.string(), v.minLength(1))),
});
export type ExecutionInput = v.InferOutput<typeof ExecutionInput>;

const execution = v.pipe(v.string(), v.minLength(1));
const id = v.pipe(v.string(), v.minLength(1));

/** What the state machine carries of a square from state to state. */
export const SquareInHand = v.object({
  id,
  title: v.string(),
  caption: v.string(),
  altText: v.nullable(v.string()),
  objectKey: v.string(),
});
export type SquareInHand = v.InferOutput<typeof SquareInHand>;

export const SelectSquareInput = v.object({ execution, input: ExecutionInput });
export type SelectSquareInput = v.InferOutput<typeof SelectSquareInput>;

export const FetchMediaInput = v.object({ execution, square: SquareInHand });
export type FetchMediaInput = v.InferOutput<typeof FetchMediaInput>;

export const TweetInput = v.object({
  execution,
  square: SquareInHand,
  mediaId: v.string(),
  /** ISO time; absent in runs of an older definition. */
  mediaExpiresAt: v.optional(v.string()),
});
export type TweetInput = v.InferOutput<typeof TweetInput>;

export const MarkPostedInput = v.object({ execution, squareId: id, tweetId: v.string() });
export type MarkPostedInput = v.InferOutput<typeof MarkPostedInput>;

/** `squareId` is what this run has posted, if it has. */
export const ShareOnBlueskyInput = v.object({ execution, squareId: v.nullable(id) });
export type ShareOnBlueskyInput = v.InferOutput<typeof ShareOnBlueskyInput>;

export const ReconcileInput = v.object({
  execution,
  squareId: id,
  /** The number of this look within the round, from 1; 0 or absent before a round has begun. */
  look: v.optional(v.number()),
});
export type ReconcileInput = v.InferOutput<typeof ReconcileInput>;

/** Why the workflow pauses the schedule although there is stock. */
export const DisableScheduleInput = v.object({
  execution,
  pause: v.nullable(v.object({ error: v.optional(v.string()), reason: v.string() })),
});
export type DisableScheduleInput = v.InferOutput<typeof DisableScheduleInput>;

/** The step needs nothing beyond what is in the table. */
export const CheckStockInput = v.object({ execution });
export type CheckStockInput = v.InferOutput<typeof CheckStockInput>;

/** As `Catch` writes it; `Cause` is JSON where a Lambda threw, and plain text or absent elsewhere. */
export const CaughtError = v.object({ Error: v.string(), Cause: v.optional(v.string(), "") });
export type CaughtError = v.InferOutput<typeof CaughtError>;

export const GiveUpInput = v.object({
  execution,
  // Even a run with invalid input has to clean up.
  input: v.fallback(ExecutionInput, {}),
  error: CaughtError,
  /** The tweet, if it was sent and only marking it failed. */
  tweetId: v.nullable(v.string()),
});
export type GiveUpInput = v.InferOutput<typeof GiveUpInput>;

/**
 * What a failed step affects, which decides what happens next: the slot goes on with the next square, the schedule is paused,
 * or the run ends.
 */
export const Concern = v.picklist(["this square", "every square", "this run"]);
export type Concern = v.InferOutput<typeof Concern>;

export const NotifyInput = v.object({
  execution,
  failure: v.object({
    error: v.string(),
    message: v.string(),
    squareId: v.nullable(v.string()),
    /** Where the square is now: back in the queue, held for review, or untouched. */
    squareStatus: v.nullable(v.string()),
    /** Absent in runs of an older definition. */
    concerns: v.optional(Concern),
    /** Until when the schedule was paused because of it, if it was; null if a person's own pause stays. */
    pause: v.optional(v.object({ until: v.nullable(v.string()) })),
  }),
});
export type NotifyInput = v.InferOutput<typeof NotifyInput>;

/** An EventBridge event whose content is ignored: what counts is the state at the time it arrives. */
export const WatchInput = v.looseObject({});

const LambdaCause = v.pipe(v.string(), v.parseJson(), v.object({ errorMessage: v.string() }));

/** The message of an error, from the JSON that Step Functions makes of a Lambda's error. */
export function messageOf(error: CaughtError): string {
  const parsed = v.safeParse(LambdaCause, error.Cause);
  return parsed.success ? parsed.output.errorMessage : error.Cause || `${error.Error}, without a message`;
}
