import { persistently } from "../persistently.ts";
import type { Ports } from "../ports.ts";
import { type NextPlace, placesAtEnd, placesAtRandom, placesByTime } from "../queue/places.ts";
import type { ScheduleState } from "../schedule/schedule.ts";
import { enableSchedule } from "../schedule/settle.ts";
import type { Square } from "../squares/square.ts";
import { type NewRow, readContentMark, type Taken } from "./commit.ts";
import { type AddOptions, type Fresh, factsOf, type SquareFacts } from "./inspect.ts";
import type { Keys } from "./objects.ts";

/*
 * What every door does with a picture: inspect, put, place, commit, wake. `addSquare` does it for one, `addMany` for many at a
 * time. The first and the last of it, and what is put, have files of their own; between them stands what follows.
 */

/** Wakes the schedule, unless a person paused it. */
export function wake(ports: Ports): Promise<ScheduleState> {
  return persistently(ports, "Waking the schedule", () => enableSchedule(ports.schedule, ports.clock));
}

/** Where the next squares go. */
export function placesFor(ports: Ports, { order = ports.order, status }: AddOptions): NextPlace {
  if (status === "draft" || status === "posted") return placesByTime(ports);
  return order === "shuffle" ? placesAtRandom(ports) : placesAtEnd(ports);
}

/** A picture that the table does not have yet, as its square will be written. */
export function newRow(
  ports: Pick<Ports, "newId" | "clock">,
  { words, picture, likeRows, allowSimilar, instead }: Fresh,
  { keys, sortKey, options }: { keys: Keys; sortKey: string; options: AddOptions },
): NewRow {
  const at = new Date(ports.clock()).toISOString();
  const { rendition } = picture;
  const { status = "queued", sentBy } = options;
  return {
    square: {
      id: ports.newId(),
      status,
      sortKey,
      ...keys,
      title: words.title,
      caption: words.caption,
      altText: words.altText,
      series: words.series,
      contentType: rendition.contentType,
      bytes: rendition.bytes.length,
      width: rendition.width,
      height: rendition.height,
      isCut: picture.isCut,
      ...(picture.corners && { corners: picture.corners }),
      ...(picture.grey && { grey: picture.grey }),
      sha256: picture.sha256,
      phash: picture.phash,
      attempts: 0,
      createdAt: at,
      updatedAt: at,
      version: 1,
    },
    likeRows,
    allowSimilar,
    ...(instead !== undefined && { instead }),
    ...(sentBy !== undefined && { sentBy }),
  };
}

/** There is a square for this picture already. */
export interface Unneeded {
  added: false;
  /** The very same bytes, or a picture that looks like it. */
  why: "same" | "similar";
  equals: SquareFacts;
  /** For a person, without the name of the file. */
  message: string;
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

export function notAdded(why: "same" | "similar", equals: SquareFacts, now: number): Unneeded {
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
  dated: "to be posted on a date",
  claimed: "about to be posted",
  posting: "about to be posted",
  posted: "posted",
  review: "held for review",
  withdrawn: "withdrawn",
  draft: "a draft",
};
