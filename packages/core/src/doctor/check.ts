import { TaskError } from "../errors.ts";
import type { Ports } from "../ports.ts";
import type { XClient } from "../x/client.ts";

/** What the doctor found out about one thing. */
export interface Check {
  name: string;
  /** `info` is a reminder of what no program can find out. */
  state: "ok" | "info" | "warning" | "wrong";
  /** How it stands, in one sentence. */
  what: string;
  /** What to do about it, in one sentence. */
  wayOut?: string;
  /** The things that it concerns, a line each: the first few, or all where a person needs them all. */
  of?: string[];
  /** `doctor --repair` puts it right. */
  repairable?: true;
}

/** The same, by whatever name it is shown. */
export type CheckResult = Omit<Check, "name">;

const mostShown = 5;

/** At most five lines, and how many more there are. */
export function firstOf(lines: readonly string[]): { of?: string[] } {
  if (lines.length === 0) return {};
  const more = lines.length - mostShown;
  return { of: [...lines.slice(0, mostShown), ...(more > 0 ? [`… and ${more} more`] : [])] };
}

/** Looks, and says what kept it from looking. */
export async function check(name: string, look: () => Promise<CheckResult>): Promise<Check> {
  try {
    return { name, ...(await look()) };
  } catch (error) {
    return { name, state: "wrong", ...problemOf(error) };
  }
}

/** The project's own messages end with the way out, behind a colon. */
export function problemOf(error: unknown): { what: string; wayOut: string } {
  if (!(error instanceof Error)) return { what: `Something unexpected went wrong (${String(error)}).`, wayOut: again };
  if (error instanceof TaskError) {
    const [, what, wayOut] = /^(.*): ([^()]*)\.$/s.exec(error.message) ?? [];
    if (what !== undefined && wayOut !== undefined)
      return { what: `${what}.`, wayOut: `${wayOut.charAt(0).toUpperCase()}${wayOut.slice(1)}.` };
    return { what: error.message, wayOut: again };
  }
  // What `fromAwsError` adds speaks to who reads the log of a Lambda.
  const said = error.cause instanceof Error && error.cause.name === error.name ? error.cause : error;
  const { name, message, code } = said as Error & { code?: string };
  return {
    what: `It cannot be checked (${[name, message.replaceAll(/\s+/g, " ").trim()].filter(Boolean).join(": ")}).`,
    wayOut: wayOutOf(name, code ?? ""),
  };
}

const again = "Run this again; if that does not help, deploy again.";

function wayOutOf(name: string, code: string): string {
  if (/^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Forbidden|403)$/.test(name))
    return "Use credentials that allow this: check AWS_PROFILE and its permissions.";
  if (/ExpiredToken|CredentialsProviderError|UnrecognizedClient|InvalidAccessKeyId|SignatureDoesNotMatch/.test(name))
    return "Sign in to AWS again, and check AWS_PROFILE.";
  if (/^(ENOTFOUND|ECONNREFUSED|ECONNRESET|EAI_AGAIN|ETIMEDOUT)$/.test(code) || name === "TimeoutError")
    return "Check the network.";
  if (/^(ResourceNotFoundException|NoSuchBucket|NotFound|StateMachineDoesNotExist)$/.test(name))
    return "Deploy again; the sandbox creates it when it starts.";
  return again;
}

/** All that a deployment needs to be looked at. */
export interface DoctorPorts
  extends Pick<Ports, "table" | "bucket" | "schedule" | "clock" | "random" | "sleep" | "newId"> {
  stateMachine: {
    arn: string;
    /** Its status; fails where there is none. */
    status(): Promise<string | undefined>;
  };
  /** Reads the credentials parameter; @throws NotAuthorized naming what it lacks. */
  credentials(): Promise<unknown>;
  x(): Promise<XClient>;
}
