import { PublishCommand, type SNSClient } from "@aws-sdk/client-sns";
import { errorName } from "../errors.ts";
import type { Concern } from "../posting/state-inputs.ts";

/** Where the owner is told; SNS sends it on as mail. */
export interface Alerts {
  client: SNSClient;
  topicArn: string;
}

export interface Failure {
  /** Error name of the workflow, or one of Step Functions. */
  error: string;
  message: string;
  squareId: string | null;
  /** Where the square is now: back in the queue, held for review, or untouched. */
  squareStatus: string | null;
  /** Absent in runs of an older definition. */
  concerns?: Concern | undefined;
  /** Where the schedule was paused for it; `until` is null where a person's own pause stays. */
  pause?: { until: string | null } | undefined;
}

/** SNS takes 100 ASCII characters on one line. */
const subjectOf = (text: string) => text.replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 100);

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
    case "posted":
      return "The square was posted; only a later step failed.";
    case "review":
      return isRefused(error, message)
        ? `The square is held for review: fix what is wrong with it, then decide with \`2x2 review ${squareId}\`.`
        : `The square is held for review, because it may have been posted. Check whether it was, then decide: \`2x2 review ${squareId}\` shows it beside the account's posts (in the web app: Runs, then Decide), and one key or click decides.`;
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
    ? "The run goes on with the next square. If that one is refused in the same way, both go back in the queue."
    : "";
}

export async function tellOwner(alerts: Alerts, failure: Failure, execution: string): Promise<void> {
  await tell(alerts, describeFailure(failure, execution));
}

/** One mail to everybody who listens to the topic. */
export async function tell(alerts: Alerts, { subject, message }: { subject: string; message: string }): Promise<void> {
  await alerts.client.send(
    new PublishCommand({ TopicArn: alerts.topicArn, Subject: subjectOf(subject), Message: message }),
  );
}
