import type { LeftOut } from "@twobytwo/core/archive/read";
import { describeSchedule } from "@twobytwo/core/schedule/describe";
import type { Rhythm } from "@twobytwo/core/schedule/rhythm";
import { captionOf } from "@twobytwo/core/squares/caption";
import { isBroken, type Listed } from "@twobytwo/core/squares/list";
import type { Square, Status } from "@twobytwo/core/squares/square";
import { statuses } from "@twobytwo/core/squares/square";
import type { Stock } from "@twobytwo/core/squares/stock";
import { visible } from "@twobytwo/sandbox/terminal-text";
import { onTheWall } from "./dates.ts";
import { type Colour, type Column, counted, type Terminal } from "./terminal.ts";

export const statusColour: Record<Status, Colour> = {
  queued: "cyan",
  dated: "cyan",
  claimed: "yellow",
  posting: "yellow",
  posted: "green",
  review: "red",
  withdrawn: "dim",
  draft: "dim",
};

/** What a person calls a square. */
export const nameOf = ({ id, title }: Pick<Square, "id" | "title">) => (title === "" ? id : `“${visible(title)}”`);

/** What is missing or wrong, in a word or two. */
export function flags(listed: Listed): string {
  if (isBroken(listed)) return `not a valid square: ${listed.mistakes}`;
  const { bluesky } = listed;
  const missing = [
    captionOf(listed) === "" && "no caption",
    !listed.altText && "no alt text",
    bluesky !== undefined && bluesky.sharedAt === undefined && "not on Bluesky",
  ];
  return missing.filter(Boolean).join(", ");
}

/** Since when a square has this status; unknown in the queue, where the sort key is a rank, and of one that waits for a date. */
export function since(listed: Listed): string | undefined {
  if (listed.status === "queued" || listed.status === "dated") return undefined;
  return Number.isNaN(Date.parse(listed.sortKey)) ? undefined : listed.sortKey;
}

/** The date of a square that waits for one, in the zone of the schedule. */
export function dateText({ status, sortKey }: Listed, scheduleZone: string): string {
  return status !== "dated" || Number.isNaN(Date.parse(sortKey)) ? "" : onTheWall(sortKey, scheduleZone);
}

export function squareColumns({ timeZone }: Terminal, scheduleZone: string): Column<Listed>[] {
  return [
    { heading: "ID", text: ({ id }) => id },
    { heading: "STATUS", text: ({ status }) => status, colour: ({ status }) => statusColour[status] },
    { heading: "TITLE", text: (row) => (isBroken(row) ? "" : row.title), flexible: true },
    { heading: "SERIES", text: (row) => (isBroken(row) ? "" : (row.series ?? "")), flexible: true },
    {
      heading: "SINCE",
      text: (row) => {
        const time = since(row);
        return time === undefined ? "" : onTheWall(time, timeZone);
      },
    },
    { heading: "DUE FROM", text: (row) => dateText(row, scheduleZone) },
    { heading: "MISSING", text: flags, colour: () => "yellow", flexible: true },
  ];
}

export function describeStock(stock: Stock): string {
  return statuses.flatMap((status) => (stock[status] > 0 ? [`${stock[status]} ${status}`] : [])).join(", ") || "none";
}

/** Which rows of an archive an import did not write, and what to do where a person misses them. */
export function describeLeftOut({ access, other }: LeftOut): string {
  const parts = [
    ...(access > 0 ? [`${access} about access to the web app (\`2x2 invite\` makes a link for each device)`] : []),
    ...(other > 0 ? [`${other} of the deployment that the archive came from`] : []),
  ];
  return `Left out ${counted(access + other, "row")} that cannot be imported: ${parts.join(", ")}.`;
}

/** Whether and when posts go out, in one sentence without a full stop; `waiting` squares where the stock is known. */
export function describeRhythm({ expression, timeZone, state, pause, startsAt }: Rhythm, waiting = 0): string {
  const when = describeSchedule(expression, timeZone);
  const why = pause?.reason === undefined ? "" : ` (${visible(pause.reason)})`;
  if (pause !== undefined) {
    const who = pause.pausedBy === "person" ? "paused" : "paused by the workflow";
    const until = pause.until === undefined ? "until resumed" : `until ${onTheWall(pause.until, timeZone)}`;
    return `${when}; ${who} ${until}${why}`;
  }
  if (state === "disabled")
    return `${when}; asleep ${waiting === 0 ? "until a square is added" : "although squares are waiting: `2x2 resume` wakes it"}`;
  return startsAt === undefined ? when : `${when}, from ${onTheWall(startsAt, timeZone)}`;
}
