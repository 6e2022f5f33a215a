import { TaskError } from "@twobytwo/core/errors";

interface Thrown extends Error {
  code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** What went wrong and the way out, on one line. */
export function describeError(error: unknown, stage: string | undefined): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof TaskError) return error.message;
  const { name, message, code } = error as Thrown;
  const detail = message.replaceAll(/\s+/g, " ").trim();
  if (stage === undefined)
    return isLostConnection(name, code)
      ? `The sandbox does not answer any more (${code ?? name}): it was stopped meanwhile. Run this again.`
      : detail || name;
  const wayOut = wayOutOf(name, detail);
  return wayOut === undefined ? `${name}: ${detail}` : `${wayOut} (${name}: ${detail})`;
}

const isLostConnection = (name: string, code: string | undefined) =>
  name === "TimeoutError" || ["ECONNREFUSED", "ECONNRESET", "EPIPE"].includes(code ?? "");

function wayOutOf(name: string, detail: string): string | undefined {
  if (name === "CredentialsProviderError")
    return "No AWS credentials were found: sign in with `aws sso login`, or name a profile in AWS_PROFILE.";
  if (/^Region is missing$/.test(detail)) return "No AWS region is set: set AWS_REGION to where the stage is deployed.";
  if (/^(ExpiredToken|ExpiredTokenException|RequestExpired)$/.test(name))
    return "The AWS credentials have expired: sign in again.";
  if (/^(UnrecognizedClientException|InvalidClientTokenId|InvalidSignatureException|SignatureDoesNotMatch)$/.test(name))
    return "AWS does not accept these credentials: check AWS_PROFILE, and the clock of this machine.";
  if (/^(AccessDenied|AccessDeniedException)$/.test(name))
    return "These credentials may not do that: ask for the rights that docs/operations.md lists.";
  if (/^(ResourceNotFoundException|StateMachineDoesNotExist|NoSuchBucket)$/.test(name))
    return "A part of the stage is gone: deploy it again.";
  if (
    /^(ENOTFOUND|ECONNREFUSED|EAI_AGAIN|TimeoutError|ECONNRESET)$/.test(name) ||
    /\b(ENOTFOUND|ECONNREFUSED|EAI_AGAIN)\b/.test(detail)
  )
    return "AWS cannot be reached: check the network.";
  return undefined;
}
