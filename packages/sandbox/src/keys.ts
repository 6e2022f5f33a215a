import { randomBytes, randomInt } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseCredentials, type XCredentials } from "@twobytwo/core/x/credentials";

/** The keys of the sandbox's own X account: made once, and kept beside its state for its owner's eyes. */
export async function sandboxKeys(directory: string): Promise<XCredentials> {
  const file = path.join(directory, "x-keys.json");
  const kept = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (kept !== undefined) return parseCredentials(JSON.parse(kept), file);
  const keys = newKeys();
  await mkdir(directory, { recursive: true });
  await writeFile(file, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
  return keys;
}

function newKeys(): XCredentials {
  const word = (bytes: number) => randomBytes(bytes).toString("base64url");
  return {
    CONSUMER_KEY: word(18),
    CONSUMER_SECRET: word(36),
    // X's access tokens begin with the id of the account.
    ACCESS_TOKEN: `${randomInt(10 ** 9, 10 ** 10)}-${word(30)}`,
    ACCESS_TOKEN_SECRET: word(33),
  };
}
