import { ApiPartialResponseError, ApiRequestError, ApiResponseError } from "twitter-api-v2";
import { dayMs } from "../clock.ts";
import { type ErrorKind, TaskError } from "../errors.ts";

/** What was asked of X: only a post can happen without our knowing. */
export type XCall = "upload" | "alt text" | "post" | "read" | "delete";

/** What speaks of what is to be posted: X may refuse any of them for the one square or for the account. */
const ofPosts: ReadonlySet<XCall> = new Set(["upload", "alt text", "post"]);

interface Problem {
  type?: string;
  title?: string;
  detail?: string;
  reason?: string;
  /** A day, where the limit is one of a billing cycle. */
  reset_date?: string;
  errors?: { message?: string; parameters?: Record<string, unknown> }[];
}

/** X's rate windows are a quarter of an hour; without a header, the whole of one is waited for. */
const windowMs = 15 * 60 * 1000;
/** Longer waits are not slept through in one execution: the square goes back to the queue instead. */
export const longestWaitMs = 20 * 60 * 1000;

type RefusedAnswer = Pick<ApiResponseError, "code" | "headers"> & { data: unknown };

/** Every failure of X's API as one of the workflow's error names. `now` in milliseconds since the epoch. */
export function fromXError(error: unknown, call: XCall, now: number): TaskError {
  if (error instanceof TaskError) return error;
  if (error instanceof ApiResponseError) return fromXAnswer(error, call, now);
  const cause = causeOf(error);
  const said = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  // These three arise before a connection is made, so nothing was sent.
  const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN)$/.test((cause as NodeJS.ErrnoException)?.code ?? "");
  if (call === "post" && !neverSent)
    return new TaskError("unknownOutcome", `X gave no proper answer to the post (${said}): it may have been posted.`);
  return new TaskError("retryable", `X could not be reached for the ${call} (${said}).`);
}

/** The library hides what went wrong with a connection: see github.com/PLhery/node-twitter-api-v2/issues/586. */
function causeOf(error: unknown): unknown {
  if (error instanceof ApiPartialResponseError) return error.responseError;
  if (error instanceof ApiRequestError)
    return (error as unknown as { _options?: { error?: Error } })._options?.error ?? error;
  return error;
}

/** An answer that says no. */
export function fromXAnswer(error: RefusedAnswer, call: XCall, now: number): TaskError {
  const problem: Problem = typeof error.data === "object" && error.data !== null ? (error.data as Problem) : {};
  const said = describe(error.code, error.data, problem);
  // Never with the library's error as the cause: it holds the request, and with it the signed header.
  const fail = (kind: ErrorKind, message: string) => new TaskError(kind, message);
  switch (error.code) {
    case 401:
      return fail(
        "notAuthorized",
        `X does not accept the keys (${said}): check the four keys, and this machine's clock.`,
      );
    case 402:
      return fail(
        "noCredits",
        `X has no credits left for this app (${said}): buy credits at console.x.com.${nextTryOf(problem, now)}`,
      );
    case 403:
      return forbidden(problem, said, call, now);
    case 429:
      return fail("rateLimited", limitMessage(call, opensAt(error, now), said));
    default:
      break;
  }
  if (error.code >= 500 || error.code === 408)
    return call === "post"
      ? fail("unknownOutcome", `X failed while posting (${said}): it may have been posted.`)
      : fail("retryable", `X failed at the ${call} (${said}).`);
  if (ofPosts.has(call) && addressGone.has(error.code))
    return fail(
      "wrongAddress",
      `X's API does not accept the ${call} at this address (${said}): neither the square nor the keys are the cause. Look for a newer version of twobytwo, and check docs.x.com.`,
    );
  if ((call === "upload" && pictureRefused.has(error.code) && !aboutTheCall(problem)) || aboutMedia(problem))
    return fail(
      "mediaInvalid",
      `X does not accept the picture (${said}): add it again as a JPEG or PNG well under 5 MB.`,
    );
  return fail(
    "rejected",
    ofPosts.has(call)
      ? `X refuses the ${call} (${said}): change what X objects to, then put the square back in the queue.`
      : `X refuses the ${call} (${said}): look for a newer version of twobytwo, and check docs.x.com.`,
  );
}

/** Answers about the address, and not about what was sent to it; v1.1's upload ended that way in 2025. */
const addressGone: ReadonlySet<number> = new Set([404, 405, 410, 415]);
/** Answers to an upload that are about the picture: a request that is wrong, too large, or not to be processed. */
const pictureRefused: ReadonlySet<number> = new Set([400, 413, 422]);

