import { dateSquare, undateSquare } from "@twobytwo/core/curating/date";
import { editSquare } from "@twobytwo/core/curating/edit";
import { requireSquare } from "@twobytwo/core/squares/list";
import type { Square } from "@twobytwo/core/squares/square";
import { onTheWall, parseDate } from "../dates.ts";
import { defineVerb, UsageError } from "../define-verb.ts";
import { nameOf } from "../describe-squares.ts";
import { idOf } from "../square-id.ts";

interface Edited {
  square: Square;
  changed: boolean;
  warnings: string[];
  /** Where it was given a date: ISO times of that date and of the slot that posts it. */
  due?: { from: string; timeZone: string; slot?: string };
}

export const edit = defineVerb({
  usage: "ID [--title TITLE] [--caption CAPTION] [--alt TEXT] [--series SERIES] [--on DATE]",
  details: [
    'An empty value removes a text: with --caption "" the title is the caption again.',
    "The words of a square that is posted or being posted cannot be changed.",
    "",
    "DATE is a day (2027-01-31) or a day and time (2027-01-31T18:00) in the schedule's time zone. The first slot from then on",
    "posts the square before the queue; of several that are due, the one with the oldest date comes first. While posting is",
    "paused it waits. --on none puts it back at its place in the queue.",
  ].join("\n"),
  options: {
    title: { type: "string", value: "TITLE", summary: "the title" },
    caption: { type: "string", value: "CAPTION", summary: "the text of the post, if it is not the title" },
    alt: { type: "string", value: "TEXT", summary: "a description for people who cannot see the picture" },
    series: { type: "string", value: "SERIES", summary: "the series" },
    on: { type: "string", value: "DATE", summary: "the day from which it is due, or none" },
  },
  operands: { least: 1, most: 1 },
  async run(
    { deployment, tell },
    { options: { title, caption, alt, series, on }, operands: [wanted = ""] },
  ): Promise<Edited> {
    const words = {
      ...(title !== undefined && { title }),
      ...(caption !== undefined && { caption }),
      ...(alt !== undefined && { altText: alt }),
      ...(series !== undefined && { series }),
    };
    const hasWords = Object.keys(words).length > 0;
    // Before anything is changed; the day itself may be another one in the zone of the schedule.
    if (on !== undefined && on !== "none") parseDate(on, "UTC");
    if (!hasWords && on === undefined)
      throw new UsageError("Say what to change: --title, --caption, --alt, --series or --on.");
    const ports = await deployment();
    const { table, clock } = ports;
    const id = await idOf(ports, wanted);
    const edited = hasWords ? await editSquare(table, { id, words, now: clock() }) : undefined;
    for (const warning of edited?.warnings ?? []) tell(warning);
    const isTaken = on === "none" && (await undateSquare(ports, { id })).changed;
    const dated = on === undefined || on === "none" ? undefined : await dateSquare(ports, { id, on });
    return {
      square: await requireSquare(table, id),
      changed: edited?.changed === true || isTaken || dated?.changed === true,
      warnings: edited?.warnings ?? [],
      ...(dated && { due: { from: dated.date, timeZone: dated.timeZone, ...(dated.at && { slot: dated.at }) } }),
    };
  },
  print: ({ square, changed, due }: Edited) =>
    [`${nameOf(square)} ${changed ? "is changed" : "was already like that"}.`, ...(due ? [describeDue(due)] : [])].join(
      " ",
    ),
});

function describeDue({ from, timeZone, slot }: NonNullable<Edited["due"]>): string {
  const due = `It is due from ${onTheWall(from, timeZone)}, ${timeZone}`;
  return slot === undefined
    ? `${due}, and posted at the first slot after that for which the schedule is awake.`
    : `${due}, and posted ${onTheWall(slot, timeZone)}.`;
}
