import { randomBytes } from "node:crypto";
import { chmod, stat } from "node:fs/promises";
import path from "node:path";
import { readIfThere, writeWhole } from "./saved-state.ts";

/** The id that a person's calls are signed with; functions have their names in its place. */
export const ownAccessKeyId = "sandbox";

/** Where a sandbox keeps its secret, in the form that AWS's own programs read (`AWS_SHARED_CREDENTIALS_FILE`). */
export const credentialsFile = (directory: string) => path.join(directory, "aws-credentials");

/**
 * The secret with which all calls of this sandbox's AWS are signed: made at its first start, for the eyes of its owner.
 * Only who has the directory's lock may call this; all others read.
 *
 * @throws Error where the file is damaged; it names the file and the way out.
 */
export async function keptSecret(directory: string): Promise<string> {
  const kept = await readSecret(directory);
  if (kept !== undefined) return kept;
  const secret = randomBytes(30).toString("base64url");
  writeWhole(credentialsFile(directory), textOf(secret));
  return secret;
}

/**
 * @returns undefined where no sandbox was started in the directory since there are secrets
 * @throws Error where the file is damaged; it names the file and the way out.
 */
export async function readSecret(directory: string): Promise<string | undefined> {
  const file = credentialsFile(directory);
  const text = readIfThere(file);
  if (text === undefined) return undefined;
  const secret = /^aws_secret_access_key *= *([\w-]{40,})\s*$/m.exec(text)?.[1];
  if (secret === undefined) throw new Error(`${file} is damaged: delete it, and the next start creates a new secret.`);
  await closeToOthers(file);
  return secret;
}

const textOf = (secret: string) => `# The keys of this sandbox alone. They open nothing of AWS.
[default]
aws_access_key_id = ${ownAccessKeyId}
aws_secret_access_key = ${secret}
`;

/** A copy of the folder may have been made with wider rights. */
async function closeToOthers(file: string): Promise<void> {
  if (process.platform === "win32") return;
  const { mode } = await stat(file);
  if ((mode & 0o077) !== 0) await chmod(file, 0o600);
}