function forbidden(problem: Problem, said: string, call: XCall, now: number): TaskError {
  const type = problem.type?.split("/").at(-1);
  // The old body has one type for both, and here it can only be the cap: no credits is a 402.
  if (type === "spend-cap-reached" || type === "credits" || problem.title === "SpendCapReached")
    return new TaskError(
      "noCredits",
      `The spending limit of this cycle is reached (${said}): raise it at console.x.com, or wait for the next cycle.${nextTryOf(problem, now)}`,
    );
  if (call === "post" && /duplicate content/i.test(problem.detail ?? ""))
    return new Duplicate(
      "rejected",
      `X refuses the post as a duplicate (${said}): look at the account, then change the text or withdraw the square.`,
    );
  if (type === "oauth1-permissions")
    return new TaskError(
      "notAuthorized",
      `The keys are read-only (${said}): set the app to "Read and write", then create a new access token and secret.`,
    );
  if (type === "client-forbidden")
    return new TaskError(
      "notAuthorized",
      `The app or account is not enrolled (${said}): move the app to Pay-per-use and Production at console.x.com.`,
    );
  if (type === "user-suspended" || type === "app-suspended")
    return new TaskError(
      "notAuthorized",
      `X has suspended the account or app (${said}): sign in at x.com and do what it asks.`,
    );
  if (!ofTheAccount.has(type ?? "") && ofPosts.has(call))
    return new TaskError(
      "rejected",
      `X refuses the ${call} (${said}), and does not say whether the square or the account is the cause: change the text, or sign in at x.com and see what it asks.`,
    );
  return new TaskError(
    "notAuthorized",
    `X forbids the ${call} (${said}): sign in at x.com and console.x.com, and see what it asks of the account.`,
  );
}

/** Of any other type, and without one, X may mean the one square. */
const ofTheAccount: ReadonlySet<string> = new Set(["unsupported-authentication", "not-authorized-for-resource"]);

/** X has a post with these words and this picture, or says so: only the row tells whether it was sent before. */
class Duplicate extends TaskError {}

export const isDuplicate = (error: unknown): boolean => error instanceof Duplicate;

/** Longer than a billing cycle, no limit lasts. */
const longestLimitMs = 32 * dayMs;

/** Behind the words of an answer: when the limit that it is about is lifted, where X names a day that is to come. */
function nextTryOf({ reset_date }: Problem, now: number): string {
  const resets = Date.parse(reset_date ?? "");
  return resets > now && resets <= now + longestLimitMs ? ` Next try at <${new Date(resets).toISOString()}>.` : "";
}

function describe(status: number, data: unknown, problem: Problem): string {
  const first = problem.errors?.[0]?.message;
  const text = typeof data === "string" ? data.slice(0, 200) : undefined;
  const words = [first ?? problem.detail ?? problem.title ?? text, problem.reason].filter(Boolean).join(", ");
  // Between < and > a message names the time of the next try, and nothing of X's.
  return words === "" ? `HTTP ${status}` : `HTTP ${status}, "${words.replaceAll(/[<>]/g, "'")}"`;
}

/** A parameter of the call is named, and it is not the picture. */
function aboutTheCall({ errors = [] }: Problem): boolean {
  const named = errors.flatMap(({ parameters = {} }) => Object.keys(parameters));
  return named.length > 0 && named.every((name) => !/^(\$\.)?media(\.|$)/.test(name));
}

function aboutMedia(problem: Problem): boolean {
  return (problem.errors ?? []).some(
    ({ message = "", parameters = {} }) =>
      Object.keys(parameters).some((name) => name.startsWith("media.")) || /media ids? (is|are) invalid/i.test(message),
  );
}

function opensAt(error: RefusedAnswer, now: number): number {
  const headers = error.headers;
  const names = ["x-rate-limit", "x-user-limit-24hour", "x-app-limit-24hour"];
  const usedUp = names.filter((name) => headers[`${name}-remaining`] === "0");
  const resets = (usedUp.length > 0 ? usedUp : names.slice(0, 1)).map(
    (name) => Number(headers[`${name}-reset`]) * 1000,
  );
  const known = resets.filter((reset) => Number.isFinite(reset) && reset > 0);
  const reset = known.length > 0 ? Math.max(...known) : now + windowMs;
  return Math.min(Math.max(reset, now + 1000), now + longestWaitMs);
}

/**
 * The state machine reads the time between `<` and `>` out of this message: an error that a Lambda throws
 * carries nothing but a name and a message.
 */
export function limitMessage(call: string, opens: number, said: string): string {
  return `X's rate limit for the ${call} is used up (${said.replaceAll(/[<>]/g, "'")}); next try at <${new Date(opens).toISOString()}>.`;
}
