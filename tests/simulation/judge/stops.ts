import { textOf } from "../dynamodb/table.ts";
import type { World } from "../world.ts";
import type { Stop } from "./mails.ts";

const befallsTelling = /notify|release|hold|disable|stop|redriv|timed|Lambda|States|Notify/;

export function stopsOf(world: World): Stop[] {
  const runs = [...world.history.runs.values()];
  return runs
    .filter(({ status, last }) => status === "FAILED" && last === "Failed")
    .map((run) => {
      const error = world.runs.all.find(({ arn }) => arn === run.arn)?.error?.Error ?? "";
      const end = run.endedAt ?? 0;
      // Of two at once, one leaves it to the other to tell.
      const atOnce = runs.filter(({ startedAt, endedAt = 0 }) => startedAt <= end && endedAt >= run.startedAt);
      const isStruck = atOnce.some(({ strikes }) => strikes.some((strike) => befallsTelling.test(strike)));
      return {
        from: run.startedAt,
        at: run.endedAt ?? 0,
        execution: run.arn,
        error,
        isStruck,
        // On the definition of before, a pause does not say for which error it is.
        pauses:
          run.states.includes("Pause schedule") &&
          run.startedAt >= world.runs.deployedAt &&
          // A person's own pause stays, and with it nothing is noted of this one.
          textOf(rowAt(world, "#schedule", run.endedAt ?? 0), "pausedBy") !== "person",
        // A square that is held is told of, whatever stopped the run.
        tells:
          run.states.lastIndexOf("Notify") > run.states.lastIndexOf("Pause schedule") &&
          run.states.lastIndexOf("Hold for review") <= run.states.lastIndexOf("Release square"),
      };
    })
    .sort((a, b) => a.at - b.at);
}

/** What X says of the account, or of the address, stops everything until somebody has seen to it. */
const stopping = new Set(["NotAuthorized", "NoCredits", "WrongAddress", "Unconfirmed"]);

export function notPaused(world: World): string[] {
  return stopsOf(world).flatMap(({ execution, error, from, at, isStruck }) => {
    const isResumed = world.history.acts.some(
      (one) => one.at > from && one.at < at + 5_000 && /^(resume|confirm)$/.test(one.act),
    );
    const isOfBefore = from < world.runs.deployedAt;
    if (!stopping.has(error) || isStruck || isResumed || isOfBefore || world.history.restoredAt !== undefined)
      return [];
    const row = rowAt(world, "#schedule", at);
    return row === undefined ? [`pause: ${execution} ended with ${error}, and nothing is paused`] : [];
  });
}

/** A row as it was at a moment. */
const rowAt = ({ table }: World, id: string, at: number) =>
  table.commits.filter((commit) => commit.id === id && commit.at <= at).at(-1)?.after;

/** Where X names the day on which its limit ends, no slot comes to it before; a person may. */
export function tooEarly(world: World): string[] {
  const { history } = world;
  const stops = stopsOf(world);
  return stops.flatMap(({ execution, error, isStruck, from, at }) => {
    const refusal = history.asked.findLast((one) => one.execution === execution);
    const date = resetDateIn(refusal?.body ?? "");
    const isLeftOut = isStruck || from < world.runs.deployedAt || history.restoredAt !== undefined;
    if (error !== "NoCredits" || date === undefined || isLeftOut) return [];
    // A person's own pause stays as it is.
    if (rowAt(world, "#schedule", at)?.["pausedBy"]?.["S"] === "person") return [];
    const byPerson =
      history.acts.find((one) => one.at > from && /^(pause|pause until|resume|confirm)$/.test(one.act))?.at ?? date;
    // X takes posts again, and said so to a slot of before that came late, or to a run at the same time.
    const taken = history.taken.find(({ post }) => post.at > (refusal?.at ?? at))?.post.at ?? date;
    // A stop of another kind has a time of its own.
    const other = stops.find((one) => one.at > at && one.error !== error)?.at ?? date;
    const next = history.asked.find(
      (one) =>
        one.at > at &&
        one.at < Math.min(date, byPerson, taken, other) &&
        one.operation.startsWith("POST") &&
        Date.parse(history.runs.get(one.execution ?? "")?.slot ?? "") > at,
    );
    return next === undefined ? [] : [`pause: ${next.execution} asks X before ${new Date(date).toISOString()}`];
  });
}

/** Milliseconds; X says it in two forms. */
function resetDateIn(body: string): number | undefined {
  const found = /"reset_date":\s*"([^"]+)"/.exec(body)?.[1];
  const time = Date.parse(found ?? "");
  return Number.isNaN(time) ? undefined : time;
}

/** Sent once, and twice more at the most: no run sends what may be out without end. */
export function sentTooOften({ history }: World): string[] {
  const counts = new Map<string, number>();
  for (const { operation, status = 0, execution, squareId } of history.asked) {
    const isRefused = status >= 400 && status < 500;
    if (operation !== "POST /2/tweets" || execution === undefined || isRefused) continue;
    const key = `${squareId} by ${execution}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].filter(([, count]) => count > 3).map(([key, count]) => `sent: ${key} went out ${count} times`);
}
