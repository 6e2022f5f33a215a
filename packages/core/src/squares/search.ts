import { captionOf } from "./caption.ts";
import { isBroken, type Listed, listedOf, positionOf } from "./list.ts";
import { cutOf, type Square, type Status } from "./square.ts";
import { type Position, pageByStatus, type Row, type Table } from "./table.ts";

/** What squares may lack: they have no alt text, are posted without text, or are cut where nobody has chosen it, as far as is known. */
export const shortcomings = ["no-alt-text", "no-caption", "will-be-cut"] as const;
export type Shortcoming = (typeof shortcomings)[number];

export interface Search {
  status: Status;
  /** Most squares to give. */
  limit: number;
  /** Exactly this series. */
  series?: string;
  /** Part of the title, the caption, the alt text or the series, in any case. */
  text?: string;
  /** Only those that lack this. */
  only?: Shortcoming;
  /** `next` of the page before. */
  after?: Position;
  /** Latest first. */
  backwards?: boolean;
}

export interface FoundPage {
  squares: Listed[];
  /** Where the next page begins; absent after the last. */
  next?: Position;
}

/** Rows that are looked at for a search: about as many kilobytes, which is what one read is charged for. */
const rowsSearched = 250;

/**
 * Reads one page of the index, once, whatever the size of the table. A search may find few squares in it or none,
 * and then goes on from `next`.
 */
export async function searchSquares(table: Table, search: Search): Promise<FoundPage> {
  const { status, series, text, only, limit, after, backwards = false } = search;
  const isFiltered = series !== undefined || text !== undefined || only !== undefined;
  const { rows, next: end } = await pageByStatus(table, {
    status,
    limit: isFiltered ? Math.max(rowsSearched, limit) : limit,
    backwards,
    ...(after && { after }),
  });
  const found = rows.filter((row) => matches(row, search));
  const given = found.slice(0, limit);
  const last = given.at(-1);
  const next = found.length > limit && last !== undefined ? positionOf(last) : end;
  return { squares: given.map(listedOf), ...(next && { next }) };
}

const lacks: Record<Shortcoming, (square: Square) => boolean> = {
  "no-alt-text": ({ altText }) => !altText?.trim(),
  "no-caption": (square) => captionOf(square).trim() === "",
  "will-be-cut": (square) => cutOf(square) !== undefined,
};

function matches(row: Row, { series, text, only }: Search): boolean {
  if (series !== undefined && row["series"] !== series) return false;
  const square = listedOf(row);
  if (only !== undefined && (isBroken(square) || !lacks[only](square))) return false;
  if (text === undefined) return true;
  const wanted = folded(text);
  const words = isBroken(square) ? [square.id] : [square.title, square.caption, square.altText, square.series];
  return words.some((word) => word !== undefined && folded(word).includes(wanted));
}

/** Without case and accents: who looks for "etude" means "Étude" too. */
const folded = (text: string) => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();
