import { GetParameterCommand, PutParameterCommand, type SSMClient } from "@aws-sdk/client-ssm";
import * as v from "valibot";
import { fromAwsError } from "../aws-errors.ts";
import { TaskError } from "../errors.ts";

const key = v.pipe(v.string(), v.trim(), v.minLength(1));

/** The four keys of OAuth 1.0a for one account, named as in the environment. */
export const XCredentials = v.object({
  CONSUMER_KEY: key,
  CONSUMER_SECRET: key,
  ACCESS_TOKEN: key,
  ACCESS_TOKEN_SECRET: key,
});
export type XCredentials = v.InferOutput<typeof XCredentials>;

/** @throws NotAuthorized naming the keys that are missing, and never a value. */
export function parseCredentials(found: unknown, where: string): XCredentials {
  const parsed = v.safeParse(XCredentials, found);
  if (parsed.success) return parsed.output;
  const missing = Object.keys(XCredentials.entries).filter(
    (name) => !v.is(key, (found as Record<string, unknown> | null | undefined)?.[name]),
  );
  throw new TaskError("notAuthorized", `${where} lacks ${missing.join(", ")}: write all four keys of the X app there.`);
}

/** Reads the keys from an SSM SecureString that holds them as JSON. */
export async function readCredentials(client: SSMClient, parameter: string): Promise<XCredentials> {
  const where = `SSM parameter ${parameter}`;
  let value: string | undefined;
  try {
    const { Parameter } = await client.send(new GetParameterCommand({ Name: parameter, WithDecryption: true }));
    value = Parameter?.Value;
  } catch (error) {
    if ((error as Error).name === "ParameterNotFound")
      throw new TaskError("notAuthorized", `${where} does not exist: write the four keys of the X app there as JSON.`);
    throw fromAwsError(error, `Reading ${where}`);
  }
  return credentialsFromJson(value ?? "", where);
}

/** @throws NotAuthorized naming what is wrong with the text, and never a value. */
export function credentialsFromJson(text: string, where: string): XCredentials {
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    // The parser's own message would quote the value.
    throw new TaskError("notAuthorized", `${where} is not JSON: write the four keys of the X app there as JSON.`);
  }
  return parseCredentials(found, where);
}

/** Writes the keys where `readCredentials` finds them, in the place of those that are there. */
export async function writeCredentials(client: SSMClient, parameter: string, credentials: XCredentials): Promise<void> {
  try {
    await client.send(
      new PutParameterCommand({
        Name: parameter,
        Type: "SecureString",
        Value: JSON.stringify(credentials),
        Overwrite: true,
      }),
    );
  } catch (error) {
    throw fromAwsError(error, `Writing SSM parameter ${parameter}`);
  }
}
