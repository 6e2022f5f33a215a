import { TaskError } from "@twobytwo/core/errors";

interface Thrown extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** What went wrong and what to do, on one line. */
export function describeError(error: unknown, stage: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TaskError) return error.message;
  const { name, message, code } = error as Thrown;
  const detail = message.replaceAll(/\s+/g, " ").trim();
  if (stage === undefined)
    return isLostConnection(name, code)
      ? `The sandbox no longer answers (${code ?? name}), so it was probably stopped. Run this again.`
      : detail || name;
  const wayOut = wayOutOf(name, detail);
  return wayOut === undefined ? `${name}: ${detail}` : `${wayOut} (${name}: ${detail})`;
}

const isLostConnection = (name: string, code: string | undefined) =>
  name === "TimeoutError" || ["ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code ?? "");

function wayOutOf(name: string, detail: string): string | undefined {
  if (name === "CredentialsProviderError")
    return "No AWS credentials were found: sign in with `aws sso login`, or name a profile in AWS_PROFILE.";
  if (/^Region is missing$/.test(detail)) return "No AWS region is set: set AWS_REGION to the region of the stage.";
  if (/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(name))
    return "The AWS credentials have expired: sign in again.";
  if (/^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch)$/.test(name))
    return "AWS does not accept these credentials: check AWS_PROFILE and this machine's clock.";
  if (/^(AccessDenied|AccessDeniedException)$/.test(name))
    return "These credentials do not allow this: use others (AWS_PROFILE), or ask for the permission that the error names.";
  if (/^(ResourceNotFoundException|StateMachineDoesNotExist|NoSuchBucket)$/.test(name))
    return "Part of the stage is missing: deploy it again.";
  if (
    /^(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|TimeoutError|ECONNRESET)$/.test(name) ||
    /\b(ENOTFOUND|ECONNREFUSED|EAI_AGAIN)\b/.test(detail)
  )
    return "AWS cannot be reached: check the network.";
  return undefined;
}
