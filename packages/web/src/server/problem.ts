import { fromAwsError } from "@twobytwo/core/aws-errors";
import { type ErrorName, TaskError } from "@twobytwo/core/errors";
import type { Problem, ProblemType } from "../contract.ts";

const kinds: Record<ProblemType, { status: number; title: string }> = {
  invalid: { status: 400, title: "The request is not as it has to be" },
  "not-signed-in": { status: 401, title: "Nobody is signed in" },
  "not-proven": { status: 403, title: "This is confirmed with the passkey first" },
  forbidden: { status: 403, title: "This is not allowed" },
  "not-found": { status: 404, title: "There is no such thing" },
  changed: { status: 409, title: "Somebody else changed it meanwhile" },
  refused: { status: 422, title: "This cannot be done" },
  "too-large": { status: 413, title: "The request is too large" },
  "too-many": { status: 429, title: "Too many requests" },
  unavailable: { status: 503, title: "This does not work at the moment" },
  internal: { status: 500, title: "Something is wrong in the server" },
};

/** Thrown by a route: what the app is told, as RFC 9457 has it. */
export class WebProblem extends Error {
  override readonly name = "WebProblem";
  readonly problem: Problem;

  constructor(
    type: ProblemType,
    detail: string,
    more: Partial<Pick<Problem, "status" | "current" | "mistakes">> = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.problem = { type, ...kinds[type], detail, ...more };
  }
}

export function problemResponse({ problem }: WebProblem): Response {
  const { type, status } = problem;
  return new Response(JSON.stringify({ ...problem, type: `/problems/${type}` }), {
    status,
    headers: {
      "content-type": "application/problem+json",
      "cache-control": "no-store",
      ...((status === 429 || status === 503) && { "retry-after": status === 429 ? "60" : "2" }),
    },
  });
}

const types: Record<ErrorName, ProblemType> = {
  Retryable: "unavailable",
  RateLimited: "too-many",
  Rejected: "refused",
  MediaInvalid: "refused",
  MediaMissing: "refused",
  NotAuthorized: "refused",
  NoCredits: "refused",
  WrongAddress: "refused",
  Unconfirmed: "refused",
  UnknownOutcome: "unavailable",
};

/** What a person is told of any error; of one that nobody foresaw, nothing but where to look. */
export function asProblem(error: unknown): WebProblem {
  if (error instanceof WebProblem) return error;
  const failure = error instanceof TaskError ? error : fromAwsError(error, "The request");
  const cause = { cause: error };
  if (failure instanceof TaskError)
    return failure.name === "Retryable"
      ? new WebProblem("unavailable", "A service that this needs is busy: try again in a moment.", {}, cause)
      : new WebProblem(types[failure.name], failure.message, {}, cause);
  return new WebProblem("internal", "It is not your doing: the log of the function `web` says what it is.", {}, cause);
}
