import { randomBytes, randomInt } from "node:crypto";
import path from "node:path";
import { parseCredentials, type XCredentials } from "@twobytwo/core/x/credentials";
import { savedState } from "./saved-state.ts";

/** The keys of the sandbox's own X account: made once, and kept beside its state for its owner's eyes. */
export function sandboxKeys(directory: string): XCredentials {
  const state = savedState<XCredentials>(directory, "x-keys.json");
  const kept = state.load();
  if (kept !== undefined) return parseCredentials(kept, path.join(directory, "x-keys.json"));
  const word = (bytes: number) => randomBytes(bytes).toString("base64url");
  const keys = {
    CONSUMER_KEY: word(18),
    CONSUMER_SECRET: word(36),
    // X's access tokens begin with the id of the account.
    ACCESS_TOKEN: `${randomInt(10 ** 9, 10 ** 10)}-${word(30)}`,
    ACCESS_TOKEN_SECRET: word(33),
  };
  state.save(keys);
  return keys;
}
