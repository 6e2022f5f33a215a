import { signal } from "@preact/signals";
import type { Problem } from "../../contract.ts";
import { sha256Of } from "./digest.ts";
import { PlainError, plainWords, type Told } from "./plain-words.ts";

/** An answer with a status of 400 or above; the message is the server's. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** No answer: the network or the server is down. */
export class Unreachable extends PlainError {
  override readonly name = "Unreachable";

  constructor(cause: unknown) {
    super("There is no connection.", { cause });
  }
}

/** The person did not confirm with the passkey, so nothing was done. */
export class NotConfirmed extends PlainError {
  override readonly name = "NotConfirmed";

  constructor() {
    super("Not confirmed with the passkey. Nothing was done.");
  }
}

/** A question to the person that every request which meets it waits for. */
function createQuestion() {
  let asked: PromiseWithResolvers<void> | undefined;
  const isOpen = signal(false);
  const close = () => {
    const before = asked;
    asked = undefined;
    isOpen.value = false;
    return before;
  };
  return {
    /** Whether the question is on the screen. */
    isOpen,
    ask(): Promise<void> {
      asked ??= Promise.withResolvers<void>();
      isOpen.value = true;
      return asked.promise;
    },
    resolve: () => close()?.resolve(),
    reject: (reason: Error) => close()?.reject(reason),
  };
}

/** The session ended while the app was open: what is on the page stays until the person has signed in again. */
export const signInQuestion = createQuestion();
/** Something that cannot be undone waits for the passkey. */
export const passkeyQuestion = createQuestion();

interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
  /** For signing in itself: without a session it does not ask for one. */
  withoutSession?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const mostTries = 4;
const firstPauseMs = 250;

/**
 * Whether the same call may be repeated at once: the function was throttled before it ran, or the call only reads. A server that says
 * when to come back is not asked earlier.
 */
const isRepeatable = (method: Method, { status, headers }: Response) =>
  !headers.has("retry-after") && (status === 429 || (method === "GET" && status >= 502 && status <= 504));

/**
 * Calls the API. If the session was lost, it asks the person to sign in; if the server wants the passkey, it asks for that. Then it
 * repeats the call, so that nothing typed is lost.
 *
 * @throws ApiError, Unreachable, NotConfirmed, and what `signal` aborts with.
 */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const response = await send(method, path, options);
    if (tries < mostTries && isRepeatable(method, response)) {
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** tries));
      continue;
    }
    if (response.status === 401 && !options.withoutSession) {
      await signInQuestion.ask();
      continue;
    }
    if (!response.ok) {
      const problem = await problemOf(response);
      if (problem.type !== "not-proven") throw new ApiError(problem);
      await passkeyQuestion.ask();
      continue;
    }
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }
}

async function send(method: Method, path: string, { body, signal }: RequestOptions): Promise<Response> {
  try {
    const sent = method === "GET" ? undefined : JSON.stringify(body ?? {});
    return await fetch(`/api${path}`, {
      method,
      headers: { accept: "application/json", ...(sent !== undefined && (await contentHeaders(sent))) },
      ...(sent !== undefined && { body: sent }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}

/** CloudFront signs what it passes on to the function, and cannot read the body for it: it takes the hash from here. */
const contentHeaders = async (body: string) => ({
  "content-type": "application/json",
  "x-amz-content-sha256": await sha256Of(body),
});

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  try {
    const problem = (await response.json()) as Problem;
    return { ...problem, type: (problem.type.split("/").at(-1) ?? "internal") as Problem["type"] };
  } catch {
    // A proxy or the platform answered, not the app's server.
    return {
      type: "internal",
      title: `Status ${status}`,
      status,
      detail: "The server could not answer.",
    };
  }
}

/** What to tell a person about a failure: of what a library or the browser threw, only that it failed. */
export function tell(error: unknown): Told {
  if (error instanceof ApiError) {
    const { type, status, detail, title } = error.problem;
    const { sentence, details } = plainWords(detail || title);
    if (type !== "internal" && details === undefined) return { sentence };
    return { sentence, details: `${status} ${type}: ${detail || title}` };
  }
  if (error instanceof PlainError) return { sentence: error.message };
  const isOurs = error instanceof Error && error.constructor === Error;
  return isOurs
    ? plainWords(error.message)
    : { sentence: "That did not work in this browser. Reload the page and try again.", details: `${error}` };
}

export const messageOf = (error: unknown): string => tell(error).sentence;
