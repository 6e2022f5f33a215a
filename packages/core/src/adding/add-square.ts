import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { type NextPlace, placesAtEnd, placesAtRandom, placesByTime } from "../queue/places.ts";
import type { ScheduleState } from "../schedule/schedule.ts";
import { enableSchedule } from "../schedule/settle.ts";
import type { Square } from "../squares/square.ts";
import type { Words } from "../squares/words.ts";
import { commitRows, readContentMark, type Taken } from "./commit.ts";
import { type AddOptions, type Fresh, factsOf, inspect, type SquareFacts, squareOf } from "./inspect.ts";
import { keysOf, putObjects } from "./objects.ts";

export type { Ports } from "../ports.ts";
export type { AddOptions, SquareFacts } from "./inspect.ts";

export interface NewSquare extends Words, AddOptions {
  /** The file as a person knows it; said in errors, and kept nowhere. */
  name: string;
  bytes: Uint8Array;
}

export type Added =
  | { added: true; square: Square; warnings: string[] }
  | {
      added: false;
      /** The very same bytes, or a picture that looks like it. */
      why: "same" | "similar";
      equals: SquareFacts;
      /** For a person, without the name of the file. */
      message: string;
    };

/**
 * Adds a picture and wakes the schedule. The untouched original, what is posted and a thumbnail are named by the
 * picture's content, and the row is written last, with the stock, a mark of the content and the looks in one
 * transaction: cut off anywhere and run again, it adds the picture once.
 *
 * @returns `added: false` and the square that has the very same picture or, unless `allowSimilar`, looks like it.
 * @throws MediaInvalid for what no square can be made of, Rejected for words that X would refuse, SenderGone, Retryable.
 */
export async function addSquare(ports: Ports, input: NewSquare): Promise<Added> {
  const { name, bytes, title, caption, altText, series, ...options } = input;
  const words = {
    title,
    ...(caption !== undefined && { caption }),
    ...(altText !== undefined && { altText }),
    ...(series !== undefined && { series }),
  };
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const inspected = await inspect(ports, { name, words, bytes: buffer }, options);
  const added =
    inspected.outcome === "fresh"
      ? await add(ports, inspected, options)
      : notAdded(inspected.outcome, inspected.equals, ports.clock());
  // Also where nothing was added: the run that added it may have ended before it woke the schedule.
  if ((added.added ? added.square : added.equals).status === "queued") await wake(ports);
  return added;
}

/** Wakes the schedule, unless a person paused it. */
export function wake(ports: Ports): Promise<ScheduleState> {
  return persistently(ports, "Waking the schedule", () => enableSchedule(ports.schedule, ports.clock));
}

export function placesFor(ports: Ports, { order = ports.order, status }: AddOptions): NextPlace {
  if (status === "draft") return placesByTime(ports);
  return order === "shuffle" ? placesAtRandom(ports) : placesAtEnd(ports);
}

async function add(ports: Ports, fresh: Fresh, options: AddOptions): Promise<Added> {
  const keys = keysOf(fresh.picture, options);
  await putObjects(ports, fresh.picture, keys);
  const sortKey = await placesFor(ports, options)();
  const { status = "queued", sentBy } = options;
  const square = squareOf(fresh, { id: ports.newId(), sortKey, status, keys, now: ports.clock() });
  const { likeRows, allowSimilar, instead, warnings } = fresh;
  const row = {
    square,
    likeRows,
    allowSimilar,
    ...(instead !== undefined && { instead }),
    ...(sentBy !== undefined && { sentBy }),
  };
  const [taken] = await commitRows(ports, [row]);
  if (taken === undefined) return { added: true, square, warnings };
  return notAdded(taken.why, await factsOfTaken(ports, square.sha256, taken), ports.clock());
}

/** The square that stands in the way of one that was not written. */
export const factsOfTaken = async (ports: Ports, sha256: string, taken: Taken): Promise<SquareFacts> =>
  taken.why === "same" ? winner(ports, sha256, taken.squareId) : factsOf(taken.equals);

/** The square that another program has added while we were about it. */
async function winner(ports: Ports, sha256: string, id: string): Promise<SquareFacts> {
  const mark = await persistently(ports, "Reading the same picture", () => readContentMark(ports.table, sha256));
  if (mark?.square !== undefined) return factsOf(mark.square);
  return { id, title: "", status: "queued", postedAt: undefined, thumbnailKey: undefined };
}

export function notAdded(why: "same" | "similar", equals: SquareFacts, now: number): Added & { added: false } {
  const what = why === "same" ? "the same picture as" : "looks like";
  return { added: false, why, equals, message: `${what} ${describeSquare(equals, now)}` };
}

/** A square in half a sentence: “Blue no. 12”, posted 3 May. Days are those of UTC. */
function describeSquare({ id, title, status, postedAt }: SquareFacts, now: number): string {
  const called = title === "" ? `square ${id}` : `“${title}”`;
  if (postedAt === undefined) return `${called}, ${states[status]}`;
  const posted = new Date(postedAt);
  const isThisYear = posted.getUTCFullYear() === new Date(now).getUTCFullYear();
  const day = new Intl.DateTimeFormat("en-GB", {
    day: "numeric",
    month: "long",
    ...(!isThisYear && { year: "numeric" }),
    timeZone: "UTC",
  }).format(posted);
  return `${called}, posted ${day}`;
}

const states: Record<Square["status"], string> = {
  queued: "in the queue",
  claimed: "about to be posted",
  posting: "about to be posted",
  posted: "posted",
  review: "held for review",
  withdrawn: "withdrawn",
  draft: "a draft",
};
