import type { Clock } from "@twobytwo/core/clock";

/** As long as the signals of one Ctrl-C may be apart. */
const onePressMs = 1_000;

/**
 * Calls `first` when a person, or whoever started this process, wants it to end, and `again` for each time that they ask
 * later. One Ctrl-C may come several times: to the whole group from the terminal, and once more from each of npm and
 * scripts/bootstrap.mjs, which pass it on.
 */
export function onInterruption(
  signals: Pick<NodeJS.EventEmitter, "on">,
  { clock, first, again }: { clock: Clock; first: () => void; again: () => void },
): void {
  let asked: number | undefined;
  const take = () => {
    if (asked === undefined) {
      asked = clock();
      first();
    } else if (clock() - asked > onePressMs) again();
  };
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) signals.on(name, take);
}
