import type { SquareCard } from "../../contract.ts";

interface Range {
  /** Id of the square where the range begins. */
  from: string;
  to: string;
  /** Places before which squares are not loaded. */
  gaps: readonly number[];
}

/**
 * The squares from one to another, in either direction; only the other, if the one is gone.
 *
 * @returns undefined if squares between them are not loaded: they would be left out unseen
 */
export function rangeOf(squares: readonly SquareCard[], { from, to, gaps }: Range): readonly SquareCard[] | undefined {
  const end = squares.findIndex(({ id }) => id === to);
  const begin = squares.findIndex(({ id }) => id === from);
  const [first, last] = begin < 0 ? [end, end] : [Math.min(begin, end), Math.max(begin, end)];
  if (first < 0) return [];
  return gaps.some((gap) => first < gap && gap <= last) ? undefined : squares.slice(first, last + 1);
}
