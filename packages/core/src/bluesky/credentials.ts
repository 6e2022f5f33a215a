import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { fromAwsError } from "../aws-errors.ts";
import { TaskError } from "../errors.ts";

const text = v.pipe(v.string(), v.trim(), v.minLength(1));

/** What signs in to an account of Bluesky. */
export const BlueskyCredentials = v.object({
  /** Where the account signs in, for example `https://bsky.social`. */
  service: v.pipe(text, v.url()),
  /** DID of the account; a handle until it has signed in for the first time. */
  account: text,
  /** An app password, which can be revoked by itself. */
  password: text,
});
export type BlueskyCredentials = v.InferOutput<typeof BlueskyCredentials>;

/** Name of the SSM parameter of a stage that holds them. */
export const blueskyParameter = (stage: string) => `/twobytwo/${stage}/bluesky-credentials`;

const connectAgain = "run `2x2 connect bluesky` again";

/** Reads them from an SSM SecureString that holds them as JSON. */
export async function readBlueskyCredentials(client: SSMClient, parameter: string): Promise<BlueskyCredentials> {
  const where = `SSM parameter ${parameter}`;
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
    const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), BlueskyCredentials), Parameter?.Value);
    if (parsed.success) return parsed.output;
  } catch (error) {
    if ((error as Error).name === "ParameterNotFound")
      throw new TaskError("notAuthorized", `${where} does not exist: ${connectAgain}.`);
    throw fromAwsError(error, `Reading ${where}`);
  }
  // The parser's own message would quote the value.
  throw new TaskError("notAuthorized", `${where} does not hold an account and its app password: ${connectAgain}.`);
}

export async function writeBlueskyCredentials(
  client: SSMClient,
  parameter: string,
  credentials: BlueskyCredentials,
): Promise<void> {
  const Value = JSON.stringify(credentials);
  try {
    await client.send(new PutParameterCommand({ Name: parameter, Type: "SecureString", Value, Overwrite: true }));
  } catch (error) {
    throw fromAwsError(error, `Writing SSM parameter ${parameter}`);
  }
}

/** One that is not there is no error. */
export async function deleteBlueskyCredentials(client: SSMClient, parameter: string): Promise<void> {
  try {
    await client.send(new DeleteParameterCommand({ Name: parameter }));
  } catch (error) {
    if ((error as Error).name !== "ParameterNotFound") throw fromAwsError(error, `Deleting SSM parameter ${parameter}`);
  }
}
