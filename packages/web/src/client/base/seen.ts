import { signal } from "@preact/signals";
import { Unreachable } from "./request.ts";
import { place } from "./router.ts";

/**
 * What the person saw last of overview, wall, queue and history, kept on this device to be read without a network. It goes with the
 * sign-out, and when the server says that this device is no longer signed in.
 */
const cacheName = "seen";
/** Pages of lists that nobody looks at any more are the oldest. */
const mostKept = 60;

const addressOf = (path: string) => `/seen${path}`;
const seen = () => (globalThis.caches === undefined ? undefined : caches.open(cacheName));

/** The oldest of what the page shows from this device; undefined while it shows what the server said. */
export const asOf = signal<{ page: string; at: number } | undefined>(undefined);

/** A device without room shows nothing without a network, and that is all. */
export async function keepSeen(path: string, answer: unknown): Promise<void> {
  try {
    const cache = await seen();
    await cache?.put(addressOf(path), new Response(JSON.stringify({ at: Date.now(), answer })));
    for (const old of ((await cache?.keys()) ?? []).slice(0, -mostKept)) await cache?.delete(old);
  } catch {}
}

export async function readSeen<Answer>(path: string): Promise<Answer | undefined> {
  const kept = await (await seen())?.match(addressOf(path));
  if (kept === undefined) return undefined;
  const { at, answer } = (await kept.json()) as { at: number; answer: Answer };
  const page = place.peek().path;
  const before = asOf.peek();
  if (before?.page !== page || at < before.at) asOf.value = { page, at };
  return answer;
}

export const forgetSeen = () => globalThis.caches?.delete(cacheName);

/** What the server says or, without a network, what it said last. @throws Unreachable if this was never seen */
export async function askOrSeen<Answer>(path: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    const answer = await ask();
    void keepSeen(path, answer);
    return answer;
  } catch (error) {
    const kept = error instanceof Unreachable ? await readSeen<Answer>(path) : undefined;
    if (kept === undefined) throw error;
    return kept;
  }
}
