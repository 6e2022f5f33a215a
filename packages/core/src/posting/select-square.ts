import type { Clock } from "../clock.ts";
import { captionOf } from "../squares/caption.ts";
import { connectionOf } from "../squares/connection.ts";
import type { Square } from "../squares/square.ts";
import { readStockRow } from "../squares/stock.ts";
import type { Table } from "../squares/table.ts";
import type { UploadedMedia } from "../x/client.ts";
import { claimNext, headOfQueue } from "./claim.ts";
import { settleOpenClaims } from "./lease.ts";
import type { SelectSquareInput, SquareInHand } from "./state-inputs.ts";

export interface Selection {
  run: { outcome: "claimed" | "reconcile" | "empty" | "already-ran"; squareId: string | null; tweetId: null };
  square: SquareInHand | null;
  /** What X holds already of a square whose post is to be found out. */
  media: UploadedMedia;
  /** Networks beside X on which it is shared. */
  share: { bluesky: boolean };
}

const noMedia: UploadedMedia = { id: "", expiresAt: new Date(0).toISOString() };

/**
 * Looks after claims whose execution died, then claims the next square for this execution, and says all that
 * the later states need of it. In nearly every run no claim is open, so that it looks at the queue at the same time.
 */
export async function selectSquare(
  { table, clock }: { table: Table; clock: Clock },
  { execution, input }: SelectSquareInput,
): Promise<Selection> {
  const claimInput = {
    execution,
    now: clock(),
    ...(input.scheduledTime !== undefined && { scheduledTime: input.scheduledTime }),
    ...(input.squareId !== undefined && { squareId: input.squareId }),
  };
  const stockRow = readStockRow(table);
  const head = input.squareId === undefined ? headOfQueue(table) : undefined;
  // Whoever needs it hears of its failure.
  head?.catch(() => {});
  const { open, dated } = await settleOpenClaims(table, claimInput, stockRow);
  const { stock, ...row } = await stockRow;
  const share = { bluesky: connectionOf(row) !== undefined };
  if (open !== undefined)
    return { ...inHand(open.square, open.square.status === "posting" ? "reconcile" : "claimed"), share };
  // What an open claim gave back may be first now.
  const isSettled = stock.claimed <= 0 && stock.posting <= 0;
  const claim = await claimNext(table, { ...claimInput, dated, head: isSettled ? head : undefined });
  if (claim.outcome === "claimed") return { ...inHand(claim.square, "claimed"), share };
  return { run: { outcome: claim.outcome, squareId: null, tweetId: null }, square: null, media: noMedia, share };
}

function inHand(square: Square, outcome: "claimed" | "reconcile"): Omit<Selection, "share"> {
  const { id, title, altText, objectKey, mediaId, mediaExpiresAt } = square;
  return {
    run: { outcome, squareId: id, tweetId: null },
    square: { id, title, caption: captionOf(square), altText: altText || null, objectKey },
    media:
      outcome === "reconcile" && mediaId ? { id: mediaId, expiresAt: mediaExpiresAt ?? noMedia.expiresAt } : noMedia,
  };
}
