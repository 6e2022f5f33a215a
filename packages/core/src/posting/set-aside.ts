import { TaskError } from "../errors.ts";
import type { Row, Table } from "../squares/table.ts";
import { changeStatus, isUncountable, type Transition } from "../squares/transition.ts";

/**
 * Holds a row for review that is not a valid square. It can be neither posted nor looked up, and would block the queue for
 * ever. If somebody has moved it meanwhile, it is left alone.
 *
 * @param input.mistakes what is wrong with it, by attribute.
 * @param input.claimedBy the execution that must have claimed it; null if none may.
 * @param input.now Milliseconds since the epoch.
 */
export async function setAside(
  table: Table,
  row: Row,
  input: { mistakes: string; execution: string; now: number } & Pick<Transition, "claimedBy">,
): Promise<void> {
  const now = new Date(input.now).toISOString();
  const rank = row.status === "queued" ? row.sortKey : row["rank"];
  const wayOut =
    row.status === "posting"
      ? "It may have been posted: look at the account first, then correct the row."
      : "Correct it, then put it back in the queue.";
  const message = `The row is not a valid square (${input.mistakes}). ${wayOut}`;
  try {
    await changeStatus(table, {
      id: row.id,
      from: row.status,
      to: "review",
      sortKey: now,
      now,
      set: {
        ...(typeof rank === "string" && { rank }),
        lastError: { name: "Rejected", message, at: now, execution: input.execution },
      },
      restartsVersion: isUncountable(row),
      ...(input.claimedBy !== undefined && { claimedBy: input.claimedBy }),
    });
  } catch (error) {
    // Moved meanwhile, and still not a valid square.
    if (!(error instanceof TaskError)) throw error;
  }
}
