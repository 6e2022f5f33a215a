/**
 * Names by which `stacks/workflow.asl.json` retries and catches: a wire contract, see docs/architecture.md.
 * A name says what is known about the world outside, not where the error arose.
 */
export const errorName = {
  /** Nothing happened at the other side; the same call may be made again. */
  retryable: "Retryable",
  /** Nothing happened, and nothing may be tried before the limit resets. */
  rateLimited: "RateLimited",
  /** Trying again cannot help: somebody has to change something first. */
  rejected: "Rejected",
  /** The picture or its uploaded copy is not one that X takes. */
  mediaInvalid: "MediaInvalid",
  /** The picture is not in the bucket. */
  mediaMissing: "MediaMissing",
  /** X does not accept the keys, or not for this call. */
  notAuthorized: "NotAuthorized",
  /** The prepaid credits, or the spending limit of the cycle, are used up. */
  noCredits: "NoCredits",
  /** X's API is not where it was: nothing was posted, and neither a square nor its picture is to blame. */
  wrongAddress: "WrongAddress",
  /** The table is not the one it was, or was filled by an import: a person says first that nothing was posted meanwhile. */
  unconfirmed: "Unconfirmed",
  /** It may have happened: look before doing it again. */
  unknownOutcome: "UnknownOutcome",
} as const;

export type ErrorKind = keyof typeof errorName;
export type ErrorName = (typeof errorName)[ErrorKind];

/** The one error that a step throws on purpose; its `name` is what the state machine matches. */
export class TaskError extends Error {
  override readonly name: ErrorName;

  constructor(kind: ErrorKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = errorName[kind];
  }
}
