export interface MailFacts {
  at: number;
  subject: string;
  by: string;
}

/** A run that failed, in the error's name; `pauses` where it stops everything. */
export interface Stop {
  at: number;
  execution: string;
  error: string;
  /** Something befell the telling itself, or the run. */
  isStruck: boolean;
}

/**
 * The owner hears of each stop once: a run that pauses again for the same reason, with no post in between, tells
 * nobody again; every other failed run tells of itself.
 */
export function told(
  stops: readonly Stop[],
  mails: readonly MailFacts[],
  posts: readonly number[],
  pausing: ReadonlySet<string>,
): string[] {
  const found: string[] = [];
  let episode: { error: string; at: number } | undefined;
  for (const stop of stops) {
    const own = mails.filter(({ by }) => by === stop.execution);
    const isRepeat =
      episode !== undefined &&
      pausing.has(stop.error) &&
      episode.error === stop.error &&
      !posts.some((at) => at > episode!.at && at < stop.at);
    if (pausing.has(stop.error)) episode = { error: stop.error, at: stop.at };
    if (stop.isStruck) continue;
    if (isRepeat && own.length > 0) found.push(`told: ${stop.execution} tells again of ${stop.error}`);
    if (!isRepeat && own.length === 0)
      found.push(`told: nobody hears of ${stop.execution}, which ended with ${stop.error}`);
    if (own.length > 1) found.push(`told: ${stop.execution} tells ${own.length} times`);
  }
  return found;
}
