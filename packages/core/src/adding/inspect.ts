import { blueskyWarning } from "../bluesky/warning.ts";
import { persistently } from "../persistently.ts";
import { contentOf, type PreparedPicture, preparePicture, sha256Of } from "../pictures/prepare.ts";
import type { PrepareOptions } from "../pictures/recipe.ts";
import type { Ports } from "../ports.ts";
import type { Order } from "../queue/places.ts";
import type { Square } from "../squares/square.ts";
import { readSquare } from "../squares/table.ts";
import { checkWords, cleanWords, type Words } from "../squares/words.ts";
import { type ContentMark, readContentMark } from "./commit.ts";
import { findLookAlikes, type LikeRow } from "./look-alikes.ts";
import type { PictureFile } from "./picture-files.ts";

export interface AddOptions extends Partial<PrepareOptions> {
  /** Where in the queue: at its end unless given. */
  order?: Order;
  /** `queued` unless given; what is a draft, or was posted by another program, stands in no queue and wakes no schedule. */
  status?: "queued" | "draft" | "posted";
  /** Adds a picture also where another one looks like it, or it was posted and its square deleted. */
  allowSimilar?: boolean;
  /** Credential of the device of the web app that sent it: it is added only while that is there. */
  sentBy?: string;
}

/** Enough of a square to tell a person which one it is. */
export type SquareFacts = Pick<Square, "id" | "title" | "status" | "postedAt" | "thumbnailKey">;

export const factsOf = ({ id, title, status, postedAt, thumbnailKey }: Square): SquareFacts => ({
  id,
  title,
  status,
  postedAt,
  thumbnailKey,
});

/** A picture that the table does not have yet. */
export interface Fresh {
  outcome: "fresh";
  name: string;
  words: Words;
  warnings: string[];
  picture: PreparedPicture;
  likeRows: readonly LikeRow[];
  allowSimilar: boolean;
  instead?: string;
}

export type Inspected = Fresh | { outcome: "same"; equals: SquareFacts } | { outcome: "similar"; equals: SquareFacts };

/** What of a picture is looked at: its words, its bytes, and whether the table has it, in this order. */
export async function inspect(
  ports: Ports,
  file: Pick<PictureFile, "name" | "words"> & { bytes: Buffer },
  options: AddOptions,
): Promise<Inspected> {
  const { name, bytes } = file;
  const words = cleanWords(file.words);
  const warnings = checkWords(name, words);
  const sha256 = sha256Of(bytes);
  const content = contentOf(sha256, options.corners);
  const mark = await persistently(ports, "Looking for the same picture", () => readContentMark(ports.table, content));
  if (mark?.square !== undefined) return { outcome: "same", equals: factsOf(mark.square) };
  if (mark?.postedAt !== undefined && !options.allowSimilar) return { outcome: "same", equals: deletedFacts(mark) };
  const picture = await preparePicture({ name, bytes, sha256 }, { fit: "crop", ...options });
  const likes = await persistently(ports, "Looking for look-alikes", () => findLookAlikes(ports.table, picture.phash));
  const like = options.allowSimilar ? undefined : await nearest(ports, likes.found);
  // Another program may have added this very picture since its mark was looked for.
  if (like !== undefined)
    return { outcome: like.sha256 === picture.sha256 ? "same" : "similar", equals: factsOf(like) };
  const tooLong = await persistently(ports, "Reading what is connected", () =>
    blueskyWarning(ports.table, name, words),
  );
  warnings.push(...tooLong, ...picture.warnings);
  const { allowSimilar = false } = options;
  return { outcome: "fresh", name, words, warnings, picture, likeRows: likes.open, allowSimilar, ...staleMark(mark) };
}

const deletedFacts = ({ squareId: id, postedAt }: ContentMark): SquareFacts => ({
  id,
  title: "",
  status: "posted",
  postedAt,
  thumbnailKey: undefined,
});

const staleMark = (mark: ContentMark | undefined) => (mark === undefined ? {} : { instead: mark.squareId });

/** The nearest look-alike that is still there; of entries of squares that are gone there are few. */
async function nearest(ports: Ports, found: readonly { id: string }[]): Promise<Square | undefined> {
  for (const { id } of found) {
    const square = await persistently(ports, "Reading a look-alike", () => readSquare(ports.table, id));
    if (square !== undefined) return square;
  }
  return undefined;
}
