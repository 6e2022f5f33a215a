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
  /** It came to tell of the pause, and of nothing else. */
  tells: boolean;
  /** Something befell the telling itself, or the run. */
  isStruck: boolean;
}

/** Something was posted, or a person ended or made a pause. */
export interface News {
  at: number;
  /** The run that posted. */
  execution?: string | undefined;
  /** A command that was cut off may have done what it was for, or not. */
  isUnsure?: boolean;
}

/** In which the watch has looked, here where it is left out while nothing changes. */
const longestMs = 36 * 3_600_000;
const soonMs = 3 * 3_600_000;

/**
 * The owner hears of each stop once: a run that fails again for the reason of a pause, with no post and no decision of a
 * person in between, tells nobody again; every other failed run tells of itself, and nothing twice.
 */
export function told(stops: readonly Stop[], mails: readonly MailFacts[], news: readonly News[]): string[] {
  const found: string[] = [];
  const sure = news.filter(({ isUnsure }) => !isUnsure);
  let episode: Stop | undefined;
  for (const stop of stops) {
    const own = mails.filter(({ by }) => by === stop.execution);
    const since = episode?.at ?? 0;
    const begun = episode?.from ?? 0;
    const isNew = (after: number, until: number, known: readonly News[]) =>
      // What the run that stopped has posted itself came before it stopped.
      known.some(({ at, execution }) => at > after && at < until && execution !== episode?.execution);
    const isSame = episode?.error === stop.error;
    // What somebody does while a run is under way, it may have seen, or not.
    const isRepeat = isSame && !isNew(begun, stop.at, news);
    const mayBeRepeat = isSame && !isNew(since, stop.from, sure);
    if (stop.pauses) episode = stop;
    if (stop.isStruck) continue;
    // Two at once may each take themselves for the first.
    const isAtOnce = episode !== undefined && stop.from < since;
    if (isRepeat && !isAtOnce && stop.pauses && stop.tells && own.length > 0)
      found.push(`told: ${stop.execution} tells again of ${stop.error}`);
    const withIt = stops.filter((one) => one.error === stop.error && one.from < stop.at && one.at > stop.from);
    const lastNews = Math.max(0, ...sure.map(({ at }) => at).filter((at) => at < stop.from));
    // Where the run that stopped first could tell nobody, the watch did.
    const isOfWatch = ({ at, by, subject }: MailFacts) =>
      by === "watch" && /posting has stopped/.test(subject) && at > lastNews && at < stop.at + longestMs;
    const isTold = mails.some((mail) => isOfWatch(mail) || withIt.some(({ execution }) => execution === mail.by));
    // Where the run that stopped first was cut off before it told, the watch does two hours later, if it still is one.
    const isOverSoon = sure.some(({ at }) => at > stop.at && at < stop.at + soonMs);
    if (!mayBeRepeat && !isTold && !isOverSoon)
      found.push(`told: nobody hears of ${stop.execution}, which ended with ${stop.error}`);
    const subjects = own.map(({ subject }) => subject);
    if (new Set(subjects).size < subjects.length) found.push(`told: ${stop.execution} tells the same twice`);
  }
  return found;
}
