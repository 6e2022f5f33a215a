import { TaskError } from "./errors.ts";

interface ServiceError extends Error {
  $fault?: "client" | "server";
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
  code?: string;
  CancellationReasons?: { Code?: string }[];
}

/** Client faults that pass: throttling and two writers at once. */
const passing = new Set([
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "SlowDown",
  "LimitExceededException",
  "TransactionConflictException",
  "TransactionInProgressException",
  // EventBridge Scheduler, of two who change a schedule at once.
  "ConflictException",
  "RequestTimeout",
  "RequestTimeoutException",
]);

/** Of one part of a cancelled transaction; docs.aws.amazon.com, "TransactWriteItems". */
const passingReasons = new Set([
  "TransactionConflict",
  "ThrottlingError",
  "ProvisionedThroughputExceeded",
  "RequestLimitExceeded",
  "InternalServerError",
]);

/** Set by Node where a connection was refused, cut or never answered. */
const network = /^(E[A-Z]+|ABORT_ERR|UND_ERR_.*)$/;

/**
 * Tells an AWS failure that passes, as `Retryable`, from one that stays, which keeps its own name: the state
 * machine has no answer to a wrong role or a missing table but to put the square back. Every write this
 * project makes may be made twice, so an answer that was lost counts as `Retryable` as well.
 */
export function fromAwsError(error: unknown, doing: string): Error {
  if (error instanceof TaskError) return error;
  const failure = error as ServiceError;
  const name = failure?.name ?? "Error";
  const detail = `${name}: ${failure?.message ?? String(error)}`;
  if (passes(failure, detail))
    return new TaskError("retryable", `${doing} failed and can be tried again (${detail})`, { cause: error });
  return Object.assign(new Error(`${doing} failed (${detail}): ${wayOut(name)}`, { cause: error }), { name });
}

function passes(failure: ServiceError, detail: string): boolean {
  return (
    (failure?.name === "TransactionCanceledException" && passedOver(failure, detail)) ||
    passing.has(failure?.name) ||
    failure?.name === "TimeoutError" ||
    failure?.$fault === "server" ||
    (failure?.$metadata?.httpStatusCode ?? 0) >= 500 ||
    (failure?.code !== undefined && network.test(failure.code))
  );
}

/** What its own conditions, or a mistake of it, cancelled would be cancelled again, whatever else was in the way. */
function passedOver({ CancellationReasons: reasons }: ServiceError, detail: string): boolean {
  const told = reasons?.map(({ Code = "None" }) => Code) ?? /\[([\w, ]+)\]/.exec(detail)?.[1]?.split(/, */) ?? [];
  const codes = told.filter((code) => code !== "None");
  return codes.length > 0 && codes.every((code) => passingReasons.has(code));
}

function wayOut(name: string): string {
  switch (name) {
    case "ResourceNotFoundException":
      return "check that DB_TABLE_NAME and SCHEDULE_NAME match the deployment.";
    case "NoSuchBucket":
      return "check that S3_BUCKET_NAME matches the deployment.";
    case "AccessDenied":
    case "AccessDeniedException":
    case "UnrecognizedClientException":
      return "check the permissions of this function's role.";
    default:
      return "this is a mistake in the program or its setup, and trying again does not help.";
  }
}
