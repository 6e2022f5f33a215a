import type { Clock } from "@twobytwo/core/clock";

/** What one timer of Node can wait for; a longer one fires at once. */
export const longestTimerSeconds = 2_147_483;

export interface Sleep {
  clock: Clock;
  /** When to wake up, in milliseconds since the epoch. */
  until: number;
  /** How long a second lasts: 1 in real life, 0 in tests that do not want to wait. */
  scale: number;
  signal: AbortSignal;
}

/** So that a machine that was asleep itself notices the time within a minute of waking up. */
const longestNapMs = 60_000;

/** Resolves when it is time, or as soon as the signal aborts. */
export async function longSleep({ clock, until, scale, signal }: Sleep): Promise<void> {
  let left = (until - clock()) * scale;
  const end = clock() + left;
  while (left > 0 && !signal.aborted) {
    const ms = Math.min(left, longestNapMs);
    await nap(ms, signal);
    left = Math.min(left - ms, end - clock());
  }
}

function nap(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
