import { InvokeCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { fromAwsError } from "../aws-errors.ts";
import { type ErrorKind, errorName, TaskError } from "../errors.ts";

/** As a request names the square that it is about. */
export const squareId = v.pipe(v.string(), v.minLength(1), v.maxLength(500));

/** One function of the deployment that another may invoke. */
export interface Invoked {
  client: LambdaClient;
  /** Its name. */
  name: string;
}

/**
 * How long the caller waits for an answer. The function ends before (`stacks/blueprint.ts`), unless its start took long; and the
 * one that waits, which has 29 seconds, can still say what happened.
 */
export const patienceMs = 27_000;

/**
 * Invokes a function and waits for its answer. What it throws arrives as it was thrown, by name and words. It is asked once more
 * where the connection was cut, so it has to take the same request twice.
 *
 * @returns the function's answer; nobody but it can have made it.
 * @throws TaskError as the function threw it; UnknownOutcome where it has not ended in time, or has died; Retryable where Lambda is busy.
 */
export async function invoke({ client, name }: Invoked, input: object, doing: Doing): Promise<unknown> {
  const command = new InvokeCommand({ FunctionName: name, Payload: new TextEncoder().encode(JSON.stringify(input)) });
  const { FunctionError, Payload } = await send(client, command).catch((error: unknown) => {
    throw refused(error, { name, ...doing });
  });
  const text = new TextDecoder().decode(Payload);
  const answer: unknown = text === "" ? undefined : JSON.parse(text);
  if (FunctionError === undefined) return answer;
  throw thrown(answer as Thrown, { name, ...doing });
}

/** A connection that was kept while the caller was frozen may be gone: that is no answer. */
async function send(client: LambdaClient, command: InvokeCommand) {
  try {
    return await client.send(command);
  } catch (error) {
    if (!isCut(error)) throw error;
    return client.send(command);
  }
}

/** The SDK calls these time-outs too. */
const isCut = (error: unknown) => ["ECONNRESET", "EPIPE"].includes((error as NodeJS.ErrnoException).code ?? "");

interface Doing {
  /** The beginning of a sentence, for example "Cutting the picture". */
  doing: string;
  /** Whether something is another way afterwards. */
  changes: boolean;
}

type About = Doing & Pick<Invoked, "name">;

const unclear = ({ doing, changes }: Doing, what: string, cause: unknown) =>
  new TaskError(
    "unknownOutcome",
    `${doing} ${what}${changes ? ", and may have been done all the same: look again before you repeat it." : ": try again in a minute."}`,
    { cause },
  );
const tooLong = "took too long to be waited for";

/** Lambda's own no: the function has not run, or nobody knows. */
function refused(error: unknown, about: About): Error {
  const { name, doing } = about;
  if ((error as Error).name === "TimeoutError" && !isCut(error)) return unclear(about, tooLong, error);
  if ((error as Error).name === "ResourceNotFoundException")
    return Object.assign(new Error(`There is no function ${name}: deploy this stage again.`, { cause: error }), {
      name: "FunctionMissing",
    });
  return fromAwsError(error, doing);
}

/** What Lambda says of an error that a function has thrown, or of its end. */
interface Thrown {
  errorType?: string;
  errorMessage?: string;
}

const kinds = new Map(Object.entries(errorName).map(([kind, name]) => [name as string, kind as ErrorKind]));

function thrown({ errorType = "", errorMessage = "" }: Thrown, about: About): Error {
  const kind = kinds.get(errorType);
  if (kind !== undefined) return new TaskError(kind, errorMessage);
  const said = [errorType, errorMessage].filter(Boolean).join(": ");
  const cause = new Error(`The function ${about.name} failed (${said}): see its log.`);
  // Lambda has said it in both ways; docs.aws.amazon.com/lambda, "Troubleshoot invocation issues".
  if (errorType === "Sandbox.Timedout" || /Task timed out after [\d.]+ seconds/.test(errorMessage))
    return unclear(about, tooLong, cause);
  if (errorType.startsWith("Runtime.")) return unclear(about, "was broken off", cause);
  return Object.assign(cause, { name: errorType || "FunctionFailed" });
}
