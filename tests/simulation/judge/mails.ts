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
  /** A person has put a square back. */
  isRequeue?: boolean;
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
    // Where the run that stopped first was cut off, it may have told all the same, or the watch did.
    const isEarlier = ({ at, by, subject }: MailFacts) =>
      at > lastNews &&
      ((by === "watch" && /posting has stopped/.test(subject) && at < stop.at + longestMs) ||
        (subject.includes(stop.error) && at < stop.at));
    const isTold = mails.some((mail) => isEarlier(mail) || withIt.some(({ execution }) => execution === mail.by));
    // Where the run that stopped first was cut off before it told, the watch does two hours later, if it still is one.
    const isOverSoon = sure.some(({ at }) => at > stop.at && at < stop.at + soonMs);
    if (!mayBeRepeat && !isTold && !isOverSoon)
      found.push(`told: nobody hears of ${stop.execution}, which ended with ${stop.error}`);
    const subjects = own.map(({ subject }) => subject);
    // Put back by a person meanwhile, a square can be refused once more.
    const isDisturbed = news.some(({ at, isRequeue }) => isRequeue && at > stop.from && at < stop.at);
    if (new Set(subjects).size < subjects.length && !isDisturbed)
      found.push(`told: ${stop.execution} tells the same twice`);
  }
  return found;
}
