import type { Clock } from "../clock.ts";
import { errorName } from "../errors.ts";
import type { NotifyInput } from "../posting/state-inputs.ts";
import { noteTold } from "../schedule/pause.ts";
import type { Table } from "../squares/table.ts";
import { type Alerts, subjectOf, tell } from "./alerts.ts";

export interface NotifyPorts {
  /** Undefined if nobody is to be told. */
  alerts: Alerts | undefined;
  table: Table;
  clock: Clock;
}

/**
 * Tells the owner of a failed run, and notes that of a stop which the run has made.
 *
 * @returns `noted`, where there was a stop: false where the watch will tell of it once more.
 */
export async function notify(
  { alerts, table, clock }: NotifyPorts,
  { failure, execution }: NotifyInput,
): Promise<{ told: boolean; noted?: boolean }> {
  if (alerts === undefined) return { told: false };
  await tell(alerts, describeFailure(failure, execution));
  if (!failure.pause?.until) return { told: true };
  // What cannot be noted, the watch tells once more: better than to tell it again at once, and again.
  const at = new Date(clock()).toISOString();
  return { told: true, noted: await noteTold(table, { execution, at }).catch(() => false) };
}

type Failure = NotifyInput["failure"];

export function describeFailure(failure: Failure, execution: string): { subject: string; message: string } {
  const square = failure.squareId === null ? "no square" : `square ${failure.squareId}`;
  const where = failure.squareId === null ? "" : whereabouts(failure, failure.squareId);
  return {
    subject: subjectOf(`2x2: ${failure.error}, ${square}`),
    message: [failure.message, where, comes(failure), `Execution: ${execution}`].filter(Boolean).join("\n\n"),
  };
}

function whereabouts({ error, message, squareStatus }: Failure, squareId: string): string {
  switch (squareStatus) {
    case null:
      return `It is not known where the square is now: \`2x2 show ${squareId}\` shows it.`;
    case "gone":
      return "The square is no longer in the table.";
    case "queued":
      return "The square is back in the queue, in its place.";
    case "dated":
      return "The square has its date again: it is posted before the queue.";
    case "posted":
      return "The square was posted; only a later step failed.";
    case "review":
      return isRefused(error, message)
        ? `The square is held for review: fix what is wrong with it, then decide with \`2x2 review ${squareId}\`.`
        : `The square is held for review, because it may have been posted. Check whether it was, then decide: \`2x2 review ${squareId}\` shows it beside the account's posts (in the web app: at the top of the wall), and one key or click decides.`;
    default:
      return `The square is ${squareStatus}.`;
  }
}

/** For certain and by itself, and not because the account could not be looked at. */
const isRefused = (error: string, message: string) =>
  (error === errorName.rejected || error === errorName.mediaInvalid || error === errorName.mediaMissing) &&
  !message.startsWith("X refuses the read");

/** What happens next without anybody's doing. */
function comes({ concerns, pause }: Failure): string {
  if (pause?.until)
    return `Nothing is posted until ${pause.until}. Then one square is tried again, and you are told when posting goes on. To try earlier, \`2x2 resume\` ends the pause, and the next slot tries again; \`2x2 post next\` tries one square at once.`;
  return concerns === "this square"
    ? "The run goes on with the next square. If that one is refused in the same way, both go back to where they were."
    : "";
}
