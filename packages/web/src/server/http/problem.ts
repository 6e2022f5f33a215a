import { fromAwsError } from "@twobytwo/core/aws-errors";
import { type ErrorName, TaskError } from "@twobytwo/core/errors";
import type { Problem, ProblemType } from "../../contract.ts";

const kinds: Record<ProblemType, { status: number; title: string }> = {
  invalid: { status: 400, title: "Invalid request" },
  "not-signed-in": { status: 401, title: "Not signed in" },
  "not-proven": { status: 403, title: "Passkey required" },
  forbidden: { status: 403, title: "Not allowed" },
  "not-found": { status: 404, title: "Not found" },
  changed: { status: 409, title: "Changed elsewhere" },
  refused: { status: 422, title: "Not possible" },
  "too-large": { status: 413, title: "Request too large" },
  "too-many": { status: 429, title: "Too many requests" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
  internal: { status: 500, title: "Server error" },
};

/** Thrown by a route; becomes a problem as in RFC 9457. */
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

/** What a person is told about an error. Of an unexpected one, only where to look. */
export function asProblem(error: unknown): WebProblem {
  if (error instanceof WebProblem) return error;
  const failure = error instanceof TaskError ? error : fromAwsError(error, "The request");
  const cause = { cause: error };
  if (failure instanceof TaskError)
    return failure.name === "Retryable"
      ? new WebProblem("unavailable", "A required service is busy. Try again in a moment.", {}, cause)
      : new WebProblem(types[failure.name], failure.message, {}, cause);
  return new WebProblem("internal", "The server failed. The cause is in the log of the function `web`.", {}, cause);
}
