import { captionOf } from "./caption.ts";
import { claimNext } from "./claim.ts";
import type { Clock } from "./clock.ts";
import type { Table } from "./table.ts";
import type { SelectSquareInput, SquareInHand } from "./workflow.ts";

export interface Selection {
  run: { outcome: "claimed" | "empty" | "already-ran"; squareId: string | null; tweetId: null };
  square: SquareInHand | null;
}

/** Claims the next square for this execution and says all that the later states need of it. */
export async function selectSquare(
  { table, clock }: { table: Table; clock: Clock },
  { execution, input }: SelectSquareInput,
): Promise<Selection> {
  const claim = await claimNext(table, {
    execution,
    now: clock(),
    ...(input.scheduledTime !== undefined && { scheduledTime: input.scheduledTime }),
    ...(input.squareId !== undefined && { squareId: input.squareId }),
  });
  if (claim.outcome !== "claimed")
    return { run: { outcome: claim.outcome, squareId: null, tweetId: null }, square: null };
  const { id, title, altText, objectKey } = claim.square;
  return {
    run: { outcome: "claimed", squareId: id, tweetId: null },
    square: { id, title, caption: captionOf(claim.square), altText: altText || null, objectKey },
  };
}
