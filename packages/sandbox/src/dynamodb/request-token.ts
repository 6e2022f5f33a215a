import { createHash } from "node:crypto";
import { keyPrefix, type Store, startingWith, type Write } from "./dynalite.ts";
import type { Engine } from "./engine.ts";
import { commit } from "./unit-of-work.ts";

interface Remembered {
  token: string;
  fingerprint: string;
  at: number;
}

const remembered = 10 * 60_000;

/** The fingerprint of the transaction that this token was used for in the last ten minutes. */
export async function readToken({ store, clock }: Engine, token: string): Promise<string | undefined> {
  const earlier = (await store.db.get(keyPrefix.tokens + token)) as Remembered | undefined;
  return earlier && clock() - earlier.at < remembered ? earlier.fingerprint : undefined;
}

/** Written in the transaction's own batch: a client that asks again after a crash is told the truth. */
export function tokenWrites(token: string, fingerprint: string, at: number): Write {
  return { type: "put", key: keyPrefix.tokens + token, value: { token, fingerprint, at } satisfies Remembered };
}

/** Tokens are only needed for ten minutes. */
export async function forgetOldTokens(store: Store, now: number): Promise<void> {
  const old: Write[] = [];
  for await (const value of store.db.values(startingWith(keyPrefix.tokens))) {
    const { token, at } = value as Remembered;
    if (now - at >= remembered) old.push({ type: "del", key: keyPrefix.tokens + token });
  }
  await commit(store, old);
}

/** Equal for equal content, in whatever order the attributes were sent. */
export function fingerprintOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(sorted(value)))
    .digest("hex");
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(entries.map(([key, content]) => [key, sorted(content)]));
}
