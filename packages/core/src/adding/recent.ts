import { looksLike } from "../pictures/distance.ts";
import type { NewRow } from "./commit.ts";
import { type Fresh, factsOf, type Inspected } from "./inspect.ts";

export interface Recent {
  add(square: NewRow["square"]): void;
  /** The picture still fresh, or the square that it equals or, unless `allowSimilar`, looks like. */
  check(fresh: Fresh, options: { allowSimilar?: boolean }): Inspected;
}

/** The squares of this run that were not yet in the table when the next pictures were looked up: the last `most`. */
export function createRecent(most: number): Recent {
  const squares: NewRow["square"][] = [];
  return {
    add(square) {
      squares.push(square);
      if (squares.length > most) squares.shift();
    },
    check(fresh, { allowSimilar }) {
      const { sha256, phash } = fresh.picture;
      const same = squares.find((square) => square.sha256 === sha256);
      if (same !== undefined) return { outcome: "same", equals: factsOf(same) };
      const like = allowSimilar ? undefined : squares.find((square) => looksLike(square.phash, phash));
      return like === undefined ? fresh : { outcome: "similar", equals: factsOf(like) };
    },
  };
}
