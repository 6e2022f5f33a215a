import type { Problem } from "../../contract.ts";

/** An answer of 400 and above, in the words of the server. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail || problem.title);
    this.problem = problem;
  }
}

/** No answer at all: the network or the server is away. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";

  constructor(cause: unknown) {
    super("There is no connection at the moment.", { cause });
  }
}

/** The person did not confirm with the passkey what asked for it: nothing was done. */
export class NotConfirmed extends Error {
  override readonly name = "NotConfirmed";

  constructor() {
    super("It was not confirmed with the passkey, so nothing was done.");
  }
}

type Ask = () => Promise<void>;
let signInAgain: Ask | undefined;
let confirm: Ask | undefined;

/** What asks a person to sign in where a session was lost; the request that found out is then made again. */
export function whenSignedOut(ask: Ask): void {
  signInAgain = ask;
}

/**
 * What asks a person to confirm with the passkey; the request that wants it is then made again.
 *
 * @param ask throws NotConfirmed where the person does not want to
 */
export function whenNotProven(ask: Ask): void {
  confirm = ask;
}

interface RequestOptions {
  body?: unknown;
  signal?: AbortSignal;
  /** Part of signing in itself: no session is no reason to ask for one. */
  withoutSession?: boolean;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

const mostTries = 4;
const firstPauseMs = 250;

/**
 * Whether the very same call may be made again at once: the function was not invoked at all, for too much was asked of
 * it at the same moment, or it only read. A server that says when to come back is not asked before.
 */
const passes = (method: Method, { status, headers }: Response) =>
  !headers.has("retry-after") && (status === 429 || (method === "GET" && status >= 502 && status <= 504));

/**
 * Calls the API. A lost session asks the person to sign in, what cannot be undone asks for the passkey, and both then go on,
 * so that nothing typed is lost.
 *
 * @throws ApiError, Unreachable, NotConfirmed, and what `signal` aborts with.
 */
export async function request<Answer>(method: Method, path: string, options: RequestOptions = {}): Promise<Answer> {
  for (let tries = 1; ; tries += 1) {
    const response = await send(method, path, options);
    if (tries < mostTries && passes(method, response)) {
      await new Promise((resolve) => setTimeout(resolve, firstPauseMs * 2 ** tries));
      continue;
    }
    if (response.status === 401 && !options.withoutSession && signInAgain !== undefined) {
      await signInAgain();
      continue;
    }
    if (!response.ok) {
      const problem = await problemOf(response);
      if (problem.type !== "not-proven" || confirm === undefined) throw new ApiError(problem);
      await confirm();
      continue;
    }
    return (response.status === 204 ? undefined : await response.json()) as Answer;
  }
}

async function send(method: Method, path: string, { body, signal }: RequestOptions): Promise<Response> {
  try {
    return await fetch(`/api${path}`, {
      method,
      headers: { accept: "application/json", ...(method !== "GET" && { "content-type": "application/json" }) },
      ...(method !== "GET" && { body: JSON.stringify(body ?? {}) }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Unreachable(error);
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const { status } = response;
  try {
    const problem = (await response.json()) as Problem;
    return { ...problem, type: (problem.type.split("/").at(-1) ?? "internal") as Problem["type"] };
  } catch {
    // A proxy or the platform answered in its own words.
    return {
      type: "internal",
      title: `Status ${status}`,
      status,
      detail: `The server answered with status ${status}.`,
    };
  }
}

/** What to tell a person about a failure. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
