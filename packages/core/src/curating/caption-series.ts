import { TaskError } from "../errors.ts";
import { requireSquare } from "../squares/list.ts";
import { type Square, statuses } from "../squares/square.ts";
import { everyRowByStatus, squareOf, type Table } from "../squares/table.ts";
import { updateSquare } from "../squares/update.ts";
import { type CaptionPlan, type PlannedCaption, planCaption } from "./caption-template.ts";

const pageSize = 1_000;

/** Every square of a series, whatever its status; reads the whole index, page by page. */
export async function readSeriesSquares(table: Table, series: string): Promise<Square[]> {
  const found: Square[] = [];
  for (const status of statuses)
    for await (const row of everyRowByStatus(table, { status, limit: pageSize })) {
      const read = row["series"] === series && squareOf(row);
      if (read && "square" in read) found.push(read.square);
    }
  // One that changed its status meanwhile was met twice.
  return [...new Map(found.map((square) => [square.id, square])).values()];
}

export interface CaptionInput extends CaptionPlan {
  id: string;
  /** That was planned with. */
  version: number;
  number: number;
  /** Milliseconds since the epoch. */
  now: number;
}

/**
 * Gives one square the caption that a template makes of it, and notes on its row what the template made. Repeated, it changes nothing.
 *
 * @returns what was done. A square that is gone, or that somebody else changed since it was planned, is refused.
 */
export async function captionSquare(
  table: Table,
  input: CaptionInput,
): Promise<Pick<PlannedCaption, "outcome" | "why">> {
  const { id, version, series, template, now } = input;
  try {
    const seen = await requireSquare(table, id);
    const number = seen.templated?.series === series ? seen.templated.number : input.number;
    const { caption, outcome, why } = planCaption(seen, number, input);
    if (outcome !== "changes") return { outcome, ...(why !== undefined && { why }) };
    if (seen.version !== version || seen.series !== series)
      throw new TaskError("rejected", `Square ${id} was changed meanwhile: look at it again, then repeat this.`);
    const at = new Date(now).toISOString();
    await updateSquare(table, seen, { caption, templated: { series, number, template, caption, at }, updatedAt: at });
    return { outcome };
  } catch (error) {
    if (!(error instanceof TaskError) || error.name !== "Rejected") throw error;
    return { outcome: "refused", why: error.message };
  }
}
