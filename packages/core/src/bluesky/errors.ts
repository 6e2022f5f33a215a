import { ClientResponseError } from "@atcute/client";
import { TaskError } from "../errors.ts";

/** What was asked of Bluesky: only a record can be there without our knowing. */
export type BlueskyCall = "sign-in" | "upload" | "post" | "read" | "delete";

/** The server does not have the picture any more that the record names. */
class PictureGone extends TaskError {}

export const isPictureGone = (error: unknown): boolean => error instanceof PictureGone;

const ofTheAccount =
  /^(AuthenticationRequired|AuthMissing|AuthFactorTokenRequired|InvalidToken|ExpiredToken|Account(Takedown|Suspended|Deactivated|NotFound)|InvalidDID)$/;

/** What arises before a connection is made, so that nothing was sent. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/;

/** Every failure of a call as one of the workflow's error names. `now` in milliseconds since the epoch. */
export function fromBlueskyError(error: unknown, call: BlueskyCall, now: number): TaskError {
  if (error instanceof TaskError) return error;
  if (error instanceof ClientResponseError) return fromAnswer(error, call, now);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? "";
  const said = code || (cause instanceof Error ? cause.message : String(cause));
  if (call === "post" && !neverSent.test(code))
    return new TaskError(
      "unknownOutcome",
      `Bluesky gave no proper answer to the post (${said}): it may have been posted.`,
    );
  return new TaskError("retryable", `Bluesky could not be reached for the ${call} (${said}).`);
}

function fromAnswer({ status, error, description, headers }: ClientResponseError, call: BlueskyCall, now: number) {
  const said = [status, error, description].filter(Boolean).join(" ").slice(0, 300);
  if (status === 429) {
    const reset = Number(headers.get("ratelimit-reset")) * 1000;
    const at = new Date(reset > now ? reset : now + 5 * 60_000).toISOString();
    return new TaskError("rateLimited", `Bluesky accepts no ${call} before <${at}> (${said}).`);
  }
  if (status === 401 || status === 403 || ofTheAccount.test(error))
    return new TaskError(
      "notAuthorized",
      `Bluesky does not accept the app password, or not for this account (${said}): run \`2x2 connect bluesky\` again.`,
    );
  if (status === 404 || status === 405 || status === 501)
    return new TaskError(
      "wrongAddress",
      `Bluesky's server does not know the ${call} (${said}): check the address that was given to \`2x2 connect bluesky --service\`.`,
    );
  if (status >= 500 || status === 408)
    return call === "post"
      ? new TaskError("unknownOutcome", `Bluesky failed while posting (${said}): it may have been posted.`)
      : new TaskError("retryable", `Bluesky failed at the ${call} (${said}).`);
  if (error === "BlobNotFound" || (call === "post" && /could not find blob/i.test(description ?? "")))
    return new PictureGone("rejected", `Bluesky no longer has the picture of the post (${said}).`);
  if (status === 413 || (call === "upload" && status === 400) || /^(InvalidMimeType|BlobTooLarge)$/.test(error))
    return new TaskError("mediaInvalid", `Bluesky does not accept the picture (${said}): add a smaller copy of it.`);
  return new TaskError("rejected", `Bluesky refuses the ${call} (${said}).`);
}
