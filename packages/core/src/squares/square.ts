import * as v from "valibot";

/** Every status a square can have; `queued` or `dated` → `claimed` → `posting` → `posted`, the others aside. */
export const statuses = ["queued", "dated", "claimed", "posting", "posted", "review", "withdrawn", "draft"] as const;
export const Status = v.picklist(statuses);
export type Status = v.InferOutput<typeof Status>;

export const LastError = v.object({
  name: v.string(),
  message: v.string(),
  /** ISO time. */
  at: v.string(),
  /** The execution that failed. */
  execution: v.optional(v.string()),
});
export type LastError = v.InferOutput<typeof LastError>;

const isoTime = v.string();

/** The attributes that name the objects of a square. */
export const objectNames = ["originalKey", "objectKey", "smallKey", "thumbnailKey"] as const;

/** Dates are compared as texts, so they all have the same form: a time in UTC with milliseconds. */
const isDate = (text: string) => {
  const time = Date.parse(text);
  return !Number.isNaN(time) && new Date(time).toISOString() === text;
};

/** A place in an upright picture, as parts of its width and height. */
export const Point = v.tuple([v.number(), v.number()]);
export type Point = v.InferOutput<typeof Point>;
/** Of a square within an upright picture, clockwise from the top left. */
export const Corners = v.tuple([Point, Point, Point, Point]);
export type Corners = v.InferOutput<typeof Corners>;

/** A square's post on another network than X. */
export const Share = v.object({
  /** Of the post on that network; ours to choose, and always the same for one post of X. */
  id: v.string(),
  /** Where a person sees it. */
  url: v.optional(v.string()),
  /** Exactly what is sent; until it is known to be out. */
  body: v.optional(v.string()),
  /** When it was sent for the first time; absent where it is certain that it never was. */
  sentAt: v.optional(isoTime),
  /** Since when it is known to be out. */
  sharedAt: v.optional(isoTime),
  /** Since when nothing is tried any more, and the owner told. */
  givenUpAt: v.optional(isoTime),
  lastError: v.optional(LastError),
});
export type Share = v.InferOutput<typeof Share>;

/** What the caption template of a series made of a square last. */
export const Templated = v.object({
  series: v.string(),
  /** Of the square in the series. */
  number: v.number(),
  template: v.string(),
  caption: v.string(),
  at: isoTime,
});
export type Templated = v.InferOutput<typeof Templated>;

/**
 * A row of the squares table. Only `id`, `status`, `sortKey` and `objectKey` must be there: rows that
 * other programs wrote are squares too, and everything else has a default or is found out when needed.
 */
const Row = v.object({
  id: v.pipe(v.string(), v.minLength(1)),
  status: Status,
  /** A rank while `queued`, the date while `dated`, and the ISO time of the transition in every other status. */
  sortKey: v.pipe(v.string(), v.minLength(1)),
  /** The rank that a square had in the queue, to which it goes back when its claim is released or its date is taken away. */
  rank: v.optional(v.string()),
  /** The date to which a claimed square goes back when it is released; absent if it came from the queue. */
  date: v.optional(v.string()),
  objectKey: v.pipe(v.string(), v.minLength(1)),
  /** The same picture for networks that take fewer bytes than X, where `objectKey` has more. */
  smallKey: v.optional(v.string()),
  originalKey: v.optional(v.string()),
  thumbnailKey: v.optional(v.string()),
  title: v.optional(v.string(), ""),
  caption: v.optional(v.string()),
  /** A caption that differs from the one in it was written by hand. */
  templated: v.optional(Templated),
  altText: v.optional(v.string()),
  series: v.optional(v.string()),
  contentType: v.optional(v.string()),
  bytes: v.optional(v.number()),
  width: v.optional(v.number()),
  height: v.optional(v.number()),
  /** Whether its original loses something at its edges that nobody has chosen; absent where it was added before that was noted. */
  isCut: v.optional(v.boolean()),
  /** From which the square was cut out of its original; absent where it is the middle of it. */
  corners: v.optional(Corners),
  /** What was made of its original before it was cropped again, oldest first. */
  madeBefore: v.optional(
    v.array(
      v.object({
        objectKey: v.string(),
        smallKey: v.optional(v.string()),
        thumbnailKey: v.optional(v.string()),
        phash: v.optional(v.string()),
      }),
    ),
  ),
  /** Where its original is white or grey in truth, where somebody said so. */
  grey: v.optional(Point),
  sha256: v.optional(v.string()),
  phash: v.optional(v.string()),
  claimedBy: v.optional(v.string()),
  claimedAt: v.optional(isoTime),
  /** How many executions have claimed it so far. */
  attempts: v.optional(v.number(), 0),
  /** Since when it is being deleted for good: its files may be gone, and nothing but the end of that can happen to it. */
  deletingSince: v.optional(isoTime),
  lastError: v.optional(LastError),
  mediaId: v.optional(v.string()),
  mediaExpiresAt: v.optional(isoTime),
  /** The exact JSON that was sent to `POST /2/tweets`. */
  tweetBody: v.optional(v.string()),
  /** When it was sent for the first time. */
  sentAt: v.optional(isoTime),
  /** Until when the run that sent it may send it again; absent: never. */
  resendUntil: v.optional(isoTime),
  /** Complete looks in a row at the account's posts, since it was last sent, that did not see it. */
  looks: v.optional(v.number()),
  /** When the latest of them was. */
  lookedAt: v.optional(isoTime),
  /** How often it was sent again. */
  resends: v.optional(v.number()),
  tweetId: v.optional(v.string()),
  postedAt: v.optional(isoTime),
  bluesky: v.optional(Share),
  createdAt: v.optional(isoTime),
  updatedAt: v.optional(isoTime),
  version: v.optional(v.number(), 0),
});
export const Square = v.pipe(
  Row,
  v.forward(
    v.check(({ status, sortKey }) => status !== "dated" || isDate(sortKey), "is no date in UTC with milliseconds"),
    ["sortKey"],
  ),
);
export type Square = v.InferOutput<typeof Square>;

/** Whether a square's original is cut where nobody has chosen it, as far as its row tells. */
export function cutOf({ isCut, originalKey, corners }: Partial<Square>): true | "unknown" | undefined {
  if (originalKey === undefined || corners !== undefined || isCut === false) return undefined;
  return isCut ?? "unknown";
}
