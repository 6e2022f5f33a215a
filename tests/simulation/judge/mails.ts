export interface MailFacts {
  at: number;
  subject: string;
  by: string;
}

/** A run that failed, by the error's name. */
export interface Stop {
  from: number;
  at: number;
  execution: string;
  error: string;
  /** It paused everything. */
  pauses: boolean;
  /** Something befell the telling itself, or the run. */
  isStruck: boolean;
}

/**
 * The owner hears of each stop once: a run that fails again for the reason of a pause, with no post and no decision of a
 * person in between, tells nobody again; every other failed run tells of itself, and nothing twice.
 *
 * @param news moments at which something was posted, or a person ended or made a pause.
 */
export function told(stops: readonly Stop[], mails: readonly MailFacts[], news: readonly number[]): string[] {
  const found: string[] = [];
  let episode: { error: string; from: number; at: number } | undefined;
  for (const stop of stops) {
    const own = mails.filter(({ by }) => by === stop.execution);
    const since = episode?.at ?? 0;
    const begun = episode?.from ?? 0;
    const isRepeat = episode?.error === stop.error && !news.some((at) => at > begun && at < stop.at);
    if (stop.pauses) episode = { error: stop.error, from: stop.from, at: stop.at };
    if (stop.isStruck) continue;
    // Two at once may each take themselves for the first.
    const isAtOnce = episode !== undefined && stop.from < since;
    if (isRepeat && !isAtOnce && stop.pauses && own.length > 0)
      found.push(`told: ${stop.execution} tells again of ${stop.error}`);
    const withIt = stops.filter((one) => one.error === stop.error && one.from < stop.at && one.at > stop.from);
    const isTold = mails.some(({ by }) => withIt.some(({ execution }) => execution === by));
    if (!isRepeat && !isTold) found.push(`told: nobody hears of ${stop.execution}, which ended with ${stop.error}`);
    const subjects = own.map(({ subject }) => subject);
    if (new Set(subjects).size < subjects.length) found.push(`told: ${stop.execution} tells the same twice`);
  }
  return found;
}
